"""A portal's schedule: shown, changed, and when it begins."""

import pytest

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.jobs.requests import RequestKind, State, finish, put_once, take_next
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.admins import set_admin
from core.services.connections import disconnect
from core.services.notices import Kind, raise_notice
from core.services.portals import change_portal, create_portal
from core.services.requests import schedules_request
from core.services.schedule import running_schedules, schedule_begins, set_schedule, show_schedule
from core.services.syncing import sync_portal
from core.store.models import AuditLine, Connection, Portal


@pytest.fixture
async def begun(connected, moment) -> Portal:
    """The portal in New York, whose first sync was on 9 March at 8:00 of its morning; it is 8:00 on 10 March."""
    await Portal.filter(id=connected.id).update(schedule_since=moment("2026-03-09T12:00:00Z"))
    return await Portal.get(id=connected.id)


async def test_it_begins_with_the_first_sync_that_succeeds(connected, store):
    before = await show_schedule("acme")
    assert (before.on, before.at, before.timezone, before.next_run) == (True, "03:30", "America/New_York", None)
    assert before.paused == "It begins with the first sync that succeeds: ukg sync acme"
    await sync_portal("acme", store)
    after = await show_schedule("acme")
    assert (after.paused, after.last_run, after.notices) == (None, None, [])
    assert after.next_run.isoformat() == "2026-03-11T07:30:00+00:00"


async def test_only_the_first_sync_begins_it(connected, set_clock):
    await schedule_begins(connected)
    first = now()
    set_clock("2026-03-20")
    await schedule_begins(connected)
    assert (await Portal.get()).schedule_since == first


async def test_a_changed_time_is_kept_and_audited(begun):
    changed = await set_schedule("acme", at="22:15")
    assert (changed.at, changed.next_run.isoformat()) == ("22:15", "2026-03-10T02:15:00+00:00")
    line = await AuditLine.filter(action="schedule changed").get()
    assert (line.before, line.after) == ('{"schedule_at":"03:30"}', '{"schedule_at":"22:15"}')
    await set_schedule("acme", at="22:15", on=True)
    assert await AuditLine.filter(action="schedule changed").count() == 1


@pytest.mark.parametrize("at", ["24:00", "3:30", "noon"])
async def test_what_is_no_time_changes_nothing(begun, at):
    with pytest.raises(SettingsError, match="nothing was changed"):
        await set_schedule("acme", at=at, on=False)
    assert ((await Portal.get()).schedule_on, await AuditLine.filter(action="schedule changed").count()) == (True, 0)


async def test_switched_off_and_on_again_days_count_from_then_on(begun, set_clock):
    off = await set_schedule("acme", on=False)
    assert (off.on, off.next_run, off.paused) == (False, None, None)
    set_clock("2026-03-20")
    on = await set_schedule("acme", on=True)
    assert (await Portal.get()).schedule_since == now()
    assert on.next_run.isoformat() == "2026-03-21T07:30:00+00:00"


async def test_switched_on_when_it_is_on_days_count_as_before(begun):
    await set_schedule("acme", on=True)
    assert (await Portal.get()).schedule_since == begun.schedule_since


async def test_switched_on_before_any_sync_it_still_begins_with_the_first(connected):
    await set_schedule("acme", on=False)
    await set_schedule("acme", on=True)
    assert (await Portal.get()).schedule_since is None


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (lambda: change_portal("acme", integration_enabled=False), "ukg portal set acme --enable-integration"),
        (lambda: disconnect("acme"), "ukg connect acme"),
        (lambda: Connection.all().update(status="refused"), "UKG Pro refused the service account"),
    ],
)
async def test_what_stands_in_its_way_is_told_with_what_to_do(begun, trouble, says):
    await trouble()
    found = await show_schedule("acme")
    assert says in found.paused
    assert found.next_run is None
    assert await running_schedules() == []


async def test_the_last_run_tells_how_it_went(begun, store):
    await put_once(schedules_request(begun.id, RequestKind.SYNC, "2026-03-10"))
    request = await take_next()
    run = await sync_portal("acme", store, trigger="schedule")
    await finish(request, State.DONE, run_id=run.id)
    found = await show_schedule("acme")
    last = found.last_run
    assert (last.date, last.state, last.run, last.status) == ("2026-03-10", "done", run.id, "succeeded")
    assert (last.started_at, last.finished_at, last.error) == (now(), now(), None)
    assert found.next_run.isoformat() == "2026-03-11T07:30:00+00:00"


async def test_a_day_that_is_due_and_was_not_put_is_next_and_one_that_waits_is_too(begun, moment):
    assert (await show_schedule("acme")).next_run.isoformat() == "2026-03-10T07:30:00+00:00"
    request = schedules_request(begun.id, RequestKind.SYNC, "2026-03-10")
    request.not_before = moment("2026-03-10T18:00:00Z")
    await put_once(request)
    found = await show_schedule("acme")
    assert (found.next_run, found.last_run) == (request.not_before, None)


async def test_after_a_failure_the_next_run_is_not_before_the_next_try(begun, moment):
    await Connection.all().update(failures=3, retry_at=moment("2026-03-10T16:00:00Z"))
    assert (await show_schedule("acme")).next_run == moment("2026-03-10T16:00:00Z")


async def test_open_notices_are_shown(begun):
    await raise_notice(begun, Kind.DAY_MISSED, "A day was missed.")
    assert [notice.sentence for notice in (await show_schedule("acme")).notices] == ["A day was missed."]


async def test_those_that_run_are_listed(begun):
    await create_portal("resting")
    assert await running_schedules() == [("acme", (await show_schedule("acme")).next_run)]


async def test_viewers_look_and_admins_change(begun):
    await set_admin("acme", "Vera", Role.VIEWER)
    await set_admin("acme", "Otto", Role.OPERATOR)
    with acting_as(Actor("Vera", "tui")):
        assert (await show_schedule("acme")).on
    with acting_as(Actor("Otto", "tui")), pytest.raises(NotAllowed, match="this takes admin"):
        await set_schedule("acme", on=False)
    assert (await Portal.get()).schedule_on
