"""How far a run is, kept in the database while it lasts, for whoever follows it from another process."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

from core.clock import now
from core.store.models import RunProgress
from core.sync.progress import Step, Watcher

SECONDS_BETWEEN = 1.0

_log = logging.getLogger(__name__)


class _Newest(msgspec.Struct, frozen=True):
    step: Step
    done: int
    total: int | None


@asynccontextmanager
async def recorded_progress(
    run_id: str, watcher: Watcher, *, seconds_between: float = SECONDS_BETWEEN
) -> AsyncIterator[Watcher]:
    """A watcher that tells `watcher` everything and keeps the newest in `RunProgress`, written at most once in so many
    seconds and removed at the end. Trouble with writing it never stops the run."""
    newest: list[_Newest] = []
    news, over = asyncio.Event(), asyncio.Event()

    def watch(step: Step, done: int, total: int | None, note: str = "") -> None:
        newest[:] = [_Newest(step, done, total)]
        news.set()
        watcher(step, done, total, note)

    async def write_now_and_then() -> None:
        while not over.is_set():
            await news.wait()
            news.clear()
            if newest and not over.is_set():
                await _write(run_id, newest[0])
                with suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), seconds_between)

    writing = asyncio.create_task(write_now_and_then())
    try:
        yield watch
    finally:
        over.set()
        news.set()
        await asyncio.shield(asyncio.ensure_future(_end(run_id, writing)))


async def _write(run_id: str, newest: _Newest) -> None:
    row = RunProgress(run_id=run_id, step=newest.step.name, done=newest.done, total=newest.total, at=now())
    try:
        await RunProgress.bulk_create([row], on_conflict=["run_id"], update_fields=["step", "done", "total", "at"])
    except Exception as error:  # whatever it is, the run goes on
        _log.warning("how far a run is could not be noted (%s)", type(error).__name__)


async def _end(run_id: str, writing: "asyncio.Task[None]") -> None:
    await asyncio.wait({writing})
    with suppress(Exception):  # the next run removes what stays behind
        await RunProgress.filter(run_id=run_id).delete()
