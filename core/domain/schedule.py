"""When the daily sync of a portal is due: once per business date, whatever clocks and time zones do.

A business date is a calendar date in the portal's time zone. Its sync is due at the local time the portal says. In
spring that time may be skipped: then it is due at the first moment after the gap. In autumn it may come twice: then
the first one counts.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from core.domain.errors import SettingsError

_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_BACKOFF_HOURS = (1, 2, 4, 8, 24)


class Daily(msgspec.Struct, frozen=True):
    """Every day at the local time `at` of `zone`."""

    at: time
    zone: ZoneInfo


class Due(msgspec.Struct, frozen=True):
    """The daily sync of a business date, and the moment (UTC) from which it is due."""

    date: date
    moment: datetime


def time_of_day(text: str) -> time:
    """The time written HH:MM; raises `SettingsError` when it is none."""
    if not _TIME.fullmatch(text):
        raise SettingsError(f"'{text[:20]}' is not a time of day; nothing was changed. Write HH:MM, such as 03:30.")
    return time.fromisoformat(text)


def last_due(daily: Daily, now: datetime) -> Due:
    """The business date that fell due most recently, at `now` itself at the latest."""
    return next(due for due in _days_from(daily, now, -1) if due.moment <= now)


def next_due(daily: Daily, now: datetime) -> Due:
    """The business date that falls due next, after `now`."""
    return next(due for due in _days_from(daily, now, 1) if due.moment > now)


def missed_dates(daily: Daily, due: Due, *, since: datetime, requested: date | None) -> list[date]:
    """The business dates before `due` whose sync was never requested, oldest first.

    Looked for after the date `requested` last (None: never), and only among those that fell due after `since`.
    """
    first = since.astimezone(daily.zone).date() - timedelta(days=1)
    if requested is not None:
        first = max(first, requested + timedelta(days=1))
    days = (first + timedelta(days=number) for number in range((due.date - first).days))
    return [day for day in days if _exists(day, daily.zone) and _moment(day, daily) > since]


def backoff(failures: int) -> timedelta:
    """How long to leave UKG Pro alone after so many failures in a row, one at least."""
    return timedelta(hours=_BACKOFF_HOURS[min(failures, len(_BACKOFF_HOURS)) - 1])


def _days_from(daily: Daily, now: datetime, step: int) -> Iterator[Due]:
    """The days from about `now` on, forward or back, enough of them to look past one that a time zone left out."""
    day = now.astimezone(daily.zone).date() - timedelta(days=step)
    for _ in range(5):
        if _exists(day, daily.zone):
            yield Due(day, _moment(day, daily))
        day += timedelta(days=step)


def _exists(day: date, zone: ZoneInfo) -> bool:
    """False for a date that a time zone left out: Samoa had no 30 December 2011."""
    return _moment(day, Daily(time(0), zone)).astimezone(zone).date() == day


def _moment(day: date, daily: Daily) -> datetime:
    """The moment (UTC) at which the clocks of the zone first show that day and time, or have skipped it."""
    shown = datetime.combine(day, daily.at, tzinfo=daily.zone)  # of two such moments, this is the first
    late = shown.astimezone(UTC)
    if late.astimezone(daily.zone).replace(tzinfo=None) == shown.replace(tzinfo=None):
        return late
    # Skipped: read by the clock before the change, the time comes after it; by the clock after, before it.
    early = shown.replace(fold=1).astimezone(UTC)
    before = early.astimezone(daily.zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(daily.zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
