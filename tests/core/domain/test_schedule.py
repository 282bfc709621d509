"""When a daily sync is due, whatever clocks, time zones and restarts do."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import SettingsError
from core.domain.schedule import Daily, backoff, last_due, missed_dates, next_due, time_of_day

ZONES = sorted(available_timezones())
QUARTER = timedelta(minutes=15)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due_at(zone: str, at: str, day: str) -> str:
    """The moment (UTC) at which the sync of that business date falls due."""
    daily = Daily(time.fromisoformat(at), ZoneInfo(zone))
    wanted, now = date.fromisoformat(day), moment(day) - timedelta(days=3)
    while (due := next_due(daily, now)).date < wanted:
        now = due.moment
    assert due.date == wanted
    return f"{due.moment:%Y-%m-%d %H:%M}"


class ClockChange(NamedTuple):
    """A moment at which clocks were changed, and how far they were from UTC before and after."""

    at: datetime
    before: timedelta | None
    after: timedelta | None


def changes_of_2026(zone: ZoneInfo) -> list[ClockChange]:
    """When the clocks of the zone were changed in 2026, to the minute."""
    days = [moment("2026-01-01") + timedelta(days=number) for number in range(366)]
    changes = []
    for day in days:
        offset = day.astimezone(zone).utcoffset()
        if offset != (day + timedelta(days=1)).astimezone(zone).utcoffset():
            minutes = (day + timedelta(minutes=number) for number in range(24 * 60 + 1))
            at = next(minute for minute in minutes if minute.astimezone(zone).utcoffset() != offset)
            changes.append(ClockChange(at, offset, at.astimezone(zone).utcoffset()))
    return changes


class Scheduler:
    """What a scheduler keeps, and does at each look."""

    def __init__(self, daily: Daily, since: datetime) -> None:
        self.daily, self.since = daily, since
        self.requested: list[date] = []
        self.missed: list[date] = []

    def look(self, now: datetime) -> None:
        due = last_due(self.daily, now)
        last = self.requested[-1] if self.requested else None
        if due.moment > self.since and (last is None or due.date > last):
            self.missed += missed_dates(self.daily, due, since=self.since, requested=last)
            self.requested.append(due.date)


def dates_between(daily: Daily, since: datetime, until: datetime) -> list[date]:
    """The dates that a calendar in the zone shows at the daily time, from since to until, counted minute by minute."""
    local = since.astimezone(daily.zone).date()
    days = [local + timedelta(days=number) for number in range(-2, 12)]
    return [day for day in days if since < _first_showing(day, daily) <= until]


def _first_showing(day: date, daily: Daily) -> datetime:
    """Found the slow way: the first minute at which a clock on the wall shows at least that day and time."""
    wanted = datetime.combine(day, daily.at)
    now = wanted.replace(tzinfo=UTC) - timedelta(hours=27)
    step = timedelta(hours=1)
    while now.astimezone(daily.zone).replace(tzinfo=None) + step < wanted:
        now += step
    while now.astimezone(daily.zone).replace(tzinfo=None) < wanted:
        now += timedelta(minutes=1)
    return now


@pytest.mark.parametrize(
    ("zone", "at", "day", "due"),
    [
        ("America/New_York", "03:30", "2026-07-01", "2026-07-01 07:30"),
        ("America/New_York", "02:30", "2026-03-08", "2026-03-08 07:00"),  # skipped: at 3:00, as the clocks go on
        ("America/New_York", "03:00", "2026-03-08", "2026-03-08 07:00"),
        ("America/New_York", "01:30", "2026-11-01", "2026-11-01 05:30"),  # twice: the first
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03 15:30"),  # half an hour is skipped
        ("America/Nuuk", "23:30", "2026-03-28", "2026-03-29 01:00"),  # skipped at the end of the day
        ("Africa/Cairo", "00:00", "2026-04-24", "2026-04-23 22:00"),  # skipped at its beginning
        ("Pacific/Apia", "03:30", "2011-12-31", "2011-12-30 13:30"),
    ],
)
def test_a_time_is_due_when_clocks_first_show_it_or_have_skipped_it(zone, at, day, due):
    assert due_at(zone, at, day) == due


def test_a_date_that_a_time_zone_left_out_is_no_business_date():
    daily = Daily(time(3, 30), ZoneInfo("Pacific/Apia"))
    now, dates = moment("2011-12-28"), []
    for _ in range(4):
        due = next_due(daily, now)
        dates.append(due.date.day)
        now = due.moment
    assert dates == [28, 29, 31, 1]
    due = last_due(daily, now)
    missed = missed_dates(daily, due, since=moment("2011-01-01"), requested=date(2011, 12, 28))
    assert missed == [date(2011, 12, 29), date(2011, 12, 31)]


def test_each_date_comes_once_over_every_change_of_the_clocks_of_2026():
    changes = {change: zone for zone in ZONES for change in changes_of_2026(ZoneInfo(zone))}
    assert len(changes) > 20  # many zones share theirs
    for change, zone in changes.items():
        since, until = change.at - timedelta(days=1), change.at + timedelta(days=2)
        for at in (time(0), time(1, 30), time(2, 30), time(23, 45)):
            daily = Daily(at, ZoneInfo(zone))
            scheduler = Scheduler(daily, since)
            now = since
            while now <= until:
                scheduler.look(now)
                now += QUARTER
            assert scheduler.requested == dates_between(daily, since, until), (zone, at, change)
            assert scheduler.missed == []


moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)).map(
    lambda found: found.replace(second=0, microsecond=0)
)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
dailies = st.builds(Daily, times, st.sampled_from(ZONES).map(ZoneInfo))


@given(dailies, moments, st.lists(st.integers(1, 3 * 24 * 60), min_size=1, max_size=30))
def test_with_restarts_each_date_is_requested_or_missed_once_in_order_and_none_is_left_out(daily, since, pauses):
    scheduler, now = Scheduler(daily, since), since
    for minutes in pauses:
        now += timedelta(minutes=minutes)
        scheduler.look(now)
        scheduler.look(now)
        if now > since + timedelta(days=9):
            break
    assert sorted(scheduler.requested + scheduler.missed) == dates_between(daily, since, now)


@given(dailies, moments, st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(-600, 900)), max_size=60))
def test_two_processes_whose_clocks_differ_and_jump_never_request_a_date_twice(daily, since, looks):
    scheduler, clocks = Scheduler(daily, since), [since, since]
    for which, minutes in looks:
        clocks[which] += timedelta(minutes=minutes)
        scheduler.look(clocks[which])
    assert scheduler.requested == sorted(set(scheduler.requested))
    assert not set(scheduler.requested) & set(scheduler.missed)


@given(dailies, moments)
def test_what_is_due_next_is_what_was_due_last_once_it_is_there(daily, now):
    due = next_due(daily, now)
    assert due.moment > now >= last_due(daily, now).moment
    assert last_due(daily, due.moment) == due
    assert last_due(daily, due.moment - timedelta(seconds=1)) == last_due(daily, now)


def test_days_count_only_from_the_first_sync_on():
    daily = Daily(time(3, 30), ZoneInfo("UTC"))
    due = last_due(daily, moment("2026-03-10 12:00"))
    assert missed_dates(daily, due, since=moment("2026-03-07 03:30"), requested=None) == [
        date(2026, 3, 8),
        date(2026, 3, 9),
    ]
    assert missed_dates(daily, due, since=moment("2026-03-10 03:00"), requested=None) == []
    assert missed_dates(daily, due, since=moment("2026-03-01"), requested=date(2026, 3, 9)) == []


def test_ukg_pro_is_left_alone_longer_after_each_failure_up_to_a_day():
    assert [backoff(failures) / timedelta(hours=1) for failures in (1, 2, 3, 4, 5, 6, 100)] == [1, 2, 4, 8, 24, 24, 24]


@pytest.mark.parametrize("text", ["00:00", "03:30", "23:59"])
def test_a_time_of_day_is_read(text):
    assert f"{time_of_day(text):%H:%M}" == text


@pytest.mark.parametrize(
    "text", ["", "24:00", "3:30", "03:60", "03:30:00", "0330", "03:30\n", "٠٣:٣٠", "half past three"]
)
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(SettingsError, match="is not a time of day; nothing was changed"):
        time_of_day(text)
