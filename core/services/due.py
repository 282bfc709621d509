"""Putting what is due: the daily sync of a business date, and by the hour what falls due between syncs.

What is put is put once, whoever looks and however often. A day that nobody put, and one that was put and came to
nothing, are told in a notice.
"""

import logging
from datetime import UTC, date, datetime, timedelta

from core.clock import now
from core.domain.errors import UkgSyncError
from core.domain.schedule import Due, last_due, missed_dates
from core.jobs.requests import RequestKind, State, forget_before, put_once
from core.services.notices import Kind, raise_notice, resolve_notice
from core.services.requests import schedules_request
from core.services.schedule import daily_of, newest_day, obstacle
from core.services.standing import last_given, waits_until
from core.store.models import Failure, Portal, RunRequest
from core.store.transactions import write_transaction

_HOURLY_KEPT = timedelta(days=7)

_log = logging.getLogger(__name__)


async def put_what_is_due() -> None:
    """Put the run requests of every portal's schedule that are due by now and have not been put."""
    for portal in await Portal.filter(schedule_on=True, schedule_since__isnull=False).order_by("id"):
        try:
            await _put_for(portal)
        except UkgSyncError as error:  # one portal's trouble is not that of the others
            _log.warning("the schedule of %s: %s", portal.slug, error)


async def _put_for(portal: Portal) -> None:
    moment = now()
    paused = await obstacle(portal)
    due = last_due(daily_of(portal), moment)
    if portal.schedule_since is not None and due.moment > portal.schedule_since:
        await _put_day(portal, due, paused, moment)
    await _pass_over_earlier_days(portal)
    if paused is None:
        await _put_hourly(portal, RequestKind.DATES, moment)
        if await _has_to_retry(portal, moment):
            await _put_hourly(portal, RequestKind.RETRY, moment)


async def _put_day(portal: Portal, due: Due, paused: str | None, moment: datetime) -> None:
    day, newest = due.date.isoformat(), await newest_day(portal)
    if newest is not None and newest.slot is not None and newest.slot >= day:
        if newest.slot == day and paused is None:
            await _let_it_run_after_all(newest)
        return
    request = schedules_request(portal.id, RequestKind.SYNC, day)
    if paused is None:
        request.not_before = await waits_until(portal.id)
    else:
        request.state, request.error, request.finished_at = State.SKIPPED.value, paused, moment
    requested = date.fromisoformat(newest.slot) if newest is not None and newest.slot else None
    since = portal.schedule_since or moment
    missed = missed_dates(daily_of(portal), due, since=since, requested=requested)
    async with write_transaction():
        if not await put_once(request):
            return
        await resolve_notice(portal, Kind.DAY_MISSED)
        if missed:
            days = _listed(missed)
            sentence = f"The daily sync of {portal.slug} did not run on {days}, since ukg serve was not running then."
            await raise_notice(portal, Kind.DAY_MISSED, sentence)
        if newest is None or newest.finished_at is not None:
            await resolve_notice(portal, Kind.DAY_SILENT)
    await forget_before(moment - _HOURLY_KEPT)


async def _let_it_run_after_all(day: RunRequest) -> None:
    """The day was passed over, or refused by an outside system, and what stood in the way has been mended since."""
    mended = day.finished_at is not None and day.finished_at < await last_given(day.portal_id)
    if day.state == State.SKIPPED or (day.state == State.FAILED and mended):
        again = {
            "state": State.WAITING.value,
            "error": None,
            "finished_at": None,
            "not_before": await waits_until(day.portal_id),
        }
        await RunRequest.filter(id=day.id, state=day.state).update(**again)


async def _pass_over_earlier_days(portal: Portal) -> None:
    """Days that still wait when a later one is there: its sync does all that theirs would have done."""
    newest = await newest_day(portal)
    if newest is None:
        return
    waiting = RunRequest.filter(
        portal_id=portal.id, kind=RequestKind.SYNC.value, slot__lt=newest.slot, state=State.WAITING.value
    )
    for earlier in await waiting.order_by("slot"):
        sentence = f"The sync of {newest.slot} took its place."
        passed_over = {"state": State.SKIPPED.value, "finished_at": now(), "error": earlier.error or sentence}
        async with write_transaction():
            if await waiting.filter(id=earlier.id).update(**passed_over) and not earlier.error:
                sentence = f"The sync of {portal.slug} on {earlier.slot} was due and never came to an end."
                await raise_notice(portal, Kind.DAY_SILENT, sentence)


async def _put_hourly(portal: Portal, kind: RequestKind, moment: datetime) -> None:
    if await RunRequest.exists(portal_id=portal.id, kind=kind.value, state=State.WAITING.value):
        return
    await put_once(schedules_request(portal.id, kind, f"{moment.astimezone(UTC):%Y-%m-%dT%H}"))


async def _has_to_retry(portal: Portal, moment: datetime) -> bool:
    waits = await waits_until(portal.id)
    if waits is not None and waits > moment:
        return False
    return await Failure.exists(portal_id=portal.id, next_at__lte=moment)


def _listed(days: list[date]) -> str:
    if len(days) <= 3:
        return ", ".join(day.isoformat() for day in days)
    return f"{len(days)} days from {days[0]} to {days[-1]}"
