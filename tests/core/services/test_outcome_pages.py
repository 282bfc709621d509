"""The people of a run or a plan by pages: the same as in its report, of those wanted, in its order."""

import pytest

from core.domain.guard import Kind as GuardKind
from core.domain.outcome import Outcome
from core.services.approving import approve_and_apply, to_decide
from core.services.guard import change_guard, parse_limit
from core.services.history import report_plan, report_run
from core.services.outcome_pages import OutcomePages, WantedOutcomes
from core.services.plan_list import list_plans, to_be_written
from core.services.plans import Part, reject_plan
from core.services.portals import change_portal
from core.services.syncing import plan_portal, sync_portal
from core.store.models import PlanItem, Run

EVERYONE = WantedOutcomes()


async def all_of(report, wanted=EVERYONE, size=2):
    """Everyone, in pages of `size`, and whether as many as were counted."""
    pages = OutcomePages(report, wanted)
    number = await pages.count()
    found = [row for offset in range(0, number, size) for row in await pages.page(offset, size)]
    assert len(found) == number
    return found


@pytest.fixture
async def town(connected, sandbox):
    """The portal before its first sync: Bea has no e-mail, Cleo is no longer employed."""
    await change_portal("acme", manual_sync_minutes=0)
    sandbox.company.people[1]["emailAddress"] = None
    sandbox.company.employments[2].update(employeeStatusCode="T", dateOfTermination="2026-03-01T00:00:00")
    sandbox.company.touch()
    return connected


async def test_the_pages_of_a_run_are_its_report(town, store):
    run = await sync_portal("acme", store)
    whole = (await report_run(run.id)).outcomes
    assert {row.outcome for row in whole} == {"invited", "skipped"}
    short = await report_run(run.id, outcomes=False)
    for size in (1, 2, 100):
        assert await all_of(short, size=size) == whole


async def test_the_pages_of_a_plan_are_its_report_without_what_is_noted_no_more(town, store, sandbox):
    await sync_portal("acme", store)
    sandbox.company.people[1]["emailAddress"] = "bea@example.com"
    sandbox.company.touch()
    plan = await plan_portal("acme", store)
    assert len(plan.outdated_notes) == 1
    assert await all_of(await report_plan(plan.id, outcomes=False)) == (await report_plan(plan.id)).outcomes


async def test_only_an_outcome_or_words_are_wanted(town, store):
    run = await sync_portal("acme", store)
    report = await report_run(run.id, outcomes=False)
    assert {row.employee_id for row in await all_of(report, WantedOutcomes(Outcome.SKIPPED))} == {"E2", "E3"}
    assert [row.name for row in await all_of(report, WantedOutcomes(text="lee CLE"))] == ["Cleo Lee"]
    assert [row.name for row in await all_of(report, WantedOutcomes(text="e2"))] == ["Bea Lee"]
    assert await all_of(report, WantedOutcomes(Outcome.ENDED)) == []


async def test_of_a_run_that_broke_off_whoever_it_did_not_come_to_has_failed(town, store):
    run = await sync_portal("acme", store)
    await PlanItem.filter(plan_id=run.plan_id, outcome="invited").update(state="planned")
    await Run.filter(id=run.id).update(status="failed")
    report = await report_run(run.id, outcomes=False)
    assert await all_of(report) == (await report_run(run.id)).outcomes
    assert {row.reason for row in await all_of(report, WantedOutcomes(Outcome.FAILED))} == {"not_reached"}
    assert await all_of(report, WantedOutcomes(Outcome.INVITED)) == []


async def test_plans_are_listed_with_what_they_are_of_and_how_they_stand(connected, store, sandbox, set_clock):
    await change_portal("acme", manual_sync_minutes=0)
    first = await sync_portal("acme", store)
    assert await list_plans("acme") == []
    await change_guard("acme", {GuardKind.UPDATED: parse_limit("1")})
    for person in sandbox.company.people:
        person["lastName"] = "Renamed"
    sandbox.company.touch()
    set_clock("2026-03-10T13:00:00Z")
    held = await sync_portal("acme", store)
    (of_sync,) = await list_plans("acme")
    assert (of_sync.plan, of_sync.of, of_sync.state, of_sync.held) == (held.plan_id, "sync", "open", {"updated": 3})
    set_clock("2026-03-10T14:00:00Z")
    made = await plan_portal("acme", store)
    assert [(each.plan, each.of, each.state) for each in await list_plans("acme")] == [
        (made.id, "read", "open"),
        (held.plan_id, "sync", "replaced"),
    ]
    await reject_plan(made.id)
    assert (await list_plans("acme"))[0].state == "rejected"
    assert first.plan_id not in {each.plan for each in await list_plans("acme")}


async def test_a_plan_that_holds_nothing_is_open_and_says_what_applying_it_writes(connected, store):
    plan = await plan_portal("acme", store)
    assert (await to_decide(plan.id)).state == "open"
    assert await to_be_written(plan.id) == {"invited": 3}


async def test_what_is_approved_in_part_is_not_written_without_an_approval(connected, store, sandbox):
    await change_portal("acme", manual_sync_minutes=0)
    await sync_portal("acme", store)
    await change_guard("acme", {GuardKind.UPDATED: parse_limit("1")})
    for person in sandbox.company.people:
        person["lastName"] = "Renamed"
    sandbox.company.touch()
    plan = await plan_portal("acme", store)
    assert await to_be_written(plan.id) == {}
    await approve_and_apply(plan.id, plan.hash, parts=(Part(people=("E1",)),))
    assert (await to_decide(plan.id)).held == {"updated": 2}
