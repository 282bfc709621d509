"""Carrying run requests out, one after the other, whoever put them; one that fails is recorded, and the next is on."""

import asyncio
import logging
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
from core.services.stopping import stopped_sentence
from core.store.models import Plan, Portal, Run, RunLock, RunRequest

POLL_SECONDS = 2.0
LOOK_SECONDS = 1.0
_AFTER_TROUBLE_SECONDS = 20.0
_BUSY_WAIT = timedelta(minutes=1)
_FAULT_WAIT = timedelta(minutes=10)
_BROKEN_OFF = object()

_log = logging.getLogger(__name__)


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


async def carry_out_what_waits(database_url: str, stop: asyncio.Event, *, poll_seconds: float = LOOK_SECONDS) -> None:
    """Carry out all that waits and what is asked for meanwhile, until nothing is left that a person asked for and
    somebody still has to begin; the database must be open. Raises what makes that impossible."""
    while not stop.is_set():
        if await carry_out_next(database_url, stop):
            continue
        if not await RunRequest.exists(state=State.WAITING.value, slot__isnull=True):
            return
        with suppress(TimeoutError):  # another run of the portal has to end before
            await asyncio.wait_for(stop.wait(), poll_seconds)


async def carry_out_next(database_url: str, stop: asyncio.Event) -> bool:
    """Carry the next request out that may start. Returns whether there was one."""
    for given_up in await take_up_again():
        await _tell_of_failed_day(given_up, await Portal.get(id=given_up.portal_id))
    request = await take_next()
    if request is None:
        return False
    portal = await Portal.get(id=request.portal_id)
    if request.stopped_by is not None:
        await finish(request, State.SKIPPED, error=stopped_sentence(request, request.stopped_by))
        return True
    if request.slot is not None:
        reason = await obstacle(portal)
        if reason is not None:
            await finish(request, State.SKIPPED, error=reason)
            return True
    earlier = await Run.filter(portal_id=portal.id).order_by("-number").first()
    number = earlier.number if earlier else 0
    async with keep(request):
        try:
            run = await _until(stop, request, _run(request, portal.slug, database_url))
        except Exception as error:
            await _record_failure(request, portal, error, await _failed_run(portal, number))
        else:
            if run is _BROKEN_OFF:
                await _end_or_put_back(request, await _failed_run(portal, number))
            else:
                run_id = run.id if isinstance(run, Run) else None
                await finish(request, State.DONE, run_id=run_id, plan_id=run.id if isinstance(run, Plan) else None)
                await _tell_how_it_ended(portal, request, run)
    return True


async def _until(stop: asyncio.Event, request: RunRequest, work: Awaitable[Run | Plan | None]) -> object:
    """What the work gives, or `_BROKEN_OFF` if that was done since `stop` was set, or the request asked to stop."""
    over = asyncio.Event()
    working, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    asked = asyncio.ensure_future(_asked_to_stop(request, over))
    try:
        await asyncio.wait({working, stopped, asked}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        over.set()
        stopped.cancel()
        working.cancel()  # without effect on what is done
        await asyncio.wait({working, asked})
    return _BROKEN_OFF if working.cancelled() else working.result()


async def _asked_to_stop(request: RunRequest, over: asyncio.Event) -> None:
    """Returns once somebody has asked that the request stops, or it is over."""
    while not over.is_set():
        try:
            if await RunRequest.exists(id=request.id, stopped_by__isnull=False):
                return
        except Exception as error:  # the run itself tells when the database is gone for good
            _log.warning("whether a run is to stop could not be read (%s)", type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), LOOK_SECONDS)


async def _end_or_put_back(request: RunRequest, run_id: str | None) -> None:
    """A request that was broken off is over if a person wanted that, else it waits."""
    stopped_by = (await RunRequest.get(id=request.id)).stopped_by
    if stopped_by is None:
        await put_back(request)
        return
    sentence = stopped_sentence(request, stopped_by)
    await Run.filter(id=run_id, status="failed").update(error=sentence)
    await finish(request, State.SKIPPED, error=sentence, run_id=run_id)


async def _run(request: RunRequest, slug: str, database_url: str) -> Run | Plan | None:
    """The run or plan that the request asks for, in the name of who asked."""
    from core.services import plans, syncing

    with acting_as(asker_of(request)):
        match RequestKind(request.kind):
            case RequestKind.SYNC:
                trigger = "manual" if request.slot is None else "schedule"
                return await syncing.sync_portal(slug, database_url, trigger=trigger)
            case RequestKind.RECONCILE:
                return await syncing.sync_portal(slug, database_url, reconcile=True)
            case RequestKind.PLAN | RequestKind.OFFLINE as kind:
                return await syncing.plan_portal(slug, database_url, offline=kind == RequestKind.OFFLINE)
            case RequestKind.UNDO:
                return await plans.undo_run(request.undoes or "", database_url)
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
