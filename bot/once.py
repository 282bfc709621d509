"""What Slack sends a second time, since it did not hear that it arrived, is not done a second time.

An event that is not acknowledged comes again, at once, after one minute and after five (docs.slack.dev, Events API),
and an envelope whose acknowledgement was lost with the link may come again over the next one.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Answer = dict[str, Any]

_MOST = 1000  # far more than admins do within the six minutes in which something may come again


class Once:
    """What has arrived, by the key under which Slack sends it again, and how it was answered."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._answers: OrderedDict[str, asyncio.Future[Answer]] = OrderedDict()

    def is_new(self, key: str | None) -> bool:
        """Whether this arrives for the first time; it has arrived from now on. What has no key always does."""
        if key is None:
            return True
        if key in self._answers:
            return False
        self._answers[key] = asyncio.get_running_loop().create_future()
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return True

    async def answer(self, key: str | None, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """What is answered to it; made once, and given again to whatever comes again."""
        if key is None:
            return await make()
        if not self.is_new(key):
            return await asyncio.shield(self._answers[key])
        future = self._answers[key]
        try:
            future.set_result(await make())
        except BaseException:
            future.cancel()
            self._answers.pop(key, None)
            raise
        return future.result()


def key_of(body: Mapping[str, Any]) -> str | None:
    """What is the same when Slack sends something again, and otherwise never; None where Slack gives no such thing."""
    key = body.get("event_id") or body.get("trigger_id")
    return f"{body.get('type', 'command')}/{key}" if key else None
