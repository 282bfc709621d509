"""What a learner finds when they come in: their courses and their groups."""

import msgspec

from core.store.models import Enrolment, Learner, Membership


class OwnCourse(msgspec.Struct, frozen=True):
    """A course the learner is enrolled on; `status` is one of `core.domain.enrolment.EnrolmentStatus`."""

    title: str
    status: str


class Home(msgspec.Struct, frozen=True):
    """The learner's courses and the titles of their groups, by title."""

    courses: list[OwnCourse]
    groups: list[str]


async def home_of(learner: Learner) -> Home:
    """The courses and groups of a learner."""
    enrolments = await Enrolment.filter(learner_id=learner.id).prefetch_related("course")
    memberships = await Membership.filter(learner_id=learner.id).prefetch_related("group")
    return Home(
        courses=sorted(
            (OwnCourse(enrolment.course.title, enrolment.status) for enrolment in enrolments),
            key=lambda course: course.title.casefold(),
        ),
        groups=sorted((membership.group.title for membership in memberships), key=str.casefold),
    )
