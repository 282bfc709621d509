"""Runs and plans as they are reported: counts that add up, and everyone who is not unchanged with a reason."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from core.domain.change import Change, readable_changes
from core.domain.errors import SettingsError
from core.domain.guard import Tripped
from core.domain.mapping import ValueWarning
from core.domain.outcome import SENTENCES, Counts, Outcome, Reason
from core.domain.roles import Role
from core.services.acting import require
from core.services.portals import portal_for
from core.store.models import Note, Plan, PlanItem, Portal, Run

_PAGE = 1000
BROKEN_OFF = "failed"
# Of a run that broke off: why nothing is said to be written, by the state of the item.
NOT_DONE = {"planned": Reason.NOT_REACHED, "begun": Reason.NOT_KNOWN}


class ReportedOutcome(msgspec.Struct):
    """One employee in a report. `changes` is `{"last_name": ["Old", "New"]}`; `held_as` the outcome that a held change
    would have."""

    employee_id: str
    email: str | None
    name: str
    outcome: str
    reason: str
    detail: str | None
    changes: dict[str, tuple[Any, Any]]
    warnings: list[str]
    held_as: str | None = None


class UnknownValue(msgspec.Struct):
    """A value of a choice field that is not among its choices, and how many people carry it."""

    field: str
    value: str
    people: int


class Report(msgspec.Struct, omit_defaults=False):
    """A run or a plan (then `run` is None), as design, section 5, fixes its JSON. `error` is set when it failed.

    `doubts` say what is hard to believe about UKG Pro's answer, `tripped` which limits of the guard are exceeded; until
    `expires_at` the plan, or what is held of it, may be applied while `state` is `open`. `cost` says what writing takes
    of a portal that is asked over the network, where that is worth a word.
    """

    run: str | None
    plan: str | None
    portal: str
    trigger: str
    status: str
    started_at: datetime
    finished_at: datetime | None
    complete_source: bool
    counts: Counts
    requests: dict[str, int]
    outcomes: list[ReportedOutcome]
    unknown_values: list[UnknownValue]
    error: str | None = None
    doubts: list[str] = []
    tripped: list[str] = []
    hash: str = ""
    state: str = ""
    expires_at: datetime | None = None
    undoes: str | None = None
    cost: str = ""


class RunOverview(msgspec.Struct):
    """One line of a portal's history."""

    run: str
    plan: str | None
    trigger: str
    status: str
    started_at: datetime
    finished_at: datetime | None
    counts: Counts
    error: str | None
    asked_by: str = ""


class Reasons(msgspec.Struct):
    """One outcome for one reason, and how many people."""

    outcome: str
    reason: str
    people: int


class Summary(msgspec.Struct):
    """A report for people: its `outcomes` are only the first of those that need attention, `reasons` count everyone."""

    report: Report
    reasons: list[Reasons]


_ATTENTION = ("conflict", "failed", "held")
# What an admin chose not to apply needs nobody's attention.
_CHOSEN = Reason.NOT_RELEASED.value
_MOST_SHOWN = 10


async def summarise(report: Report) -> Summary:
    """What a person reads of a run or a plan: of a run reported without its outcomes, quick whatever their number."""
    if report.outcomes or report.plan is None:
        counted = Counter((row.outcome, row.reason) for row in report.outcomes)
        wanting = [row for row in report.outcomes if row.outcome in _ATTENTION and row.reason != _CHOSEN]
    else:
        counted, wanting = await _counted_and_wanting(await plan_of(report))
    reasons = [Reasons(outcome, reason, people) for (outcome, reason), people in counted.most_common()]
    return Summary(msgspec.structs.replace(report, outcomes=wanting[:_MOST_SHOWN]), reasons)


async def plan_of(report: Report) -> Plan:
    """The plan with the items: of a run that applied a reviewed plan, the one made anew for it."""
    run = await Run.get(id=report.run).prefetch_related("plan") if report.run is not None else None
    return run.plan if run is not None and run.plan is not None else await Plan.get(id=report.plan)


async def _counted_and_wanting(plan: Plan) -> tuple[Counter[tuple[str, str]], list[ReportedOutcome]]:
    counted: Counter[tuple[str, str]] = Counter()
    wanting: list[ReportedOutcome] = []
    for found in (PlanItem.filter(plan_id=plan.id), notes_of(plan)):
        grouped = found.annotate(people=Count("id")).group_by("outcome", "reason")
        for row in await grouped.values("outcome", "reason", "people"):
            counted[str(row["outcome"]), str(row["reason"])] += int(str(row["people"]))
        needing = found.filter(outcome__in=_ATTENTION).exclude(reason=_CHOSEN)
        rows: Sequence[PlanItem | Note] = await needing.order_by("id").limit(_MOST_SHOWN)
        wanting += [reported(row) for row in rows]
    return counted, wanting


async def report_run(run_id: str, *, outcomes: bool = True) -> Report:
    """The report of a run; without `outcomes` the list stays empty, which is quick whatever the size."""
    run = await Run.get_or_none(id=run_id).prefetch_related("portal", "plan")
    if run is None:
        raise SettingsError(f"There is no run '{run_id[:40]}'. See 'ukg runs SLUG'.")
    await require(run.portal, Role.VIEWER)
    plan = run.plan
    return Report(
        run=run.id,
        plan=plan.based_on or plan.id if plan is not None else None,
        portal=run.portal.slug,
        trigger=run.trigger,
        status=run.status,
        started_at=run.started_at,
        finished_at=run.finished_at,
        complete_source=plan is not None and plan.complete_source,
        counts=await _counts_of(run),
        requests={"ukg": run.requests_ukg, "portal": run.requests_portal},
        outcomes=await _outcomes(plan, broke_off=run.status == BROKEN_OFF) if outcomes and plan is not None else [],
        unknown_values=_unknown_values(plan),
        error=run.error,
        **await _standing(plan),
    )


async def report_plan(plan_id: str, *, outcomes: bool = True, most: int | None = None) -> Report:
    """The report of a plan that was only made, with the first `most` outcomes (None: all)."""
    plan = await Plan.get_or_none(id=plan_id).prefetch_related("portal")
    if plan is None:
        raise SettingsError(f"There is no plan '{plan_id[:40]}'.")
    portal: Portal = plan.portal
    await require(portal, Role.VIEWER)
    counts = _counts(plan)
    return Report(
        run=None,
        plan=plan.id,
        portal=portal.slug,
        trigger="plan",
        status="held" if counts.held else "partial" if counts.conflict or counts.failed else "succeeded",
        started_at=plan.created_at,
        finished_at=plan.finished_at,
        complete_source=plan.complete_source,
        counts=counts,
        requests={"ukg": plan.requests_ukg, "portal": plan.requests_portal},
        outcomes=(await _outcomes(plan, most=most))[:most] if outcomes else [],
        unknown_values=_unknown_values(plan),
        **await _standing(plan),
    )


async def _standing(plan: Plan | None) -> dict[str, Any]:
    """What of a plan is held and why, and whether it, or the reviewed plan it was made anew from, can still be
    applied."""
    if plan is None:
        return {}
    reviewed = await Plan.get_or_none(id=plan.based_on) if plan.based_on else None
    named = reviewed or plan
    return {
        "doubts": msgspec.json.decode(plan.doubts, type=list[str]),
        "tripped": [each.sentence for each in msgspec.json.decode(plan.tripped, type=list[Tripped])],
        "hash": named.hash,
        "state": named.state,
        "expires_at": named.expires_at,
        "undoes": plan.undoes,
        "cost": plan.cost,
    }


async def list_runs(slug: str, limit: int = 50) -> list[RunOverview]:
    """The portal's runs, newest first."""
    portal = await portal_for(slug, Role.VIEWER)
    runs = await Run.filter(portal_id=portal.id).order_by("-number").limit(limit).prefetch_related("plan")
    return [
        RunOverview(
            run.id,
            run.plan.based_on or run.plan.id if run.plan is not None else None,
            run.trigger,
            run.status,
            run.started_at,
            run.finished_at,
            await _counts_of(run),
            run.error,
            run.asked_by,
        )
        for run in runs
    ]


async def _counts_of(run: Run) -> Counts:
    """The counts of a run; `run.plan` must be fetched. Of one that broke off, whoever it did not come to failed."""
    counts = _counts(run.plan)
    if run.status == BROKEN_OFF and run.plan is not None and run.plan.counts:
        items = PlanItem.filter(plan_id=run.plan.id, state__in=[*NOT_DONE, "failed"], change__isnull=False)
        grouped = items.annotate(people=Count("id")).group_by("planned_outcome", "outcome", "state")
        for row in await grouped.values("planned_outcome", "outcome", "state", "people"):
            people = int(str(row["people"]))
            counts.add(Outcome(str(row["planned_outcome"])), -people)
            counts.add(Outcome.FAILED if row["state"] in NOT_DONE else Outcome(str(row["outcome"])), people)
    return counts


def _counts(plan: Plan | None) -> Counts:
    return msgspec.convert(plan.counts, Counts) if plan is not None and plan.counts else Counts()


def _unknown_values(plan: Plan | None) -> list[UnknownValue]:
    return msgspec.convert(plan.unknown_values, list[UnknownValue]) if plan is not None else []


async def outcome_pages(report: Report, size: int = _PAGE) -> AsyncIterator[list[ReportedOutcome]]:
    """The same as the outcomes of a report, for one that was made without them: page by page, none of which takes long
    or stays in memory."""
    if report.plan is not None:
        async for page in _pages(await plan_of(report), size, broke_off=report.status == BROKEN_OFF):
            yield page


async def _outcomes(plan: Plan, *, broke_off: bool = False, most: int | None = None) -> list[ReportedOutcome]:
    """Everyone who is not unchanged; no more are looked for once there are `most`."""
    outcomes: list[ReportedOutcome] = []
    async for page in _pages(plan, _PAGE, broke_off=broke_off):
        outcomes += page
        if most is not None and len(outcomes) >= most:
            break
    return outcomes


async def _pages(plan: Plan, size: int, *, broke_off: bool) -> AsyncIterator[list[ReportedOutcome]]:
    """Everyone who is not unchanged: first those with something to write, then those noted with nothing to write."""
    last = -1
    while items := await PlanItem.filter(plan_id=plan.id, position__gt=last).order_by("position").limit(size):
        page = [reported(item, item.change) for item in items]
        for row, item in zip(page, items, strict=True):
            if broke_off and item.state in NOT_DONE:
                not_done(row, item)
        yield [row for row in page if row.outcome != Outcome.UNCHANGED]
        last = items[-1].position
    outdated = set(plan.outdated_notes)
    last = 0
    while notes := await notes_of(plan).filter(id__gt=last).order_by("id").limit(size):
        yield [reported(note) for note in notes if note.id not in outdated and note.outcome != Outcome.UNCHANGED]
        last = notes[-1].id


def notes_of(plan: Plan) -> QuerySet[Note]:
    """The notes true at a plan's run; a plan made for itself found those in `outdated_notes` to be so no more.

    A plan that covers only some people has everyone it looked at among its items.
    """
    if plan.scope != "everyone":
        return Note.filter(id__in=[])
    valid = Note.filter(portal_id=plan.portal_id, since__lte=plan.run_number)
    return valid.filter(Q(until__isnull=True) | Q(until__gt=plan.run_number))


def reported(found: PlanItem | Note, change: str | None = None) -> ReportedOutcome:
    """What is reported of an item or a note; `change` is the item's, as it is kept."""
    return ReportedOutcome(
        found.employee_id,
        found.email,
        found.name,
        found.outcome,
        found.reason,
        found.detail,
        readable_changes(msgspec.json.decode(change, type=Change)) if change else {},
        [warning.sentence for warning in msgspec.json.decode(found.warnings, type=list[ValueWarning])],
        found.planned_outcome if isinstance(found, PlanItem) and found.outcome == Outcome.HELD else None,
    )


def not_done(row: ReportedOutcome, item: PlanItem) -> None:
    """Say of someone whom a run that broke off did not come to that nothing is known to be written."""
    reason = NOT_DONE[item.state]
    row.outcome, row.reason, row.detail = Outcome.FAILED.value, reason.value, SENTENCES[reason]


def plain_value(value: object) -> str:
    """A value of a change as a person reads it."""
    if value is None or value == "":
        return "(empty)"
    return value.isoformat() if isinstance(value, date) else str(value)
