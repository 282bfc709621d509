"""Carrying run requests out: each in the name of who asked, none stopping the next, whatever comes."""

import asyncio
from datetime import timedelta

import pytest

from core.clock import now
from core.domain.guard import Kind as GuardKind
from core.domain.roles import Role
from core.jobs.requests import RequestKind, put_once, take_next, take_up_again
from core.sandbox.ukg import faults
from core.services.acting import Actor, acting_as
from core.services.admins import remove_admin, set_admin
from core.services.connections import connect
from core.services.due import put_what_is_due
from core.services.guard import change_guard, parse_limit
from core.services.notices import Kind, open_notices
from core.services.portals import change_portal
from core.services.requests import request_run, schedules_request
from core.services.runner import carry_out_next, carry_out_requests
from core.services.schedule import show_schedule
from core.services.syncing import plan_portal, sync_portal
from core.store.keys import key_file
from core.store.models import AuditLine, Connection, Learner, Plan, Portal, Run, RunLock, RunRequest
from core.store.run_lock import hold_run_lock
from core.store.secrets import new_key


@pytest.fixture
async def begun(connected, moment) -> Portal:
    """The portal in New York, whose first sync was on 9 March at 8:00 of its morning; it is 8:00 on 10 March."""
    await Portal.filter(id=connected.id).update(schedule_since=moment("2026-03-09T12:00:00Z"))
    return await Portal.get(id=connected.id)


@pytest.fixture
def carry_out(store):
    """Call to carry out all that may start; gives how many that were."""

    async def work() -> int:
        number = 0
        while await carry_out_next(store, asyncio.Event()):
            number += 1
        return number

    return work


async def day(slot: str = "2026-03-10") -> RunRequest:
    return await RunRequest.get(kind="sync", slot=slot)


async def test_the_daily_sync_runs_once_in_the_name_of_the_schedule(begun, carry_out):
    for _ in range(3):
        await put_what_is_due()
        await carry_out()
    (run,) = await Run.filter(trigger="schedule")
    request = await day()
    assert (request.state, request.run_id, request.error, request.finished_at) == ("done", run.id, None, now())
    assert run.status == "succeeded"
    assert await Learner.all().count() == 3
    assert {line.actor for line in await AuditLine.filter(action="sync")} == {"Schedule"}


async def test_what_is_due_by_date_runs_every_hour_and_is_no_run_when_nothing_is_due(begun, carry_out):
    await put_what_is_due()
    await carry_out()
    dates = await RunRequest.get(kind="dates")
    assert (dates.state, dates.run_id, dates.error) == ("done", None, None)


async def test_several_that_carry_out_do_not_run_a_day_twice(begun, store):
    await put_what_is_due()
    stop = asyncio.Event()
    runners = [asyncio.create_task(carry_out_requests(store, stop, poll_seconds=0.02)) for _ in range(3)]
    while await RunRequest.filter(state__in=["waiting", "running"]).count():
        await asyncio.sleep(0.02)
    stop.set()
    await asyncio.gather(*runners)
    assert await Run.filter(trigger="schedule").count() == 1


async def test_what_a_person_asked_runs_as_a_manual_sync_in_their_name(begun, carry_out):
    await set_admin("acme", "Otto", Role.OPERATOR)
    with acting_as(Actor("Otto", "tui")):
        await request_run("acme", RequestKind.SYNC)
    await carry_out()
    assert (await Run.get()).trigger == "manual"
    line = await AuditLine.filter(action="sync").get()
    assert (line.actor, line.face) == ("Otto", "tui")


async def test_a_role_that_was_taken_away_meanwhile_is_missed_when_it_runs(begun, carry_out):
    await set_admin("acme", "Otto", Role.OPERATOR)
    with acting_as(Actor("Otto", "tui")):
        await request_run("acme", RequestKind.SYNC)
    await remove_admin("acme", "Otto")
    await carry_out()
    request = await RunRequest.get()
    assert (request.state, "Otto has no role in acme" in request.error) == ("failed", True)
    assert await Run.all().count() == 0


async def test_a_manual_sync_that_comes_too_soon_fails_with_its_sentence(begun, carry_out, store):
    await sync_portal("acme", store)
    await request_run("acme", RequestKind.SYNC)
    assert await carry_out() == 1
    request = await RunRequest.get()
    assert (request.state, "less than 60 minutes ago" in request.error) == ("failed", True)


@pytest.mark.parametrize("scheduled", [True, False])
async def test_while_another_run_is_at_work_it_waits_a_minute_at_a_time(begun, carry_out, set_clock, scheduled):
    if scheduled:
        await put_once(schedules_request(begun.id, RequestKind.SYNC, "2026-03-10"))
    else:
        await request_run("acme", RequestKind.SYNC)
    async with hold_run_lock(begun.id, "acme"):
        assert await carry_out() == 1
        request = await RunRequest.get()
        assert (request.state, request.not_before, request.tries) == ("waiting", now() + timedelta(minutes=1), 0)
    assert await carry_out() == 0
    set_clock("2026-03-10T12:01:00Z")
    assert await carry_out() == 1
    assert (await RunRequest.get()).state == "done"


async def test_a_saved_plan_is_applied(begun, carry_out, store):
    plan = await plan_portal("acme", store)
    await request_run("acme", RequestKind.APPLY, plan.id)
    await carry_out()
    request = await RunRequest.get()
    assert (request.state, request.error) == ("done", None)
    assert (await Run.get()).id == request.run_id
    assert await Learner.all().count() == 3


async def test_a_plan_that_is_asked_for_is_made_and_named_by_its_request(begun, carry_out):
    await request_run("acme", RequestKind.PLAN)
    await carry_out()
    request = await RunRequest.get()
    assert (request.state, request.error, request.run_id) == ("done", None, None)
    assert (await Plan.get()).id == request.plan_id
    assert await Run.all().count() == 0
    assert await Learner.all().count() == 0


async def test_what_a_sync_holds_back_is_told_until_a_sync_holds_nothing(begun, carry_out, sandbox, set_clock, store):
    await sync_portal("acme", store)
    await change_guard("acme", {GuardKind.UPDATED: parse_limit("1")})
    for person in sandbox.company.people:
        person["firstName"] = "Renamed"
    sandbox.company.touch()
    for clock in ("2026-03-10T12:00:00Z", "2026-03-11T12:00:00Z"):
        set_clock(clock)
        await put_what_is_due()
        await carry_out()
    assert [run.status for run in await Run.filter(trigger="schedule")] == ["held", "held"]
    (notice,) = await open_notices("acme")
    assert (notice.kind, notice.times) == (Kind.PLAN_HELD, 2)
    assert notice.sentence == "The sync of acme held changes back, which wait for an admin: ukg held acme"
    await change_guard("acme", {GuardKind.UPDATED: None})
    set_clock("2026-03-12T12:00:00Z")
    await put_what_is_due()
    await carry_out()
    assert await open_notices("acme") == []


async def test_one_that_fails_is_recorded_and_the_next_goes_on(begun, carry_out, store):
    await request_run("acme", RequestKind.APPLY, "plan-that-is-none")
    await request_run("acme", RequestKind.SYNC)
    assert await carry_out() == 2
    first, second = await RunRequest.all().order_by("id")
    assert (first.state, second.state) == ("failed", "done")
    assert "plan-that-is-none" in first.error


async def test_when_ukg_pro_fails_the_same_day_is_tried_again_later_and_later(begun, carry_out, sandbox, set_clock):
    sandbox.faults.add("*", kind=faults.status(404), times=None)
    seen = []
    for clock in ("12:00", "13:00", "15:00"):
        set_clock(f"2026-03-10T{clock}:00Z")
        await put_what_is_due()
        await carry_out()
        seen.append((await day()).not_before.strftime("%H:%M"))
    assert seen == ["13:00", "15:00", "19:00"]
    assert [notice.kind for notice in await open_notices("acme")] == [Kind.CONNECTION_FAILING]
    assert (await show_schedule("acme")).last_run.status == "failed"
    sandbox.faults.clear()
    set_clock("2026-03-10T19:00:00Z")
    await carry_out()
    request = await day()
    assert (request.state, request.error) == ("done", None)
    connection = await Connection.get()
    assert (connection.failures, connection.retry_at, await open_notices("acme")) == (0, None, [])


async def test_when_the_account_is_refused_nothing_runs_by_itself_until_it_is_mended(
    begun, carry_out, sandbox, set_clock, store, credentials
):
    sandbox.settings.password = "changed"
    await put_what_is_due()
    await carry_out()
    request = await day()
    assert (request.state, "refused the service account (401)" in request.error) == ("failed", True)
    asked = len(sandbox.requests)
    for clock in ("2026-03-10T18:00:00Z", "2026-03-11T12:00:00Z", "2026-03-12T12:00:00Z"):
        set_clock(clock)
        await put_what_is_due()
        await carry_out()
    assert len(sandbox.requests) == asked
    assert [notice.kind for notice in await open_notices("acme")] == [Kind.CONNECTION_REFUSED]
    sandbox.settings.password = "sandbox-password"
    set_clock("2026-03-12T13:00:00Z")
    await connect("acme", credentials, store)
    await put_what_is_due()
    await carry_out()
    assert ((await day("2026-03-12")).state, await open_notices("acme")) == ("done", [])


async def test_a_request_whose_portal_was_paused_meanwhile_is_passed_over(begun, carry_out, sandbox):
    await put_what_is_due()
    await change_portal("acme", integration_enabled=False)
    await carry_out()
    request = await day()
    assert (request.state, request.error[:32]) == ("skipped", "The integration is switched off;")
    assert sandbox.requests == []


async def test_a_run_that_is_stopped_waits_and_goes_on_later(begun, store, sandbox, carry_out):
    await put_what_is_due()
    sandbox.settings.latency = 1.0
    stop = asyncio.Event()
    runner = asyncio.create_task(carry_out_requests(store, stop, poll_seconds=0.02))
    while not await Run.filter(status="running").exists():
        await asyncio.sleep(0.02)
    stop.set()
    await asyncio.wait_for(runner, 20)
    request = await day()
    assert (request.state, request.tries, request.not_before, request.error) == ("waiting", 0, None, None)
    assert (await Run.get()).status == "failed"
    assert await RunLock.all().count() == 0
    sandbox.settings.latency = 0.0
    await carry_out()
    assert (await day()).state == "done"


async def test_what_a_killed_process_had_in_hand_is_taken_up_again(begun, carry_out, set_clock):
    await put_what_is_due()
    await take_next()
    assert await carry_out() == 0
    set_clock("2026-03-10T12:02:00Z")
    assert await carry_out() > 0
    request = await day()
    assert (request.state, request.tries) == ("done", 1)


async def test_a_fault_of_our_own_is_tried_three_times_and_told_without_its_text(begun, carry_out, set_clock):
    await put_once(schedules_request(begun.id, RequestKind.SYNC, "2026-03-10"))
    await Portal.filter(id=begun.id).update(invite_when="never heard of")
    for minute in (0, 10, 20):
        set_clock(f"2026-03-10T12:{minute:02}:00Z")
        assert await carry_out() == 1
    request = await day()
    sentence = "Given up after 3 tries. The run broke off through a fault of ukg-sync (ValueError)."
    assert (request.state, request.error) == ("failed", sentence)
    (notice,) = await open_notices("acme")
    assert notice.sentence == f"The sync of acme on 2026-03-10 failed. {sentence}"


async def test_a_day_that_fails_for_good_is_told_until_a_sync_succeeds(begun, carry_out, store, set_clock):
    key = key_file(store).read_text()
    key_file(store).write_text(new_key())
    await put_what_is_due()
    await carry_out()
    (notice,) = await open_notices("acme")
    assert (notice.kind, notice.sentence[:40]) == (Kind.DAY_FAILED, "The sync of acme on 2026-03-10 failed. T")
    key_file(store).write_text(key)
    set_clock("2026-03-11T12:00:00Z")
    await put_what_is_due()
    await carry_out()
    assert await open_notices("acme") == []


async def test_a_day_that_was_killed_three_times_is_told(begun, carry_out, set_clock):
    await put_what_is_due()
    for minute in (0, 2, 4):
        set_clock(f"2026-03-10T12:{minute:02}:00Z")
        await take_up_again()
        assert (await take_next()).kind == "sync"
    set_clock("2026-03-10T12:06:00Z")
    await carry_out()
    assert ((await day()).state, (await day()).tries) == ("failed", 3)
    assert [notice.kind for notice in await open_notices("acme")] == [Kind.DAY_FAILED]
