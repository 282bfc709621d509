"""Carrying runs out within the test, in place of a process of their own, which takes a second to start."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from core.services.runner import carry_out_what_waits
from tests.tui.terminal import Terminal


class Beside:
    """Carries out what was asked for as soon as it is; `held_back` keeps it from beginning until it is set."""

    fault: str | None = None

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self.may_begin = asyncio.Event()
        self.may_begin.set()
        self.stop = asyncio.Event()
        self._work: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """See `tui.running.Runners`."""
        self._work.append(asyncio.create_task(self._carry_out()))

    def look(self) -> str | None:
        """See `tui.running.Runners`."""
        return None

    async def _carry_out(self) -> None:
        await self.may_begin.wait()
        await carry_out_what_waits(self._url, self.stop, poll_seconds=0.02)

    async def end(self) -> None:
        """Wait for what is at work."""
        self.stop.set()
        self.may_begin.set()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._work)


@asynccontextmanager
async def beside(there: Terminal, database_url: str) -> AsyncIterator[Beside]:
    """What this terminal asks for is carried out within the test."""
    runners = Beside(database_url)
    there.app.runners = runners
    try:
        yield runners
    finally:
        await runners.end()
