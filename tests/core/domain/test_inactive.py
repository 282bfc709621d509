"""Statuses other than active and terminated: on strike, released, suspended, and those nobody knows."""

import pytest

from core.domain.learner import AccountStatus
from core.domain.outcome import Outcome, Reason


@pytest.fixture(params=["O", "R", "S"])
def inactive(request, employee):
    return lambda **values: employee(status=request.param, **values)


@pytest.fixture(params=["X", "a", "0", "ACTIVE", "?", "", None])
def unknown(request, employee):
    return lambda **values: employee(status=request.param, **values)


def test_an_inactive_employee_without_an_account_gets_none(inactive, decided):
    decision = decided(inactive())
    assert (decision.outcome, decision.reason) == (Outcome.SKIPPED, Reason.INACTIVE)
    assert (decision.change, decision.link) == (None, False)
    assert "no account is made" in decision.detail


@pytest.mark.parametrize("status", AccountStatus)
def test_an_inactive_employees_account_is_left_whatever_differs(status, day, inactive, learner, rules, decided, job):
    person = inactive(last_name="Smith", email="new@example.com", attributes={"job_title": "Welder"})
    account = learner(status=status, account_expires=day(5), expiry_by_sync=True, disabled_by_sync=True)
    decision = decided(person, account, under=rules(mappings=[job]))
    assert (decision.outcome, decision.reason, decision.change) == (Outcome.SKIPPED, Reason.INACTIVE, None)


def test_an_inactive_employee_whose_termination_date_is_over_has_left(day, inactive, learner, decided):
    decision = decided(inactive(termination_date=day(-1)), learner())
    assert (decision.outcome, decision.reason) == (Outcome.ENDED, Reason.TERMINATED)


def test_an_inactive_employee_with_an_end_to_come_is_looked_at_again_when_it_is_over(day, inactive, learner, decided):
    decision = decided(inactive(termination_date=day(3)), learner())
    assert (decision.reason, decision.change, decision.due_on) == (Reason.INACTIVE, None, day(4))


def test_an_inactive_employee_is_passed_over_before_their_e_mail_is_looked_at(inactive, learner, decided):
    assert decided(inactive(email=None), learner(), shares_email=True).reason is Reason.INACTIVE
    assert decided(inactive(email=None)).reason is Reason.INACTIVE


def test_an_unknown_status_is_reported_with_its_code_and_nothing_is_done(unknown, learner, decided):
    for account in (None, learner(last_name="Old")):
        person = unknown()
        decision = decided(person, account)
        assert (decision.outcome, decision.reason, decision.change) == (Outcome.SKIPPED, Reason.STATUS_UNKNOWN, None)
        assert f"'{person.status_code or '(empty)'}'" in decision.detail


def test_an_unknown_status_does_not_keep_access_beyond_the_termination_date(day, unknown, learner, decided):
    assert decided(unknown(termination_date=day(0)), learner()).reason is Reason.STATUS_UNKNOWN
    assert decided(unknown(termination_date=day(-1)), learner()).outcome is Outcome.ENDED
