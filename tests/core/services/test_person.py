"""One person: what was found, linked, mapped and decided, what would be written, and why; then only that is written."""

from datetime import date

import pytest
import stamina

from core.domain.custom_fields import FieldType
from core.domain.errors import SettingsError
from core.domain.guard import Kind, Limit
from core.domain.invite_settings import InviteHow, InviteWhen
from core.domain.mapping import Owner
from core.domain.outcome import SENTENCES, Reason
from core.domain.roles import Role
from core.domain.scope import ScopeKind
from core.sandbox.ukg.faults import status
from core.services import accounts, choices, connections, mappings, portals
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.admins import set_admin
from core.services.guard import change_guard
from core.services.history import report_run
from core.services.person import explain_person, sync_person
from core.services.scope import set_scope
from core.services.syncing import sync_portal
from core.services.trail import trail
from core.store.models import Connection, Learner, Link, Note, Plan, PlanItem, Portal, Run, Snapshot
from core.ukg.errors import UkgError
from tests.core.sync.conftest import town  # noqa: F401 the fixture

E1 = "e1@example.com"


@pytest.fixture
async def ann(town):  # noqa: F811
    """Ann (E1) and five others, hired and synced; the day after."""
    for number in range(1, 7):
        town.hire(f"E{number}", "Ann Lee" if number == 1 else f"No{number} Fox")
    await town.sync()
    town.day("2026-03-11")
    return town


async def explain(town, who="E1", **options):  # noqa: F811
    return await explain_person("acme", who, town.database_url, **options)


async def apply(town, who="E1"):  # noqa: F811
    run = await sync_person("acme", who, town.database_url)
    return await report_run(run.id)


def said(explanation):
    return explanation.decided.outcome, explanation.decided.reason


async def test_someone_unchanged(ann):
    explanation = await explain(ann)
    found, linked = explanation.found, explanation.linked
    assert (found.sentence, found.read_at) == ("In UKG Pro, just now.", None)
    assert (found.employee_id, found.name, found.email, found.status) == ("E1", "Ann Lee", E1, "active")
    assert (found.hire_date, found.termination_date, found.other_ids) == (date(2020, 1, 6), None, [])
    assert (linked.sentence, linked.email, linked.name) == ("Linked to this account.", E1, "Ann Lee")
    assert (linked.status, linked.account_expires) == ("pending", None)
    assert linked.linked_at == (await Link.get(employee_id="E1")).linked_at
    assert said(explanation) == ("unchanged", "up_to_date")
    assert (explanation.would_write, explanation.decided.held) == ({}, None)


async def test_the_status_of_the_account_is_that_of_today(ann):
    await ann.accept(E1)
    assert (await explain(ann)).linked.status == "active"
    await accounts.set_expiry("acme", E1, date(2026, 3, 10))
    assert (await explain(ann)).linked.status == "disabled"


async def test_the_last_change_is_that_of_a_run_with_its_values(ann):
    ann.change("E1", lastName="Stone")
    report = await ann.sync()
    ann.change("E1", lastName="Wolf")
    await ann.plan()
    last = (await explain(ann)).last_change
    assert (last.run, last.outcome, last.reason) == (report.run, "updated", "renamed")
    assert last.changes == {"last_name": ("Lee", "Stone")}


async def test_someone_to_be_created(ann):
    ann.hire("E9", "Bea Fox")
    explanation = await explain(ann, "E9")
    assert explanation.linked.sentence == "No account in the portal yet."
    assert said(explanation) == ("invited", "new")
    assert explanation.would_write["email"] == (None, "e9@example.com")
    assert explanation.would_write["first_name"] == (None, "Bea")
    assert explanation.last_change is None


async def test_someone_renamed(ann):
    ann.change("E1", lastName="Stone")
    explanation = await explain(ann)
    assert said(explanation) == ("updated", "renamed")
    assert explanation.would_write == {"last_name": ("Lee", "Stone")}


async def test_someone_terminated(ann):
    ann.leave("E1", on="2026-03-10")
    explanation = await explain(ann)
    assert said(explanation) == ("ended", "terminated")
    assert explanation.found.status == "terminated"
    assert explanation.found.termination_date == date(2026, 3, 10)
    assert explanation.would_write["account_expires"] == (None, date(2026, 3, 10))
    assert explanation.decided.sentence == "Access ended after 2026-03-10."


async def test_someone_whose_termination_is_ahead(ann):
    ann.change("E1", dateOfTermination="2026-03-31T00:00:00")
    explanation = await explain(ann)
    assert said(explanation) == ("ended", "termination_scheduled")
    assert explanation.decided.sentence == "Access ends when 2026-03-31 is over."
    assert explanation.would_write == {"account_expires": (None, date(2026, 3, 31))}


async def _inactive(town):  # noqa: F811
    town.change("E1", employeeStatusCode="S")


async def _unknown_status(town):  # noqa: F811
    town.change("E1", employeeStatusCode="Z")


async def _no_email(town):  # noqa: F811
    town.change("E1", emailAddress=None)


async def _bad_email(town):  # noqa: F811
    town.change("E1", emailAddress="not an address")


async def _email_taken(town):  # noqa: F811
    await town.manual_learner("taken@example.com")
    town.change("E1", emailAddress="taken@example.com")


async def _email_of_another_employee(town):  # noqa: F811
    town.change("E2", emailAddress=None)
    town.change("E1", emailAddress="e2@example.com")


async def _duplicate_email(town):  # noqa: F811
    town.change("E2", emailAddress="E1@example.com")
    await town.sync()


async def _out_of_scope(town):  # noqa: F811
    await set_scope("acme", include={}, exclude={ScopeKind.PERSON: ["E1"]})


async def _long_name(town):  # noqa: F811
    town.change("E1", lastName="L" * 300)


async def _no_employment(town):  # noqa: F811
    town.company.employments[:] = [row for row in town.company.employments if row["employeeID"] != "E1"]
    town.company.touch()


async def _last_admin(town):  # noqa: F811
    await Learner.filter(email=E1).update(user_type="admin", status="active")
    town.leave("E1")


@pytest.mark.parametrize(
    ("happens", "outcome", "reason", "resolved_by"),
    [
        (_inactive, "skipped", "inactive", "the account is left as it is"),
        (_unknown_status, "skipped", "status_unknown", "'Z' is not one we know; nothing is done until it is"),
        (_no_email, "skipped", "no_email", "add one there"),
        (_bad_email, "skipped", "bad_email", "correct it there"),
        (_email_taken, "conflict", "email_taken", "free one of the two"),
        (_email_of_another_employee, "conflict", "email_taken", "free one of the two"),
        (_duplicate_email, "conflict", "duplicate_email", "give each their own there"),
        (_out_of_scope, "skipped", "out_of_scope", "Excluded from the scope by name. The account is left as it is."),
        (_long_name, "failed", "name_too_long", "shorten it in UKG Pro"),
        (_no_employment, "skipped", "no_employment_details", "correct the record there"),
        (_last_admin, "conflict", "last_admin", "make another admin first"),
    ],
)
async def test_someone_nothing_is_written_for_and_what_would_resolve_it(ann, happens, outcome, reason, resolved_by):
    await happens(ann)
    explanation = await explain(ann)
    assert said(explanation) == (outcome, reason)
    assert resolved_by in explanation.decided.sentence
    assert explanation.would_write == {}
    before = await Learner.all().order_by("id").values()
    report = await apply(ann)
    assert [(row.outcome, row.reason) for row in report.outcomes] == [(outcome, reason)]
    assert await Learner.all().order_by("id").values() == before


async def test_what_a_sync_says_of_someone_is_what_is_explained(ann):
    """The explanation is no second opinion."""
    ann.change("E1", employeeStatusCode="S")
    ann.change("E2", lastName="Stone")
    ann.change("E3", emailAddress="three@example.com")
    ann.change("E4", emailAddress=None)
    ann.leave("E5")
    ann.hire("E9")
    explained = {who: await explain(ann, who) for who in ("E1", "E2", "E3", "E4", "E5", "E9")}
    report = await ann.plan()
    planned = {row.employee_id: row for row in report.outcomes}
    for who, explanation in explained.items():
        assert said(explanation) == (planned[who].outcome, planned[who].reason)
        assert explanation.decided.sentence == planned[who].detail
        assert explanation.would_write == planned[who].changes


async def test_every_reason_that_something_can_resolve_says_what(ann):
    for reason in (
        Reason.NO_EMAIL,
        Reason.BAD_EMAIL,
        Reason.DUPLICATE_EMAIL,
        Reason.EMAIL_TAKEN,
        Reason.NAME_TOO_LONG,
        Reason.NO_PERSON_DETAILS,
        Reason.NO_EMPLOYMENT_DETAILS,
        Reason.LAST_ADMIN,
        Reason.LICENCE_LIMIT,
        Reason.OUT_OF_SCOPE,
        Reason.VANISHED,
        Reason.GUARD,
        Reason.SOURCE_DOUBTFUL,
        Reason.DISABLED_BY_ADMIN,
    ):
        assert any(mark in SENTENCES[reason] for mark in (";", ". Mark")), reason


async def test_someone_who_is_not_hired_yet(ann):
    await portals.set_invites("acme", when=InviteWhen.HIRE_DATE, how=None)
    ann.hire("E9", lastHireDate="2026-04-01T00:00:00")
    explanation = await explain(ann, "E9")
    assert said(explanation) == ("skipped", "hire_date_future")
    assert explanation.decided.sentence == "Gets an account on the hire date, 2026-04-01."


async def test_someone_whose_account_an_admin_disabled(ann):
    await accounts.disable("acme", E1)
    explanation = await explain(ann)
    assert said(explanation) == ("unchanged", "disabled_by_admin")
    assert "only an admin can enable it again" in explanation.decided.sentence
    assert explanation.linked.status == "disabled"


async def test_someone_who_would_be_linked_to_an_account_with_the_same_email(ann):
    await ann.manual_learner("e9@example.com", first_name="Bea", last_name="Fox")
    ann.hire("E9", "Bea Fox")
    explanation = await explain(ann, "E9")
    assert explanation.linked.sentence == "This account has the same e-mail; a sync would link it."
    assert explanation.linked.linked_at is None
    assert said(explanation) == ("updated", "linked_existing")


async def test_whose_account_has_the_email_is_said(ann):
    await _email_of_another_employee(ann)
    assert (await explain(ann)).linked.sentence == (
        "Linked to this account; the e-mail in UKG Pro belongs to the account of employee E2."
    )
    ann.hire("E9", email="e2@example.com")
    assert (await explain(ann, "E9")).linked.sentence == (
        "No account: the e-mail in UKG Pro belongs to the account of employee E2."
    )
    await _email_taken(ann)
    assert "an account that no employee is linked to" in (await explain(ann)).linked.sentence


async def test_someone_held_by_the_guard(ann):
    await change_guard("acme", {Kind.ENDED: Limit(people=0)})
    ann.leave("E1")
    report = await ann.sync()
    explanation = await explain(ann)
    assert said(explanation) == ("ended", "terminated")
    assert f"Held in plan {report.plan}: 1 person would lose access" in explanation.decided.held
    assert f"ukg approve {report.plan}" in explanation.decided.held
    await change_guard("acme", {Kind.ENDED: None})
    await ann.sync()
    assert (await explain(ann)).decided.held is None


async def test_someone_who_was_refused_and_waits(ann):
    top = await portals.create_portal("top")
    await Portal.filter(slug="acme").update(parent_id=top.id)
    await portals.set_invites("acme", when=None, how=InviteHow.ACTIVE)
    await Learner.all().update(status="active")
    await portals.change_portal("acme", licence_limit=6)
    ann.hire("E9")
    await sync_portal("acme", ann.database_url, trigger="schedule")
    explanation = await explain(ann, "E9")
    assert said(explanation) == ("created", "new")
    assert explanation.decided.held == (
        f"The last try failed: {SENTENCES[Reason.LICENCE_LIMIT]} Tried once; next try 2026-03-11 18:00 UTC, or with a "
        "sync by hand."
    )
    assert (await apply(ann, "E9")).counts.failed == 1
    assert "Tried 2 times" in (await explain(ann, "E9")).decided.held


async def test_an_account_without_an_employee(ann):
    await ann.manual_learner("boss@example.com", first_name="Bo", last_name="Ss")
    explanation = await explain(ann, "Boss@Example.com")
    assert explanation.found.sentence == "UKG Pro has nobody with this e-mail, just now."
    assert explanation.linked.sentence == "An account that no employee is linked to."
    assert (explanation.linked.email, explanation.linked.name) == ("boss@example.com", "Bo Ss")
    assert said(explanation) == ("skipped", "not_an_employee")
    assert "no sync touches it" in explanation.decided.sentence


@pytest.mark.parametrize(("who", "what"), [("nobody@example.com", "e-mail"), ("E99", "employee id")])
async def test_nobody_at_all(ann, who, what):
    explanation = await explain(ann, who)
    assert explanation.found.sentence == f"UKG Pro has nobody with this {what}, just now."
    assert explanation.linked.sentence == "No account in the portal."
    assert said(explanation) == ("skipped", "not_an_employee")
    assert explanation.decided.sentence == "Neither UKG Pro nor the portal knows them; check the spelling."
    with pytest.raises(SettingsError, match=f"UKG Pro has nobody with the {what} '{who}'; nothing was done"):
        await sync_person("acme", who, ann.database_url)
    assert await Run.all().count() == 1


@pytest.mark.parametrize("who", ["", "  "])
async def test_nobody_named(ann, who):
    for ask in (explain_person, sync_person):
        with pytest.raises(SettingsError, match="Say who"):
            await ask("acme", who, ann.database_url)


@pytest.mark.parametrize("who", ["E1", E1])
async def test_someone_who_vanished(ann, who):
    ann.forget("E1")
    explanation = await explain(ann, who)
    assert explanation.linked.sentence == "Linked to an employee who is no longer in UKG Pro."
    assert (explanation.linked.email, said(explanation)) == (E1, ("skipped", "vanished"))
    assert "Mark them terminated there to end access" in explanation.decided.sentence
    assert explanation.last_change.reason == "new"
    await portals.change_portal("acme", end_vanished=True)
    await ann.sync()
    sentence = (await explain(ann, who)).decided.sentence
    assert "missed by 1 complete runs so far; at 3 in a row access ends" in sentence
    with pytest.raises(SettingsError, match="UKG Pro has nobody"):
        await sync_person("acme", who, ann.database_url)


async def test_someone_is_found_by_the_email_of_the_account_when_it_is_another_in_ukg_pro(ann):
    ann.change("E1", emailAddress="ann@example.com")
    explanation = await explain(ann, E1)
    assert (explanation.found.employee_id, explanation.found.email) == ("E1", "ann@example.com")
    assert said(explanation) == ("updated", "email_changed")
    assert explanation.would_write == {"email": (E1, "ann@example.com")}


async def test_someone_without_an_account_is_found_by_the_email_that_runs_noted(ann):
    ann.hire("E9", email="e9@example.com", employeeStatusCode="S")
    await ann.sync()
    ann.change("E9", emailAddress="nine@example.com")
    assert (await explain(ann, "E9@example.com")).found.email == "nine@example.com"


async def test_an_email_that_went_to_another_person_means_who_has_it_now(ann):
    ann.change("E1", emailAddress="ann@example.com")
    ann.change("E2", emailAddress=E1)
    explanation = await explain(ann, E1)
    assert explanation.found.employee_id == "E2"
    assert "This e-mail also leads to: E1." in explanation.found.sentence
    report = await apply(ann, E1)
    assert [(row.employee_id, row.outcome) for row in report.outcomes] == [("E2", "conflict")]
    assert (await Learner.get(email=E1)).first_name == "Ann"


async def test_two_who_share_an_email_are_told_apart_although_no_sync_has_seen_them_yet(ann):
    ann.hire("N1", email="both@example.com")
    ann.hire("N2", email="BOTH@example.com")
    explanation = await explain(ann, "both@example.com")
    assert said(explanation) == ("conflict", "duplicate_email")
    assert "also leads to: N2" in explanation.found.sentence
    assert (await apply(ann, "both@example.com")).counts.conflict == 1
    assert await Learner.all().count() == 6


async def test_values_as_ukg_pro_has_them_and_as_the_field_takes_them(ann):
    await ann.map("Number", "employee_number")
    await ann.map("Start", "start_date", FieldType.DATE)
    await ann.map("Score", "udf_03", FieldType.DECIMAL)
    ann.change("E1", employeeNumber=" 007 ")
    score = {"personnelUDField03": {"field": "Score", "value": "12.50"}}
    ann.company.tables.user_defined_fields.append({"employeeId": "E1", "personnelUserDefinedFields": score})
    ann.company.touch()
    rows = {row.field: row for row in (await explain(ann)).mapped}
    assert [(row.value, row.holds, row.would_hold) for row in rows.values()] == [
        ("007", None, "007"),
        ("2020-01-06", None, "2020-01-06"),
        ("12.50", None, "12.5"),
    ]
    assert (rows["Number"].attribute, rows["Number"].owner, rows["Number"].note) == ("employee_number", "hr", None)
    await apply(ann)
    assert all(row.holds == row.would_hold is not None for row in (await explain(ann)).mapped)


async def test_a_translation_is_shown_by_what_it_becomes(ann):
    await ann.map("Level", "job_title", FieldType.STRING_CHOICE, ["Lead", "Staff"])
    ann.change("E1", jobTitle="Team Lead")
    (row,) = (await explain(ann)).mapped
    assert (row.value, row.would_hold) == ("Team Lead", None)
    assert "Team Lead" in row.note
    assert "the stored value stays" in row.note
    assert (await explain(ann)).decided.warnings == [row.note]
    await choices.translate("acme", [choices.Translation("Level", "Team Lead", "Lead")])
    (row,) = (await explain(ann)).mapped
    assert (row.value, row.would_hold, row.note) == ("Team Lead", "Lead", None)
    assert (await explain(ann)).would_write == {"Level": (None, "Lead")}


@pytest.mark.parametrize(
    ("owner", "value", "would_hold", "stays"),
    [
        (Owner.HR, "Cook", "Cook", False),
        (Owner.HR, None, None, False),
        (Owner.FIRST, "Cook", "Baker", True),
        (Owner.LEAVE_IF_BLANK, "Cook", "Cook", False),
        (Owner.LEAVE_IF_BLANK, None, "Baker", True),
    ],
)
async def test_the_owner_of_a_field_decides_what_it_would_hold(ann, owner, value, would_hold, stays):
    await ann.map("Job", "job_title")
    ann.change("E1", jobTitle="Baker")
    await ann.sync()
    await mappings.map_attributes("acme", ["job_title=Job"], owner)
    ann.change("E1", jobTitle=value)
    explanation = await explain(ann)
    (row,) = explanation.mapped
    assert (row.owner, row.value, row.holds, row.would_hold) == (owner, value, "Baker", would_hold)
    assert ("stays" in (row.note or "")) is stays
    assert explanation.would_write == ({} if stays else {"Job": ("Baker", would_hold)})


async def test_fields_of_someone_vanished_stay_as_they_are(ann):
    await ann.map("Job", "job_title")
    ann.change("E1", jobTitle="Baker")
    await ann.sync()
    ann.forget("E1")
    (row,) = (await explain(ann)).mapped
    assert (row.value, row.holds, row.would_hold) == (None, "Baker", "Baker")


@pytest.mark.parametrize(
    ("who", "filters"),
    [("E1", [{"employeeId": "E1"}] * 2), (E1, [{"emailAddress": E1}, {"employeeId": "E1"}])],
)
@pytest.mark.parametrize("ask", [explain_person, sync_person])
async def test_only_that_persons_records_are_read(ann, ask, who, filters):
    ann.sandbox.requests.clear()
    await ask("acme", who, ann.database_url)
    asked = [
        {name: value for name, value in request.query.items() if name not in ("page", "per_Page")}
        for request in ann.sandbox.requests
    ]
    assert sorted(asked, key=str) == sorted(filters, key=str)


async def test_explaining_writes_nothing_at_all(ann):
    ann.change("E1", lastName="Stone")
    tables = (Learner, Link, Note, Plan, PlanItem, Run, Snapshot, Connection)
    before = [await table.all().values() for table in tables]
    await explain(ann)
    await explain(ann, offline=True)
    assert [await table.all().values() for table in tables] == before


async def test_offline_the_last_read_is_explained_and_nothing_is_asked(ann):
    ann.change("E1", lastName="Stone")
    ann.sandbox.requests.clear()
    for who in ("E1", " E1 ", E1, "E1@Example.com"):
        explanation = await explain(ann, who, offline=True)
        assert explanation.found.sentence == "In UKG Pro, as read on 2026-03-10 12:00 UTC."
        assert (explanation.found.name, said(explanation)) == ("Ann Lee", ("unchanged", "up_to_date"))
    assert explanation.found.read_at == (await Snapshot.get()).read_at
    assert ann.sandbox.requests == []
    missing = await explain(ann, "E99", offline=True)
    assert missing.found.sentence == "UKG Pro has nobody with this employee id, as read on 2026-03-10 12:00 UTC."


async def test_offline_someone_half_in_ukg_pro_is_known_from_what_the_last_sync_noted(ann):
    await _no_employment(ann)
    await ann.sync()
    await Link.filter(employee_id="E1").delete()
    assert said(await explain(ann, offline=True)) == ("skipped", "no_employment_details")


async def test_without_a_last_read_offline_is_refused(town):  # noqa: F811
    town.hire("E1")
    with pytest.raises(
        SettingsError, match=r"Nothing of UKG Pro is known for acme yet; nothing was done. Sync it once"
    ):
        await explain(town, offline=True)
    assert said(await explain(town)) == ("invited", "new")


async def test_when_ukg_pro_is_down_the_last_read_is_explained_and_said_to_be_so(ann):
    ann.sandbox.faults.add("person-details", times=None, kind=status(503))
    with stamina.set_testing(True, attempts=1):
        for _ in range(3):
            explanation = await explain(ann)
    assert explanation.found.sentence.startswith(
        "In UKG Pro, as read on 2026-03-10 12:00 UTC; it could not be asked now:"
    )
    assert explanation.found.name == "Ann Lee"
    connection = await Connection.get()
    assert (connection.status, connection.failures, connection.retry_at) == ("active", 0, None)
    with stamina.set_testing(True, attempts=1):
        missing = await explain(ann, "E99")
    assert "it could not be asked now" in missing.found.sentence


async def test_when_ukg_pro_is_down_and_nothing_was_ever_read_that_is_the_error(town):  # noqa: F811
    town.sandbox.faults.add("person-details", times=None, kind=status(503))
    with stamina.set_testing(True, attempts=1), pytest.raises(UkgError):
        await explain(town)


async def test_a_refused_account_is_not_tried_again_and_again_by_looking(ann):
    ann.sandbox.settings.password = "changed"
    ann.sandbox.requests.clear()
    for _ in range(3):
        explanation = await explain(ann)
        assert said(explanation) == ("unchanged", "up_to_date")
    assert len(ann.sandbox.requests) == 1
    assert (await Connection.get()).status == "refused"
    assert "UKG Pro refused the service account; connect it again" in explanation.found.sentence


async def test_a_portal_that_is_no_longer_connected_is_explained_from_the_last_read(ann):
    await connections.disconnect("acme")
    assert (await explain(ann)).found.read_at is not None
    with pytest.raises(SettingsError, match="not connected"):
        await apply(ann)


async def test_a_person_is_synced_alone_in_a_run_of_its_own(ann):
    ann.change("E1", lastName="Stone")
    ann.change("E2", lastName="Wolf")
    ann.hire("E9")
    others = await Learner.exclude(email=E1).order_by("id").values()
    report = await apply(ann)
    assert (report.trigger, report.status, report.counts.fetched, report.counts.updated) == (
        "person",
        "succeeded",
        1,
        1,
    )
    assert [(row.employee_id, row.reason) for row in report.outcomes] == [("E1", "renamed")]
    assert report.requests["ukg"] == 2
    assert (await Learner.get(email=E1)).last_name == "Stone"
    assert await Learner.exclude(email=E1).order_by("id").values() == others
    (line, *_) = [line async for line in trail("acme")]
    assert (line.action, line.subject) == ("person synced", report.run)
    after = await ann.sync()
    assert (after.counts.updated, after.counts.invited, after.counts.unchanged) == (1, 1, 5)


async def test_someone_new_is_invited_alone(ann):
    ann.hire("E9")
    ann.hire("E8")
    assert (await apply(ann, "e9@example.com")).counts.invited == 1
    assert await Learner.all().count() == 7
    assert (await ann.sync()).counts.invited == 1


async def test_a_person_who_needs_nothing_is_a_run_that_says_so(ann):
    report = await apply(ann)
    assert (report.status, report.counts.unchanged, report.outcomes) == ("succeeded", 1, [])
    assert (await report_run(report.run)).counts.fetched == 1


async def test_the_guard_counts_a_single_person_too(ann):
    await change_guard("acme", {Kind.ENDED: Limit(people=0)})
    ann.leave("E1")
    report = await apply(ann)
    assert (report.status, report.counts.held) == ("held", 1)
    assert (await Learner.get(email=E1)).status == "pending"


async def test_syncing_one_person_is_not_kept_to_once_an_hour(ann):
    await portals.change_portal("acme", manual_sync_minutes=60)
    for name in ("Stone", "Wolf"):
        ann.change("E1", lastName=name)
        assert (await apply(ann)).counts.updated == 1


async def test_looking_takes_a_viewer_and_writing_an_operator(ann):
    await set_admin("acme", "Bea", Role.VIEWER)
    with acting_as(Actor("Bea", "cli")):
        assert said(await explain(ann)) == ("unchanged", "up_to_date")
        with pytest.raises(NotAllowed):
            await apply(ann)
    with acting_as(Actor("Cleo", "cli")), pytest.raises(NotAllowed):
        await explain(ann)
    await set_admin("acme", "Bea", Role.OPERATOR)
    with acting_as(Actor("Bea", "cli")):
        assert (await apply(ann)).counts.unchanged == 1


async def test_a_portal_switched_off_is_explained_and_not_written(ann):
    await portals.change_portal("acme", integration_enabled=False)
    assert said(await explain(ann)) == ("unchanged", "up_to_date")
    with pytest.raises(SettingsError, match="switched off"):
        await apply(ann)
