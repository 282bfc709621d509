"""Dates take effect with the portal's own day: hire dates at its start, terminations at its end, wherever it is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.invite_settings import InviteHow, InviteWhen
from core.services import portals
from core.store.models import Invite, Learner
from tests.core.store.databases import on_sqlite

# Days on which clocks change in 2026, and the days before where they change at midnight; elsewhere Dublin's days.
DAYS = [
    ("Pacific/Kiritimati", "2026-03-29"),
    ("Pacific/Kiritimati", "2026-10-25"),
    ("Pacific/Niue", "2026-03-29"),
    ("Pacific/Niue", "2026-10-25"),
    ("America/St_Johns", "2026-03-08"),
    ("America/St_Johns", "2026-11-01"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("America/Santiago", "2026-04-04"),
    ("America/Santiago", "2026-09-05"),
    ("Africa/Cairo", "2026-04-23"),
    ("Africa/Cairo", "2026-10-29"),
    ("Asia/Kathmandu", "2026-03-29"),
    ("Asia/Kathmandu", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Europe/Dublin", "2026-03-29"),
    ("Europe/Dublin", "2026-10-25"),
]


def first_moment(zone: str, day: date) -> datetime:
    """When the day begins there, in UTC; where midnight is skipped, the moment after the skip."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_the_days_begin_and_end_when_the_zone_says():
    """A control of the moments that the other tests stand on."""
    for zone, text in DAYS:
        day = date.fromisoformat(text)
        begins, ends = first_moment(zone, day), first_moment(zone, day + timedelta(days=1))
        assert begins.astimezone(ZoneInfo(zone)).date() == day
        assert (begins - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() < day
        assert (ends - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() == day
        assert ends.astimezone(ZoneInfo(zone)).date() == day + timedelta(days=1)


@pytest.fixture
def at(town):
    """Call with a moment to let it be that moment."""

    def set_to(moment: datetime) -> None:
        town.day(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    return set_to


@pytest.fixture
async def employed(town):
    """E1, who has accepted the invitation."""
    town.hire("E1")
    await town.sync()
    await town.accept("e1@example.com")


async def status(town):
    return (await town.learners())["e1@example.com"].status


@on_sqlite
@pytest.mark.parametrize(("zone", "day"), DAYS)
async def test_access_lasts_through_the_whole_last_day_and_is_gone_with_its_last_second(town, at, employed, zone, day):
    last_day = date.fromisoformat(day)
    begins, ends = first_moment(zone, last_day), first_moment(zone, last_day + timedelta(days=1))
    await portals.change_portal("acme", timezone=zone)
    town.change("E1", dateOfTermination=f"{day}T00:00:00")
    at(begins - timedelta(days=5))
    assert town.outcome(await town.sync(), "E1").reason == "termination_scheduled"
    for moment in (begins - timedelta(minutes=1), begins, begins + (ends - begins) / 2, ends - timedelta(minutes=1)):
        at(moment)
        assert (await town.sync()).counts.ended == 0
        assert await status(town) == "active"
    at(ends)
    assert await status(town) == "disabled"  # before any sync has run
    report = await town.sync()
    assert (town.outcome(report, "E1").outcome, town.outcome(report, "E1").reason) == ("ended", "terminated")
    assert (await Learner.get()).status == "disabled"
    assert (await town.sync()).counts.unchanged == 1


@on_sqlite
@pytest.mark.parametrize(("zone", "day"), DAYS)
async def test_on_hire_date_the_account_comes_with_the_first_moment_of_the_day(town, at, zone, day):
    hired = date.fromisoformat(day)
    await portals.change_portal("acme", timezone=zone)
    await portals.set_invites("acme", when=InviteWhen.HIRE_DATE, how=InviteHow.INVITE)
    town.hire("E1", lastHireDate=f"{day}T00:00:00")
    at(first_moment(zone, hired) - timedelta(seconds=1))
    report = await town.sync()
    assert (town.outcome(report, "E1").outcome, town.outcome(report, "E1").reason) == ("skipped", "hire_date_future")
    assert await Learner.all().count() == 0
    at(first_moment(zone, hired))
    assert town.outcome(await town.sync(), "E1").outcome == "invited"
    assert await Invite.all().count() == 1
    assert (await town.sync()).counts.unchanged == 1


@pytest.mark.parametrize("code", ["A", "T"])
async def test_a_termination_ahead_leaves_access_until_then_whatever_the_status_says(town, employed, code):
    town.change("E1", employeeStatusCode=code, dateOfTermination="2026-03-20T00:00:00")
    report = await town.sync()
    assert (town.outcome(report, "E1").outcome, town.outcome(report, "E1").reason) == ("ended", "termination_scheduled")
    town.day("2026-03-20")
    assert (await town.sync()).counts.unchanged == 1
    assert await status(town) == "active"
    town.day("2026-03-21")
    assert (await town.sync()).counts.ended == 1
    assert await status(town) == "disabled"


async def test_a_termination_moved_later_moves_the_end_of_access(town, employed):
    town.change("E1", dateOfTermination="2026-03-12T00:00:00")
    await town.sync()
    town.change("E1", dateOfTermination="2026-03-31T00:00:00")
    report = await town.sync()
    assert town.outcome(report, "E1").changes == {"account_expires": (date(2026, 3, 12), date(2026, 3, 31))}
    town.day("2026-03-13")
    assert (await town.sync()).counts.unchanged == 1
    assert await status(town) == "active"
    town.day("2026-04-01")
    await town.sync()
    assert await status(town) == "disabled"


async def test_a_termination_moved_into_the_past_ends_access_at_once(town, employed):
    town.change("E1", dateOfTermination="2026-03-31T00:00:00")
    await town.sync()
    town.change("E1", dateOfTermination="2026-03-09T00:00:00")
    assert town.outcome(await town.sync(), "E1").reason == "terminated"
    assert await status(town) == "disabled"


@pytest.mark.parametrize("new_date", [None, "2026-03-31T00:00:00"])
async def test_a_termination_withdrawn_or_moved_after_it_took_effect_gives_the_access_back(town, employed, new_date):
    town.change("E1", dateOfTermination="2026-03-09T00:00:00")
    await town.sync()
    assert await status(town) == "disabled"
    town.change("E1", dateOfTermination=new_date)
    assert town.outcome(await town.sync(), "E1").outcome == "reactivated"
    learner = (await town.learners())["e1@example.com"]
    assert (learner.status, learner.account_expires) == ("active", new_date and date(2026, 3, 31))
    assert await Invite.all().count() == 1


async def test_whoever_goes_on_leave_and_comes_back_keeps_the_account_as_it_is(town, employed):
    before = await Learner.get()
    for day, code in (("2026-03-12", "L"), ("2026-06-30", "L"), ("2026-07-01", "A")):
        town.day(day)
        town.change("E1", employeeStatusCode=code, statusStartDate=f"{day}T00:00:00")
        assert (await town.sync()).counts.unchanged == 1
        assert await status(town) == "active"
    assert (await Learner.get()).revision == before.revision
    assert await Invite.all().count() == 1


async def test_whoever_is_on_leave_is_invited_like_anybody_else(town):
    town.hire("E1", employeeStatusCode="L")
    assert (await town.sync()).counts.invited == 1


@pytest.mark.parametrize("when", [InviteWhen.ADDED, InviteWhen.HIRE_DATE])
@pytest.mark.parametrize("old_end", [None, "2026-03-01T00:00:00"])
async def test_a_rehire_takes_up_the_same_account_without_a_second_invitation(town, employed, when, old_end):
    await portals.set_invites("acme", when=when, how=None)
    before = await Learner.get()
    town.change("E1", employeeStatusCode="T", dateOfTermination="2026-03-01T00:00:00")
    await town.sync()
    assert await status(town) == "disabled"
    town.day("2026-06-01")
    town.change("E1", employeeStatusCode="A", lastHireDate="2026-06-01T00:00:00", dateOfTermination=old_end)
    report = await town.sync()
    assert (town.outcome(report, "E1").outcome, town.outcome(report, "E1").reason) == ("reactivated", "rehired")
    learner = await Learner.get()
    assert (learner.id, learner.status, learner.account_expires) == (before.id, "active", None)
    assert await Invite.all().count() == 1


async def test_a_pending_invitation_ends_with_the_last_day_and_its_link_is_dead(town):
    town.hire("E1", dateOfTermination="2026-03-12T00:00:00")
    await town.sync()
    assert [invite.status for invite in await Invite.all()] == ["open"]
    town.day("2026-03-13")
    await town.sync()
    assert await status(town) == "disabled"
    assert [invite.status for invite in await Invite.all()] == ["cancelled"]


async def test_someone_hired_and_terminated_between_two_syncs_never_gets_an_account(town):
    await portals.set_invites("acme", when=InviteWhen.HIRE_DATE, how=None)
    town.hire("E1", lastHireDate="2026-03-12T00:00:00", dateOfTermination="2026-03-14T00:00:00")
    await town.sync()
    town.day("2026-03-15")
    assert town.outcome(await town.sync(), "E1").reason == "terminated"
    assert await Learner.all().count() == 0
