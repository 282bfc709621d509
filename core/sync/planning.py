"""From employees and learners to a saved plan: link, decide, guard, write down; batch by batch."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from core.domain.change import Decision
from core.domain.decision import Rules, Situation, decide
from core.domain.email import email_key
from core.domain.employee import Employee, Stray
from core.domain.guard import hold_back
from core.domain.learner import Learner
from core.domain.lifecycle import is_terminated
from core.domain.outcome import SENTENCES, Counts, Outcome, Reason
from core.portals.base import PortalPort
from core.sync.digests import Digests
from core.sync.links import Links, Settled, learners_by_person
from core.sync.notes import Notes, unknown_values
from core.sync.plan_items import PlanWriter
from core.sync.progress import Step, Watcher
from core.ukg.directory import Directory

_BATCH = 500


class Planned(msgspec.Struct):
    """What planning found, beside the items it saved. `unknown_values` counts people by (field, value)."""

    counts: Counts
    settled: list[Settled]
    unknown_values: Counter[tuple[str, str]]


class Planner:
    """Plans one portal from one read of UKG Pro."""

    def __init__(
        self, portal_id: int, portal: PortalPort, links: Links, notes: Notes, rules: Rules, writer: PlanWriter
    ) -> None:
        self._portal_id = portal_id
        self._portal = portal
        self._links = links
        self._notes = notes
        self._rules = rules
        self._writer = writer
        self._digests = Digests(rules)
        self._planned = Planned(Counts(), [], Counter())
        self._today = rules.today.isoformat()

    async def plan(self, directory: Directory, watcher: Watcher) -> Planned:
        """Decide for everyone in the directory: changes become items of the plan, other findings notes.

        The directory's employees are used up on the way, which gives their memory back.
        """
        employees, counts = directory.employees, self._planned.counts
        total = counts.fetched = len(employees) + len(directory.strays)
        emails = await _Emails.count(employees, self._rules)
        sole_admin, unlinked = await self._portal.sole_admin(), await self._portal.unlinked_emails()
        complete = directory.completeness.complete
        employees.reverse()
        asking: list[tuple[Employee, str]] = []
        while employees:
            batch = [employees.pop() for _ in range(min(_BATCH, len(employees)))]
            asking += self._needing_a_look(batch, unlinked)
            # Few people need a look on most days: they are gathered, so that the portal is asked seldom.
            if len(asking) >= _BATCH or not employees:
                await self._look_at(asking, emails, sole_admin, complete)
                asking = []
            watcher(Step.PLAN, total - len(employees), total)
            await asyncio.sleep(0)
        for stray in directory.strays:
            self._note_stray(stray)
        await self._writer.flush()
        counts.check()
        return self._planned

    async def _look_at(
        self, asking: Sequence[tuple[Employee, str]], emails: "_Emails", sole_admin: str | None, complete: bool
    ) -> None:
        for start in range(0, len(asking), _BATCH):
            some = asking[start : start + _BATCH]
            for employee, situation in await self._situations(some, emails, sole_admin):
                decision = hold_back(decide(situation, self._rules), complete_source=complete)
                self._take(decision, employee, situation)
            await self._writer.flush()

    def _needing_a_look(self, batch: Sequence[Employee], unlinked: set[str]) -> list[tuple[Employee, str]]:
        asking: list[tuple[Employee, str]] = []
        for employee in batch:
            digest = self._digests.of(employee)
            if not self._known(employee, digest, unlinked):
                asking.append((employee, digest))
        return asking

    def _known(self, employee: Employee, digest: str, unlinked: set[str]) -> bool:
        """Whether an earlier run's finding still holds; it is counted then."""
        if self._links.unchanged(employee.employee_id, digest, self._today):
            self._planned.counts.unchanged += 1
            note = self._notes.still_true(employee.employee_id, digest, self._today)
            if note is not None:
                self._planned.unknown_values.update(unknown_values(note))
            return True
        if employee.email and email_key(employee.email) in unlinked:
            return False
        note = self._notes.still_true(employee.employee_id, digest, self._today)
        if note is None:
            return False
        self._planned.counts.add(note.outcome)
        return True

    async def _situations(
        self, asking: Sequence[tuple[Employee, str]], emails: "_Emails", sole_admin: str | None
    ) -> list[tuple[tuple[Employee, str], Situation]]:
        linked_to = await self._linked_learner_ids([employee for employee, _ in asking])
        by_id = await self._portal.learners_by_id(set(linked_to.values()))
        keys = {email_key(employee.email) for employee, _ in asking if employee.email}
        by_email = await self._portal.learners_by_email(keys)
        elsewhere = await self._portal.known_elsewhere(keys - by_email.keys())
        situations: list[tuple[tuple[Employee, str], Situation]] = []
        for employee, digest in asking:
            key = email_key(employee.email) if employee.email else None
            learner = by_id.get(linked_to.get(employee.employee_id, ""))
            situation = Situation(
                employee,
                learner,
                linked=learner is not None,
                shares_email=emails.shared(key),
                sole_admin=learner is not None and learner.id == sole_admin,
                known_elsewhere=key in elsewhere,
            )
            holder = by_email.get(key) if key else None
            if holder is not None and (learner is None or holder.id != learner.id):
                situation = self._with_holder(situation, holder, emails, sole_admin)
            situations.append(((employee, digest), situation))
        return situations

    def _with_holder(
        self, situation: Situation, holder: Learner, emails: "_Emails", sole_admin: str | None
    ) -> Situation:
        """An account with the employee's e-mail that is not (yet) theirs: adopted on the first link, else in the way.

        Nobody's account is adopted for someone who left while another employee uses the same e-mail.
        """
        adoptable = situation.learner is None and holder.linked_employee_id is None
        if adoptable and is_terminated(situation.employee, self._rules.today):
            adoptable = emails.sole_user(email_key(holder.email))
        if adoptable:
            return replace(situation, learner=holder, sole_admin=holder.id == sole_admin)
        return replace(situation, email_holder=holder)

    async def _linked_learner_ids(self, employees: Sequence[Employee]) -> dict[str, str]:
        """Learner ids by employee id, for those who are linked; a new employee id is followed by the person id."""
        linked: dict[str, str] = {}
        unknown: dict[str, str] = {}
        for employee in employees:
            link = self._links.of(employee)
            if link is not None:
                linked[employee.employee_id] = str(link.learner_id)
            elif employee.person_id is not None and len(self._links):
                unknown[employee.person_id] = employee.employee_id
        for person_id, learner_id in (await learners_by_person(self._portal_id, unknown)).items():
            linked[unknown[person_id]] = str(learner_id)
        return linked

    def _take(self, decision: Decision, asked: tuple[Employee, str], situation: Situation) -> None:
        employee, digest = asked
        self._planned.counts.add(decision.outcome)
        for warning in decision.warnings:
            if warning.field is not None and warning.value is not None:
                self._planned.unknown_values[warning.field, warning.value] += 1
        if decision.change is not None:
            self._writer.add(decision, employee.person_id, "" if decision.warnings else digest)
            return
        if decision.outcome is not Outcome.UNCHANGED or decision.warnings:
            self._notes.take(decision, digest)
        link = self._links.of(employee)
        if decision.outcome is Outcome.UNCHANGED and link is not None and situation.learner is not None:
            self._planned.settled.append(Settled(link.id, digest, situation.learner.revision, decision.due_on))

    def _note_stray(self, stray: Stray) -> None:
        reason = Reason.NO_PERSON_DETAILS if stray.missing_from == "person-details" else Reason.NO_EMPLOYMENT_DETAILS
        self._planned.counts.add(Outcome.SKIPPED)
        employee_id = stray.employee_id or f"(none: {stray.name[:50]})"
        decision = Decision(employee_id, stray.name, stray.email, Outcome.SKIPPED, reason, SENTENCES[reason])
        self._notes.take(decision, "")


class _Emails:
    """How many employees use an e-mail: those still employed, and all."""

    def __init__(self) -> None:
        self._employed: Counter[str] = Counter()
        self._all: Counter[str] = Counter()

    @classmethod
    async def count(cls, employees: Sequence[Employee], rules: Rules) -> "_Emails":
        emails = cls()
        for batch in _batches(employees):
            for employee in batch:
                if employee.email:
                    key = email_key(employee.email)
                    emails._all[key] += 1
                    if not is_terminated(employee, rules.today):
                        emails._employed[key] += 1
            await asyncio.sleep(0)
        return emails

    def shared(self, key: str | None) -> bool:
        return key is not None and self._employed[key] > 1

    def sole_user(self, key: str) -> bool:
        return self._all[key] <= 1


def _batches(employees: Sequence[Employee]) -> Iterator[Sequence[Employee]]:
    for start in range(0, len(employees), 5 * _BATCH):
        yield employees[start : start + 5 * _BATCH]
