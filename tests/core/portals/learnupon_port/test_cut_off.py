"""Runs that are cut off anywhere: whoever goes on reaches what an undisturbed run would have reached."""

import asyncio
import random

import pytest

from core.domain.learner import AccountStatus
from tests.core.portals.conftest import Recorder
from tests.core.portals.learnupon_port.killed_runs import (
    Ledger,
    Pages,
    cancelled_after,
    killed_after,
    killed_in_the_journal,
    persist,
    until_requests,
)
from tests.core.portals.learnupon_port.people import change, new
from tests.core.portals.learnupon_port.scenario import AFTERWARDS, first_day, found, play
from tests.core.store.databases import on_sqlite

_SETTINGS = [{}, {"update": "replace", "deleted_invite": "gone"}, {"custom_data_update": "replace"}]


def _endings(seed):
    """How the first few runs of a history end."""
    chance = random.Random(seed)
    kinds = [
        lambda: killed_after(chance.randrange(1, 45)),
        lambda: killed_after(chance.randrange(1, 45)),
        lambda: killed_in_the_journal(chance.randrange(4)),
        lambda: cancelled_after(chance.randrange(1, 45)),
        lambda: cancelled_after(chance.randrange(1, 45), twice=True),
    ]
    return [chance.choice(kinds)() for _ in range(3)]


async def _play_disturbed(harness, seed):
    async def persisted(harness, *changes):
        nonlocal seed
        await persist(harness, changes, _endings(seed))
        seed += 1

    await play(harness, persisted)
    assert harness.users() == AFTERWARDS
    assert harness.invited() == []
    await harness.check()


@on_sqlite
@pytest.mark.parametrize("seed", range(0, 24, 2))
async def test_runs_cut_off_anywhere_end_as_if_nothing_had_been(open_portal, seed):
    await _play_disturbed(await open_portal(**_SETTINGS[seed // 2 % len(_SETTINGS)]), seed)


@pytest.mark.parametrize("seed", [100, 102])
async def test_runs_cut_off_anywhere_end_as_if_nothing_had_been_on_either_database(portal, seed):
    await _play_disturbed(portal, seed)


@on_sqlite
async def test_a_killed_run_leaves_things_undone(portal):
    """The control: the disturbances do disturb."""
    await found(portal)
    changes = await first_day(portal)
    for call, begun in ((0, 0), (1, len(changes))):
        ledger = Ledger(changes)
        await killed_in_the_journal(call)(
            portal, lambda pages: portal.port.apply(changes, pages), ledger, list(range(len(changes)))
        )
        assert len(ledger.places("begun")) == begun
    assert portal.users() != AFTERWARDS
    assert (await portal.glance()).edited == 0


@on_sqlite
async def test_what_is_under_way_when_a_run_is_cancelled_is_ended_and_recorded(open_portal):
    harness = await open_portal(latency=0.01)
    await harness.look()
    changes = [new(f"p{number}@example.com") for number in range(60)]
    ledger = Ledger(changes)
    await cancelled_after(30)(harness, lambda pages: harness.port.apply(changes, pages), ledger, list(range(60)))
    assert ledger.places("begun") == []
    made = {changes[place].after.email for place in ledger.places("done")}
    assert made == harness.users().keys()
    assert 0 < len(made) < 60
    await harness.check()


@on_sqlite
async def test_a_ring_that_was_entered_is_gone_round_when_a_run_is_cancelled(open_portal):
    """Whoever was moved out of the way could not sign in until the next sync."""
    harness = await open_portal(latency=0.005)
    for name in ("ann", "bea", "cat"):
        await harness.add_account(f"{name}@example.com", first_name=name)
    pairs = (("ann", "bea"), ("bea", "cat"), ("cat", "ann"))
    changes = [await change(harness, f"{old}@example.com", email=f"{new}@example.com") for old, new in pairs]
    harness.looking.habits.fields = harness.looking.habits.custom = "kept"
    ledger = Ledger(changes)

    task = asyncio.ensure_future(harness.port.apply(changes, Pages(ledger, [0, 1, 2])))
    await until_requests(harness, 1, task)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ledger.states == ["done"] * 3
    assert {email: state["names"][0] for email, state in harness.users().items()} == {
        "bea@example.com": "ann",
        "cat@example.com": "bea",
        "ann@example.com": "cat",
    }
    await harness.check()


@on_sqlite
async def test_a_fault_of_our_own_leaves_what_it_touched_to_be_looked_at(portal):
    await portal.look()

    class Faulty(Recorder):
        async def record(self, applied):
            raise ZeroDivisionError

    recorder = Faulty()
    with pytest.raises(ZeroDivisionError):
        await portal.port.apply([new("ann@example.com", status=AccountStatus.ACTIVE)], recorder)
    assert recorder.begun == {0}
    await portal.port.look_again([new("ann@example.com")], again := Recorder())
    assert [result.refused for result in again.results] == [None]
    await portal.check()
