"""From employees and learners to decisions: link, decide, hold back; batch by batch."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec
from msgspec.structs import replace

from core.domain.addresses import Wish, hand_over
from core.domain.change import Decision
from core.domain.decision import Rules, Situation, decide
from core.domain.email import email_key
from core.domain.employee import Employee, Stray
from core.domain.outcome import SENTENCES, Outcome, Reason
from core.portals.base import PortalPort
from core.sync.digests import Digests
from core.sync.emails import Emails
from core.sync.links import KnownLink, Links
from core.sync.notes import KnownNote, Notes
from core.sync.progress import Step, Watcher
from core.sync.situations import Situations

_BATCH = 500

# Lets a decision stand, or gives what takes its place.
Judge = Callable[[Decision], Decision]


class Finding(msgspec.Struct, frozen=True):
    """What planning found for one employee. `digest` is the employee's; `link` the one there was before."""

    employee: Employee
    digest: str
    situation: Situation
    decision: Decision
    link: KnownLink | None


class Taker(Protocol):
    """Takes what planning finds, person by person."""

    def take(self, finding: Finding) -> None:
        """Someone who was looked at."""
        ...

    def take_together(self, findings: Sequence[Finding]) -> None:
        """People to be written in one step and in this order."""
        ...

    def keep(self, employee: Employee, note: KnownNote | None, outcome: Outcome) -> None:
        """Someone for whom an earlier run's finding still holds."""
        ...

    def note(self, decision: Decision) -> None:
        """Someone of whom no more is known than this."""
        ...

    async def flush(self) -> None:
        """A batch is complete."""
        ...


class Planner:
    """Plans one portal for one set of rules. Without `notes` everyone is looked at afresh."""

    def __init__(
        self,
        portal_id: int,
        portal: PortalPort,
        links: Links,
        rules: Rules,
        emails: Emails,
        taker: Taker,
        *,
        notes: Notes | None = None,
        judge: Judge = lambda decision: decision,
    ) -> None:
        self._portal = portal
        self._links = links
        self._notes = notes
        self._rules = rules
        self._taker = taker
        self._judge = judge
        self._digests = Digests(rules)
        self._today = rules.today.isoformat()
        self._situations = Situations(portal_id, portal, links, rules, emails)
        self._readdressed: list[Finding] = []

    async def plan(self, employees: list[Employee], strays: Sequence[Stray], watcher: Watcher) -> None:
        """Decide for everyone. The employees are used up on the way, which gives their memory back."""
        total = len(employees) + len(strays)
        await self._situations.begin()
        unlinked = await self._portal.unlinked_emails() if self._notes is not None else set()
        employees.reverse()
        asking: list[tuple[Employee, str]] = []
        while employees:
            batch = [employees.pop() for _ in range(min(_BATCH, len(employees)))]
            asking += self._needing_a_look(batch, unlinked)
            # Few people need a look on most days: they are gathered, so that the portal is asked seldom.
            if len(asking) >= _BATCH or not employees:
                await self._look_at(asking)
                asking = []
            watcher(Step.PLAN, total - len(employees), total)
            await asyncio.sleep(0)
        self._settle_addresses()
        for stray in strays:
            self._taker.note(_of_stray(stray))
        await self._taker.flush()

    async def _look_at(self, asking: Sequence[tuple[Employee, str]]) -> None:
        for start in range(0, len(asking), _BATCH):
            some = asking[start : start + _BATCH]
            situations = await self._situations.of([employee for employee, _ in some])
            for (employee, digest), situation in zip(some, situations, strict=True):
                finding = self._decided(employee, digest, situation)
                if _concerns_an_address(finding):
                    self._readdressed.append(finding)
                else:
                    self._taker.take(finding)
            await self._taker.flush()

    def _decided(self, employee: Employee, digest: str, situation: Situation) -> Finding:
        decision = self._judge(decide(situation, self._rules))
        return Finding(employee, digest, situation, decision, self._links.of(employee))

    def _needing_a_look(self, batch: Sequence[Employee], unlinked: set[str]) -> list[tuple[Employee, str]]:
        asking: list[tuple[Employee, str]] = []
        for employee in batch:
            digest = self._digests.of(employee)
            if not self._known(employee, digest, unlinked):
                asking.append((employee, digest))
        return asking

    def _known(self, employee: Employee, digest: str, unlinked: set[str]) -> bool:
        """Whether an earlier run's finding still holds; the taker keeps it then."""
        if self._notes is None:
            return False
        if self._links.unchanged(employee.employee_id, digest, self._today):
            note = self._notes.still_true(employee.employee_id, digest, self._today)
            self._taker.keep(employee, note, Outcome.UNCHANGED)
            return True
        if employee.email and email_key(employee.email) in unlinked:
            return False
        note = self._notes.still_true(employee.employee_id, digest, self._today)
        if note is None:
            return False
        self._taker.keep(employee, note, note.outcome)
        return True

    def _settle_addresses(self) -> None:
        """Those who get an address that someone else gives up in the same plan, in an order in which that works."""
        if not self._readdressed:
            return
        free = {finding.employee.employee_id: self._as_if_free(finding) for finding in self._readdressed}
        handover = hand_over(_wish(free[finding.employee.employee_id], finding) for finding in self._readdressed)
        blocked = set(handover.blocked)
        for finding in self._readdressed:
            if finding.employee.employee_id in blocked:
                self._taker.take(finding)
        for step in handover.steps:
            self._taker.take_together([free[employee_id] for employee_id in step])

    def _as_if_free(self, finding: Finding) -> Finding:
        if finding.situation.email_holder is None:
            return finding
        return self._decided(finding.employee, finding.digest, replace(finding.situation, email_holder=None))


def _concerns_an_address(finding: Finding) -> bool:
    """Whether the employee's address is, or is going to be, another one than that of the account they have."""
    holder, decision = finding.situation.email_holder, finding.decision
    if holder is not None and holder.linked_employee_id is not None and decision.reason is Reason.EMAIL_TAKEN:
        return True
    return decision.change is not None and decision.change.learner_id is not None and bool(decision.change.after.email)


def _wish(free: Finding, finding: Finding) -> Wish:
    """What the finding asks of others. An account gives its address up only if its own change can be made."""
    holder, learner, change = finding.situation.email_holder, finding.situation.learner, free.decision.change
    moves = change is not None and change.learner_id is not None and bool(change.after.email)
    account = learner.id if moves and learner is not None and free.decision.outcome is not Outcome.HELD else None
    if change is None:
        return Wish(finding.employee.employee_id, None, "" if holder is not None else None)
    return Wish(finding.employee.employee_id, account, holder.id if holder is not None else None)


def _of_stray(stray: Stray) -> Decision:
    reason = Reason.NO_PERSON_DETAILS if stray.missing_from == "person-details" else Reason.NO_EMPLOYMENT_DETAILS
    employee_id = stray.employee_id or f"(none: {stray.name[:50]})"
    return Decision(employee_id, stray.name, stray.email, Outcome.SKIPPED, reason, SENTENCES[reason])
