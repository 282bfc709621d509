"""What goes on by itself in a process that serves: mails go out, what is due is put, run requests are carried out."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from core.clock import now
from core.jobs.outbox import deliver_forever
from core.jobs.schedule import look_forever
from core.services.due import put_what_is_due
from core.services.notices import raised_since
from core.services.runner import carry_out_requests
from core.services.schedule import running_schedules

Job = Coroutine[Any, Any, None]


async def serve_until(
    stop: asyncio.Event, database_url: str, tell: Callable[[str], None], *, beside: tuple[Job, ...] = ()
) -> None:
    """Serve until `stop` is set, then end each job in its own way; the database must be open.

    `tell` is given a sentence for each notice that is raised meanwhile, for the log of the machine's operator. `beside`
    are jobs of the caller that end once `stop` is set. When a job fails, all end, and its error is raised.
    """
    notices = _Notices(tell)

    async def look() -> None:
        await put_what_is_due()
        await notices.tell_new()

    work: tuple[Job, ...] = (
        deliver_forever(database_url, stop),
        look_forever(look, stop),
        carry_out_requests(database_url, stop),
        *beside,
    )
    jobs = [asyncio.create_task(job) for job in work]
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({*jobs, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await stopped
    await asyncio.wait(jobs)  # each ends by itself, soon
    for job in jobs:
        job.result()  # what made it fail is told
    await notices.tell_new()


async def described_schedules() -> str:
    """For how many portals the schedule runs, and when next."""
    running = await running_schedules()
    if not running:
        return "The schedule runs for no portal yet: it begins with a portal's first sync."
    slug, moment = running[0]
    when = f"at {moment:%Y-%m-%d %H:%M} UTC" if moment > now() else "at once"
    return f"The schedule runs for {len(running)} portal{'s' if len(running) > 1 else ''}; next is {slug}, {when}."


class _Notices:
    """Tells each notice that is raised from now on, once."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._beginning: datetime = now()
        self._told: set[int] = set()

    async def tell_new(self) -> None:
        for notice in await raised_since(self._beginning):
            if notice.id not in self._told:
                self._told.add(notice.id)
                self._tell(" ".join(f"Notice: {notice.sentence}".split()))
