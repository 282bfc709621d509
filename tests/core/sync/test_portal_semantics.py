"""What was decided where nobody says (portal semantics, section 11): each row of that table has a test named for it."""

from datetime import date, timedelta

import pytest

from core.domain.custom_fields import FieldType
from core.domain.errors import BusyError
from core.domain.invite_settings import InviteHow, InviteWhen
from core.domain.rules import OPERATORS
from core.services import accounts, connections, fields, mappings, portals
from core.services.accounts import NewLearner
from core.services.export import export_users
from core.services.history import list_runs
from core.services.people import pending_users
from core.store.models import Invite, Learner, Link, Mail
from core.store.run_lock import hold_run_lock

PAST, TODAY, AHEAD = "2026-03-01T00:00:00", "2026-03-10T00:00:00", "2026-04-30T00:00:00"


async def invites(how: InviteHow = InviteHow.ACTIVE, when: InviteWhen = InviteWhen.ADDED) -> None:
    await portals.set_invites("acme", when=when, how=how)


async def ann(email: str = "e1@example.com") -> Learner:
    return await Learner.get(email_key=email)


async def test_matching_stores_the_employee_id_at_the_first_match_by_email_and_then_goes_by_id(town):
    await town.manual_learner("Ann@Example.com")
    town.hire("E1", email="  ann@EXAMPLE.com ")
    await town.sync()
    assert (await Link.get()).employee_id == "E1"
    town.change("E1", emailAddress="anna@example.com")
    await town.sync()
    assert [row.email async for row in Learner.all()] == ["anna@example.com"]


async def test_two_hr_rows_with_one_email_are_neither_synced_and_both_reported(town):
    town.hire("E1", email="both@example.com")
    town.hire("E2", email="BOTH@example.com")
    report = await town.sync()
    assert [row.reason for row in report.outcomes] == ["duplicate_email"] * 2
    assert await Learner.all().count() == 0


async def test_an_hr_row_without_email_is_skipped_and_reported(town):
    town.hire("E1", email=None)
    assert town.outcome(await town.sync(), "E1").reason == "no_email"


async def test_a_new_email_already_used_by_another_account_keeps_the_old_and_is_reported(town):
    await town.manual_learner("taken@example.com")
    town.hire("E1")
    await town.sync()
    town.change("E1", emailAddress="taken@example.com")
    assert town.outcome(await town.sync(), "E1").reason == "email_taken"
    assert (await ann()).email == "e1@example.com"


async def test_inactive_without_account_is_skipped_and_counted(town):
    town.hire("E1", employeeStatusCode="S")
    report = await town.sync()
    assert (report.counts.skipped, await Learner.all().count()) == (1, 0)


async def test_inactive_with_account_and_no_termination_date_is_neither_updated_nor_disabled_and_is_reported(town):
    await invites()
    town.hire("E1")
    await town.sync()
    town.change("E1", employeeStatusCode="O", lastName="Changed")
    assert town.outcome(await town.sync(), "E1").reason == "inactive"
    assert ((await ann()).last_name, (await ann()).status) == ("Lee", "active")


async def test_termination_in_the_future_sets_the_expiry_only(town):
    await invites()
    town.hire("E1")
    await town.sync()
    town.change("E1", dateOfTermination=AHEAD)
    await town.sync()
    assert ((await ann()).account_expires, (await ann()).status) == (date(2026, 4, 30), "active")


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
async def test_termination_today_keeps_access_until_that_day_is_over_in_the_portals_time_zone(town, zone):
    await portals.change_portal("acme", timezone=zone)
    await invites()
    town.hire("E1")
    town.day("2026-03-10T00:30:00Z")
    await town.sync()
    here = {"Pacific/Auckland": date(2026, 3, 10), "America/Los_Angeles": date(2026, 3, 9)}[zone]
    town.change("E1", employeeStatusCode="T", dateOfTermination=f"{here}T00:00:00")
    await town.sync()
    assert ((await ann()).account_expires, (await ann()).status) == (here, "active")
    town.day(f"{here + timedelta(days=2)}T00:30:00Z")
    await town.sync()
    assert (await ann()).status == "disabled"


async def test_termination_in_the_past_disables(town):
    await invites()
    town.hire("E1")
    await town.sync()
    town.change("E1", employeeStatusCode="T", dateOfTermination=PAST)
    await town.sync()
    assert ((await ann()).account_expires, (await ann()).status) == (date(2026, 3, 1), "disabled")


async def test_pending_and_terminated_cancels_the_invite(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", employeeStatusCode="T", dateOfTermination=PAST)
    await town.sync()
    assert (await Invite.get()).status == "cancelled"
    assert (await Mail.get()).state == "void"


async def test_termination_cleared_or_moved_moves_the_expiry_and_enables_only_what_the_sync_disabled(town):
    await invites()
    for employee_id in ("E1", "E2"):
        town.hire(employee_id)
    await town.sync()
    await accounts.disable("acme", "e2@example.com")
    for employee_id in ("E1", "E2"):
        town.change(employee_id, employeeStatusCode="T", dateOfTermination=PAST)
    await town.sync()
    for employee_id in ("E1", "E2"):
        town.change(employee_id, employeeStatusCode="A", dateOfTermination=AHEAD)
    await town.sync()
    assert ((await ann()).status, (await ann()).account_expires) == ("active", date(2026, 4, 30))
    assert (await ann("e2@example.com")).status == "disabled"


async def test_disabled_by_an_admin_by_hand_is_never_enabled_by_a_sync(town):
    await invites()
    town.hire("E1")
    await town.sync()
    await accounts.disable("acme", "e1@example.com")
    town.change("E1", lastHireDate="2026-03-09T00:00:00")
    await town.sync()
    assert (await ann()).status == "disabled"


async def test_missing_from_the_feed_nothing_is_done_to_the_account(town):
    for employee_id in ("E1", "E2"):
        town.hire(employee_id)
    await town.sync()
    before = await ann()
    town.forget("E1")
    await town.sync()
    assert ((await ann()).status, (await ann()).revision) == (before.status, before.revision)


async def test_an_admin_or_manager_is_updated_and_keeps_their_type_and_the_last_admin_does_not_expire(town):
    await town.manual_learner("e1@example.com", user_type="admin")
    await town.manual_learner("e2@example.com", user_type="manager")
    for employee_id in ("E1", "E2"):
        town.hire(employee_id, "New Name")
    await town.sync()
    assert [(row.user_type, row.first_name) for row in await Learner.all().order_by("id")] == [
        ("admin", "New"),
        ("manager", "New"),
    ]
    town.change("E1", employeeStatusCode="T", dateOfTermination=PAST)
    assert town.outcome(await town.sync(), "E1").reason == "last_admin"
    assert ((await ann()).status, (await ann()).account_expires) == ("active", None)


async def test_a_choice_value_not_in_the_list_leaves_the_stored_one_and_is_compared_exactly(town):
    await town.map("Job", "job_title", FieldType.STRING_CHOICE, ["Welder"])
    town.hire("E1", jobTitle="Welder", jobDescription="Welder")
    await town.sync()
    town.change("E1", jobTitle="welder", jobDescription="welder")
    report = await town.sync()
    assert [(row.field, row.value, row.people) for row in report.unknown_values] == [("Job", "welder", 1)]
    assert (await town.learners())["e1@example.com"].custom == {"Job": "Welder"}


async def test_a_type_mismatch_or_bad_date_leaves_the_stored_value_and_is_reported(town):
    await town.map("Hired", "hire_date", FieldType.DATE)
    town.hire("E1", originalHireDate="2019-05-03T00:00:00")
    await town.sync()
    town.change("E1", originalHireDate="May 2019", lastName="Changed")
    outcome = town.outcome(await town.sync(), "E1")
    assert (outcome.outcome, len(outcome.warnings)) == ("updated", 1)
    assert (await town.learners())["e1@example.com"].custom == {"Hired": "2019-05-03"}


async def test_an_empty_hr_value_clears_the_field_unless_the_answer_left_the_attribute_out(town):
    await town.map("Number", "employee_number")
    town.hire("E1", employeeNumber="17")
    await town.sync()
    for row in town.company.employments:
        del row["employeeNumber"]
    town.company.touch()
    await town.sync()
    assert (await town.learners())["e1@example.com"].custom == {"Number": "17"}
    for row in town.company.employments:
        row["employeeNumber"] = ""
    town.company.touch()
    await town.sync()
    assert (await town.learners())["e1@example.com"].custom == {"Number": None}


@pytest.mark.parametrize("how", list(InviteHow))
async def test_with_single_sign_on_there_is_no_mail_and_no_password_step(town, how):
    await portals.change_portal("acme", sso=True)
    await invites(how)
    town.hire("E1")
    await town.sync()
    assert ((await ann()).status, await Mail.all().count(), await Invite.all().count()) == ("active", 0, 0)


async def test_a_missing_hire_date_with_accounts_made_on_the_hire_date_waits_and_is_reported(town):
    await invites(when=InviteWhen.HIRE_DATE)
    town.hire("E1", lastHireDate=None, originalHireDate=None)
    assert town.outcome(await town.sync(), "E1").reason == "hire_date_missing"
    assert await Learner.all().count() == 0


async def test_a_hire_date_in_the_future_waits_and_the_account_is_made_on_the_day_in_the_portals_time_zone(town):
    await portals.change_portal("acme", timezone="Pacific/Auckland")
    await invites(when=InviteWhen.HIRE_DATE)
    town.hire("E1", lastHireDate="2026-03-12T00:00:00")
    assert town.outcome(await town.sync(), "E1").reason == "hire_date_future"
    town.day("2026-03-11T12:00:00Z")  # already the 12th in Auckland
    await town.sync()
    assert (await ann()).status == "active"


async def test_a_manual_sync_within_an_hour_of_the_last_is_refused_and_told_when(town):
    await portals.change_portal("acme", manual_sync_minutes=60)
    town.hire("E1")
    await town.sync()
    with pytest.raises(BusyError, match="The next manual sync may start at 2026-03-10 13:00:00"):
        await town.sync()


async def test_two_runs_at_once_there_is_one_lock_per_portal(town):
    town.hire("E1")
    portal = await portals.find_portal("acme")
    async with hold_run_lock(portal.id, "acme"):
        with pytest.raises(BusyError):
            await town.sync()
    assert await Learner.all().count() == 0


async def test_the_licence_limit_fails_people_one_by_one_and_the_run_goes_on(town):
    await portals.create_portal("top")
    top = await portals.find_portal("top")
    portal = await portals.find_portal("acme")
    portal.parent_id = top.id
    await portal.save()
    await portals.change_portal("acme", licence_limit=1)
    await invites()
    for employee_id in ("E1", "E2", "E3"):
        town.hire(employee_id)
    report = await town.sync()
    assert (report.counts.created, report.counts.failed, report.status) == (1, 2, "partial")
    assert {row.reason for row in report.outcomes} == {"new", "licence_limit"}


async def test_a_link_older_than_72_hours_is_dead_and_a_new_one_voids_the_old(town):
    town.hire("E1")
    await town.sync()
    invite = await Invite.get()
    invite.expires_at = invite.created_at + timedelta(hours=72)
    await invite.save()
    town.day("2026-03-13T11:59:59Z")
    assert [user.expired for user in await pending_users("acme")] == [False]
    town.day("2026-03-13T12:00:00Z")
    assert [user.expired for user in await pending_users("acme")] == [True]


async def test_disconnect_deletes_the_secrets_and_keeps_users_values_and_mapping(town):
    await town.map("Number", "employee_number")
    town.hire("E1", employeeNumber="17")
    await town.sync()
    await connections.disconnect("acme")
    assert (await town.learners())["e1@example.com"].custom == {"Number": "17"}
    assert len(await mappings.list_mappings("acme")) == len(await fields.list_fields("acme")) == 1
    with pytest.raises(Exception, match="acme is not connected"):
        await town.sync()


async def test_the_run_report_has_counts_an_outcome_and_reason_for_each_and_is_kept(town, tmp_path):
    town.hire("E1")
    town.hire("E2", email=None)
    report = await town.sync()
    assert report.counts.fetched == 2
    assert {row.employee_id: (row.outcome, row.reason) for row in report.outcomes} == {
        "E1": ("invited", "new"),
        "E2": ("skipped", "no_email"),
    }
    assert [run.run for run in await list_runs("acme")] == [report.run]
    with (tmp_path / "users.csv").open("w") as file:
        assert await export_users("acme", file) == 1


def test_rule_operators_are_those_of_the_table_by_the_kind_of_value():
    text = "is, is not, contains, does not contain, starts with, ends with, is empty, is not empty"
    assert {kind.value: ", ".join(operators) for kind, operators in OPERATORS.items()} == {
        "text": text,
        "number": "is, is not, less than, at most, more than, at least, between, is empty, is not empty",
        "date": "is, before, after, between, is empty, is not empty",
        "choice": "any of, none of, is, is not, is empty, is not empty",
        "domain": "is, is not",
    }


async def test_people_added_by_hand_stay_as_they_are_when_hr_does_not_know_them(town):
    town.hire("E1")
    await accounts.add_learner("acme", NewLearner("guest@example.com", "Guest"), InviteHow.ACTIVE)
    await town.sync()
    assert ((await ann("guest@example.com")).source, (await ann("guest@example.com")).revision) == ("manual", 1)
