"""People who are no longer in UKG Pro though they are linked: reported, and ended only where an admin wants that."""

import asyncio
from collections import Counter
from collections.abc import Collection

import msgspec

from core.domain.change import AccountState, Change, Decision
from core.domain.learner import AccountStatus, Learner
from core.domain.outcome import SENTENCES, Outcome, Reason
from core.portals.base import PortalPort
from core.store.models import Link
from core.store.run_lock import Lease
from core.store.transactions import write_transaction
from core.sync.links import KnownLink, Links
from core.sync.observing import Observation
from core.sync.snapshot import department_of, snapshot_employees, snapshot_info

# Complete runs in a row without someone, from which on their access may end if an admin has switched that on.
ENDED_FROM = 3
_AT_ONCE = 500


class Vanished(msgspec.Struct, frozen=True):
    """The links of people who are not in UKG Pro's answer, by employee id.

    `departments` counts by department everyone, linked or not, who was in the last snapshot and is not in the answer.
    """

    links: dict[str, KnownLink]
    departments: Counter[str]


def met(observation: Observation) -> set[str]:
    """Every employee id that stands in the answer, wherever."""
    found = {employee.employee_id for employee in observation.employees}
    for employee in observation.employees:
        found.update(employee.other_ids)
    found.update(stray.employee_id for stray in observation.strays)
    return found


async def find_vanished(portal_id: int, links: Links, present: Collection[str]) -> Vanished:
    """Who is linked and not among the employee ids that are present."""
    unmet, departments = links.unmet(present), Counter[str]()
    info = await snapshot_info(portal_id)
    if info is not None and (unmet or len(present) < info.people):
        async for part in snapshot_employees(portal_id):
            gone = [department_of(employee) for employee in part if employee.employee_id not in present]
            departments.update(department for department in gone if department is not None)
            await asyncio.sleep(0)
    return Vanished(unmet, departments)


async def decide_vanished(
    vanished: Vanished, portal: PortalPort, *, passed_over: Collection[str], may_end: bool
) -> list[tuple[Decision, Learner]]:
    """What becomes of each whose account still gives access, but for the learner ids `passed_over`."""
    decisions: list[tuple[Decision, Learner]] = []
    sole_admin = await portal.sole_admin()
    ids = sorted(vanished.links)
    for start in range(0, len(ids), _AT_ONCE):
        some = {employee_id: vanished.links[employee_id] for employee_id in ids[start : start + _AT_ONCE]}
        learners = await portal.learners_by_id({str(link.learner_id) for link in some.values()})
        for employee_id, link in some.items():
            learner = learners.get(str(link.learner_id))
            if learner is None or learner.id in passed_over or learner.status is AccountStatus.DISABLED:
                continue
            ends = may_end and link.missed_runs + 1 >= ENDED_FROM
            decisions.append((_decide(employee_id, learner, ends=ends, sole_admin=sole_admin), learner))
    return decisions


def _decide(employee_id: str, learner: Learner, *, ends: bool, sole_admin: str | None) -> Decision:
    name = f"{learner.first_name} {learner.last_name}".strip()
    outcome, reason = Outcome.SKIPPED, Reason.VANISHED
    change: Change | None = None
    detail = SENTENCES[reason]
    if ends and learner.id == sole_admin:
        outcome, reason = Outcome.CONFLICT, Reason.LAST_ADMIN
        detail = SENTENCES[reason]
    elif ends:
        outcome = Outcome.ENDED
        detail = f"Not in UKG Pro for {ENDED_FROM} complete runs or more, so access ends, as set for this portal."
        change = Change(
            learner.id,
            AccountState(status=learner.status),
            AccountState(status=AccountStatus.DISABLED),
            cancel_invite=learner.status is AccountStatus.PENDING,
        )
    return Decision(employee_id, name, learner.email, outcome, reason, detail, change, link=True)


async def count_missed(vanished: Vanished, back: Collection[int], lease: Lease) -> None:
    """Remember who was missing from a complete run, and who is there again (ids of their links)."""
    missing = list(vanished.links.values())
    for start in range(0, len(missing), _AT_ONCE):
        some = {link.id: link.missed_runs for link in missing[start : start + _AT_ONCE]}
        async with write_transaction():
            await lease.renew()
            for times in set(some.values()):
                ids = [link_id for link_id, missed in some.items() if missed == times]
                await Link.filter(id__in=ids).update(missed_runs=times + 1)
    again = list(back)
    for start in range(0, len(again), _AT_ONCE):
        async with write_transaction():
            await lease.renew()
            await Link.filter(id__in=again[start : start + _AT_ONCE]).update(missed_runs=0)
