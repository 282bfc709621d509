"""One run from end to end: under the portal's lock, every step in order, and a record of it whatever happens."""

import msgspec

from core.clock import now
from core.domain.errors import UkgSyncError
from core.domain.outcome import Counts, Reason
from core.store.models import Plan, PlanItem, Run, RunProgress
from core.store.run_lock import Lease, hold_run_lock
from core.sync.applying import apply_plan, finish_begun
from core.sync.failures import read_failures
from core.sync.making import Draft, Maker, Subject, guard, make_plan, new_id
from core.sync.plan_items import Origin, with_changes
from core.sync.progress import Watcher
from core.sync.progress_record import recorded_progress
from core.sync.releasing import Release, StalePlan, note_what_was_applied, release

# Runs that a person started try again at once whatever was refused before.
_BY_THEMSELVES = frozenset({"schedule", "dates", "retry"})


async def plan_only(subject: Subject, maker: Maker, watcher: Watcher) -> Plan:
    """Observe, decide and guard; nothing is written but the plan itself."""
    if subject.look is not None:
        async with hold_run_lock(subject.row.id, subject.row.slug) as lease:
            subject = await _looked(subject, lease)
    last = await Run.filter(portal_id=subject.row.id).order_by("-number").first()
    failures = await read_failures(subject.row.id, obeyed=False)
    draft = await make_plan(subject, maker, failures, last.number if last else 0, watcher)
    if draft.notes is not None and draft.plan.scope == "everyone":
        for finding in draft.notes.new:
            draft.writer.add(finding, Origin())
        await draft.writer.flush()
        draft.plan.outdated_notes = draft.notes.outdated
        await draft.plan.save(update_fields=["outdated_notes"])
    await guard(draft, subject)
    return draft.plan


async def run_sync(
    subject: Subject, maker: Maker, trigger: str, watcher: Watcher, *, asked: Release | None = None
) -> Run:
    """Observe, decide, guard, apply; of a reviewed plan (`asked`) exactly what it lets through.

    The run is recorded with what happened, also when it fails. Raises `BusyError` when the portal is being synced,
    `UkgError` when UKG Pro could not be read in full and `StalePlan` when the reviewed plan is no longer what would be
    done; then nothing was written to the portal.
    """
    async with hold_run_lock(subject.row.id, subject.row.slug) as lease:
        await _close_interrupted_runs(subject.row.id)
        run = await _begin_run(subject, trigger)
        try:
            async with recorded_progress(run.id, watcher) as recorded:
                counts = await _work(run, subject, maker, recorded, lease, asked)
        except BaseException as error:
            await _finish(run, "failed", subject, maker, _sentence(error))
            raise
        await _finish(run, await _status(run, counts), subject, maker)
        return run


async def _work(
    run: Run, subject: Subject, maker: Maker, watcher: Watcher, lease: Lease, asked: Release | None
) -> Counts:
    subject = await _looked(subject, lease)
    failures = await read_failures(subject.row.id, obeyed=run.trigger in _BY_THEMSELVES)
    based_on = asked.plan_id if asked is not None else None
    draft = await make_plan(subject, maker, failures, run.number, watcher, remember=True, based_on=based_on)
    if asked is not None:
        try:
            await release(draft.plan, asked)
        except StalePlan:
            await draft.plan.delete()
            raise
    await guard(draft, subject)
    run.plan_id = draft.plan.id
    await run.save(update_fields=["plan_id"])
    await apply_plan(draft.plan, subject.portal, lease, watcher)
    await maker.remember(draft, run.number, lease)
    await failures.write(draft.plan.id, subject.row.id, lease)
    if asked is not None:
        await note_what_was_applied(asked.plan_id)
    return await _recount(draft)


async def _looked(subject: Subject, lease: Lease) -> Subject:
    """The subject as it is now, once it is known what came of all that earlier runs had begun."""
    if subject.look is None:
        return subject
    await finish_begun(subject.row.id, subject.portal, lease)
    return await subject.look()


async def _begin_run(subject: Subject, trigger: str) -> Run:
    last = await Run.filter(portal_id=subject.row.id).order_by("-number").first()
    return await Run.create(
        id=new_id("run"),
        portal_id=subject.row.id,
        number=last.number + 1 if last else 1,
        trigger=trigger,
        status="running",
        asked_by=subject.asked.by[:200],
        started_at=now(),
    )


async def _recount(draft: Draft) -> Counts:
    """The counts after applying: whoever was refused has another outcome now."""
    counts = await with_changes(draft.plan.id, draft.planned.counts)
    draft.plan.counts = msgspec.to_builtins(counts)
    await draft.plan.save(update_fields=["counts"])
    return counts


async def _status(run: Run, counts: Counts) -> str:
    """Some were left for another day: nobody is amiss, but the run is not all that was to be done."""
    if counts.held:
        return "held"
    left = await PlanItem.filter(plan_id=run.plan_id, state="noted", reason=Reason.NOT_TODAY.value).exists()
    return "partial" if left or counts.failed or counts.conflict else "succeeded"


async def _finish(run: Run, status: str, subject: Subject, maker: Maker, error: str | None = None) -> None:
    run.status, run.finished_at = status, now()
    if error is not None:
        run.error = error
    run.requests_ukg, run.requests_portal = maker.requests, subject.portal.requests
    await run.save()


def _sentence(error: BaseException) -> str:
    if isinstance(error, UkgSyncError):
        return str(error)
    if isinstance(error, Exception):
        return f"The run broke off through a fault of ukg-sync ({type(error).__name__})."
    return "The run was interrupted; what it had written stays, and the next sync goes on from there."


async def _close_interrupted_runs(portal_id: int) -> None:
    """Runs that were killed: the lock is ours now, so none of them is alive."""
    interrupted = Run.filter(portal_id=portal_id, status="running")
    await RunProgress.filter(run_id__in=[run.id for run in await interrupted]).delete()
    await interrupted.update(
        status="failed", finished_at=now(), error="The run was cut off; the next one goes on from there."
    )
