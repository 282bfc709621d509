"""The main job: everyone in UKG Pro comes into the portal once, and a second sync finds nothing to do."""

from datetime import UTC, datetime

from core.domain.custom_fields import FieldType
from core.domain.invite_settings import InviteHow
from core.sandbox.ukg.company import Company
from core.services import portals
from core.services.people import pending_users
from core.store.models import Invite, Learner, PlanItem, Run


async def test_a_new_employee_is_invited_with_names_values_and_a_link_in_the_outbox(town):
    await town.map("Job", "job_title")
    town.hire("E1", "Ann Lee", jobDescription="Welder")
    report = await town.sync()
    assert town.outcome(report, "E1").outcome == "invited"
    assert town.outcome(report, "E1").reason == "new"
    learner = (await town.learners())["e1@example.com"]
    assert (learner.first_name, learner.last_name) == ("Ann", "Lee")
    assert (learner.status, learner.source, learner.user_type) == ("pending", "ukg", "learner")
    assert learner.custom == {"Job": "Welder"}
    (pending,) = await pending_users("acme")
    assert (pending.sent_at, pending.expires_at, pending.resent) == (None, None, 0)


async def test_a_second_sync_with_nothing_changed_writes_nothing(town):
    await town.map("Job", "job_title")
    town.hire("E1", jobDescription="Welder")
    town.hire("E2", employeeStatusCode="T", dateOfTermination="2025-01-31T00:00:00")
    town.hire("E3", email=None)
    town.hire("E4", email="same@example.com")
    town.hire("E5", email="SAME@example.com ")
    town.hire("E6", employeeStatusCode="X")
    first = await town.sync()
    before = await town.everything()
    second = await town.sync()
    assert await town.everything() == before
    assert second.counts.unchanged == 1
    quiet = [(row.employee_id, row.outcome, row.reason) for row in first.outcomes if row.outcome != "invited"]
    assert [(row.employee_id, row.outcome, row.reason) for row in second.outcomes] == quiet


async def test_the_same_difficult_company_twice_adds_up_and_is_quiet_the_second_time(town):
    town.sandbox.company = Company.generate(150, seed=7, start=datetime(2026, 3, 10, tzinfo=UTC).date())
    await town.map("Department", "department", FieldType.STRING_CHOICE, ["Nothing that exists"])
    await town.map("Hired", "hire_date", FieldType.DATE)
    first = await town.sync()
    assert first.counts.fetched == sum(
        getattr(first.counts, name) for name in first.counts.__struct_fields__ if name != "fetched"
    )
    assert len(first.outcomes) == first.counts.fetched - first.counts.unchanged
    assert first.unknown_values
    before = await town.everything()
    second = await town.sync()
    # Those with a value no choice matches were looked at once more, and are settled now.
    assert (second.counts.unchanged, second.counts.invited) == (first.counts.invited, 0)
    assert second.unknown_values == first.unknown_values
    third_before = await town.everything()
    assert third_before["Learner"] == before["Learner"]
    await town.sync()
    assert await town.everything() == third_before


async def test_created_people_are_active_at_once_and_welcomed_or_not_as_set(town):
    await portals.set_invites("acme", when=None, how=InviteHow.WELCOME)
    town.hire("E1")
    await town.sync()
    await portals.set_invites("acme", when=None, how=InviteHow.ACTIVE)
    town.hire("E2")
    report = await town.sync()
    assert report.counts.created == 1
    learners = await town.learners()
    assert {learner.status for learner in learners.values()} == {"active"}
    (welcome,) = await Invite.all().prefetch_related("learner")
    assert (welcome.kind, welcome.learner.email) == ("welcome", "e1@example.com")


async def test_with_single_sign_on_people_are_active_without_any_link(town):
    await portals.change_portal("acme", sso=True)
    town.hire("E1")
    report = await town.sync()
    assert report.counts.created == 1
    assert (await town.learners())["e1@example.com"].status == "active"
    assert await Invite.all().count() == 0


async def test_an_account_that_was_there_is_linked_and_keeps_its_address_and_its_role(town):
    await town.manual_learner("E1@Example.com", user_type="admin", first_name="Anne")
    town.hire("E1", "Ann Lee")
    report = await town.sync()
    assert town.outcome(report, "E1").reason == "linked_existing"
    (learner,) = (await town.learners()).values()
    assert (learner.email, learner.user_type, learner.first_name) == ("E1@Example.com", "admin", "Ann")
    assert (learner.source, learner.employee_id) == ("ukg", "E1")
    assert await Invite.all().count() == 0


async def test_learners_unknown_to_ukg_pro_are_never_touched(town):
    await town.manual_learner("visitor@example.com", first_name="Vi")
    town.hire("E1")
    before = await Learner.get(email="visitor@example.com").values()
    await town.sync()
    assert await Learner.get(email="visitor@example.com").values() == before


async def test_a_dry_run_writes_nothing_but_the_plan_and_says_what_a_sync_does_then(town):
    await town.map("Job", "job_title")
    town.hire("E1", jobDescription="Welder")
    await town.sync()
    town.hire("E2")
    town.change("E1", lastName="Stone")
    town.hire("E3", email=None)
    before = await town.everything()
    planned = await town.plan()
    after = await town.everything()
    assert {name: rows for name, rows in after.items() if name != "PlanItem"} == {
        name: rows for name, rows in before.items() if name != "PlanItem"
    }
    assert await Run.all().count() == 1
    assert planned.run is None
    done = await town.sync()
    assert {(row.employee_id, row.outcome, row.reason) for row in planned.outcomes} == {
        (row.employee_id, row.outcome, row.reason) for row in done.outcomes
    }
    assert planned.counts == done.counts
    assert town.outcome(planned, "E1").changes == {"last_name": ("Lee", "Stone")}
    assert await PlanItem.filter(state="planned", plan__run__id__isnull=False).count() == 0


async def test_earlier_runs_still_show_what_they_found(town):
    town.hire("E1", email=None)
    first = await town.sync()
    town.change("E1", emailAddress="now@example.com")
    second = await town.sync()
    from core.services.history import report_run

    again = await report_run(first.run)
    assert town.outcome(again, "E1").reason == "no_email"
    assert town.outcome(second, "E1").outcome == "invited"
