"""The week's requests run out, or the keys are replaced, in the middle of a run."""

import asyncio
import random

import pytest

from core.clock import now
from core.portals.base import NoMoreToday
from core.portals.learnupon.errors import KeysReplaced
from tests.core.portals.conftest import Recorder
from tests.core.portals.learnupon_port.killed_runs import Ledger, Pages, persist, until_requests
from tests.core.portals.learnupon_port.people import apply, change, new, refusals
from tests.core.portals.learnupon_port.scenario import AFTERWARDS, play
from tests.core.store.databases import on_sqlite

pytestmark = on_sqlite

LIMITED = {"rate_limit": 100_000, "week_limit": 100_000}


def _leave(harness, requests):
    limits = harness.sandbox.limits_of(harness.portal)
    limits.leave_in_week(requests, harness.sandbox.settings, now())


def _next_week(harness):
    harness.sandbox.settings.week_limit += 100_000
    harness.begin_anew()


@pytest.mark.parametrize("told", [True, False], ids=["told what is left", "only refused"])
async def test_when_the_week_is_used_up_nothing_stays_begun_and_the_next_run_goes_on(open_portal, told):
    harness = await open_portal(**LIMITED, rate_headers=told)
    await harness.look()
    changes = [new(f"p{number}@example.com") for number in range(60)]
    _leave(harness, 26)
    ledger = Ledger(changes)
    with pytest.raises(NoMoreToday):
        await harness.port.apply(changes, Pages(ledger, range(60)))
    done = ledger.places("done")
    assert ledger.places("begun") == []
    assert {changes[place].after.email for place in done} == harness.users().keys()
    assert 20 <= len(done) < 26
    _next_week(harness)
    left = [changes[place] for place in ledger.places("planned")]
    assert refusals(await apply(harness, *left)) == [None] * len(left)
    assert len(harness.users()) == 60
    await harness.check()


async def test_a_week_that_is_used_up_beforehand_changes_nothing(open_portal):
    harness = await open_portal(**LIMITED)
    await harness.add_account("ann@example.com", last_name="Lee")
    _leave(harness, 0)
    recorder = Recorder()
    with pytest.raises(NoMoreToday, match="Nothing was changed for this person|stays as it is"):
        await harness.port.apply([await change(harness, "ann@example.com", last_name="Stone")], recorder)
    assert (recorder.begun, recorder.reported) == (set(), [])
    _next_week(harness)
    await harness.check()


def the_week_ends(requests):
    """A run that may make so many requests and no more."""

    async def end(harness, work, ledger, places):
        _leave(harness, requests)
        try:
            await work(Pages(ledger, places))
        except NoMoreToday:
            pass
        finally:
            harness.sandbox.settings.week_limit += 100_000

    return end


@pytest.mark.parametrize("settings", [{}, {"update": "replace"}], ids=str)
@pytest.mark.parametrize("seed", range(4))
async def test_weeks_that_end_anywhere_end_as_if_nothing_had_been(open_portal, settings, seed):
    chance = random.Random(seed)
    harness = await open_portal(**LIMITED, **settings)

    async def persisted(harness, *changes):
        await persist(harness, changes, [the_week_ends(chance.randrange(1, 16)) for _ in range(3)])

    await play(harness, persisted)
    assert harness.users() == AFTERWARDS
    await harness.check()


@pytest.mark.parametrize("left", range(5))
async def test_a_first_update_cut_short_by_the_week_costs_nobody_a_value(open_portal, left):
    harness = await open_portal(**LIMITED, update="replace")
    harness.declare("Job")
    harness.put_in("ann@example.com", first_name="Ann", last_name="Lee", custom={"Job": "Cook"})
    await harness.look()
    await persist(harness, [await change(harness, "ann@example.com", last_name="Stone")], [the_week_ends(left)])
    state = harness.users()["ann@example.com"]
    assert (state["names"], state["custom"]) == (("Ann", "Stone"), {"Job": "Cook"})
    await harness.check()


async def test_keys_replaced_in_the_middle_stop_everything_and_what_was_written_is_recorded(open_portal):
    harness = await open_portal(latency=0.005)
    await harness.look()
    changes = [new(f"p{number}@example.com") for number in range(60)]
    ledger = Ledger(changes)
    seen = harness.sandbox.requests
    running = asyncio.ensure_future(harness.port.apply(changes, Pages(ledger, range(60))))
    await until_requests(harness, 30, running)
    harness.sandbox.realm.rotate_keys(harness.portal)
    at = len(seen)
    with pytest.raises(KeysReplaced, match="new pair was generated"):
        await running
    # What was on its way, and one question whether it is the keys.
    assert [each.status for each in list(seen)[at:]].count(401) <= harness.client._connection.patience.in_flight + 1
    assert ledger.places("begun") == []
    assert {changes[place].after.email for place in ledger.places("done")} == harness.users().keys()
    before = len(seen)
    with pytest.raises(KeysReplaced):
        await harness.port.apply(changes[-1:], Recorder())
    assert len(seen) == before
    harness.begin_anew()
    left = [changes[place] for place in ledger.places("planned")]
    assert refusals(await apply(harness, *left)) == [None] * len(left)
    await harness.check()


async def test_what_a_load_takes_is_said_where_it_is_worth_a_word(open_portal):
    harness = await open_portal(**LIMITED)
    assert await harness.port.cost(3) == ""
    await harness.look()
    assert await harness.port.cost(0) == ""
    _leave(harness, 51)
    await harness.glance()
    sentence = await harness.port.cost(60)
    assert "about 60 requests" in sentence
    assert "only 50 more this week" in sentence
