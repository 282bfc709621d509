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


async def find_vanished(portal_id: int, links: Links, seen: Observation) -> Vanished:
    """Who is linked and not in the answer, neither by any employee id nor as the same person under a new one."""
    present, departments = met(seen), Counter[str]()
    unmet = links.unmet(present)
    persons = {employee.person_id for employee in seen.employees if employee.person_id} if unmet else set()
    if persons:
        unmet = await _without(unmet, persons)
    info = await snapshot_info(portal_id)
    if info is not None and (unmet or len(present) < info.people):
        async for part in snapshot_employees(portal_id):
            gone = [
                department_of(one) for one in part if one.employee_id not in present and one.person_id not in persons
            ]
            departments.update(department for department in gone if department is not None)
            await asyncio.sleep(0)
    return Vanished(unmet, departments)


async def _without(unmet: dict[str, KnownLink], persons: Collection[str]) -> dict[str, KnownLink]:
    """The links of those who are none of these persons."""
    left: dict[str, KnownLink] = {}
    ids = sorted(unmet)
    for start in range(0, len(ids), _AT_ONCE):
        some = {unmet[employee_id].id: employee_id for employee_id in ids[start : start + _AT_ONCE]}
        for link_id, person_id in await Link.filter(id__in=list(some)).values_list("id", "person_id"):
            if person_id not in persons:
                employee_id = some[int(str(link_id))]
                left[employee_id] = unmet[employee_id]
    return left


async def decide_vanished(vanished: Vanished, portal: PortalPort, *, may_end: bool) -> list[tuple[Decision, Learner]]:
    """What becomes of each whose account still gives access."""
    decisions: list[tuple[Decision, Learner]] = []
    sole_admin = await portal.sole_admin()
    ids = sorted(vanished.links)
    for start in range(0, len(ids), _AT_ONCE):
        some = {employee_id: vanished.links[employee_id] for employee_id in ids[start : start + _AT_ONCE]}
        learners = await portal.learners_by_id({str(link.learner_id) for link in some.values()})
        for employee_id, link in some.items():
            learner = learners.get(str(link.learner_id))
            if learner is None or learner.status is AccountStatus.DISABLED:
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
