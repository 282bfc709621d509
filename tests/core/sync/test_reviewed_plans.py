"""Reviewed plan = applied plan: exactly that, or nothing."""

import pytest

from core.domain.errors import SettingsError
from core.services import accounts, portals
from core.services.history import report_plan
from core.services.plans import reject_plan
from core.services.syncing import plan_portal
from core.store.models import Learner, Link, Note, Plan, PlanItem, Run, Snapshot, SnapshotPart
from core.sync.releasing import StalePlan


async def test_a_plan_writes_nothing_but_itself(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", lastName="Other")
    town.hire("E2")
    before = await _all_but_plans()
    await town.plan()
    assert await _all_but_plans() == before


async def test_a_plan_is_applied_as_it_was_shown(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", lastName="Other")
    town.hire("E2", "Bea Fox")
    plan = await town.plan()
    shown = {row.employee_id: (row.outcome, row.reason, row.changes) for row in plan.outcomes}
    run = await town.apply(plan.plan)
    assert {row.employee_id: (row.outcome, row.reason, row.changes) for row in run.outcomes} == shown
    assert (run.plan, run.trigger, run.status) == (plan.plan, "apply", "succeeded")
    learners = await town.learners()
    assert learners["e1@example.com"].last_name == "Other"
    assert learners["e2@example.com"].first_name == "Bea"
    assert (await town.sync()).counts.unchanged == 2


async def test_every_change_of_a_plan_has_before_after_and_reason(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", lastName="Other")
    row = town.outcome(await town.plan(), "E1")
    assert row.changes == {"last_name": ("Lee", "Other")}
    assert (row.outcome, row.reason) == ("updated", "renamed")
    assert row.detail


async def test_the_same_plan_has_the_same_hash_and_another_one_another(town):
    town.hire("E1")
    town.hire("E2")
    first, second = await town.plan(), await town.plan()
    assert first.hash == second.hash != ""
    assert first.plan != second.plan
    town.change("E2", lastName="Other")
    assert (await town.plan()).hash != first.hash


async def test_a_plan_is_refused_when_ukg_pro_moved_and_says_who(town):
    town.hire("E1", "Ann Lee")
    town.hire("E2", "Bea Fox")
    plan = await town.plan()
    town.change("E2", lastName="Wolf")
    with pytest.raises(StalePlan, match=r"for 1 person: Bea Fox \(E2\)\. Nothing was written"):
        await town.apply(plan.plan)
    assert await Learner.all().count() == 0
    assert (await Run.all().order_by("-number").first()).status == "failed"


async def test_a_plan_is_refused_when_the_portal_moved(town):
    town.hire("E1", "Ann Lee")
    await town.sync()
    town.change("E1", lastName="Other")
    plan = await town.plan()
    await accounts.edit_learner("acme", "e1@example.com", accounts.Edits(last_name="Hand"))
    with pytest.raises(StalePlan, match=r"Ann Other \(E1\)"):
        await town.apply(plan.plan)
    assert (await Learner.get()).last_name == "Hand"


async def test_a_plan_is_refused_when_settings_moved(town):
    town.hire("E1")
    plan = await town.plan()
    await portals.change_portal("acme", sso=True)
    with pytest.raises(StalePlan):
        await town.apply(plan.plan)
    assert await Learner.all().count() == 0


async def test_who_came_after_the_plan_waits_for_the_next_sync(town):
    town.hire("E1")
    plan = await town.plan()
    town.hire("E2")
    run = await town.apply(plan.plan)
    assert (run.status, run.counts.invited, run.counts.skipped) == ("succeeded", 1, 1)
    assert town.outcome(run, "E2").reason == "not_released"
    assert list(await town.learners()) == ["e1@example.com"]
    assert (await town.sync()).counts.invited == 1


async def test_only_one_kind_is_applied_and_the_rest_stays_held(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", lastName="Other")
    town.hire("E2")
    plan = await town.plan()
    run = await town.apply(plan.plan, kinds=("updated",))
    assert (run.status, run.counts.updated, run.counts.held) == ("held", 1, 1)
    assert list(await town.learners()) == ["e1@example.com"]
    run = await town.apply(plan.plan)
    assert (run.status, run.counts.invited) == ("succeeded", 1)
    with pytest.raises(SettingsError, match="applied already"):
        await town.apply(plan.plan)


async def test_one_person_of_a_plan_is_applied(town):
    town.hire("E1")
    town.hire("E2")
    plan = await town.plan()
    await town.apply(plan.plan, people=("E2@example.com",))
    assert list(await town.learners()) == ["e2@example.com"]
    await town.apply(plan.plan, people=("E1",))
    assert set(await town.learners()) == {"e1@example.com", "e2@example.com"}
    assert (await Plan.get(id=plan.plan)).state == "applied"


async def test_naming_nobody_of_the_plan_is_refused(town):
    town.hire("E1")
    plan = await town.plan()
    for people in (("E9",), ("E1", "E9")):
        with pytest.raises(SettingsError, match="is a change of 'E9'; nothing was done"):
            await town.apply(plan.plan, people=people)
    assert await Learner.all().count() == 0


async def test_a_plan_expires(town):
    town.hire("E1")
    plan = await town.plan()
    town.day("2026-03-14")
    with pytest.raises(SettingsError, match="has expired"):
        await town.apply(plan.plan)
    assert await Learner.all().count() == 0


async def test_a_plan_of_yesterday_is_refused_when_a_date_came_in_between(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", dateOfTermination="2026-03-10T00:00:00")
    plan = await town.plan()
    town.day("2026-03-11")
    with pytest.raises(StalePlan):
        await town.apply(plan.plan)


async def test_a_rejected_plan_cannot_be_applied(town):
    town.hire("E1")
    plan = await town.plan()
    await reject_plan(plan.plan)
    with pytest.raises(SettingsError, match="was rejected already"):
        await town.apply(plan.plan)
    assert (await report_plan(plan.plan)).state == "rejected"


async def test_an_unknown_plan_is_refused(town):
    with pytest.raises(SettingsError, match="no plan 'plan-0000000000'"):
        await town.apply("plan-0000000000")


async def test_a_plan_from_the_last_read_needs_no_network(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", lastName="Other")
    town.hire("E2")
    plan = await report_plan((await plan_portal("acme", town.database_url, offline=True)).id)
    assert (plan.counts.fetched, plan.counts.unchanged, plan.requests["ukg"]) == (1, 1, 0)


async def test_before_the_first_sync_there_is_no_plan_without_the_network(town):
    town.hire("E1")
    with pytest.raises(SettingsError, match="Sync it once"):
        await plan_portal("acme", town.database_url, offline=True)


async def _all_but_plans() -> dict[str, list[dict[str, object]]]:
    tables = (Learner, Link, Note, Run, Snapshot, SnapshotPart)
    found = {table.__name__: await table.all().order_by("id").values() for table in tables}
    found["items of runs"] = await PlanItem.filter(plan__run__id__not_isnull=True).order_by("id").values()
    return found
