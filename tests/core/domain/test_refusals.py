"""People for whom nothing can be written, and what is said of each."""

import pytest

from core.domain.learner import AccountStatus
from core.domain.outcome import SENTENCES, Outcome, Reason


@pytest.fixture(params=["without an account", "linked", "found by e-mail"])
def decided_in_each_case(request, learner, decided):
    """Decides for an employee without an account, with a linked one, with one found by e-mail."""

    def build(employee, **known):
        if request.param == "without an account":
            return decided(employee, **known)
        return decided(employee, learner(last_name="Old"), linked=request.param == "linked", **known)

    return build


@pytest.mark.parametrize("email", [None, ""])
def test_someone_without_an_e_mail_is_skipped(email, employee, decided_in_each_case):
    decision = decided_in_each_case(employee(email=email))
    assert (decision.outcome, decision.reason, decision.change) == (Outcome.SKIPPED, Reason.NO_EMAIL, None)
    assert decision.detail == SENTENCES[Reason.NO_EMAIL]


@pytest.mark.parametrize("email", ["ann", "ann@", "@example.com", "ann@localhost", "ann lee@example.com", "n/a"])
def test_someone_whose_e_mail_is_no_address_is_skipped(email, employee, decided_in_each_case):
    decision = decided_in_each_case(employee(email=email))
    assert (decision.outcome, decision.reason, decision.change) == (Outcome.SKIPPED, Reason.BAD_EMAIL, None)


def test_an_e_mail_that_several_employees_share_is_a_conflict_for_each(employee, decided_in_each_case):
    decision = decided_in_each_case(employee(), shares_email=True)
    assert (decision.outcome, decision.reason, decision.change) == (Outcome.CONFLICT, Reason.DUPLICATE_EMAIL, None)
    assert not decision.link


def test_a_recycled_email_is_a_conflict_never_a_takeover(employee, learner, decided):
    holder = learner(linked_employee_id="E0")
    decision = decided(employee(), email_holder=holder)
    assert (decision.outcome, decision.reason, decision.change) == (Outcome.CONFLICT, Reason.EMAIL_TAKEN, None)
    assert not decision.link


@pytest.mark.parametrize("status", AccountStatus)
def test_a_new_e_mail_that_another_account_holds_is_a_conflict_and_the_old_one_stays(
    status, employee, learner, decided
):
    holder = learner(id="8", email="ann.smith@example.com", status=status, linked_employee_id=None)
    decision = decided(employee(email="ann.smith@example.com"), learner(), email_holder=holder)
    assert (decision.outcome, decision.reason, decision.change) == (Outcome.CONFLICT, Reason.EMAIL_TAKEN, None)


@pytest.mark.parametrize("which", ["first_name", "last_name"])
def test_a_name_longer_than_a_portal_takes_is_a_failure_of_that_person(which, employee, decided_in_each_case):
    decision = decided_in_each_case(employee(**{which: "x" * 256}))
    assert (decision.outcome, decision.reason, decision.change) == (Outcome.FAILED, Reason.NAME_TOO_LONG, None)


def test_the_longest_name_that_a_portal_takes_is_taken(employee, decided_in_each_case):
    decision = decided_in_each_case(employee(first_name="x" * 255, last_name="y" * 255))
    assert decision.change.after.first_name == "x" * 255
    assert decision.change.after.last_name == "y" * 255


def test_what_could_not_be_read_is_told_of_people_who_are_passed_over_too(employee, decided_in_each_case):
    decision = decided_in_each_case(employee(email=None, problems=("hire date: 'soon' is not a date",)))
    assert [warning.sentence for warning in decision.warnings] == ["hire date: 'soon' is not a date"]


def test_the_e_mail_is_looked_at_before_a_hire_date_is_waited_for(day, employee, rules, decided):
    person = employee(email="n/a", hire_date=day(9))
    assert decided(person, under=rules(when="hire-date")).reason is Reason.BAD_EMAIL
