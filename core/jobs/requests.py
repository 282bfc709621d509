"""The queue of run requests: each is put once, taken by one process, and taken up again when that process dies.

Whoever takes a request has it for a while (until `not_before`) and keeps renewing that; `tries` tells how often it was
cut off before, so that whoever lost it to another cannot end it any more.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import StrEnum

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from core.clock import now
from core.store.models import Run, RunLock, RunRequest
from core.store.run_lock import is_alive
from core.store.transactions import write_transaction

LEASE = timedelta(seconds=60)
RENEW_SECONDS = 15.0
_MOST_TRIES = 3


class RequestKind(StrEnum):
    """What is asked to run. `reconcile` is a sync that also compares with all that a portal outside the database holds,
    `offline` a plan from the last snapshot, `undo` the plan that takes a run back."""

    SYNC = "sync"
    RECONCILE = "reconcile"
    PLAN = "plan"
    OFFLINE = "offline"
    UNDO = "undo"
    DATES = "dates"
    RETRY = "retry"
    APPLY = "apply"


PLANS = (RequestKind.PLAN, RequestKind.OFFLINE, RequestKind.UNDO)
"""What only makes a plan: nothing is written to the portal, and there is no run."""


class State(StrEnum):
    """How far a request is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


async def put_once(request: RunRequest) -> bool:
    """Put a request of the schedule; False when its portal has one of that kind and slot already."""
    if await RunRequest.exists(portal_id=request.portal_id, kind=request.kind, slot=request.slot):
        return False
    try:
        async with write_transaction():
            await request.save(force_create=True)
    except IntegrityError:  # another process came between our look and our writing
        return False
    return True


async def take_next() -> RunRequest | None:
    """Take the oldest request that may start, of a portal for which nothing else runs; None when there is none."""
    while True:
        busy = await RunRequest.filter(state=State.RUNNING.value).values_list("portal_id", flat=True)
        found = await _may_start().exclude(portal_id__in=list(busy)).order_by("id").first()
        if found is None:
            return None
        moment = now()
        taken = {"state": State.RUNNING.value, "started_at": moment, "not_before": moment + LEASE}
        if await _may_start().filter(id=found.id).update(**taken):
            return found.update_from_dict(taken)


@asynccontextmanager
async def keep(request: RunRequest, *, renew_seconds: float = RENEW_SECONDS) -> AsyncIterator[None]:
    """Keep a request that was taken from lapsing while it is worked on."""
    renewing = asyncio.create_task(_keep_renewing(request, renew_seconds))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)


async def finish(
    request: RunRequest,
    state: State,
    *,
    error: str | None = None,
    run_id: str | None = None,
    plan_id: str | None = None,
) -> None:
    """End a request that was taken: `done`, `failed` or `skipped`, with the sentence that says why. `plan_id` is the
    plan that was made."""
    ended = {"state": state.value, "error": error, "run_id": run_id or request.run_id}
    ended["plan_id"] = plan_id or request.plan_id
    await _ours(request).update(**ended, not_before=None, finished_at=now())


async def put_back(
    request: RunRequest, *, not_before: datetime | None = None, error: str | None = None, run_id: str | None = None
) -> None:
    """Let a request that was taken wait again, until `not_before` if that is given."""
    waiting = {"state": State.WAITING.value, "error": error or request.error, "run_id": run_id or request.run_id}
    await _ours(request).update(**waiting, not_before=not_before)


async def cut_off(request: RunRequest, sentence: str, *, not_before: datetime | None = None) -> bool:
    """A request was broken off: let it wait for another try, or fail with the sentence when it had three.

    Returns whether it failed.
    """
    tries = request.tries + 1
    if tries >= _MOST_TRIES:
        ended = {"state": State.FAILED.value, "error": f"Given up after {tries} tries. {sentence}", "tries": tries}
        return bool(await _ours(request).update(**ended, not_before=None, finished_at=now()))
    await _ours(request).update(state=State.WAITING.value, tries=tries, not_before=not_before)
    return False


async def take_up_again(*, asked_for: int | None = None) -> list[RunRequest]:
    """Let requests wait again whose process is gone, or has not been heard of since they should have been renewed;
    `asked_for` a portal: only what people asked for there.

    Returns those that were given up instead.
    """
    running = RunRequest.filter(state=State.RUNNING.value)
    if asked_for is not None:
        running = running.filter(portal_id=asked_for, slot__isnull=True)
    return [
        request
        for request in await running
        if (_is_silent(request) or await _is_gone(request))
        and await cut_off(request, "ukg-sync ended each time in the middle of it; what was written before stays.")
    ]


def _is_silent(request: RunRequest) -> bool:
    lapses = request.not_before or (request.started_at + LEASE if request.started_at is not None else None)
    return lapses is None or lapses < now()


async def _is_gone(request: RunRequest) -> bool:
    """Whether the process that carries it out has died in its run, which its own machine sees at once."""
    begun = Run.filter(portal_id=request.portal_id, status="running", started_at__gte=request.started_at)
    run = await begun.order_by("-number").first()
    if run is None:
        return False
    lock = await RunLock.get_or_none(portal_id=request.portal_id)
    if lock is not None and is_alive(lock):
        return False
    return await Run.exists(id=run.id, status="running")  # a run that ends gives its lock back after it has said so


async def forget_before(moment: datetime) -> None:
    """Remove requests that come by the hour and ended before `moment`."""
    hourly = (RequestKind.DATES.value, RequestKind.RETRY.value)
    await RunRequest.filter(kind__in=hourly, slot__isnull=False, finished_at__lt=moment).delete()


def _may_start() -> QuerySet[RunRequest]:
    return RunRequest.filter(Q(not_before__isnull=True) | Q(not_before__lte=now()), state=State.WAITING.value)


def _ours(request: RunRequest) -> QuerySet[RunRequest]:
    return RunRequest.filter(id=request.id, state=State.RUNNING.value, tries=request.tries)


async def _keep_renewing(request: RunRequest, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        await _ours(request).update(not_before=now() + LEASE)
