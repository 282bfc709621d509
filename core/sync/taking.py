"""What becomes of findings: items of a plan, notes, and the counts of both."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from core.domain.change import Decision
from core.domain.employee import Employee
from core.domain.guard import Span
from core.domain.outcome import Counts, Outcome
from core.sync.links import Settled
from core.sync.notes import KnownNote, Notes, unknown_values
from core.sync.plan_items import Origin, PlanWriter
from core.sync.planning import Finding
from core.sync.snapshot import company_of, department_of


class Planned(msgspec.Struct):
    """What planning found, beside the items it saved: `counts` are of those who are no item with a change, but for
    `fetched`, which counts everyone.

    `unknown_values` counts people by (field, value), `linked_places` the linked by their company or department where
    limits of the guard ask for it.
    """

    counts: Counts
    settled: list[Settled]
    unknown_values: Counter[tuple[str, str]]
    linked_places: Counter[tuple[Span, str]]


class PlanTaker:
    """Puts findings into a plan. Of a plan that covers only `some`, everyone found becomes an item."""

    def __init__(self, writer: PlanWriter, notes: Notes, *, everyone: bool, by_place: bool) -> None:
        self.planned = Planned(Counts(), [], Counter(), Counter())
        self._writer = writer
        self._notes = notes
        self._everyone = everyone
        self._by_place = by_place

    def take(self, finding: Finding) -> None:
        """See `Taker`."""
        self.take_together([finding])

    def take_together(self, findings: Sequence[Finding]) -> None:
        """See `Taker`."""
        writing = []
        for finding in findings:
            self._count(finding)
            if finding.decision.change is not None:
                writing.append((finding.decision, self._origin(finding)))
            else:
                self._note(finding)
        self._writer.add_together(writing)

    def keep(self, employee: Employee, note: KnownNote | None, outcome: Outcome) -> None:
        """See `Taker`."""
        self._add(outcome)
        if note is not None and outcome is Outcome.UNCHANGED:
            self.planned.unknown_values.update(unknown_values(note))

    def note(self, decision: Decision) -> None:
        """See `Taker`."""
        self._add(decision.outcome)
        self._keep_note(decision, "")

    def absent(self, decision: Decision, origin: Origin) -> None:
        """Someone linked who is not in UKG Pro any more."""
        self.planned.counts.fetched += 1
        if decision.change is not None:
            self._writer.add(decision, origin)
        else:
            self.planned.counts.add(decision.outcome)
            self._keep_note(decision, "")

    async def flush(self) -> None:
        """See `Taker`."""
        await self._writer.flush()

    def _add(self, outcome: Outcome) -> None:
        self.planned.counts.add(outcome)
        self.planned.counts.fetched += 1

    def _count(self, finding: Finding) -> None:
        if finding.decision.change is None:
            self.planned.counts.add(finding.decision.outcome)
        self.planned.counts.fetched += 1
        for warning in finding.decision.warnings:
            if warning.field is not None and warning.value is not None:
                self.planned.unknown_values[warning.field, warning.value] += 1

    def _note(self, finding: Finding) -> None:
        decision, learner = finding.decision, finding.situation.learner
        if decision.outcome is not Outcome.UNCHANGED or decision.warnings:
            self._keep_note(decision, finding.digest)
        if decision.outcome is Outcome.UNCHANGED and finding.link is not None and learner is not None:
            settled = Settled(finding.link.id, finding.digest, learner.revision, decision.due_on)
            self.planned.settled.append(settled)

    def _keep_note(self, decision: Decision, digest: str) -> None:
        self._notes.take(decision, digest)
        if not self._everyone and decision.outcome is not Outcome.UNCHANGED:
            self._writer.add(decision, Origin())

    def _origin(self, finding: Finding) -> Origin:
        decision, learner = finding.decision, finding.situation.learner
        return Origin(
            person_id=finding.employee.person_id,
            digest="" if decision.warnings else finding.digest,
            linked_before=learner.linked_employee_id if learner is not None else None,
            company=company_of(finding.employee) if self._by_place else None,
            department=department_of(finding.employee) if self._by_place else None,
        )
