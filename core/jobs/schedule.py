"""The clock of the schedule: looks again and again what is due.

It keeps time and nothing else. What is due follows from the date alone, and that it is put once stands in the
database: so it does no harm when a look comes late, twice, or from two processes, and a run never stops with the clock.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.jobs.patience import Patience

LOOK_SECONDS = 30


async def look_forever(
    look: Callable[[], Awaitable[None]], stop: asyncio.Event, *, seconds: float = LOOK_SECONDS
) -> None:
    """Call `look` at once and then every so many seconds, never twice at a time, until `stop` is set.

    A look in hand is still finished. When looks keep failing, raises what the last one raised.
    """
    logging.getLogger("apscheduler").addHandler(logging.NullHandler())  # a look that takes long is nothing to tell of
    given_up: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    patience = Patience("The look at what is due")
    looking = asyncio.Lock()

    async def one_look() -> None:
        async with looking:
            if stop.is_set() or given_up.done():
                return
            try:
                await look()
                patience.worked()
            except Exception as error:
                try:
                    patience.failed(error)
                except Exception as last:
                    given_up.set_exception(last)

    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        one_look,
        "interval",
        seconds=seconds,
        next_run_time=datetime.now(UTC),  # the machine's clock, as the scheduler's own
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    stopped: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({stopped, given_up}, return_when=asyncio.FIRST_COMPLETED)
        scheduler.pause()
        async with looking:  # shutting down would cut the look in hand off
            pass
    finally:
        stopped.cancel()
        scheduler.shutdown(wait=False)
    if given_up.done():
        await given_up
