"""Conflicts, unusable people and a failing UKG Pro: each stays small, is said, and loses nothing."""

import pytest

from core.domain.errors import BusyError
from core.sandbox.ukg.faults import shift, status
from core.services import portals
from core.store.models import Learner, Plan, Run
from core.ukg.errors import PermissionMissing, SourceIncomplete, WrongCredentials


async def test_a_recycled_email_is_a_conflict_never_a_takeover(town):
    town.hire("E1", "Ann Lee", email="lee@example.com")
    await town.sync()
    town.change("E1", employeeStatusCode="T", dateOfTermination="2026-02-01T00:00:00")
    town.hire("E2", "Lea Other", email="Lee@example.com")
    report = await town.sync()
    assert (town.outcome(report, "E2").outcome, town.outcome(report, "E2").reason) == ("conflict", "email_taken")
    assert town.outcome(report, "E1").outcome == "ended"
    (learner,) = (await town.learners()).values()
    assert (learner.first_name, learner.employee_id, learner.status) == ("Ann", "E1", "disabled")


async def test_two_employees_with_one_email_are_both_a_conflict_and_both_untouched(town):
    town.hire("E1", email="both@example.com")
    await town.sync()
    before = await Learner.all().values()
    town.hire("E2", email=" BOTH@example.com")
    town.change("E1", lastName="Stone")
    report = await town.sync()
    assert [(row.employee_id, row.reason) for row in report.outcomes] == [
        ("E1", "duplicate_email"),
        ("E2", "duplicate_email"),
    ]
    assert await Learner.all().values() == before
    assert report.status == "partial"


async def test_an_address_someone_else_holds_is_not_taken(town):
    await town.manual_learner("taken@example.com")
    town.hire("E1")
    await town.sync()
    town.change("E1", emailAddress="taken@example.com")
    report = await town.sync()
    assert town.outcome(report, "E1").reason == "email_taken"
    assert set(await town.learners()) == {"e1@example.com", "taken@example.com"}


async def test_a_leaver_does_not_adopt_the_account_of_a_successor_with_the_same_email(town):
    await town.manual_learner("desk@example.com")
    town.hire("E1", "Old Hand", email="desk@example.com", employeeStatusCode="T", dateOfTermination="2020-01-01")
    town.hire("E2", "New Hand", email="desk@example.com")
    report = await town.sync()
    assert town.outcome(report, "E2").reason == "linked_existing"
    assert town.outcome(report, "E1").outcome == "skipped"
    assert (await town.learners())["desk@example.com"].status == "active"


async def test_one_bad_person_never_stops_the_rest(town):
    town.hire("E1", "Ann " + "L" * 10_000)
    town.hire("E2", email="not an address")
    town.hire("E3", "=HYPERLINK(1) <b>Bob</b>")
    town.hire("E4", lastHireDate="the day before", dateOfTermination="31/31/2026")
    town.hire("E5", "Nul \x00Byte")
    report = await town.sync()
    reasons = {row.employee_id: (row.outcome, row.reason) for row in report.outcomes}
    assert reasons["E1"] == ("failed", "name_too_long")
    assert reasons["E2"] == ("skipped", "bad_email")
    assert [reasons[key][0] for key in ("E3", "E4", "E5")] == ["invited"] * 3
    assert "is not a date" in " ".join(town.outcome(report, "E4").warnings)
    assert (await town.learners())["e3@example.com"].first_name == "=HYPERLINK(1)"


async def test_people_in_only_one_of_the_two_lists_are_reported_not_guessed(town):
    town.hire("E1")
    town.hire("E2")
    town.hire("E3")
    town.company.people[:] = [row for row in town.company.people if row["employeeId"] != "E2"]
    town.company.employments[:] = [row for row in town.company.employments if row["employeeID"] != "E3"]
    town.company.touch()
    report = await town.sync()
    assert town.outcome(report, "E2").reason == "no_person_details"
    assert town.outcome(report, "E3").reason == "no_employment_details"
    assert report.counts.fetched == 3
    assert set(await town.learners()) == {"e1@example.com"}


async def test_a_linked_person_missing_from_one_list_keeps_the_account(town):
    town.hire("E1")
    town.hire("E2")
    await town.sync()
    before = await Learner.all().order_by("id").values()
    town.company.employments.pop()
    town.company.touch()
    await town.sync()
    assert await Learner.all().order_by("id").values() == before


@pytest.mark.parametrize("endpoint", ["person-details", "employment-details"])
async def test_an_empty_list_fails_the_run_and_ends_nobody(town, endpoint):
    town.hire("E1")
    await town.sync()
    before = await town.everything()
    (town.company.people if endpoint == "person-details" else town.company.employments).clear()
    town.company.touch()
    with pytest.raises(SourceIncomplete, match=endpoint):
        await town.sync()
    assert await town.everything() == before
    assert (await Run.all().order_by("-number").first()).status == "failed"


async def test_wrong_credentials_stop_the_run_after_one_request(town):
    town.hire("E1")
    town.sandbox.settings.password = "another"
    with pytest.raises(WrongCredentials):
        await town.sync()
    assert len(town.sandbox.requests) == 1
    assert await Learner.all().count() == 0


async def test_a_missing_permission_of_a_mapped_attribute_fails_the_run_and_names_it(town):
    await town.map("Place", "location")
    town.hire("E1", primaryWorkLocationCode="X")
    town.sandbox.settings.denied.add("Company Configuration Integration")
    with pytest.raises(PermissionMissing, match="Company Configuration Integration"):
        await town.sync()
    assert await Learner.all().count() == 0
    assert await Plan.all().count() == 0


async def test_a_page_that_stays_unreadable_writes_nothing_at_all(town):
    for number in range(9):
        town.hire(f"E{number}")
    await portals.change_portal("acme", page_size=3)
    town.sandbox.faults.add("employment-details", page=3, times=None, kind=status(400))
    with pytest.raises(Exception, match="employment-details"):
        await town.sync()
    assert await Learner.all().count() == 0


async def test_when_rows_shift_between_pages_nobody_is_ended_and_the_rest_goes_through(town):
    for number in range(9):
        town.hire(f"E{number}")
    await town.sync()
    await portals.change_portal("acme", page_size=3)
    town.change("E1", employeeStatusCode="T", dateOfTermination="2026-03-01T00:00:00")
    town.change("E2", lastName="Stone")
    town.sandbox.faults.add("person-details", page=3, times=None, kind=shift)
    report = await town.sync()
    assert report.complete_source is False
    assert (town.outcome(report, "E1").outcome, town.outcome(report, "E1").reason) == ("held", "source_incomplete")
    assert town.outcome(report, "E2").outcome == "updated"
    assert report.status == "held"
    assert (await town.learners())["e1@example.com"].status == "pending"
    town.sandbox.faults.clear()
    assert town.outcome(await town.sync(), "E1").outcome == "ended"


async def test_the_last_admin_is_never_ended_by_a_sync(town):
    await town.manual_learner("e1@example.com", user_type="admin")
    town.hire("E1", employeeStatusCode="T", dateOfTermination="2026-03-01T00:00:00")
    report = await town.sync()
    assert (town.outcome(report, "E1").outcome, town.outcome(report, "E1").reason) == ("conflict", "last_admin")
    assert (await town.learners())["e1@example.com"].status == "active"


async def test_two_last_admins_who_leave_on_one_day_do_not_leave_the_portal_without_one(town):
    for name in ("e1", "e2"):
        await town.manual_learner(f"{name}@example.com", user_type="admin")
        town.hire(name.upper(), employeeStatusCode="T", dateOfTermination="2026-03-01T00:00:00")
    report = await town.sync()
    assert (report.counts.ended, report.counts.conflict) == (1, 1)
    assert town.outcome(report, "E1").reason == "last_admin"
    assert [row.email async for row in Learner.filter(status="active")] == ["e1@example.com"]
    again = await town.sync()
    assert (again.counts.conflict, again.counts.unchanged) == (1, 1)


async def test_two_runs_at_once_are_one_run_and_one_refusal(town):
    import asyncio

    for number in range(30):
        town.hire(f"E{number}")
    results = await asyncio.gather(town.sync(), town.sync(), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["BusyError", "Report"]
    assert any(isinstance(result, BusyError) for result in results)
    assert await Learner.all().count() == 30


async def test_the_event_loop_is_left_to_others_while_many_people_are_synced(town):
    """A thousand people are no reason for anybody else in the process to wait for all of them."""
    import asyncio

    for number in range(1000):
        town.hire(f"E{number}")
    turns = 0

    async def neighbour() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    task = asyncio.create_task(neighbour())
    await town.sync()
    task.cancel()
    assert turns > 100
