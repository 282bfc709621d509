"""The end of an employment: access lasts through the termination date and ends when that day is over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from core.domain.change import AccountState
from core.domain.learner import AccountStatus, UserType
from core.domain.outcome import Outcome, Reason

DISABLED = AccountStatus.DISABLED


@pytest.mark.parametrize("status", ["A", "L", "T"])
def test_a_future_termination_date_only_sets_the_expiry(status, day, employee, learner, decided):
    decision = decided(employee(status=status, termination_date=day(20)), learner())
    assert (decision.outcome, decision.reason) == (Outcome.ENDED, Reason.TERMINATION_SCHEDULED)
    assert decision.change.before == AccountState(account_expires=None)
    assert decision.change.after == AccountState(account_expires=day(20))
    assert not decision.change.cancel_invite
    assert decision.detail == "Access ends when 2026-03-30 is over."
    assert decision.due_on == day(21)


@pytest.mark.parametrize("status", ["A", "L", "T"])
def test_on_the_termination_date_itself_access_is_kept(status, day, employee, learner, decided):
    decision = decided(employee(status=status, termination_date=day(0)), learner())
    assert decision.change.after == AccountState(account_expires=day(0))
    assert decision.due_on == day(1)


@pytest.mark.parametrize("status", ["A", "L", "T"])
def test_once_the_termination_date_is_over_access_is_taken_away(status, day, employee, learner, decided):
    account = learner(account_expires=day(-1), expiry_by_sync=True)
    decision = decided(employee(status=status, termination_date=day(-1)), account)
    assert (decision.outcome, decision.reason) == (Outcome.ENDED, Reason.TERMINATED)
    assert decision.change.before == AccountState(status=AccountStatus.ACTIVE)
    assert decision.change.after == AccountState(status=DISABLED)
    assert not decision.change.cancel_invite
    assert decision.detail == "Access ended after 2026-03-09."
    assert decision.due_on is None


def test_someone_found_to_have_left_long_ago_is_ended_with_the_true_date(day, employee, learner, decided):
    decision = decided(employee(status="T", termination_date=day(-100)), learner())
    assert decision.change.after == AccountState(status=DISABLED, account_expires=day(-100))


def test_an_ended_account_needs_nothing_more(day, employee, learner, decided):
    account = learner(status=DISABLED, disabled_by_sync=True, account_expires=day(-9), expiry_by_sync=True)
    decision = decided(employee(status="T", termination_date=day(-9), last_name="Smith"), account)
    assert (decision.outcome, decision.reason, decision.change) == (Outcome.UNCHANGED, Reason.TERMINATED, None)


def test_a_scheduled_end_that_stands_in_the_account_needs_nothing_until_its_day(day, employee, learner, decided):
    for status in ("A", "T"):
        account = learner(account_expires=day(9), expiry_by_sync=True)
        decision = decided(employee(status=status, termination_date=day(9)), account)
        assert (decision.outcome, decision.due_on) == (Outcome.UNCHANGED, day(10))


@pytest.mark.parametrize("termination", [{}, {"termination_date": date(2019, 1, 1)}, {"termination_unreadable": True}])
def test_status_terminated_without_a_usable_date_ends_when_today_is_over(
    termination, day, employee, learner, rules, decided, apply
):
    person = employee(status="T", **termination)
    first = decided(person, learner())
    assert (first.reason, first.change.after) == (Reason.TERMINATION_SCHEDULED, AccountState(account_expires=day(0)))
    account = apply(first, learner())
    second = decided(person, account, under=rules(today=day(1)))
    assert (second.reason, second.change.after) == (Reason.TERMINATED, AccountState(status=DISABLED))
    third = decided(person, apply(second, account), under=rules(today=day(2)))
    assert third.outcome is Outcome.UNCHANGED


def test_status_terminated_without_a_date_does_not_wait_for_a_day_that_is_withdrawn(day, employee, learner, decided):
    account = learner(account_expires=day(90), expiry_by_sync=True)
    assert decided(employee(status="T"), account).change.after.account_expires == day(0)


def test_a_termination_from_before_the_latest_hire_is_history(day, employee, learner, decided):
    person = employee(hire_date=day(-10), termination_date=day(-11))
    assert decided(person, learner()).outcome is Outcome.UNCHANGED


def test_a_termination_on_the_hire_date_counts(day, employee, learner, decided):
    person = employee(hire_date=day(-10), termination_date=day(-10))
    assert decided(person, learner()).outcome is Outcome.ENDED


def test_a_termination_counts_when_no_hire_date_is_known(day, employee, learner, decided):
    assert decided(employee(hire_date=None, termination_date=day(-1)), learner()).outcome is Outcome.ENDED


def test_the_invitation_of_someone_who_left_is_cancelled(day, employee, learner, decided):
    account = learner(status=AccountStatus.PENDING, accepted=False)
    decision = decided(employee(status="T", termination_date=day(-1)), account)
    assert decision.change.after.status is DISABLED
    assert decision.change.cancel_invite
    assert not decision.change.invite


def test_the_invitation_of_someone_leaving_stands_until_the_day_is_over(day, employee, learner, decided):
    account = learner(status=AccountStatus.PENDING, accepted=False)
    for person in (employee(termination_date=day(0)), employee(status="T", termination_date=day(0))):
        change = decided(person, account).change
        assert change.after.status is UNSET
        assert not change.cancel_invite


def test_someone_who_left_without_an_account_gets_none(day, employee, decided):
    for person in (employee(status="T"), employee(termination_date=day(-1)), employee(status="T", email=None)):
        decision = decided(person)
        assert (decision.outcome, decision.reason, decision.change) == (Outcome.SKIPPED, Reason.TERMINATED, None)
        assert not decision.link


def test_access_ends_whatever_is_wrong_with_the_e_mail_or_the_name(day, employee, learner, decided):
    for trouble in ({"email": None}, {"email": "nobody"}, {"last_name": "x" * 999}):
        assert decided(employee(termination_date=day(-1), **trouble), learner()).outcome is Outcome.ENDED
    person = employee(termination_date=day(-1))
    assert decided(person, learner(), shares_email=True).outcome is Outcome.ENDED
    assert decided(person, learner(), email_holder=learner(id="8")).outcome is Outcome.ENDED


@pytest.mark.parametrize("role", UserType)
def test_whatever_their_role_a_leaver_is_ended_while_another_admin_remains(role, day, employee, learner, decided):
    assert decided(employee(termination_date=day(-1)), learner(user_type=role)).outcome is Outcome.ENDED


@pytest.mark.parametrize(("status", "distance"), [("T", -1), ("T", 0), ("T", 9), ("T", None), ("A", -1), ("S", -1)])
def test_the_last_active_admin_is_never_ended(status, distance, day, employee, learner, decided):
    ended = None if distance is None else day(distance)
    decision = decided(
        employee(status=status, termination_date=ended), learner(user_type=UserType.ADMIN), sole_admin=True
    )
    assert (decision.outcome, decision.reason, decision.change) == (Outcome.CONFLICT, Reason.LAST_ADMIN, None)


@pytest.mark.parametrize("distance", [0, 9])
def test_the_last_active_admin_gets_no_expiry_and_is_looked_at_when_the_day_is_over(
    distance, day, employee, learner, decided
):
    person = employee(termination_date=day(distance), last_name="Smith")
    decision = decided(person, learner(user_type=UserType.ADMIN), sole_admin=True)
    assert decision.change.after == AccountState(last_name="Smith")
    assert decision.due_on == day(distance + 1)


def test_the_end_is_kept_in_step_with_a_termination_that_is_moved(day, employee, learner, decided):
    account = learner(account_expires=day(9), expiry_by_sync=True)
    for status, moved in (("A", 30), ("A", 2), ("T", 30), ("T", 2)):
        decision = decided(employee(status=status, termination_date=day(moved)), account)
        assert (decision.outcome, decision.reason) == (Outcome.ENDED, Reason.TERMINATION_SCHEDULED)
        assert decision.change.before == AccountState(account_expires=day(9))
        assert decision.change.after == AccountState(account_expires=day(moved))


def test_an_expiry_edited_by_hand_yields_to_the_termination_date(day, employee, learner, decided):
    for edited in (None, day(300), day(3)):
        account = learner(account_expires=edited, expiry_by_sync=False)
        assert decided(employee(termination_date=day(9)), account).change.after.account_expires == day(9)


def test_an_ended_account_that_was_enabled_by_hand_is_ended_again(day, employee, learner, decided):
    account = learner(account_expires=day(-9), expiry_by_sync=True)
    decision = decided(employee(status="T", termination_date=day(-9)), account)
    assert decision.change.after == AccountState(status=DISABLED)


def test_an_account_disabled_by_an_admin_gets_only_the_expiry_of_a_leaver(day, employee, learner, decided, apply):
    account = learner(status=DISABLED)
    decision = decided(employee(status="T", termination_date=day(-1)), account)
    assert decision.change.after == AccountState(account_expires=day(-1))
    assert not apply(decision, account).disabled_by_sync


@given(length=st.integers(0, 8), status=st.sampled_from("ALT"), skipped=st.sets(st.integers(0, 12)))
def test_day_by_day_access_is_kept_through_the_last_day_and_gone_after(
    length, status, skipped, employee, learner, rules, decided, apply
):
    """Runs may be missed on any day: the account says the same, or its expiry does."""
    start = date(2026, 3, 10)
    last_day = start + timedelta(days=length)
    person, account = employee(status=status, termination_date=last_day), learner()
    for distance in range(length + 4):
        today = start + timedelta(days=distance)
        if distance not in skipped:
            account = apply(decided(person, account, under=rules(today=today)), account)
        if today <= last_day:
            assert account.status is AccountStatus.ACTIVE
            assert account.account_expires in (None, last_day)
        elif distance not in skipped:
            assert (account.status, account.account_expires) == (DISABLED, last_day)
