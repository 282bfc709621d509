"""Asking for a run: who may, what is kept of who asked, and that nobody need ask twice."""

import asyncio

import pytest

from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.jobs.requests import RequestKind, State, finish, put_once, take_next
from core.services.acting import Actor, NotAllowed, acting_as, current_actor
from core.services.admins import set_admin
from core.services.requests import SCHEDULE, asker_of, request_run, schedules_request
from core.store.models import AuditLine, RunRequest

SLACK_ADMIN = Actor("Sue", "slack", slack_user="U024BE7LH")


async def test_what_is_asked_waits_and_is_in_the_audit_trail(acme):
    request = await request_run("acme", RequestKind.SYNC)
    assert (request.kind, request.slot, request.state) == ("sync", None, "waiting")
    line = await AuditLine.filter(action="run requested").get()
    assert (line.actor, line.after) == (current_actor().name, '{"kind":"sync","plan":null}')


async def test_whoever_asks_while_it_waits_is_given_what_waits(acme):
    first, *others = await asyncio.gather(*(request_run("acme", RequestKind.SYNC) for _ in range(4)))
    assert {other.id for other in others} == {first.id}
    assert await AuditLine.filter(action="run requested").count() == 1


async def test_a_day_of_the_schedule_that_waits_is_not_what_a_person_asks_for(acme):
    await put_once(schedules_request(acme.id, RequestKind.SYNC, "2026-03-10"))
    assert (await request_run("acme", RequestKind.SYNC)).slot is None


async def test_once_it_runs_or_is_over_the_next_may_be_asked_for(acme):
    first = await request_run("acme", RequestKind.SYNC)
    running = await take_next()
    assert running.id == first.id
    second = await request_run("acme", RequestKind.SYNC)
    assert second.id != first.id
    await finish(running, State.DONE)
    assert (await request_run("acme", RequestKind.SYNC)).id == second.id


async def test_each_plan_may_be_asked_to_be_applied(acme):
    first = await request_run("acme", RequestKind.APPLY, "plan-1")
    assert (await request_run("acme", RequestKind.APPLY, "plan-2")).id != first.id
    assert (await request_run("acme", RequestKind.APPLY, "plan-1")).id == first.id


@pytest.mark.parametrize(("kind", "plan_id"), [(RequestKind.APPLY, None), (RequestKind.SYNC, "plan-1")])
async def test_a_plan_goes_with_applying_and_with_nothing_else(acme, kind, plan_id):
    with pytest.raises(SettingsError, match="nothing was asked"):
        await request_run("acme", kind, plan_id)
    assert await RunRequest.all().count() == 0


async def test_it_takes_an_operator(acme):
    await set_admin("acme", "Vera", Role.VIEWER)
    with acting_as(Actor("Vera", "tui")), pytest.raises(NotAllowed, match="this takes operator"):
        await request_run("acme", RequestKind.SYNC)
    assert await RunRequest.all().count() == 0


@pytest.mark.parametrize("actor", [SLACK_ADMIN, Actor("Änne", "tui"), Actor("root", "cli", owner=True)])
async def test_it_will_run_in_the_name_of_who_asked(acme, actor):
    if not actor.owner:
        await set_admin("acme", actor.name, Role.OPERATOR, slack_user=actor.slack_user)
    with acting_as(actor):
        await request_run("acme", RequestKind.SYNC)
    assert asker_of(await RunRequest.get()) == actor


async def test_the_schedule_runs_in_its_own_name(acme):
    await put_once(schedules_request(acme.id, RequestKind.DATES, "2026-03-10T12"))
    assert asker_of(await RunRequest.get()) == SCHEDULE


async def test_nobody_becomes_the_operator_by_a_name(acme):
    sly = Actor("owner name:root", "tui")
    await set_admin("acme", sly.name, Role.OPERATOR)
    with acting_as(sly):
        await request_run("acme", RequestKind.SYNC)
    assert asker_of(await RunRequest.get()) == sly
