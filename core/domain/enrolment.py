"""How far a learner is with a course."""

from enum import StrEnum


class EnrolmentStatus(StrEnum):
    """The state of an enrolment (facts/portal-semantics.md, section 4)."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    PASSED = "passed"
    FAILED = "failed"
    PENDING_REVIEW = "pending_review"

    @property
    def finished(self) -> bool:
        """Whether the course is behind the learner: such an enrolment is history, and stays."""
        return self in (EnrolmentStatus.COMPLETED, EnrolmentStatus.PASSED, EnrolmentStatus.FAILED)


# What is taken away with a group or a course. Work that waits for its review has been done: it stays, too.
REMOVABLE = (EnrolmentStatus.NOT_STARTED, EnrolmentStatus.IN_PROGRESS)
