"""Runs at the terminal: the history, everyone of a run, the file of them, and taking a run back."""

from pathlib import Path

import pytest

from core.services.people import EVERYONE, learners_page
from core.services.syncing import sync_portal
from core.store.models import Learner, Plan, Run
from tests.tui.runners import beside
from tests.tui.terminal import Terminal


@pytest.fixture
async def runners(at_acme: Terminal, synced: str):
    async with beside(at_acme, synced) as runners:
        yield runners


async def test_runs_are_listed_newest_first_and_lead_to_everyone_with_a_reason(at_acme, synced, sandbox):
    sandbox.settings.password = "changed"
    with pytest.raises(Exception, match="refused the service account"):
        await sync_portal("acme", synced)
    await at_acme.open("runs")
    text = await at_acme.sees("2 runs", "4 invited", "refused the service account")
    assert text.index("failed") < text.index("succeeded")
    await at_acme.press("down", "enter")
    text = await at_acme.sees("manual, today", "4 people looked at", "[all 4]", "invited 4")
    assert [name for name in ("Ann Lee", "Bea Lee", "Cleo Lee", "Dan Lee") if name not in text] == []
    assert "(E1, ann@example.com): invited, new" in text


async def test_enter_on_someone_of_a_run_explains_them(at_acme):
    await at_acme.open("runs")
    await at_acme.sees("1 run")
    await at_acme.press("enter")
    await at_acme.sees("Ann Lee")
    await at_acme.press("enter")
    await at_acme.until(lambda: type(at_acme.app.screen).__name__ == "PersonScreen", "the person")
    await at_acme.sees("ann@example.com")


async def test_the_people_of_a_kind_are_written_into_a_file(at_acme, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = await Run.get()
    await at_acme.open("runs")
    await at_acme.sees("1 run")
    await at_acme.press("enter")
    await at_acme.sees("[all 4]")
    await at_acme.press("right", "x")
    await at_acme.sees(f"{run.id}-invited.csv")
    await at_acme.press("enter")
    await at_acme.is_told("4 people written to")
    lines = (Path(tmp_path) / f"{run.id}-invited.csv").read_text("utf-8-sig").splitlines()
    assert (lines[0].startswith("employee_id,name,email,outcome"), len(lines)) == (True, 5)


async def test_a_run_is_taken_back_by_a_plan_that_leaves_alone_who_was_edited_since(at_acme, runners, synced, sandbox):
    for person in sandbox.company.people:
        person["lastName"] = "Renamed"
    sandbox.company.touch()
    run = await sync_portal("acme", synced)
    await Learner.filter(first_name="Dan").update(last_name="Edited", revision=99)
    await at_acme.open("undo")
    await at_acme.sees("2 runs that wrote something", "4 updated")
    await at_acme.press("enter")
    await at_acme.sees(f"Plan how {run.id} is taken back?", "Nothing is written yet.")
    await at_acme.press("y")
    await at_acme.sees(f"It takes {run.id} back", "updated 3", "skipped 1", "Edited since that run")
    assert (await Plan.get(undoes=run.id)).state == "open"
    await at_acme.press("l")
    await at_acme.sees("Written: 3 updated.")
    await at_acme.press("y")
    await at_acme.sees("✓ The writing of a plan is done.")
    names = {each.first_name: each.last_name for each in await learners_page("acme", EVERYONE, 0, 9)}
    assert names == {"Ann": "Lee", "Bea": "Lee", "Cleo": "Lee", "Dan": "Edited"}


async def test_a_run_that_wrote_nothing_cannot_be_taken_back(at_acme, synced):
    await sync_portal("acme", synced)
    await at_acme.open("runs")
    await at_acme.sees("2 runs")
    await at_acme.press("u")
    await at_acme.sees("wrote nothing, so there is nothing to take back")
    await at_acme.open("undo")
    await at_acme.sees("1 run that wrote something")
