"""Stopping what was asked to run: what waits never begins, what runs is broken off and not taken up again."""

import asyncio

import pytest

from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.jobs.requests import RequestKind, put_once, take_next
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.admins import set_admin
from core.services.requests import ask_for, open_requests, request_run, schedules_request
from core.services.runner import carry_out_next, carry_out_what_waits
from core.services.stopping import stop
from core.services.syncing import sync_portal
from core.store.models import AuditLine, Learner, Plan, Run, RunLock, RunRequest

OTTO = Actor("Otto", "tui", owner=True)


async def test_what_waits_never_begins_and_says_who_stopped_it(connected, store):
    await request_run("acme", RequestKind.SYNC)
    with acting_as(OTTO):
        (stopped,) = await stop("acme")
    assert (stopped.what, stopped.over) == ("sync", True)
    request = await RunRequest.get()
    assert (request.state, request.error) == ("skipped", "Stopped by Otto before it began; nothing was written.")
    assert await carry_out_next(store, asyncio.Event()) is False
    assert await Run.all().count() == 0
    line = await AuditLine.get(action="run stopped")
    assert (line.actor, '"kind":"sync"' in line.after) == ("Otto", True)


async def test_what_runs_is_broken_off_and_is_over(connected, store, sandbox):
    sandbox.settings.latency = 30.0
    await request_run("acme", RequestKind.SYNC)
    at_work = asyncio.create_task(carry_out_next(store, asyncio.Event()))
    while not await Run.filter(status="running").exists():
        await asyncio.sleep(0.02)
    with acting_as(OTTO):
        (stopped,) = await stop("acme")
    assert stopped.over is False
    (seen,) = await open_requests("acme")
    assert (seen.state, seen.stopped_by) == ("running", "Otto")
    assert await asyncio.wait_for(at_work, 20) is True
    request, run = await RunRequest.get(), await Run.get()
    sentence = "Stopped by Otto; what was written before stays, and the next sync goes on from there."
    assert (request.state, request.run_id, request.error) == ("skipped", run.id, sentence)
    assert (run.status, run.error) == ("failed", sentence)
    assert await RunLock.all().count() == 0
    sandbox.settings.latency = 0.0
    await sync_portal("acme", store)
    assert await Learner.all().count() == 3


async def test_a_plan_that_is_being_made_is_stopped_and_not_saved(connected, store, sandbox):
    sandbox.settings.latency = 30.0
    await request_run("acme", RequestKind.PLAN)
    at_work = asyncio.create_task(carry_out_next(store, asyncio.Event()))
    while not await RunRequest.filter(state="running").exists():
        await asyncio.sleep(0.02)
    await stop("acme")
    assert await asyncio.wait_for(at_work, 20) is True
    assert (await RunRequest.get()).error.endswith("no plan was saved.")
    assert await Plan.filter(finished_at__not_isnull=True).count() == 0


async def test_what_was_asked_to_stop_is_over_when_its_process_died_before_it_noticed(connected, store, set_clock):
    await request_run("acme", RequestKind.SYNC)
    taken = await take_next()
    with acting_as(OTTO):
        await stop("acme")
    set_clock("2026-03-10T12:05:00Z")
    assert await carry_out_next(store, asyncio.Event()) is True
    assert (await RunRequest.get(id=taken.id)).state == "skipped"
    assert await Run.all().count() == 0


async def test_the_schedules_request_waits_on_unless_it_is_named(connected):
    await put_once(schedules_request(connected.id, RequestKind.SYNC, "2026-03-10"))
    with pytest.raises(SettingsError, match="Nothing runs or waits in acme; nothing was stopped"):
        await stop("acme")
    (waiting,) = await open_requests("acme")
    assert waiting.by_schedule
    (stopped,) = await stop("acme", waiting.request)
    assert stopped.over
    with pytest.raises(SettingsError, match="over already"):
        await stop("acme", waiting.request)


async def test_a_run_of_a_command_line_is_stopped_there(connected, store, sandbox):
    sandbox.settings.latency = 30.0
    running = asyncio.create_task(sync_portal("acme", store))
    while not await Run.filter(status="running").exists():
        await asyncio.sleep(0.02)
    with pytest.raises(SettingsError, match="begun at a command line and goes on"):
        await stop("acme")
    running.cancel()
    await asyncio.wait({running})


async def test_stopping_takes_an_operator(connected):
    await request_run("acme", RequestKind.SYNC)
    await set_admin("acme", "Vera", Role.VIEWER)
    with acting_as(Actor("Vera", "tui")), pytest.raises(NotAllowed):
        await stop("acme")
    assert (await RunRequest.get()).state == "waiting"


async def test_a_runner_ends_once_nothing_waits_that_a_person_asked_for(connected, store):
    await request_run("acme", RequestKind.SYNC)
    await request_run("acme", RequestKind.OFFLINE)
    await asyncio.wait_for(carry_out_what_waits(store, asyncio.Event()), 20)
    assert [request.state for request in await RunRequest.all()] == ["done", "done"]
    (run,) = await Run.all()
    await request_run("acme", RequestKind.UNDO, undoes=run.id)
    await asyncio.wait_for(carry_out_what_waits(store, asyncio.Event()), 20)
    undone = await RunRequest.get(kind="undo")
    assert (await Plan.get(id=undone.plan_id)).undoes == run.id


async def test_the_same_is_not_asked_twice_while_its_process_is_gone(connected, store, sandbox):
    sandbox.settings.latency = 30.0
    first = await request_run("acme", RequestKind.SYNC)
    at_work = asyncio.create_task(carry_out_next(store, asyncio.Event()))
    while not await Run.filter(status="running").exists():
        await asyncio.sleep(0.02)
    assert (await request_run("acme", RequestKind.SYNC)).id != first.id
    await RunRequest.filter(state="waiting").delete()
    await RunLock.all().update(expires_at=0.0)
    assert (await request_run("acme", RequestKind.SYNC)).id == first.id
    at_work.cancel()
    await asyncio.wait({at_work})


async def test_a_sync_that_compares_with_the_portal_and_a_plan_of_the_snapshot_are_asked_for_by_their_word(
    connected, store, sandbox
):
    await ask_for("acme", "reconcile")
    await asyncio.wait_for(carry_out_what_waits(store, asyncio.Event()), 20)
    asked = len(sandbox.requests)
    await ask_for("acme", "offline")
    await asyncio.wait_for(carry_out_what_waits(store, asyncio.Event()), 20)
    compared, offline = await RunRequest.all().order_by("id")
    assert (compared.state, offline.state, len(sandbox.requests)) == ("done", "done", asked)
    assert (await Run.get()).id == compared.run_id
    assert (await Plan.get(id=offline.plan_id)).source == "snapshot"


async def test_what_is_asked_for_names_its_plan_or_run_exactly_where_it_needs_one(connected):
    for what, named in (("undo", {}), ("apply", {}), ("sync", {"undoes": "run-1"}), ("plan", {"plan_id": "plan-1"})):
        with pytest.raises(SettingsError, match="nothing was asked"):
            await ask_for("acme", what, **named)
    assert await RunRequest.all().count() == 0
