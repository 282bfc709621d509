"""Terminations withdrawn and people who come back: the same account, enabled only by whoever had ended it."""

import pytest
from msgspec import UNSET

from core.domain.change import AccountState
from core.domain.learner import AccountStatus, UserType
from core.domain.outcome import SENTENCES, Outcome, Reason

ACTIVE, PENDING, DISABLED = AccountStatus.ACTIVE, AccountStatus.PENDING, AccountStatus.DISABLED


@pytest.fixture
def ended(day, learner):
    """An account that a sync ended ten days ago."""

    def build(**values):
        defaults = {
            "status": DISABLED,
            "disabled_by_sync": True,
            "account_expires": day(-10),
            "expiry_by_sync": True,
        }
        return learner(**defaults | values)

    return build


def test_a_rehire_gets_the_same_account_back(day, employee, ended, decided):
    decision = decided(employee(hire_date=day(-1), termination_date=day(-10)), ended())
    assert (decision.outcome, decision.reason) == (Outcome.REACTIVATED, Reason.REHIRED)
    assert decision.change.learner_id == "7"
    assert decision.change.before == AccountState(status=DISABLED, account_expires=day(-10))
    assert decision.change.after == AccountState(status=ACTIVE, account_expires=None)
    assert decision.detail == SENTENCES[Reason.REHIRED]


@pytest.mark.parametrize("how", ["invite", "welcome", "active"])
def test_whoever_had_accepted_is_not_invited_again(how, employee, ended, rules, decided):
    change = decided(employee(), ended(accepted=True), under=rules(how=how)).change
    assert change.after.status is ACTIVE
    assert not change.invite


@pytest.mark.parametrize(
    ("how", "sso", "status", "invited"),
    [
        ("invite", False, PENDING, True),
        ("welcome", False, ACTIVE, True),
        ("active", False, ACTIVE, False),
        ("invite", True, ACTIVE, False),
    ],
)
def test_whoever_never_accepted_starts_anew(how, sso, status, invited, employee, ended, rules, decided):
    change = decided(employee(), ended(accepted=False), under=rules(how=how, sso=sso)).change
    assert change.after.status is status
    assert change.invite is invited


def test_a_rehire_is_brought_up_to_date_in_the_same_step(employee, ended, rules, decided, job):
    person = employee(last_name="Smith", email="ann.smith@example.com", attributes={"job_title": "Welder"})
    decision = decided(person, ended(), under=rules(mappings=[job]))
    assert decision.outcome is Outcome.REACTIVATED
    assert decision.change.after == AccountState(
        email="ann.smith@example.com",
        last_name="Smith",
        status=ACTIVE,
        account_expires=None,
        custom={"Job": "Welder"},
    )


def test_a_rehire_for_a_fixed_time_comes_back_with_its_end(day, employee, ended, decided):
    decision = decided(employee(hire_date=day(-1), termination_date=day(60)), ended())
    assert decision.outcome is Outcome.REACTIVATED
    assert decision.change.after == AccountState(status=ACTIVE, account_expires=day(60))
    assert decision.due_on == day(61)


def test_a_rehire_under_another_employee_id_keeps_the_account(employee, ended, decided, apply):
    decision = decided(employee(employee_id="E2", other_ids=("E1",)), ended())
    assert decision.outcome is Outcome.REACTIVATED
    assert apply(decision, ended()).linked_employee_id == "E2"


def test_a_rehire_can_sign_in_though_the_end_was_first_entered_by_an_admin(day, employee, ended, decided):
    decision = decided(employee(), ended(expiry_by_sync=False))
    assert decision.change.after == AccountState(status=ACTIVE, account_expires=None)


@pytest.mark.parametrize("distance", [0, 30])
def test_an_expiry_to_come_that_an_admin_gave_a_rehire_is_left(distance, day, employee, ended, decided):
    decision = decided(employee(), ended(account_expires=day(distance), expiry_by_sync=False))
    assert decision.change.after == AccountState(status=ACTIVE)


@pytest.mark.parametrize("status", [ACTIVE, PENDING])
def test_an_account_that_an_admin_enabled_before_the_sync_did_is_no_rehire(status, employee, learner, decided):
    assert decided(employee(), learner(status=status, disabled_by_sync=True)).outcome is Outcome.UNCHANGED


@pytest.mark.parametrize("role", UserType)
def test_an_account_disabled_by_an_admin_is_never_enabled_again(role, employee, learner, decided):
    decision = decided(employee(), learner(status=DISABLED, user_type=role))
    assert (decision.outcome, decision.reason) == (Outcome.UNCHANGED, Reason.DISABLED_BY_ADMIN)
    assert decision.change is None


def test_an_account_disabled_by_an_admin_is_still_kept_true(day, employee, learner, decided):
    account = learner(status=DISABLED, account_expires=day(-10), expiry_by_sync=True)
    decision = decided(employee(last_name="Smith"), account)
    assert decision.outcome is Outcome.UPDATED
    assert decision.change.after == AccountState(last_name="Smith", account_expires=None)


def test_an_admin_who_disables_an_account_beforehand_keeps_it_disabled_through_a_rehire(
    day, employee, learner, decided, apply
):
    account = learner(status=DISABLED)
    account = apply(decided(employee(status="T", termination_date=day(-1)), account), account)
    account = apply(decided(employee(hire_date=day(0), termination_date=day(-1)), account), account)
    assert (account.status, account.account_expires) == (DISABLED, None)


def test_a_withdrawn_termination_clears_the_expiry(day, employee, learner, decided):
    for distance in (9, 0, -1):
        decision = decided(employee(), learner(account_expires=day(distance), expiry_by_sync=True))
        assert (decision.outcome, decision.reason) == (Outcome.UPDATED, Reason.TERMINATION_CLEARED)
        assert decision.change.before == AccountState(account_expires=day(distance))
        assert decision.change.after == AccountState(account_expires=None)
        assert not decision.change.invite


def test_a_withdrawn_termination_clears_the_expiry_of_the_last_active_admin_too(day, employee, learner, decided):
    account = learner(user_type=UserType.ADMIN, account_expires=day(9), expiry_by_sync=True)
    decision = decided(employee(), account, sole_admin=True)
    assert decision.change.after == AccountState(account_expires=None)


@pytest.mark.parametrize("distance", [-30, 0, 30])
def test_an_expiry_set_by_an_admin_on_a_person_who_stays_is_left(distance, day, employee, learner, decided):
    account = learner(account_expires=day(distance), expiry_by_sync=False)
    assert decided(employee(), account).outcome is Outcome.UNCHANGED
    decision = decided(employee(last_name="Smith"), account)
    assert decision.change.after.account_expires is UNSET


def test_a_termination_date_that_cannot_be_read_leaves_the_expiry(day, employee, learner, decided):
    person = employee(termination_unreadable=True, last_name="Smith")
    decision = decided(person, learner(account_expires=day(9), expiry_by_sync=True))
    assert decision.change.after == AccountState(last_name="Smith")


def test_a_termination_date_that_cannot_be_read_gives_no_access_back(employee, ended, decided):
    decision = decided(employee(termination_unreadable=True), ended())
    assert (decision.outcome, decision.reason, decision.change) == (Outcome.UNCHANGED, Reason.UP_TO_DATE, None)


@pytest.mark.parametrize("status", ["A", "T"])
@pytest.mark.parametrize("distance", [0, 20])
def test_a_termination_moved_to_a_later_day_gives_those_days_back(status, distance, day, employee, ended, decided):
    decision = decided(employee(status=status, termination_date=day(distance)), ended())
    assert decision.outcome is Outcome.REACTIVATED
    assert decision.change.after == AccountState(status=ACTIVE, account_expires=day(distance))
    assert decision.due_on == day(distance + 1)


def test_a_termination_moved_to_a_later_day_enables_nothing_that_an_admin_disabled(day, employee, ended, decided):
    decision = decided(employee(status="T", termination_date=day(20)), ended(disabled_by_sync=False))
    assert decision.outcome is Outcome.ENDED
    assert decision.change.after == AccountState(account_expires=day(20))


def test_a_leaver_without_a_date_gets_no_day_back_when_the_expiry_is_cleared_by_hand(employee, ended, decided, day):
    decision = decided(employee(status="T"), ended(account_expires=None, expiry_by_sync=False))
    assert decision.change.after == AccountState(account_expires=day(0))


@pytest.mark.parametrize("how", ["invite", "welcome", "active"])
def test_leaving_and_coming_back_ends_where_it_began(how, day, employee, learner, rules, decided, apply):
    account = before = learner()
    for person in (
        employee(termination_date=day(5)),
        employee(status="T", termination_date=day(-1)),
        employee(hire_date=day(0), termination_date=day(-1)),
    ):
        account = apply(decided(person, account, under=rules(how=how)), account)
    assert account == before
