"""Someone in UKG Pro without an account."""

from datetime import date

import pytest
from msgspec import UNSET

from core.domain.change import AccountState, Change
from core.domain.invite_settings import InviteHow, InviteSettings, InviteWhen
from core.domain.learner import AccountStatus
from core.domain.outcome import SENTENCES, Outcome, Reason


def test_a_new_employee_is_invited_and_pending_until_they_accept(employee, decided):
    decision = decided(employee())
    assert (decision.outcome, decision.reason) == (Outcome.INVITED, Reason.NEW)
    assert decision.change == Change(
        learner_id=None,
        before=AccountState(),
        after=AccountState(
            email="ann.lee@example.com", first_name="Ann", last_name="Lee", status=AccountStatus.PENDING
        ),
        invite=True,
    )
    assert decision.link
    assert decision.due_on is None
    assert decision.warnings == ()


def test_a_decision_says_whom_it_is_about(employee, decided):
    decision = decided(employee())
    assert (decision.employee_id, decision.name, decision.email) == ("E1", "Ann Lee", "ann.lee@example.com")
    assert decision.detail == SENTENCES[Reason.NEW]


def test_until_an_admin_says_otherwise_people_are_invited_as_soon_as_they_are_added():
    assert InviteSettings() == InviteSettings(InviteWhen.ADDED, InviteHow.INVITE, sso=False)


@pytest.mark.parametrize(
    ("how", "sso", "outcome", "status", "link_sent"),
    [
        ("invite", False, Outcome.INVITED, AccountStatus.PENDING, True),
        ("welcome", False, Outcome.CREATED, AccountStatus.ACTIVE, True),
        ("active", False, Outcome.CREATED, AccountStatus.ACTIVE, False),
        ("invite", True, Outcome.CREATED, AccountStatus.ACTIVE, False),
        ("welcome", True, Outcome.CREATED, AccountStatus.ACTIVE, False),
        ("active", True, Outcome.CREATED, AccountStatus.ACTIVE, False),
    ],
)
def test_the_invite_settings_say_how_a_new_employee_starts(
    how, sso, outcome, status, link_sent, employee, rules, decided
):
    decision = decided(employee(), under=rules(how=how, sso=sso))
    assert decision.outcome is outcome
    assert decision.change.after.status is status
    assert decision.change.invite is link_sent


@pytest.mark.parametrize("distance", [-400, -1, 0, 1, 400, None])
def test_with_when_added_the_hire_date_does_not_matter(distance, day, employee, decided):
    hired = None if distance is None else day(distance)
    assert decided(employee(hire_date=hired)).outcome is Outcome.INVITED


@pytest.mark.parametrize("distance", [-400, -1, 0])
def test_with_hire_date_the_account_is_made_once_that_day_has_come(distance, day, employee, rules, decided):
    decision = decided(employee(hire_date=day(distance)), under=rules(when="hire-date"))
    assert (decision.outcome, decision.reason) == (Outcome.INVITED, Reason.NEW)


def test_with_hire_date_a_future_employee_waits_for_the_day(day, employee, rules, decided):
    decision = decided(employee(hire_date=day(1)), under=rules(when="hire-date"))
    assert (decision.outcome, decision.reason) == (Outcome.SKIPPED, Reason.HIRE_DATE_FUTURE)
    assert "2026-03-11" in decision.detail
    assert decision.due_on == day(1)
    assert not decision.link


def test_whoever_waited_gets_the_account_on_the_day_the_wait_was_said_to_end(day, employee, rules, decided):
    person = employee(hire_date=day(20))
    waiting = decided(person, under=rules(when="hire-date"))
    come = decided(person, under=rules(when="hire-date", today=waiting.due_on))
    assert come.outcome is Outcome.INVITED


def test_with_hire_date_someone_without_one_is_reported(employee, rules, decided):
    decision = decided(employee(hire_date=None), under=rules(when="hire-date"))
    assert (decision.outcome, decision.reason) == (Outcome.SKIPPED, Reason.HIRE_DATE_MISSING)


def test_someone_on_leave_is_a_newcomer_like_any_other(employee, decided):
    assert decided(employee(status="L")).outcome is Outcome.INVITED


@pytest.mark.parametrize("distance", [0, 1, 90])
def test_a_newcomer_whose_end_is_known_gets_it_with_the_account(distance, day, employee, decided):
    decision = decided(employee(termination_date=day(distance)))
    assert decision.outcome is Outcome.INVITED
    assert decision.change.after.account_expires == day(distance)
    assert decision.due_on == day(distance + 1)


def test_a_newcomer_who_is_to_stay_gets_no_expiry(employee, decided):
    assert decided(employee()).change.after.account_expires is UNSET


def test_a_termination_from_before_the_latest_hire_does_not_keep_a_newcomer_out(day, employee, decided):
    decision = decided(employee(hire_date=day(-5), termination_date=day(-30)))
    assert decision.outcome is Outcome.INVITED
    assert decision.due_on is None


def test_a_newcomer_starts_with_the_mapped_values_and_without_the_empty_ones(employee, rules, decided, job, site):
    person = employee(attributes={"job_title": "Welder", "location": None})
    decision = decided(person, under=rules(mappings=[job, site]))
    assert decision.change.after.custom == {"Job": "Welder"}


def test_one_unusable_value_is_a_warning_and_the_account_is_made_all_the_same(employee, rules, decided, job, site):
    person = employee(attributes={"job_title": "Welder", "location": "Paris"})
    decision = decided(person, under=rules(mappings=[job, site]))
    assert decision.outcome is Outcome.INVITED
    assert decision.change.after.custom == {"Job": "Welder"}
    assert [(warning.field, warning.value) for warning in decision.warnings] == [("Site", "Paris")]


def test_what_could_not_be_read_is_among_the_warnings(employee, decided):
    decision = decided(employee(problems=("latest hire date: 'soon' is not a date",)))
    assert decision.outcome is Outcome.INVITED
    assert [warning.sentence for warning in decision.warnings] == ["latest hire date: 'soon' is not a date"]


@pytest.mark.parametrize("name", [None, ""])
def test_a_newcomer_without_a_name_still_gets_an_account(name, employee, decided):
    decision = decided(employee(first_name=name, last_name=name))
    assert decision.outcome is Outcome.INVITED
    assert (decision.change.after.first_name, decision.change.after.last_name) == ("", "")


def test_the_e_mail_is_taken_as_it_is_spelled_in_ukg_pro(employee, decided):
    assert decided(employee(email="Ann.Lee@Example.com")).change.after.email == "Ann.Lee@Example.com"


def test_the_portals_own_date_is_the_one_that_counts(employee, rules, decided):
    person = employee(hire_date=date(2026, 3, 11))
    assert decided(person, under=rules(when="hire-date", today=date(2026, 3, 10))).outcome is Outcome.SKIPPED
    assert decided(person, under=rules(when="hire-date", today=date(2026, 3, 11))).outcome is Outcome.INVITED
