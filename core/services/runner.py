"""Carrying run requests out, one after the other, whoever put them; one that fails is recorded, and the next is on."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta

from core.clock import now
from core.domain.errors import BusyError, OutsideError, UkgSyncError
from core.jobs.patience import Patience
from core.jobs.requests import RequestKind, State, cut_off, finish, keep, put_back, take_next, take_up_again
from core.services.acting import acting_as
from core.services.notices import Kind, raise_notice, resolve_notice
from core.services.requests import asker_of
from core.services.schedule import obstacle
from core.services.standing import next_try
from core.store.models import Plan, Portal, Run, RunLock, RunRequest

POLL_SECONDS = 2.0
_AFTER_TROUBLE_SECONDS = 20.0
_BUSY_WAIT = timedelta(minutes=1)
_FAULT_WAIT = timedelta(minutes=10)
_STOPPED = object()


async def carry_out_requests(database_url: str, stop: asyncio.Event, *, poll_seconds: float = POLL_SECONDS) -> None:
    """Take requests and carry them out until `stop` is set, looking every few seconds; the database must be open.

    The run in hand when `stop` is set is broken off, which runs bear, and waits to be taken up again. When the
    database keeps failing, raises its error.
    """
    patience = Patience("Carrying run requests out")
    while not stop.is_set():
        pause = poll_seconds
        try:
            carried_out = await carry_out_next(database_url, stop)
            patience.worked()
            if carried_out:
                continue
        except Exception as error:
            patience.failed(error)
            pause = max(poll_seconds, _AFTER_TROUBLE_SECONDS)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def carry_out_next(database_url: str, stop: asyncio.Event) -> bool:
    """Carry the next request out that may start. Returns whether there was one."""
    for given_up in await take_up_again():
        await _tell_of_failed_day(given_up, await Portal.get(id=given_up.portal_id))
    request = await take_next()
    if request is None:
        return False
    portal = await Portal.get(id=request.portal_id)
    if request.slot is not None:
        reason = await obstacle(portal)
        if reason is not None:
            await finish(request, State.SKIPPED, error=reason)
            return True
    earlier = await Run.filter(portal_id=portal.id).order_by("-number").first()
    number = earlier.number if earlier else 0
    async with keep(request):
        try:
            run = await _until(stop, _run(request, portal.slug, database_url))
        except Exception as error:
            await _record_failure(request, portal, error, await _failed_run(portal, number))
        else:
            if run is _STOPPED:
                await put_back(request)
            else:
                run_id = run.id if isinstance(run, Run) else None
                await finish(request, State.DONE, run_id=run_id, plan_id=run.id if isinstance(run, Plan) else None)
                await _tell_how_it_ended(portal, request, run)
    return True


async def _until(stop: asyncio.Event, work: Awaitable[Run | Plan | None]) -> object:
    """What the work gives, or `_STOPPED` if it was broken off since `stop` was set."""
    working, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        working.cancel()  # without effect on what is done
        await asyncio.wait({working})
    return _STOPPED if working.cancelled() else working.result()


async def _run(request: RunRequest, slug: str, database_url: str) -> Run | Plan | None:
    """The run or plan that the request asks for, in the name of who asked."""
    from core.services import plans, syncing

    with acting_as(asker_of(request)):
        match RequestKind(request.kind):
            case RequestKind.SYNC:
                trigger = "manual" if request.slot is None else "schedule"
                return await syncing.sync_portal(slug, database_url, trigger=trigger)
            case RequestKind.PLAN:
                return await syncing.plan_portal(slug, database_url)
            case RequestKind.DATES:
                return await syncing.apply_due_dates(slug, database_url)
            case RequestKind.RETRY:
                return await syncing.retry_failed(slug, database_url)
            case RequestKind.APPLY:
                return await plans.apply_saved_plan(request.plan_id or "", database_url)


async def _record_failure(request: RunRequest, portal: Portal, error: Exception, run_id: str | None) -> None:
    """Wait for another try where that may help, else end the request with the error's sentence."""
    if not isinstance(error, UkgSyncError):
        sentence = f"The run broke off through a fault of ukg-sync ({type(error).__name__})."
        if await cut_off(request, sentence, not_before=now() + _FAULT_WAIT):
            await _tell_of_failed_day(request, portal)
    elif isinstance(error, BusyError) and (request.slot is not None or await RunLock.exists(portal_id=portal.id)):
        await put_back(request, not_before=now() + _BUSY_WAIT)
    elif isinstance(error, OutsideError) and request.kind == RequestKind.SYNC and request.slot is not None:
        retry_at = await next_try(portal, error)
        if retry_at is not None:
            await put_back(request, not_before=retry_at, error=str(error), run_id=run_id)
        else:
            await finish(request, State.FAILED, error=str(error), run_id=run_id)
    else:
        await finish(request, State.FAILED, error=str(error), run_id=run_id)
        await _tell_of_failed_day(request, portal)


async def _tell_of_failed_day(request: RunRequest, portal: Portal) -> None:
    """Say that a daily sync failed for good, for reasons that are not the connection's."""
    if request.kind == RequestKind.SYNC and request.slot is not None:
        error = (await RunRequest.get(id=request.id)).error
        await raise_notice(portal, Kind.DAY_FAILED, f"The sync of {portal.slug} on {request.slot} failed. {error}")


async def _tell_how_it_ended(portal: Portal, request: RunRequest, run: object) -> None:
    """After a whole sync or a plan: say that changes wait for approval, or that nothing is amiss any more."""
    if not isinstance(run, Run) or request.kind in (RequestKind.DATES, RequestKind.RETRY):
        return
    await resolve_notice(portal, Kind.DAY_FAILED)
    if run.status == "held":
        sentence = f"The sync of {portal.slug} held changes back, which wait for an admin: ukg held {portal.slug}"
        await raise_notice(portal, Kind.PLAN_HELD, sentence)
    else:
        await resolve_notice(portal, Kind.PLAN_HELD)


async def _failed_run(portal: Portal, number: int) -> str | None:
    """The run that failed, if it came to one: the portal's newest, after that of the number."""
    newest = await Run.filter(portal_id=portal.id, number__gt=number, status="failed").order_by("-number").first()
    return newest.id if newest else None
