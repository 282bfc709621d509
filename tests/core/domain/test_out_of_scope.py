"""People outside the scope: skipped with the reason, and nobody loses anything by a change of the scope."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.learner import AccountStatus
from core.domain.outcome import Outcome, Reason
from core.domain.scope import Scope, ScopeKind

ONLY_BETA = Scope({ScopeKind.COMPANY: ("BETA",)})
NOT_ANN = Scope({}, {ScopeKind.PERSON: ("ann.lee@example.com",)})
SKIPPED = (Outcome.SKIPPED, Reason.OUT_OF_SCOPE)


@pytest.fixture
def within(rules):
    """Rules with a scope, and more of them if given."""
    return lambda scope, **values: msgspec.structs.replace(rules(**values), scope=scope)


def result(decision):
    return decision.outcome, decision.reason


def test_someone_new_outside_gets_no_account_and_the_row_says_why(employee, decided, within):
    decision = decided(employee(attributes={"company_code": "ACME"}), under=within(ONLY_BETA))
    assert result(decision) == SKIPPED
    assert decision.detail == "Company code 'ACME' is not among those that the scope includes."
    assert decision.change is None


def test_someone_new_inside_gets_one(employee, decided, within):
    assert decided(employee(attributes={"company_code": "beta"}), under=within(ONLY_BETA)).outcome is Outcome.INVITED


def test_an_account_that_leaves_the_scope_stays_as_it_is(employee, learner, decided, within, job):
    person = employee(last_name="Smith", attributes={"company_code": "ACME", "job_title": "Welder"})
    decision = decided(person, learner(custom={"Job": "Cook"}), under=within(ONLY_BETA, mappings=[job]))
    assert result(decision) == SKIPPED
    assert decision.change is None
    assert decision.detail.endswith("The account is left as it is.")


@given(
    status=st.sampled_from(AccountStatus),
    code=st.sampled_from("ALORS?"),
    linked=st.booleans(),
    ends=st.sampled_from([None, -30, -1, 0, 1, 30]),
    by_sync=st.booleans(),
    scope=st.sampled_from([ONLY_BETA, NOT_ANN]),
)
def test_nobody_employed_loses_anything_by_a_scope(
    status, code, linked, ends, by_sync, scope, employee, learner, decided, rules, day
):
    expires = None if ends is None else day(ends)
    account = learner(status=status, account_expires=expires, disabled_by_sync=by_sync, expiry_by_sync=by_sync)
    under = msgspec.structs.replace(rules(), scope=scope)
    decision = decided(employee(status=code, last_name="Smith"), account, linked=linked, under=under)
    assert result(decision) == SKIPPED
    assert (decision.change, decision.link) == (None, False)


def test_access_ends_with_the_employment_whatever_the_scope(employee, learner, decided, within, day):
    person = employee(status="T", termination_date=day(-1), attributes={"company_code": "ACME"})
    decision = decided(person, learner(), under=within(ONLY_BETA))
    assert result(decision) == (Outcome.ENDED, Reason.TERMINATED)
    assert decision.change.after.status is AccountStatus.DISABLED


def test_whoever_is_outside_is_looked_at_again_when_a_termination_takes_effect(employee, learner, decided, within, day):
    person = employee(termination_date=day(3), attributes={"company_code": "ACME"})
    decision = decided(person, learner(), under=within(ONLY_BETA))
    assert result(decision) == SKIPPED
    assert decision.due_on == day(4)


def test_whoever_is_excluded_by_name_is_left_alone_even_then(employee, learner, decided, within, day):
    decision = decided(employee(status="T", termination_date=day(-1)), learner(), under=within(NOT_ANN))
    assert result(decision) == SKIPPED
    assert decision.change is None


def test_an_account_that_was_never_linked_is_not_ended_from_outside(employee, learner, decided, within, day):
    person = employee(status="T", termination_date=day(-1), attributes={"company_code": "ACME"})
    assert result(decided(person, learner(), linked=False, under=within(ONLY_BETA))) == SKIPPED


def test_a_leaver_without_an_account_is_a_leaver(employee, decided, within, day):
    decision = decided(employee(status="T", termination_date=day(-1)), under=within(ONLY_BETA))
    assert decision.reason is Reason.TERMINATED


def test_a_widened_scope_takes_up_what_has_changed_meanwhile(employee, learner, decided, within):
    person = employee(last_name="Smith", attributes={"company_code": "ACME"})
    assert decided(person, learner(), under=within(ONLY_BETA)).change is None
    assert decided(person, learner(), under=within(Scope())).reason is Reason.RENAMED
