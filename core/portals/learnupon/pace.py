"""How fast a portal of LearnUpon may be asked: a budget of requests for a minute, and one for a week.

The budget belongs to the portal (facts/learnupon-api.md, section 1.4), so all clients of a portal in this process
share one `Pace`. Whether LearnUpon counts fixed or sliding minutes is not known. Both are kept to by one rule: a
request counts from when it is sent until a minute after its answer. The server counted it at some moment between the
two, so no minute of the server's, wherever it begins, can hold more than the limit.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

import msgspec

from core.portals.learnupon.errors import WeekSpent

ASSUMED_PER_MINUTE = 300
BURST = 5

_MINUTE = 60.25  # a little more, for a server whose clock is coarse
_A_MOMENT = 0.05
_NEXT_TO_NOTHING = 0.0001
_WEEK_IS_OLD_NEWS = 60.0
_LOWERED_FOR = 3600.0
_LEAST_AFTER_REFUSAL = 60
_GENTLY_FOR = 600.0
_GENTLE_INTERVAL = 0.75  # fewer than the five in three seconds that the documentation advises


class Estimate(msgspec.Struct, frozen=True):
    """What a load of requests comes to.

    `seconds` is the least it takes at this pace. `requests_left` is what is left of the week, None while LearnUpon
    has not told; `fits_week` is False only when it has, and it is too little.
    """

    seconds: float
    fits_week: bool
    requests_left: int | None


class Pace:
    """Lets requests go one by one: `begin` before each, `end` after it.

    `requests_per_minute` is only the first assumption: the answers tell what is left, and the limit is learned from
    that. At most five go at once, the documented burst. `clock` gives seconds that never run backwards; `sleep` waits.
    """

    def __init__(
        self,
        requests_per_minute: int = ASSUMED_PER_MINUTE,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.requests_per_minute = requests_per_minute
        self._assumed = requests_per_minute
        self._clock = clock
        self._sleep = sleep
        self._told_of_minutes = False
        self._lowered_at: float | None = None
        self._unanswered = 0
        self._free_again: deque[float] = deque()
        self._turn = clock()
        self._paused_until = clock()
        self._gentle_until = clock()
        self._week_left: int | None = None
        self._week_told_at = clock()

    async def begin(self) -> None:
        """Wait until one more request may be sent. Raises `WeekSpent` when the week has none left."""
        while True:
            self._check_week()
            wait = self._wait()
            if wait < _NEXT_TO_NOTHING:
                break
            await self._sleep(wait)
        self._turn = max(self._turn, self._clock()) + self._interval
        self._unanswered += 1

    def end(self, minute_left: int | None = None, week_left: int | None = None) -> None:
        """The request was answered, or given up. The arguments are what its answer says is left, if it says so."""
        now = self._clock()
        self._unanswered -= 1
        self._free_again.append(now + _MINUTE)
        if minute_left is not None:
            self._learn(minute_left, now)
        if week_left is not None:
            self._week_left, self._week_told_at = week_left, now
        elif self._week_left is not None:
            self._week_left -= 1

    def slow_down(self, seconds: float) -> None:
        """LearnUpon took no more: wait so long, and believe in a smaller limit until an answer tells of a larger.

        Where the minute was not nearly full as far as is known, somebody else uses it, or LearnUpon minds bursts: so
        for ten minutes none are made.
        """
        now = self._clock()
        if now >= self._paused_until:
            believed = self.requests_per_minute
            if self._counted(now) < believed / 2:
                self._gentle_until = now + seconds + _GENTLY_FOR
            self.requests_per_minute = max(min(believed, self._counted(now)), min(believed, _LEAST_AFTER_REFUSAL))
            self._lowered_at = now
        self._paused_until = max(self._paused_until, now + seconds)

    def estimate(self, requests: int) -> Estimate:
        """How long so many requests take at least, and whether the week has as many left."""
        now = self._clock()
        limit = self.requests_per_minute
        seconds = max(requests - BURST, 0) * self._interval
        waiting = requests - max(limit - self._counted(now), 0)
        if waiting > 0:
            minutes, after = divmod(waiting - 1, limit)
            first_freed = self._free_again[0] - now if self._free_again else _MINUTE
            seconds = max(seconds, first_freed + minutes * _MINUTE + after * self._interval)
        seconds += max(self._paused_until - now, 0.0)
        left = None if self._week_left is None else max(self._week_left - self._unanswered, 0)
        return Estimate(seconds, left is None or requests <= left, left)

    def check_week(self, requests: int) -> None:
        """Raise `WeekSpent` when LearnUpon has told that the week has fewer left than `requests`."""
        estimate = self.estimate(requests)
        if not estimate.fits_week:
            left = estimate.requests_left or 0
            raise WeekSpent(
                f"This takes {requests:,} requests, and LearnUpon takes only {left:,} more of this portal this week, "
                "so it was not begun. Nothing was changed in the portal. Narrow the scope, try again in some days, or "
                "ask LearnUpon for a higher weekly limit.",
                left,
            )

    @property
    def _interval(self) -> float:
        """Seconds between two requests once a burst is over."""
        even = 60 / max(self.requests_per_minute, ASSUMED_PER_MINUTE)
        return max(even, _GENTLE_INTERVAL) if self._gentle else even

    @property
    def _gentle(self) -> bool:
        return self._clock() < self._gentle_until

    def _wait(self) -> float:
        """Seconds until the next request may go, as far as can be said now; none or fewer if it may."""
        now = self._clock()
        self._recover(now)
        early = 0.0 if self._gentle else (BURST - 1) * self._interval
        wait = max(self._paused_until - now, self._turn - early - now)
        too_many = self._counted(now) - self.requests_per_minute
        if too_many >= 0:
            freed = self._free_again[too_many] - now if too_many < len(self._free_again) else _A_MOMENT
            wait = max(wait, freed)
        return wait

    def _counted(self, now: float) -> int:
        """The requests that the server may still be counting, also those of others as far as they are known."""
        while self._free_again and self._free_again[0] <= now:
            self._free_again.popleft()
        return len(self._free_again) + self._unanswered

    def _learn(self, left: int, now: float) -> None:
        """The limit is never less than what was ever left; what is missing without us was used by others."""
        known = self.requests_per_minute if self._told_of_minutes else 1
        self._told_of_minutes = True
        self.requests_per_minute = max(known, left)
        used_by_others = self.requests_per_minute - left - self._counted(now)
        self._free_again.extend([now + _MINUTE] * used_by_others)

    def _recover(self, now: float) -> None:
        """A portal that never tells what is left: a lowered limit is given up after an hour, for it may have been
        others who had used the rest."""
        if self._lowered_at is not None and now - self._lowered_at > _LOWERED_FOR:
            self._lowered_at = None
            if not self._told_of_minutes:
                self.requests_per_minute = self._assumed

    def _check_week(self) -> None:
        if self._week_left is None or self._week_left > self._unanswered:
            return
        if self._clock() - self._week_told_at > _WEEK_IS_OLD_NEWS:
            self._week_left = None  # the week rolls on: the next answer tells anew
            return
        raise WeekSpent(
            "LearnUpon takes no more requests of this portal this week: its weekly limit is used up. What was not "
            "written yet stays as it is. Some requests come free every day: sync again tomorrow, or ask LearnUpon for "
            "a higher limit."
        )


_PACES: dict[str, Pace] = {}


def pace_of(address: str) -> Pace:
    """The pace of the portal at this address (as `normalise_address` gives it), one for the whole process."""
    return _PACES.setdefault(address, Pace())
