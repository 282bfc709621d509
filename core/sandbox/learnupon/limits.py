"""How many requests a portal has left in the minute and in the week.

Source: facts/learnupon-api, section 1.4.
"""

from collections import deque
from datetime import datetime

from core.sandbox.learnupon.answers import Throttled
from core.sandbox.learnupon.settings import LearnUponSettings

_MINUTE_FULL = "Number of requests has exceeded the 1 minute limit"
_MINUTE, _WEEK = 60.0, 7 * 24 * 60  # seconds, minutes


class Limits:
    """The requests of one portal that were let through; those that were throttled do not count."""

    def __init__(self) -> None:
        self._minute: deque[float] = deque()
        self._week: deque[tuple[int, int]] = deque()  # (minute, requests in it)
        self._in_week = 0

    def spend(self, settings: LearnUponSettings, moment: datetime) -> dict[str, str]:
        """Count one request; the headers of a success, which say what is left. Raises Refusal (429, or as set)."""
        if settings.rate_limit is None:
            return {}
        now = moment.timestamp()
        self._forget(settings, now)
        if self._in_week >= settings.week_limit:
            raise Throttled(settings.week_limit_status, settings.week_limit_message)
        if len(self._minute) >= settings.rate_limit or self._bursts(settings, now):
            wait = {} if settings.retry_after is None else {"Retry-After": str(settings.retry_after)}
            raise Throttled(429, _MINUTE_FULL, wait)
        self._minute.append(now)
        self._count(int(now // _MINUTE), 1)
        return {
            "X-LU-Rate-Limit-Remaining-Minute": str(settings.rate_limit - len(self._minute)),
            "X-LU-Rate-Limit-Remaining-Week": str(settings.week_limit - self._in_week),
        }

    def leave_in_week(self, left: int, settings: LearnUponSettings, moment: datetime) -> None:
        """Spend the week's budget, now, until so many requests are left."""
        now = moment.timestamp()
        self._forget(settings, now)
        self._count(int(now // _MINUTE), max(0, settings.week_limit - self._in_week - left))

    def _count(self, minute: int, requests: int) -> None:
        self._in_week += requests
        if self._week and self._week[-1][0] == minute:
            requests += self._week.pop()[1]
        self._week.append((minute, requests))

    def _bursts(self, settings: LearnUponSettings, now: float) -> bool:
        burst = settings.burst
        if burst is None or len(self._minute) < burst:
            return False
        return self._minute[-burst] > now - settings.burst_rest

    def _forget(self, settings: LearnUponSettings, now: float) -> None:
        over = now - _MINUTE if settings.minute_window == "rolling" else now // _MINUTE * _MINUTE - 0.001
        while self._minute and self._minute[0] <= over:
            self._minute.popleft()
        while self._week and self._week[0][0] <= now // _MINUTE - _WEEK:
            self._in_week -= self._week.popleft()[1]
