"""One run from end to end: under the portal's lock, every step in order, and a record of it whatever happens."""

import secrets

import msgspec

from core.clock import now
from core.domain.decision import Rules
from core.domain.errors import UkgSyncError
from core.domain.outcome import Counts, Outcome
from core.portals.base import PortalPort
from core.store.models import Plan, PlanItem, Portal, Run
from core.store.run_lock import hold_run_lock
from core.sync.applying import apply_plan, settle
from core.sync.links import read_links
from core.sync.notes import Notes, read_notes
from core.sync.plan_items import PlanWriter
from core.sync.planning import Planned, Planner
from core.sync.progress import Step, Watcher
from core.ukg.client import UkgClient
from core.ukg.directory import Directory, read_directory


class Subject(msgspec.Struct, frozen=True):
    """What is synced: a portal, by its row and as a port, with the rules that hold for it today."""

    row: Portal
    portal: PortalPort
    rules: Rules


async def plan_only(subject: Subject, client: UkgClient, watcher: Watcher) -> Plan:
    """Observe, plan and guard; nothing is written but the plan itself."""
    last = await Run.filter(portal_id=subject.row.id).order_by("-number").first()
    notes = await read_notes(subject.row.id)
    plan, _ = await _observe_and_plan(subject, client, notes, last.number if last else 0, watcher)
    writer = PlanWriter(plan.id, first=await PlanItem.filter(plan_id=plan.id).count())
    for finding in notes.new:
        writer.add(finding)
    await writer.flush()
    plan.outdated_notes = notes.outdated
    await plan.save(update_fields=["outdated_notes"])
    return plan


async def run_sync(subject: Subject, client: UkgClient, trigger: str, watcher: Watcher) -> Run:
    """Observe, plan, guard, apply. The run is recorded with what happened, also when it fails.

    Raises `BusyError` when the portal is being synced, and `UkgError` when UKG Pro could not be read in full; then
    nothing was written to the portal.
    """
    async with hold_run_lock(subject.row.id, subject.row.slug) as lease:
        await _close_interrupted_runs(subject.row.id)
        run = await _begin_run(subject.row.id, trigger)
        try:
            notes = await read_notes(subject.row.id)
            plan, planned = await _observe_and_plan(subject, client, notes, run.number, watcher)
            run.plan_id = plan.id
            await run.save(update_fields=["plan_id"])
            await apply_plan(plan.id, subject.row.id, subject.portal, lease, watcher)
            await settle(planned.settled, lease)
            await notes.write(run.number, lease)
            counts = await _recount(plan, planned)
        except BaseException as error:
            await _finish(run, "failed", client, subject, _sentence(error))
            raise
        await _finish(run, _status(counts), client, subject)
        return run


async def _begin_run(portal_id: int, trigger: str) -> Run:
    last = await Run.filter(portal_id=portal_id).order_by("-number").first()
    return await Run.create(
        id=_new_id("run"),
        portal_id=portal_id,
        number=last.number + 1 if last else 1,
        trigger=trigger,
        status="running",
        started_at=now(),
    )


async def _observe_and_plan(
    subject: Subject, client: UkgClient, notes: Notes, run_number: int, watcher: Watcher
) -> tuple[Plan, Planned]:
    rules = subject.rules
    plan = Plan(
        id=_new_id("plan"), portal_id=subject.row.id, today=rules.today, run_number=run_number, created_at=now()
    )

    async def told(rows: int) -> None:
        watcher(Step.READ, rows, None)

    attribute_ids = list(dict.fromkeys(mapping.attribute.id for mapping in rules.mappings))
    directory = await read_directory(client, attribute_ids, rules.today, told)
    links = await read_links(subject.row.id)
    await plan.save()
    writer = PlanWriter(plan.id)
    planned = await Planner(subject.row.id, subject.portal, links, notes, rules, writer).plan(directory, watcher)
    await _describe(plan, directory, planned, client)
    return plan, planned


async def _describe(plan: Plan, directory: Directory, planned: Planned, client: UkgClient) -> None:
    plan.counts = msgspec.to_builtins(planned.counts)
    plan.completeness = msgspec.to_builtins(directory.completeness)
    plan.complete_source = directory.completeness.complete
    plan.unknown_values = [
        {"field": field, "value": value, "people": people}
        for (field, value), people in planned.unknown_values.most_common()
    ]
    plan.requests_ukg = client.requests
    plan.finished_at = now()
    await plan.save()


async def _recount(plan: Plan, planned: Planned) -> Counts:
    """The counts after applying: whoever was refused has another outcome now."""
    counts = planned.counts
    for refused in await PlanItem.filter(plan_id=plan.id, state="failed"):
        counts.move(Outcome(refused.planned_outcome), Outcome(refused.outcome))
    counts.check()
    plan.counts = msgspec.to_builtins(counts)
    await plan.save(update_fields=["counts"])
    return counts


def _status(counts: Counts) -> str:
    if counts.held:
        return "held"
    return "partial" if counts.failed or counts.conflict else "succeeded"


async def _finish(run: Run, status: str, client: UkgClient, subject: Subject, error: str | None = None) -> None:
    run.status, run.finished_at = status, now()
    if error is not None:
        run.error = error
    run.requests_ukg, run.requests_portal = client.requests, subject.portal.requests
    await run.save()


def _sentence(error: BaseException) -> str:
    if isinstance(error, UkgSyncError):
        return str(error)
    if isinstance(error, Exception):
        return f"The run broke off through a fault of ukg-sync ({type(error).__name__})."
    return "The run was interrupted; what it had written stays, and the next sync goes on from there."


async def _close_interrupted_runs(portal_id: int) -> None:
    """Runs that were killed: the lock is ours now, so none of them is alive."""
    await Run.filter(portal_id=portal_id, status="running").update(
        status="failed", finished_at=now(), error="The run was cut off; the next one goes on from there."
    )


def _new_id(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(5)}"
