"""How far a run is can be followed from another process, and nothing of it stays behind."""

import asyncio

import pytest

from core.clock import now
from core.services.portals import create_portal
from core.store.models import Run, RunProgress
from core.sync.progress import Step
from core.sync.progress_record import recorded_progress


@pytest.fixture
async def run(store):
    """A run that is at work."""
    portal = await create_portal("acme")
    return await Run.create(
        id="run-1", portal_id=portal.id, number=1, trigger="manual", status="running", started_at=now()
    )


async def kept(expected, seconds=10):
    async with asyncio.timeout(seconds):
        while [(row.step, row.done, row.total) for row in await RunProgress.all()] != expected:
            await asyncio.sleep(0.01)


async def test_the_newest_is_kept_while_the_run_lasts_and_the_watcher_hears_all(run):
    heard = []
    async with recorded_progress(run.id, lambda *told: heard.append(told), seconds_between=0.01) as watch:
        watch(Step.READ, 10, None)
        await kept([("READ", 10, None)])
        watch(Step.PLAN, 1, 20)
        watch(Step.PLAN, 20, 20, "A note.")
        await kept([("PLAN", 20, 20)])
    assert await RunProgress.all().count() == 0
    assert heard == [(Step.READ, 10, None, ""), (Step.PLAN, 1, 20, ""), (Step.PLAN, 20, 20, "A note.")]


async def test_of_many_steps_between_two_writings_only_the_newest_is_written(run):
    async with recorded_progress(run.id, lambda *_: None, seconds_between=3600) as watch:
        for done in range(1000):
            watch(Step.APPLY, done, 1000)
        await kept([("APPLY", 999, 1000)])
        watch(Step.APPLY, 1000, 1000)
        await asyncio.sleep(0.05)
        assert (await RunProgress.get()).done == 999


async def test_nothing_stays_behind_when_the_run_fails(run):
    async def fails():
        async with recorded_progress(run.id, lambda *_: None, seconds_between=0.01) as watch:
            watch(Step.READ, 10, None)
            await kept([("READ", 10, None)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert await RunProgress.all().count() == 0


async def test_trouble_with_noting_it_does_not_stop_the_run(run, caplog):
    async with recorded_progress("run-that-is-none", lambda *_: None, seconds_between=0.01) as watch:
        watch(Step.READ, 10, None)
        async with asyncio.timeout(10):
            while not caplog.records:
                await asyncio.sleep(0.01)
    assert "how far a run is could not be noted" in caplog.text
