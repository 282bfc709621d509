"""What happens to one person over time: renamed, moved, gone, back."""

import pytest

from core.domain.custom_fields import FieldType
from core.domain.invite_settings import InviteWhen
from core.services import portals
from core.store.models import Invite, Learner, Link


async def test_a_new_name_and_address_are_copied_without_another_invitation(town):
    town.hire("E1", "Ann Lee")
    await town.sync()
    await town.accept("e1@example.com")
    town.change("E1", lastName="Stone", emailAddress="ann.stone@example.com")
    report = await town.sync()
    assert town.outcome(report, "E1").outcome == "updated"
    assert town.outcome(report, "E1").reason == "email_changed"
    (learner,) = (await town.learners()).values()
    assert (learner.email, learner.last_name, learner.employee_id) == ("ann.stone@example.com", "Stone", "E1")
    assert await Invite.all().count() == 1


async def test_a_changed_value_is_updated_and_an_emptied_one_cleared(town):
    await town.map("Job", "job_title")
    await town.map("Hired", "hire_date", FieldType.DATE)
    town.hire("E1", jobDescription="Welder", originalHireDate="2019-05-02T00:00:00")
    await town.sync()
    town.change("E1", jobDescription=None, originalHireDate="2019-05-03T00:00:00")
    report = await town.sync()
    assert town.outcome(report, "E1").changes == {"Job": ("Welder", None), "Hired": ("2019-05-02", "2019-05-03")}
    assert (await town.learners())["e1@example.com"].custom == {"Job": None, "Hired": "2019-05-03"}


async def test_an_unknown_choice_leaves_what_is_stored_and_is_listed(town):
    await town.map("Job", "job_title", FieldType.STRING_CHOICE, ["Welder", "Fitter"])
    town.hire("E1", jobDescription="Welder")
    await town.sync()
    town.change("E1", jobDescription="welder ")
    report = await town.sync()
    assert (await town.learners())["e1@example.com"].custom == {"Job": "Welder"}
    (unknown,) = report.unknown_values
    assert (unknown.field, unknown.value, unknown.people) == ("Job", "welder", 1)
    assert report.counts.unchanged == 1


async def test_access_ends_when_the_termination_date_is_over_in_the_portals_time_zone(town):
    await portals.change_portal("acme", timezone="America/New_York")
    town.hire("E1")
    await town.sync()
    await town.accept("e1@example.com")
    town.change("E1", dateOfTermination="2026-03-12T00:00:00")
    assert town.outcome(await town.sync(), "E1").reason == "termination_scheduled"
    town.day("2026-03-13T03:30:00Z")  # still the evening of the 12th in New York
    assert (await town.sync()).counts.unchanged == 1
    assert (await town.learners())["e1@example.com"].status == "active"
    town.day("2026-03-13T04:30:00Z")
    report = await town.sync()
    assert (town.outcome(report, "E1").outcome, town.outcome(report, "E1").reason) == ("ended", "terminated")
    assert (await town.learners())["e1@example.com"].status == "disabled"
    assert (await town.sync()).counts.unchanged == 1


async def test_a_termination_taken_back_gives_the_access_back(town):
    town.hire("E1")
    await town.sync()
    await town.accept("e1@example.com")
    town.change("E1", dateOfTermination="2026-03-20T00:00:00")
    await town.sync()
    town.change("E1", dateOfTermination=None)
    report = await town.sync()
    assert town.outcome(report, "E1").reason == "termination_cleared"
    assert (await town.learners())["e1@example.com"].account_expires is None


async def test_a_rehire_gets_the_same_account_back_without_another_invitation(town):
    town.hire("E1")
    await town.sync()
    await town.accept("e1@example.com")
    before = await Learner.get()
    town.change("E1", employeeStatusCode="T", dateOfTermination="2026-03-01T00:00:00")
    await town.sync()
    town.day("2026-06-01")
    town.change("E1", employeeStatusCode="A", lastHireDate="2026-05-20T00:00:00")
    report = await town.sync()
    assert (town.outcome(report, "E1").outcome, town.outcome(report, "E1").reason) == ("reactivated", "rehired")
    learner = await Learner.get()
    assert (learner.id, learner.status, learner.account_expires) == (before.id, "active", None)
    assert await Invite.all().count() == 1


async def test_a_rehire_that_never_accepted_is_invited_again_and_the_old_link_is_dead(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", employeeStatusCode="T", dateOfTermination="2026-03-01T00:00:00")
    await town.sync()
    assert await Invite.filter(status="open").count() == 0
    town.change("E1", employeeStatusCode="A", lastHireDate="2026-03-09T00:00:00")
    report = await town.sync()
    assert town.outcome(report, "E1").outcome == "reactivated"
    assert (await town.learners())["e1@example.com"].status == "pending"
    assert [invite.status for invite in await Invite.all().order_by("id")] == ["cancelled", "open"]


async def test_an_account_disabled_by_hand_stays_so(town):
    town.hire("E1")
    await town.sync()
    await Learner.all().update(status="disabled", disabled_by="admin", revision=2)
    town.change("E1", lastName="Stone")
    await town.sync()
    learner = await Learner.get()
    assert (learner.status, learner.last_name) == ("disabled", "Stone")


async def test_what_was_edited_by_hand_is_put_right_by_the_next_sync(town):
    await town.map("Job", "job_title")
    town.hire("E1", "Ann Lee", jobDescription="Welder")
    await town.sync()
    await Learner.all().update(first_name="Wrong", custom='{"Job": "Wrong"}', revision=2)
    report = await town.sync()
    assert town.outcome(report, "E1").changes == {"first_name": ("Wrong", "Ann"), "Job": ("Wrong", "Welder")}
    assert (await town.sync()).counts.unchanged == 1


async def test_on_hire_date_people_wait_for_their_day(town):
    await portals.set_invites("acme", when=InviteWhen.HIRE_DATE, how=None)
    town.hire("E1", lastHireDate="2026-03-12T00:00:00")
    town.hire("E2", lastHireDate=None, originalHireDate=None)
    report = await town.sync()
    assert town.outcome(report, "E1").reason == "hire_date_future"
    assert town.outcome(report, "E2").reason == "hire_date_missing"
    town.day("2026-03-11")
    assert (await town.sync()).counts.invited == 0
    town.day("2026-03-12")
    report = await town.sync()
    assert [row.employee_id for row in report.outcomes if row.outcome == "invited"] == ["E1"]


@pytest.mark.parametrize("code", ["O", "R", "S"])
async def test_inactive_people_get_no_account_and_keep_the_one_they_have(town, code):
    town.hire("E1")
    await town.sync()
    before = await Learner.all().values()
    town.change("E1", employeeStatusCode=code, lastName="Stone")
    town.hire("E2", employeeStatusCode=code)
    report = await town.sync()
    assert {row.reason for row in report.outcomes} == {"inactive"}
    assert await Learner.all().values() == before


async def test_a_second_employee_id_of_the_same_person_takes_the_account_along(town):
    town.hire("E1")
    await town.sync()
    person = town.company.people[0]["personId"]
    town.change("E1", employeeStatusCode="T", dateOfTermination="2026-03-01T00:00:00")
    town.hire("E2", email="e1@example.com")
    town.change("E2", personId=person)
    report = await town.sync()
    assert report.counts.fetched == 1
    assert (town.outcome(report, "E2").outcome, town.outcome(report, "E2").reason) == ("updated", "record_moved")
    assert [link.employee_id for link in await Link.all()] == ["E2"]
    assert (await town.sync()).counts.unchanged == 1


async def test_someone_who_vanished_from_ukg_pro_is_reported_and_keeps_the_account(town):
    town.hire("E1")
    town.hire("E2")
    await town.sync()
    before = await Learner.all().order_by("id").values()
    town.forget("E2")
    report = await town.sync()
    assert (report.counts.fetched, report.counts.unchanged, report.counts.skipped) == (2, 1, 1)
    assert town.outcome(report, "E2").reason == "vanished"
    assert await Learner.all().order_by("id").values() == before
