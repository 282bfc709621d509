"""Plans at the terminal: made, reviewed, approved in part, applied, rejected."""

import pytest

from core.domain.guard import Kind as GuardKind
from core.services.guard import change_guard, parse_limit
from core.services.syncing import plan_portal, sync_portal
from core.store.models import Approval, Learner, Plan, RunRequest
from tests.tui.runners import beside
from tests.tui.terminal import Terminal


@pytest.fixture
async def runners(at_acme: Terminal, synced: str):
    async with beside(at_acme, synced) as runners:
        yield runners


@pytest.fixture
def rename(sandbox):
    """Call to let everyone in UKG Pro have another last name."""

    def change() -> None:
        for person in sandbox.company.people:
            person["lastName"] = "Renamed"
        sandbox.company.touch()

    return change


async def renamed() -> list[str]:
    return [each.first_name for each in await Learner.filter(last_name="Renamed").order_by("first_name")]


async def test_a_new_plan_is_made_opened_and_applied_as_it_was_shown(at_acme, runners, rename):
    rename()
    await at_acme.open("plan")
    await at_acme.sees("No plan yet")
    await at_acme.press("n")
    await at_acme.sees("Make a plan of what?")
    await at_acme.press("enter")
    text = await at_acme.sees("updated 4", "last name: Lee → Renamed", "open until", "4 people looked at")
    assert "Ann Lee" in text or "Ann Renamed" in text
    assert await renamed() == []
    await at_acme.press("l")
    await at_acme.sees("Apply plan-", "Written: 4 updated.")
    await at_acme.press("y")
    await at_acme.sees("✓ The writing of a plan is done.", "4 updated")
    assert await renamed() == ["Ann", "Bea", "Cleo", "Dan"]
    await at_acme.press("escape", "escape")
    await at_acme.sees("1 plan", "applied")


async def test_a_plan_of_the_last_snapshot_needs_no_network(at_acme, runners, rename, sandbox):
    asked = len(sandbox.requests)
    await at_acme.open("plan")
    await at_acme.press("n")
    await at_acme.sees("Make a plan of what?")
    await at_acme.press("down", "enter")
    await at_acme.sees("Nobody: for everyone looked at there was nothing to change.")
    assert len(sandbox.requests) == asked


async def test_marked_people_are_let_through_and_the_others_stay_held(at_acme, runners, rename, synced):
    await change_guard("acme", {GuardKind.UPDATED: parse_limit("1")})
    rename()
    assert (await sync_portal("acme", synced)).status == "held"
    await at_acme.open("plan")
    await at_acme.sees("open, held", "4 held", "held by a sync")
    await at_acme.press("enter")
    await at_acme.sees("Waits for an approval: 4 updated.", "held updated", "held, would be updated")
    await at_acme.press("space", "down", "space", "a")
    await at_acme.sees("Approve and apply plan-", "Let through, in your name: 2 updated.")
    await at_acme.press("y")
    await at_acme.sees("✓ The writing of a plan is done.")
    assert len(await renamed()) == 2
    await at_acme.press("escape")
    await at_acme.sees("Waits for an approval: 2 updated.", "released some (2 people)")


async def test_ending_access_takes_a_typed_word(at_acme, runners, sandbox, synced):
    await change_guard("acme", {GuardKind.ENDED: parse_limit("1")})
    for row in sandbox.company.employments[:2]:
        row.update(employeeStatusCode="T", dateOfTermination="2026-03-01T00:00:00")
    sandbox.company.touch()
    assert (await sync_portal("acme", synced)).status == "held"
    (plan,) = await Plan.exclude(run__number=1)
    await at_acme.open("plan")
    await at_acme.sees("2 held")
    await at_acme.press("enter")
    await at_acme.sees("Waits for an approval: 2 ended.")
    await at_acme.press("a")
    await at_acme.sees("2 people lose access.", "Type end to go on:")
    await at_acme.press("enter")
    await at_acme.type("en")
    await at_acme.press("enter")
    assert await Approval.all().count() == 0
    await at_acme.type("d")
    await at_acme.press("enter")
    await at_acme.sees("✓ The writing of a plan is done.", "2 ended")
    assert (await Approval.get()).plan_hash == plan.hash


async def test_a_plan_is_rejected_and_nothing_more_of_it_is_applied(at_acme, runners, rename, synced):
    rename()
    plan = await plan_portal("acme", synced)
    await at_acme.open("plan")
    await at_acme.sees("4 updated")
    await at_acme.press("enter")
    await at_acme.sees(f"Plan {plan.id}")
    await at_acme.press("x")
    await at_acme.sees(f"Reject {plan.id}?")
    await at_acme.press("y")
    await at_acme.is_told("is rejected; nothing more of it can be applied")
    await at_acme.sees("rejected")
    await at_acme.press("l")
    await at_acme.sees("is rejected already; nothing was done")
    assert await RunRequest.all().count() == 0


async def test_kinds_and_words_narrow_the_list(at_acme, runners, rename, synced, sandbox):
    rename()
    sandbox.company.people[0]["emailAddress"] = None
    sandbox.company.touch()
    await plan_portal("acme", synced)
    await at_acme.open("plan")
    await at_acme.sees("3 updated")
    await at_acme.press("enter")
    await at_acme.sees("[all 4]", "updated 3", "skipped 1", "4 people")
    await at_acme.press("right")
    await at_acme.sees("[updated 3]", "3 people: updated")
    await at_acme.press("slash")
    await at_acme.type("cleo")
    await at_acme.sees("1 person: updated with “cleo”")
    await at_acme.press("escape", "right")
    await at_acme.sees("[skipped 1]", "There is no e-mail in UKG Pro; add one there.")
