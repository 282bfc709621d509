"""Syncing from the terminal UI: begun, watched, stopped, whoever began it and wherever it is carried out."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from core.services.acting import Actor, acting_as
from core.services.requests import ask_for
from core.store.models import Run, RunRequest
from tests.tui.runners import Beside, beside
from tests.tui.terminal import Terminal, terminal
from tui.running import RunnerProcesses

_OTHER_TERMINAL = """
import asyncio, sys
from tests.tui.terminal import terminal

async def look():
    async with terminal(sys.argv[1]) as there:
        await there.open("sync")
        print(await there.sees("At work: sync", "▸ read UKG Pro"))

asyncio.run(look())
"""


@pytest.fixture
async def runners(at_acme: Terminal, synced: str):
    async with beside(at_acme, synced) as runners:
        yield runners


async def test_a_sync_is_asked_first_then_told_with_its_counts(at_acme, runners, sandbox):
    sandbox.company.people[0]["lastName"] = "Renamed"
    sandbox.company.touch()
    await at_acme.open("sync")
    await at_acme.sees("Sync now", "Only plan", "What came of")
    await at_acme.press("enter")
    await at_acme.sees("Sync acme now?", "more than the guard allows")
    await at_acme.press("escape")
    assert await RunRequest.all().count() == 0
    await at_acme.press("enter")
    await at_acme.sees("Sync acme now?")
    await at_acme.press("y")
    text = await at_acme.sees("✓ The sync is done.", "1 updated")
    assert "succeeded" in text
    assert await Run.all().count() == 2


async def test_what_waits_is_shown_and_never_begins_once_it_is_stopped(at_acme, runners):
    runners.may_begin.clear()
    await at_acme.open("sync")
    await at_acme.sees("Sync now")
    await at_acme.press("enter")
    await at_acme.sees("Sync acme now?")
    await at_acme.press("y")
    await at_acme.sees("Waits its turn: sync")
    await at_acme.press("c")
    await at_acme.sees("Stop the sync of acme?")
    await at_acme.press("y")
    await at_acme.sees("before it began; nothing was written")
    assert (await RunRequest.get()).state == "skipped"
    assert await Run.all().count() == 1


async def test_a_run_that_was_begun_elsewhere_is_seen_and_stopped_here(at_acme, synced, sandbox):
    sandbox.settings.latency = 30.0
    elsewhere = Beside(synced)
    with acting_as(Actor("Otto", "slack", owner=True)):
        await ask_for("acme", "sync")
    elsewhere.start()
    await at_acme.open("sync")
    await at_acme.sees("At work: sync, asked for by Otto", "▸ read UKG Pro", "It goes on when you leave")
    await at_acme.press("c")
    await at_acme.sees("Stop the sync of acme?")
    await at_acme.press("y")
    await at_acme.sees("Stopped by", "the next sync goes on from there", "failed")
    await at_acme.sees_no("At work")
    assert (await RunRequest.get()).state == "skipped"
    await elsewhere.end()


async def test_what_does_not_come_to_a_run_says_why(at_acme, runners):
    from core.services.portals import change_portal

    await change_portal("acme", manual_sync_minutes=60)
    await at_acme.open("sync")
    await at_acme.sees("Sync now")
    await at_acme.press("enter")
    await at_acme.sees("Sync acme now?")
    await at_acme.press("y")
    await at_acme.sees("✗ acme was synced by hand less than 60 minutes ago")


async def test_two_terminals_see_one_run(at_acme, runners, synced, sandbox):
    sandbox.settings.latency = 30.0
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _OTHER_TERMINAL, synced), stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    await at_acme.open("sync")
    await at_acme.sees("Sync now")
    await at_acme.press("enter")
    await at_acme.sees("Sync acme now?")
    await at_acme.press("y")
    here = await at_acme.sees("At work: sync", "▸ read UKG Pro")
    there, _ = await other.communicate()
    assert [line for line in there.decode().splitlines() if "At work" in line or "▸" in line]
    assert next(line.split() for line in here.splitlines() if "At work" in line) == next(
        line.split() for line in there.decode().splitlines() if "At work" in line
    )


async def test_a_killed_process_is_told_as_a_run_that_was_cut_off_and_the_next_goes_on(synced, sandbox):
    sandbox.settings.latency = 30.0
    async with terminal(synced) as there:
        assert isinstance(there.app.runners, RunnerProcesses)
        await there.open("sync")
        await there.sees("Sync now")
        await there.press("enter")
        await there.sees("Sync acme now?")
        await there.press("y")
        await there.sees("▸ read UKG Pro")
        (process,) = there.app.runners.processes
        os.kill(process, signal.SIGKILL)
        await there.sees("The run was cut off", "Sync now goes on from there")
        sandbox.settings.latency = 0.0
        await there.press("enter")
        await there.sees("Sync acme now?")
        await there.press("y")
        await there.sees("✓ The sync is done.")
        while there.app.runners.processes:
            there.app.runners.look()
            await asyncio.sleep(0.02)
    (request,) = await RunRequest.all()
    assert (request.state, request.tries) == ("done", 1)
    assert [run.status for run in await Run.all().order_by("number")] == ["succeeded", "failed", "succeeded"]
