"""How often messages are edited: at most 20 times in a minute over all runs, and each run's not all the time."""

import time
from collections import deque
from collections.abc import Callable

MOST_EDITS = 20
MINUTE = 60.0
SECONDS_BETWEEN = 3.0
_KEPT_FOR_ENDS = 5  # of the edits in a minute: what a run came to is told soon, however many are at work


class Pace:
    """The edits of the last minute; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._edits: deque[float] = deque()
        self._last: dict[int, float] = {}

    def allows(self, post: int, *, live: bool) -> bool:
        """Whether the message may be edited now; `live` if it only says how far a run is."""
        moment = self._clock()
        while self._edits and self._edits[0] <= moment - MINUTE:
            self._edits.popleft()
        if not live:
            return len(self._edits) < MOST_EDITS
        if moment - self._last.get(post, -MINUTE) < SECONDS_BETWEEN:
            return False
        return len(self._edits) < MOST_EDITS - _KEPT_FOR_ENDS

    def edited(self, post: int, *, over: bool) -> None:
        """The message was edited; `over` if for the last time."""
        self._edits.append(self._clock())
        if over:
            self._last.pop(post, None)
        else:
            self._last[post] = self._clock()
