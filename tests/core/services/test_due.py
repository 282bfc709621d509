"""Putting what is due: each business date once, and telling of those that nobody put or that came to nothing."""

import asyncio
from datetime import timedelta

import pytest

from core.clock import now
from core.jobs.requests import State, finish, put_back, take_next
from core.portals.learnupon.errors import Unreachable as NotThere
from core.services.connections import connect, disconnect
from core.services.due import put_what_is_due
from core.services.notices import Kind, open_notices
from core.services.portals import change_portal, create_portal
from core.services.schedule import set_schedule
from core.services.standing import LEARNUPON, UKG_PRO, failed, last_given, next_try, waits_until, worked
from core.store.models import Connection, Failure, LearnUponAccount, Portal, RunRequest
from core.ukg.errors import Unreachable, WrongCredentials


@pytest.fixture
async def begun(connected, moment) -> Portal:
    """The portal in New York, whose first sync was on 9 March at 8:00 of its morning; it is 8:00 on 10 March."""
    await Portal.filter(id=connected.id).update(schedule_since=moment("2026-03-09T12:00:00Z"))
    return await Portal.get(id=connected.id)


async def days(state: str | None = None) -> list[str | None]:
    """The days that were put, in that state if it is given."""
    rows = await RunRequest.filter(kind="sync").order_by("slot")
    return [row.slot for row in rows if state is None or row.state == state]


async def sentences(kind: Kind) -> list[str]:
    return [notice.sentence for notice in await open_notices("acme") if notice.kind == kind]


async def carry_out() -> None:
    """Take what waits, and let it have succeeded."""
    while (request := await take_next()) is not None:
        await finish(request, State.DONE)


async def test_before_a_first_sync_nothing_is_put(connected):
    await put_what_is_due()
    assert await RunRequest.all().count() == 0


async def test_a_day_is_put_once_whoever_looks_and_however_often(begun):
    await asyncio.gather(*(put_what_is_due() for _ in range(4)))
    await put_what_is_due()
    await carry_out()
    await put_what_is_due()
    assert await RunRequest.all().order_by("kind").values_list("kind", "slot", "asked_by") == [
        ("dates", "2026-03-10T12", "Schedule"),
        ("sync", "2026-03-10", "Schedule"),
    ]


async def test_over_days_with_a_change_of_the_clocks_each_day_is_put_once(begun, set_clock, moment):
    await Portal.all().update(schedule_since=moment("2026-10-29T12:00:00Z"), schedule_at="01:30")
    at = moment("2026-10-29T12:00:00Z")
    while at < moment("2026-11-03T12:00:00Z"):
        set_clock(f"{at:%Y-%m-%dT%H:%M:%SZ}")
        await put_what_is_due()
        await carry_out()
        at += timedelta(minutes=30)
    assert await days("done") == ["2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03"]
    assert await open_notices("acme") == []


async def test_dates_are_put_by_the_hour_unless_some_wait(begun, set_clock):
    for clock in ("12:10", "12:50", "13:00", "14:00"):
        set_clock(f"2026-03-10T{clock}:00Z")
        await put_what_is_due()
        if clock != "13:00":
            await carry_out()
    slots = await RunRequest.filter(kind="dates").order_by("id").values_list("slot", flat=True)
    assert slots == ["2026-03-10T12", "2026-03-10T13"]


async def test_retries_are_put_only_where_one_is_due(begun, set_clock, moment):
    await put_what_is_due()
    values = {"employee_id": "E1", "name": "Ann Lee", "digest": "d", "reason": "portal_refused", "tries": 1}
    await Failure.create(portal_id=begun.id, first_at=now(), next_at=moment("2026-03-10T13:30:00Z"), **values)
    set_clock("2026-03-10T13:29:00Z")
    await put_what_is_due()
    assert await RunRequest.filter(kind="retry").count() == 0
    set_clock("2026-03-10T13:30:00Z")
    await put_what_is_due()
    assert await RunRequest.filter(kind="retry").values_list("slot", flat=True) == ["2026-03-10T13"]


async def test_nobody_is_retried_while_ukg_pro_is_left_alone(begun, moment):
    values = {"employee_id": "E1", "name": "Ann Lee", "digest": "d", "reason": "portal_refused", "tries": 1}
    await Failure.create(portal_id=begun.id, first_at=now(), next_at=now(), **values)
    await failed(UKG_PRO, begun, Unreachable("no answer"))
    await put_what_is_due()
    assert await RunRequest.filter(kind="retry").count() == 0


async def test_whoever_was_down_for_days_makes_up_for_the_last_and_tells_of_those_before(begun, set_clock):
    await put_what_is_due()
    await carry_out()
    set_clock("2026-03-13T12:00:00Z")
    await put_what_is_due()
    await put_what_is_due()
    assert await days() == ["2026-03-10", "2026-03-13"]
    said = "The daily sync of acme did not run on 2026-03-11, 2026-03-12, since ukg serve was not running then."
    assert await sentences(Kind.DAY_MISSED) == [said]
    assert [notice.times for notice in await open_notices("acme")] == [1]


async def test_many_missed_days_are_told_in_one_short_sentence(begun, set_clock):
    set_clock("2026-04-01T12:00:00Z")
    await put_what_is_due()
    assert "on 22 days from 2026-03-10 to 2026-03-31, since" in (await sentences(Kind.DAY_MISSED))[0]


async def test_missed_days_are_told_until_the_next_day_comes_as_it_should(begun, set_clock):
    set_clock("2026-03-12T12:00:00Z")
    await put_what_is_due()
    await carry_out()
    set_clock("2026-03-13T07:29:00Z")
    await put_what_is_due()
    assert len(await sentences(Kind.DAY_MISSED)) == 1
    set_clock("2026-03-13T07:30:00Z")
    await put_what_is_due()
    assert await open_notices("acme") == []


async def test_a_day_that_was_put_and_never_came_to_an_end_is_told_and_makes_way(begun, set_clock):
    await put_what_is_due()
    set_clock("2026-03-11T12:00:00Z")
    await put_what_is_due()
    assert (await days("waiting"), await days("skipped")) == (["2026-03-11"], ["2026-03-10"])
    said = ["The sync of acme on 2026-03-10 was due and never came to an end."]
    assert await sentences(Kind.DAY_SILENT) == said
    await carry_out()
    set_clock("2026-03-12T12:00:00Z")
    await put_what_is_due()
    assert await sentences(Kind.DAY_SILENT) == []


async def test_a_day_that_was_begun_and_cut_off_is_silent_too(begun, set_clock):
    await put_what_is_due()
    request = await take_next()
    set_clock("2026-03-11T12:00:00Z")
    await put_what_is_due()
    assert (await days("running"), await sentences(Kind.DAY_SILENT)) == (["2026-03-10"], [])
    await put_back(request)
    await put_what_is_due()
    assert await sentences(Kind.DAY_SILENT) != []


async def test_a_day_that_failed_and_waits_for_another_try_is_not_silent(begun, set_clock):
    await put_what_is_due()
    await put_back(await take_next(), not_before=now() + timedelta(days=2), error="UKG Pro did not answer.")
    set_clock("2026-03-11T12:00:00Z")
    await put_what_is_due()
    assert await sentences(Kind.DAY_SILENT) == []
    assert (await RunRequest.get(slot="2026-03-10")).error == "UKG Pro did not answer."


async def test_a_new_day_waits_too_while_ukg_pro_is_left_alone(begun, moment):
    await Connection.all().update(failures=4, retry_at=moment("2026-03-10T15:00:00Z"))
    await put_what_is_due()
    assert (await RunRequest.get(kind="sync")).not_before == moment("2026-03-10T15:00:00Z")
    assert (await RunRequest.get(kind="dates")).not_before is None


async def test_while_the_account_is_refused_days_are_passed_over_and_not_missed(begun, set_clock, store, credentials):
    await failed(UKG_PRO, begun, WrongCredentials("UKG Pro refused the service account (401)."))
    await put_what_is_due()
    set_clock("2026-03-11T12:00:00Z")
    await put_what_is_due()
    assert await days("skipped") == ["2026-03-10", "2026-03-11"]
    assert await RunRequest.filter(kind="dates").count() == 0
    assert await sentences(Kind.DAY_MISSED) == []
    set_clock("2026-03-11T13:00:00Z")
    await connect("acme", credentials, store)
    await put_what_is_due()
    assert (await days("waiting"), await days("skipped")) == (["2026-03-11"], ["2026-03-10"])
    assert await open_notices("acme") == []


async def test_a_day_that_was_refused_runs_again_once_the_account_is_mended(begun, set_clock, store, credentials):
    await put_what_is_due()
    await finish(await take_next(), State.FAILED, error="refused")
    await put_what_is_due()
    assert await days("failed") == ["2026-03-10"]
    set_clock("2026-03-10T14:00:00Z")
    await connect("acme", credentials, store)
    await put_what_is_due()
    assert await days("waiting") == ["2026-03-10"]


async def test_a_manual_sync_that_succeeds_lets_the_schedule_go_on(begun):
    await failed(UKG_PRO, begun, WrongCredentials("refused"))
    await put_what_is_due()
    await worked(UKG_PRO, begun)
    await put_what_is_due()
    assert await days("waiting") == ["2026-03-10"]


@pytest.mark.parametrize(
    "pause", [lambda: disconnect("acme"), lambda: change_portal("acme", integration_enabled=False)]
)
async def test_nothing_is_put_to_run_while_it_is_paused(begun, pause):
    await pause()
    await put_what_is_due()
    assert await RunRequest.all().values_list("state", flat=True) == ["skipped"]


async def test_what_is_switched_off_is_not_put_and_was_not_missed(begun, set_clock):
    await put_what_is_due()
    await carry_out()
    await set_schedule("acme", on=False)
    set_clock("2026-03-13T12:00:00Z")
    await put_what_is_due()
    await set_schedule("acme", on=True)
    await put_what_is_due()
    assert await days() == ["2026-03-10"]
    set_clock("2026-03-14T12:00:00Z")
    await put_what_is_due()
    assert (await days(), await open_notices("acme")) == (["2026-03-10", "2026-03-14"], [])


async def test_a_time_that_has_passed_today_is_due_at_once_and_one_of_a_day_that_ran_is_not(begun):
    await set_schedule("acme", at="23:00")
    await put_what_is_due()
    assert await days() == ["2026-03-09"]  # 23:00 of yesterday evening, after the first sync
    await set_schedule("acme", at="07:00")
    await put_what_is_due()
    assert await days() == ["2026-03-09", "2026-03-10"]
    await set_schedule("acme", at="07:30")
    await put_what_is_due()
    assert await days() == ["2026-03-09", "2026-03-10"]


async def test_moving_to_a_time_zone_of_yesterday_runs_no_day_twice(begun):
    await put_what_is_due()
    await carry_out()
    await change_portal("acme", timezone="Pacific/Honolulu")
    await put_what_is_due()
    assert await days() == ["2026-03-10"]


async def test_one_portal_that_cannot_be_scheduled_does_not_keep_the_others(begun):
    second = await create_portal("second")
    await Portal.filter(id=second.id).update(schedule_since=begun.schedule_since)
    await Connection.all().update(portal_id=second.id)
    await Portal.filter(id=begun.id).update(timezone="Mars/Olympus")
    await put_what_is_due()
    assert await RunRequest.filter(kind="sync").values_list("portal_id", flat=True) == [second.id]


async def test_nothing_starts_before_the_portal_may_be_tried_again(begun, set_clock):
    account = await LearnUponAccount.create(
        portal_id=begun.id, url="https://acme.learnupon.com", secrets="x", status="active", connected_at=now()
    )
    assert await waits_until(begun.id) is None
    await failed(UKG_PRO, begun, Unreachable("no answer"))
    first = await waits_until(begun.id)
    await failed(LEARNUPON, begun, NotThere("no answer"))
    await failed(LEARNUPON, begun, NotThere("no answer"))
    later = await waits_until(begun.id)
    assert first is not None
    assert later is not None
    assert later > first
    assert await next_try(begun, NotThere("no answer")) == later
    assert await next_try(begun, Unreachable("no answer")) == first
    await LearnUponAccount.filter(id=account.id).update(connected_at=now() + timedelta(days=1))
    assert await last_given(begun.id) == now() + timedelta(days=1)
