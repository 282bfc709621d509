"""The queue of run requests: each put once, taken by one, and taken up again when its process dies."""

import asyncio
from datetime import timedelta

import pytest

from core.clock import now
from core.jobs.requests import (
    LEASE,
    RequestKind,
    State,
    cut_off,
    finish,
    forget_before,
    keep,
    put_back,
    put_once,
    take_next,
    take_up_again,
)
from core.services.portals import create_portal
from core.store.models import RunRequest


@pytest.fixture
def request_for(acme):
    """Call to have a request of acme's schedule, not yet put."""

    def make(slot: str = "2026-03-10", kind: str = "sync", portal=acme, **values) -> RunRequest:
        row = {"asked_by": "Schedule", "asked_by_id": "", "face": "schedule", "state": "waiting"}
        return RunRequest(portal_id=portal.id, kind=kind, slot=slot, requested_at=now(), **row | values)

    return make


async def test_a_day_is_put_once_however_many_put_it_at_the_same_moment(request_for):
    put = await asyncio.gather(*(put_once(request_for()) for _ in range(6)))
    assert sorted(put) == [False] * 5 + [True]
    assert not await put_once(request_for())
    assert await put_once(request_for("2026-03-11"))
    assert await put_once(request_for(kind="dates"))
    assert await RunRequest.all().count() == 3


async def test_a_day_that_is_over_is_not_put_again(request_for):
    await put_once(request_for())
    await finish(await take_next(), State.DONE)
    assert not await put_once(request_for())
    assert await take_next() is None


async def test_a_request_is_taken_by_one_of_many(request_for):
    await put_once(request_for())
    taken = await asyncio.gather(*(take_next() for _ in range(6)))
    assert [request.slot for request in taken if request is not None] == ["2026-03-10"]
    (row,) = await RunRequest.all()
    assert (row.state, row.started_at, row.not_before) == ("running", now(), now() + LEASE)


async def test_the_oldest_goes_first_and_none_before_its_time(request_for, set_clock):
    await put_once(request_for("2026-03-08", not_before=now() + timedelta(hours=1)))
    await put_once(request_for("2026-03-09"))
    assert (await take_next()).slot == "2026-03-09"
    await finish(await RunRequest.get(slot="2026-03-09"), State.DONE)
    assert await take_next() is None
    set_clock("2026-03-10T13:00:00Z")
    assert (await take_next()).slot == "2026-03-08"


async def test_a_portal_is_left_alone_while_something_runs_for_it_and_others_are_not(request_for):
    other = await create_portal("other")
    await put_once(request_for())
    await put_once(request_for(kind="dates"))
    await put_once(request_for(portal=other))
    assert [(await take_next()).portal_id for _ in range(2)] == [(await RunRequest.first()).portal_id, other.id]
    assert await take_next() is None


async def test_how_it_ended_is_kept(request_for):
    await put_once(request_for())
    await finish(await take_next(), State.FAILED, error="It rained.", run_id="run-1")
    (row,) = await RunRequest.all()
    assert (row.state, row.error, row.run_id) == ("failed", "It rained.", "run-1")
    assert (row.finished_at, row.not_before) == (now(), None)


async def test_what_is_put_back_waits_and_counts_as_no_try(request_for, set_clock):
    await put_once(request_for())
    await put_back(await take_next(), not_before=now() + timedelta(minutes=1), error="Not now.")
    assert await take_next() is None
    set_clock("2026-03-10T12:01:00Z")
    request = await take_next()
    assert (request.tries, request.error) == (0, "Not now.")


async def test_whoever_is_silent_for_longer_than_the_lease_loses_the_request(request_for, set_clock):
    await put_once(request_for())
    lost = await take_next()
    set_clock("2026-03-10T12:01:00Z")
    await take_up_again()
    assert await take_next() is None
    set_clock("2026-03-10T12:01:01Z")
    await take_up_again()
    taken = await take_next()
    assert (taken.id, taken.tries) == (lost.id, 1)
    await finish(lost, State.FAILED, error="too late")
    await put_back(lost)
    assert (await RunRequest.get()).state == "running"
    await finish(taken, State.DONE)
    assert (await RunRequest.get()).state == "done"


async def test_a_request_of_old_without_a_lease_is_taken_up_again_too(request_for):
    await put_once(request_for(state="running", started_at=now() - LEASE - timedelta(seconds=1)))
    await put_once(request_for("2026-03-11", state="running", started_at=now()))
    await take_up_again()
    assert [row.state for row in await RunRequest.all().order_by("slot")] == ["waiting", "running"]


async def test_whoever_works_on_it_keeps_it(request_for, set_clock):
    await put_once(request_for())
    request = await take_next()
    async with keep(request, renew_seconds=0.01):
        set_clock("2026-03-10T15:00:00Z")
        while (await RunRequest.get()).not_before != now() + LEASE:
            await asyncio.sleep(0.01)
        await take_up_again()
    assert (await RunRequest.get()).state == "running"


async def test_after_three_tries_that_were_cut_off_it_is_given_up(request_for):
    await put_once(request_for())
    for _ in range(3):
        await cut_off(await take_next(), "The light went out.")
    (row,) = await RunRequest.all()
    assert (row.state, row.tries, row.error) == ("failed", 3, "Given up after 3 tries. The light went out.")


async def test_requests_by_the_hour_are_forgotten_once_they_are_old_and_days_are_not(request_for):
    ended = {"state": "done", "finished_at": now() - timedelta(days=8)}
    await put_once(request_for("2026-03-02", **ended))
    for kind in (RequestKind.DATES, RequestKind.RETRY):
        await put_once(request_for("2026-03-02T05", kind=kind.value, **ended))
        await put_once(request_for("2026-03-10T05", kind=kind.value, state="done", finished_at=now()))
        await put_once(request_for("2026-03-02T06", kind=kind.value))
    await forget_before(now() - timedelta(days=7))
    kept = await RunRequest.all().order_by("kind", "slot").values_list("kind", "slot")
    assert list(kept) == [
        ("dates", "2026-03-02T06"),
        ("dates", "2026-03-10T05"),
        ("retry", "2026-03-02T06"),
        ("retry", "2026-03-10T05"),
        ("sync", "2026-03-02"),
    ]
