"""Dates over time: whatever day it is anywhere, and however the dates move, access follows them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.employee import EmploymentStatus
from core.domain.learner import AccountStatus
from core.domain.lifecycle import access_end, is_terminated, next_date
from core.domain.outcome import Outcome, Reason

ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("posix/", "right/")))
HIRED = date(2020, 1, 6)
START = date(2026, 3, 1)
days = st.dates(START, date(2026, 4, 30))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


def has_access(learner, today):
    return learner.status is not AccountStatus.DISABLED and (
        learner.account_expires is None or learner.account_expires >= today
    )


@given(zone=st.sampled_from(ZONES), moment=moments, distance=st.integers(-1, 1))
def test_access_is_over_from_the_first_moment_of_the_next_local_day_and_not_before(zone, moment, distance, employee):
    today = moment.astimezone(ZoneInfo(zone)).date()
    last_day = today + timedelta(days=distance)
    next_day = last_day + timedelta(days=1)
    midnight = datetime(next_day.year, next_day.month, next_day.day, tzinfo=ZoneInfo(zone))
    end = access_end(employee(termination_date=last_day), today)
    assert end.over == (moment >= midnight.astimezone(UTC))


def test_every_zone_has_its_own_day_on_which_access_ends(employee):
    """At one moment the same last day is over in some places and not in others."""
    moment = datetime(2026, 3, 29, 10, 30, tzinfo=UTC)
    person = employee(termination_date=date(2026, 3, 29))
    over = {
        zone: access_end(person, moment.astimezone(ZoneInfo(zone)).date()).over
        for zone in ("Pacific/Kiritimati", "Europe/Dublin", "America/St_Johns", "Pacific/Niue")
    }
    assert over == {
        "Pacific/Kiritimati": True,
        "Europe/Dublin": False,
        "America/St_Johns": False,
        "Pacific/Niue": False,
    }


@given(hired=days, today=days, how=st.sampled_from(["welcome", "active", "invite"]), sso=st.booleans())
def test_on_hire_date_there_is_no_account_the_day_before_and_one_on_the_day(
    hired, today, how, sso, employee, decided, rules
):
    decision = decided(employee(hire_date=hired), None, under=rules(when="hire-date", how=how, sso=sso, today=today))
    if today < hired:
        assert (decision.outcome, decision.reason) == (Outcome.SKIPPED, Reason.HIRE_DATE_FUTURE)
        assert decision.due_on == hired
    else:
        invited = how == "invite" and not sso
        assert decision.outcome is (Outcome.INVITED if invited else Outcome.CREATED)


@given(hired=days, today=days)
def test_when_added_the_hire_date_is_not_waited_for(hired, today, employee, decided, rules):
    decision = decided(employee(hire_date=hired), None, under=rules(when="added", today=today))
    assert decision.outcome is Outcome.INVITED


moves = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from("AL"), st.none() | st.integers(-12, 12)), min_size=1, max_size=12
)


@given(moves=moves)
def test_however_a_termination_is_set_moved_and_withdrawn_access_follows_the_latest_word(
    moves, employee, learner, decided, rules, apply
):
    """`moves`: days until the next sync, the status then, and the termination date then, in days from that day."""
    account, today, invitations = learner(), START, 0
    for distance, status, ends_in in moves:
        today += timedelta(days=distance)
        ended = None if ends_in is None else today + timedelta(days=ends_in)
        person = employee(status=status, hire_date=HIRED, termination_date=ended)
        decision = decided(person, account, under=rules(today=today))
        account = apply(decision, account)
        invitations += decision.change is not None and decision.change.invite
        assert has_access(account, today) is not is_terminated(person, today)
        assert account.account_expires == ended
        again = decided(person, account, under=rules(today=today))
        assert again.outcome is Outcome.UNCHANGED
    assert invitations == 0


@given(ends_in=st.integers(0, 30), syncs=st.sets(st.integers(0, 40), min_size=1), status=st.sampled_from("ALT"))
def test_access_ends_after_the_last_day_even_if_no_sync_runs_that_night(
    ends_in, syncs, status, employee, learner, decided, rules, apply
):
    last_day = START + timedelta(days=ends_in)
    person = employee(status=status, hire_date=HIRED, termination_date=last_day)
    account = learner()
    for distance in sorted(syncs):
        account = apply(decided(person, account, under=rules(today=START + timedelta(days=distance))), account)
    for distance in range(max(syncs), 60):
        today = START + timedelta(days=distance)
        assert has_access(account, today) is (today <= last_day)


@given(
    left=st.integers(1, 30), away=st.integers(1, 60), accepted=st.booleans(), how=st.sampled_from(["invite", "active"])
)
def test_a_rehire_comes_back_to_the_same_account_and_is_invited_only_if_that_never_was_accepted(
    left, away, accepted, how, employee, learner, decided, rules, apply
):
    last_day = START + timedelta(days=left)
    gone_on = last_day + timedelta(days=1)
    back_on = gone_on + timedelta(days=away)
    account = learner(accepted=accepted, status=AccountStatus.ACTIVE if accepted else AccountStatus.PENDING)
    under = [rules(how=how, today=day) for day in (gone_on, back_on)]
    gone = employee(status="T", hire_date=HIRED, termination_date=last_day)
    account = apply(decided(gone, account, under=under[0]), account)
    assert not has_access(account, gone_on)
    # UKG Pro may or may not clear the old termination date; it lies before the new hire date either way.
    for old_end in (None, last_day):
        decision = decided(employee(hire_date=back_on, termination_date=old_end), account, under=under[1])
        back = apply(decision, account)
        assert (decision.outcome, decision.reason) == (Outcome.REACTIVATED, Reason.REHIRED)
        assert (back.id, back.account_expires, has_access(back, back_on)) == (account.id, None, True)
        assert decision.change.invite is (how == "invite" and not accepted)


@pytest.mark.parametrize("code", ["A", "L"])
def test_leave_is_no_end_and_its_end_no_beginning(code, employee, learner, decided):
    assert decided(employee(status=code), learner()).outcome is Outcome.UNCHANGED


@given(ended=st.none() | days, hired=st.none() | days, status=st.sampled_from("ALT"), today=days)
def test_between_two_dates_nothing_changes_by_itself(ended, hired, status, today, employee):
    """Up to the day that is due next, the same person has the same standing; a run need not look before."""
    person = employee(status=status, termination_date=ended, hire_date=hired)
    due = next_date(person, today)
    standing = is_terminated(person, today)
    for distance in range(1, 70):
        day = today + timedelta(days=distance)
        if due is not None and day >= due:
            return
        assert is_terminated(person, day) is standing
    assert status == EmploymentStatus.TERMINATED or due is None
