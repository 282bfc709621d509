"""The guard at work on a saved plan: what exceeds a limit is held, with the limit it exceeds."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from core.clock import now
from core.domain.employee import Employee
from core.domain.guard import Kind, Limits, Span, Tally, Tripped, exceeded, kinds_of
from core.domain.outcome import Outcome, Reason
from core.store.bulk import execute, select_rows
from core.store.models import PlanItem, Run
from core.store.transactions import write_transaction
from core.sync.links import Links, linked_with_access, read_links
from core.sync.plan_items import MARKED
from core.sync.snapshot import company_of, department_of, snapshot_employees

_WEEK = timedelta(days=7)
_COUNTED = "state = 'planned' AND released = FALSE"
_PLANNED = f"SELECT planned_outcome, also, COUNT(*) FROM plan_item WHERE plan_id = ? AND {_COUNTED} GROUP BY 1, 2"  # noqa: S608 our own text
_ALSO = {"email": Kind.EMAIL_CHANGED, "blank": Kind.BLANKED}
_CONDITIONS = {
    Kind.ENDED: f"planned_outcome = 'ended' AND also <> '{MARKED}'",
    Kind.CREATED: "planned_outcome IN ('created', 'invited', 'reactivated')",
    Kind.UPDATED: "planned_outcome = 'updated'",
    Kind.EMAIL_CHANGED: "also IN ('email', 'email blank')",
    Kind.BLANKED: "also IN ('blank', 'email blank')",
}


async def guard_plan(plan_id: str, portal_id: int, limits: Limits, places: Counter[tuple[Span, str]]) -> list[Tripped]:
    """Hold what exceeds the limits; what an admin released is neither counted nor held.

    `places` counts the linked by company and department. Returns the limits that tripped.
    """
    linked = await linked_with_access(portal_id)
    filled = linked if await _synced_before(portal_id) else 0
    planned = _by_kind(await select_rows(PlanItem, _PLANNED, [plan_id]))
    tallies = [Tally(Span.RUN, kind, number, linked, linked_in_portal=filled) for kind, number in planned.items()]
    if limits.get(Span.WEEK) and planned:
        before = await _written_within_a_week(portal_id)
        tallies += [
            Tally(Span.WEEK, kind, number, linked, before[kind], linked_in_portal=filled)
            for kind, number in planned.items()
        ]
    for span in (Span.COMPANY, Span.DEPARTMENT):
        if limits.get(span):
            tallies += await _by_place(plan_id, span, places, filled)
    tripped = exceeded(limits, tallies)
    for each in tripped:
        await _hold(plan_id, each)
    return tripped


async def _synced_before(portal_id: int) -> bool:
    """Whether a whole sync has ever come to its end: the next one after a first that broke off is still the first."""
    ended = Run.filter(portal_id=portal_id, status__in=["succeeded", "partial", "held"], plan__scope="everyone")
    return await ended.exists()


def _by_kind(rows: Iterable[tuple[str, str, int]]) -> Counter[Kind]:
    counted: Counter[Kind] = Counter()
    for outcome, also, number in rows:
        words = also.split()
        if MARKED not in words:
            for kind in kinds_of(Outcome(outcome), None) | {_ALSO[word] for word in words}:
                counted[kind] += number
    return counted


def limits_places(limits: Limits) -> bool:
    """Whether there are limits for single companies or departments."""
    return any(limits.get(span) for span in (Span.COMPANY, Span.DEPARTMENT))


def count_places(employees: Iterable[Employee], links: Links) -> Counter[tuple[Span, str]]:
    """How many of these employees are linked to an account with access, by company and department."""
    places: Counter[tuple[Span, str]] = Counter()
    for employee in employees:
        link = links.of(employee)
        if link is not None and link.has_access:
            for span, place in ((Span.COMPANY, company_of(employee)), (Span.DEPARTMENT, department_of(employee))):
                if place is not None:
                    places[span, place] += 1
    return places


async def places_in_snapshot(portal_id: int) -> Counter[tuple[Span, str]]:
    """The same of everyone, as last read."""
    links = await read_links(portal_id)
    places: Counter[tuple[Span, str]] = Counter()
    async for part in snapshot_employees(portal_id):
        places.update(count_places(part, links))
        await asyncio.sleep(0)
    return places


async def _by_place(plan_id: str, span: Span, places: Counter[tuple[Span, str]], linked_in_portal: int) -> list[Tally]:
    rows = await select_rows(
        PlanItem,
        f"SELECT {span.value}, planned_outcome, also, COUNT(*) FROM plan_item"  # noqa: S608 our own text
        f" WHERE plan_id = ? AND {_COUNTED} AND {span.value} IS NOT NULL GROUP BY 1, 2, 3",
        [plan_id],
    )
    tallies: list[Tally] = []
    for place in sorted({row[0] for row in rows}):
        counted = _by_kind(row[1:] for row in rows if row[0] == place)
        linked = places[span, place]
        tallies += [
            Tally(span, kind, number, linked, place=place, linked_in_portal=linked_in_portal)
            for kind, number in counted.items()
        ]
    return tallies


async def _written_within_a_week(portal_id: int) -> Counter[Kind]:
    """What earlier runs wrote in the last seven days, but for what an admin released."""
    recent = Run.filter(portal_id=portal_id, started_at__gt=now() - _WEEK, plan_id__isnull=False)
    plans = await recent.values_list("plan_id", flat=True)
    if not plans:
        return Counter()
    rows = await select_rows(
        PlanItem,
        "SELECT planned_outcome, also, COUNT(*) FROM plan_item"  # noqa: S608 our own text
        f" WHERE plan_id IN ({', '.join('?' * len(plans))}) AND state = 'done' AND released = FALSE GROUP BY 1, 2",
        list(plans),
    )
    return _by_kind(rows)


async def _hold(plan_id: str, tripped: Tripped) -> None:
    condition, values = f"plan_id = ? AND {_COUNTED} AND {_CONDITIONS[tripped.kind]}", [plan_id]
    if tripped.place is not None:
        condition += f" AND {tripped.span.value} = ?"
        values.append(tripped.place)
    statement = f"UPDATE plan_item SET state = 'held', outcome = ?, reason = ?, detail = ? WHERE {condition}"  # noqa: S608 our own text
    async with write_transaction():
        await execute(PlanItem, statement, [Outcome.HELD.value, Reason.GUARD.value, tripped.sentence, *values])
