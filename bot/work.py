"""Work that goes on after it was acknowledged: kept until it is done, and waited for at the end."""

import asyncio
from collections.abc import Coroutine
from typing import Any

_SECONDS_TO_END = 10.0


class Work:
    """The tasks in hand. A task that nobody holds may vanish in the middle; these are held."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it, beside everything else; it must see to its own errors."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self, seconds: float = _SECONDS_TO_END) -> None:
        """Let what is in hand come to its end, for so many seconds; then break it off."""
        if not self._tasks:
            return
        _, left = await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)
