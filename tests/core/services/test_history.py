"""Runs and plans as they are reported."""

import msgspec
import pytest

from core.domain.errors import SettingsError
from core.domain.outcome import Outcome
from core.services.history import list_runs, outcome_pages, plain_value, report_plan, report_run
from core.services.portals import change_portal, create_portal, list_portals
from core.services.syncing import plan_portal, sync_portal
from core.store.connection import open_store
from core.store.models import Run
from core.ukg.errors import WrongCredentials


@pytest.fixture(autouse=True)
async def _no_limit(connected):
    await change_portal("acme", manual_sync_minutes=0)


async def test_a_run_reports_everyone_who_is_not_unchanged_with_the_reason(connected, store, sandbox):
    await sync_portal("acme", store)
    sandbox.company.people[0]["lastName"] = "Stone"
    sandbox.company.people[1]["emailAddress"] = None
    sandbox.company.touch()
    report = await report_run((await sync_portal("acme", store)).id)
    assert [(row.employee_id, row.name, row.outcome, row.reason) for row in report.outcomes] == [
        ("E1", "Ann Stone", "updated", "renamed"),
        ("E2", "Bea Lee", "skipped", "no_email"),
    ]
    assert report.outcomes[0].changes == {"last_name": ("Lee", "Stone")}
    assert report.outcomes[0].detail == "The name changed in UKG Pro."
    assert report.counts.of(Outcome) == report.counts.fetched == 3
    assert (report.counts.updated, report.counts.skipped, report.counts.unchanged) == (1, 1, 1)
    assert (report.status, report.trigger, report.complete_source) == ("succeeded", "manual", True)
    assert report.requests == {"ukg": 2, "portal": 0}


async def test_a_report_without_outcomes_has_the_same_counts(connected, store):
    run = await sync_portal("acme", store)
    short, long = await report_run(run.id, outcomes=False), await report_run(run.id)
    assert (short.outcomes, short.counts) == ([], long.counts)
    assert len(long.outcomes) == 3


async def test_a_plan_is_reported_without_a_run(connected, store):
    plan = await plan_portal("acme", store)
    report = await report_plan(plan.id)
    assert (report.run, report.plan, report.portal, report.trigger) == (None, plan.id, "acme", "plan")
    assert (report.counts.invited, len(report.outcomes)) == (3, 3)
    assert report.finished_at is not None


async def test_the_first_outcomes_of_a_plan_are_those_of_all(connected, store):
    plan = await plan_portal("acme", store)
    every = (await report_plan(plan.id)).outcomes
    assert [(await report_plan(plan.id, most=most)).outcomes for most in (0, 1, 2, 9)] == [
        every[:most] for most in (0, 1, 2, 9)
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
async def test_outcomes_come_in_pages_of_any_size_all_the_same(connected, store, sandbox, size):
    sandbox.company.people[0]["emailAddress"] = None
    sandbox.company.touch()
    run, plan = await sync_portal("acme", store), await plan_portal("acme", store)
    for report in (report_run, report_plan):
        subject = run.id if report is report_run else plan.id
        pages = [page async for page in outcome_pages(await report(subject, outcomes=False), size)]
        assert [row for page in pages for row in page] == (await report(subject)).outcomes


async def test_a_failed_run_is_reported_with_its_sentence(connected, store, sandbox):
    sandbox.settings.password = "changed"
    with pytest.raises(WrongCredentials) as refused:
        await sync_portal("acme", store)
    (overview,) = await list_runs("acme")
    assert (overview.status, overview.error) == ("failed", str(refused.value))
    report = await report_run(overview.run)
    assert (report.status, report.error, report.outcomes) == ("failed", str(refused.value), [])
    assert (report.counts.fetched, report.complete_source) == (0, False)


async def test_runs_come_newest_first_even_if_the_clock_stood_still(connected, store):
    made = [(await sync_portal("acme", store)).id for _ in range(12)]
    assert [row.run for row in await list_runs("acme")] == made[::-1]
    assert [row.run for row in await list_runs("acme", limit=2)] == [made[11], made[10]]
    assert [row.last_run for row in await list_portals()] == [made[11]]


async def test_runs_of_another_portal_are_its_own(connected, store):
    await create_portal("other")
    await sync_portal("acme", store)
    assert await list_runs("other") == []


async def test_unknown_runs_and_plans_are_told(connected, store):
    with pytest.raises(SettingsError, match="There is no run 'run-x'"):
        await report_run("run-x")
    with pytest.raises(SettingsError, match="There is no plan 'plan-x'"):
        await report_plan("plan-x")


async def test_moments_are_written_in_utc_whatever_the_zone_of_the_database(database_url, connected, store):
    run = await sync_portal("acme", store)
    if database_url.startswith("postgresql"):
        database_url += f"{'&' if '?' in database_url else '?'}options=-c%20TimeZone%3DAsia/Kolkata"
    async with open_store(database_url):
        document = msgspec.to_builtins(await report_run(run.id))
    assert (document["started_at"], document["finished_at"]) == ("2026-03-10T12:00:00Z", "2026-03-10T12:00:00Z")
    assert (await Run.get()).started_at.isoformat() == "2026-03-10T12:00:00+00:00"


@pytest.mark.parametrize(("value", "words"), [(None, "(empty)"), ("", "(empty)"), (0, "0"), ("Stone", "Stone")])
def test_a_value_is_shown_as_a_person_reads_it(value, words):
    assert plain_value(value) == words
