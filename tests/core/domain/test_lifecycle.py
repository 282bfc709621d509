"""Until when people keep access, as dates alone tell."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.employee import EmploymentStatus
from core.domain.lifecycle import AccessEnd, access_end, is_terminated, next_date, next_effect

TODAY = date(2026, 3, 10)
days = st.dates(date(2026, 2, 20), date(2026, 3, 31))
codes = st.sampled_from(["A", "L", "O", "R", "S", "T", "X"])


@pytest.mark.parametrize("status", ["A", "L", "O", "R", "S", "X"])
def test_whoever_has_no_termination_date_stays(status, employee):
    assert access_end(employee(status=status), TODAY) is None
    assert not is_terminated(employee(status=status), TODAY)


@pytest.mark.parametrize(("distance", "over"), [(-30, True), (-1, True), (0, False), (1, False), (30, False)])
@pytest.mark.parametrize("status", ["A", "T"])
def test_the_last_day_is_over_the_day_after(status, distance, over, day, employee):
    person = employee(status=status, termination_date=day(distance))
    assert access_end(person, TODAY) == AccessEnd(day(distance), over)


@pytest.mark.parametrize("distance", [-1, 0, 1, None])
def test_status_terminated_is_terminated_whatever_the_date(distance, day, employee):
    ended = None if distance is None else day(distance)
    assert is_terminated(employee(status="T", termination_date=ended), TODAY)


@pytest.mark.parametrize(("distance", "terminated"), [(-1, True), (0, False), (1, False)])
@pytest.mark.parametrize("status", ["A", "L", "S", "X"])
def test_any_other_status_is_terminated_once_the_date_is_before_today(status, distance, terminated, day, employee):
    assert is_terminated(employee(status=status, termination_date=day(distance)), TODAY) is terminated


@pytest.mark.parametrize(("hired", "counts"), [(-31, True), (-30, True), (-29, False), (0, False), (None, True)])
def test_a_termination_before_the_latest_hire_does_not_count(hired, counts, day, employee):
    person = employee(termination_date=day(-30), hire_date=None if hired is None else day(hired))
    assert is_terminated(person, TODAY) is counts
    assert (access_end(person, TODAY) is not None) is counts


def test_status_terminated_without_a_date_ends_today(employee):
    assert access_end(employee(status="T"), TODAY) == AccessEnd(TODAY, over=False)


@pytest.mark.parametrize(
    ("known", "last_day", "over"), [(-5, -5, True), (-1, -1, True), (0, 0, False), (1, 0, False), (90, 0, False)]
)
def test_status_terminated_without_a_date_keeps_the_day_an_earlier_run_chose(known, last_day, over, day, employee):
    end = access_end(employee(status="T"), TODAY, known_end=day(known))
    assert end == AccessEnd(day(last_day), over)


def test_a_known_end_gives_way_to_a_termination_date(day, employee):
    end = access_end(employee(status="T", termination_date=day(-2)), TODAY, known_end=day(-20))
    assert end == AccessEnd(day(-2), over=True)


def test_a_known_end_ends_nobody_who_stays(day, employee):
    assert access_end(employee(), TODAY, known_end=day(-1)) is None


@given(last_day=days, today=days, status=codes)
def test_access_never_ends_before_the_day_after_the_last_day(last_day, today, status, employee):
    end = access_end(employee(status=status, termination_date=last_day), today)
    assert end == AccessEnd(last_day, over=today >= last_day + timedelta(days=1))


@given(ended=st.none() | days, hired=st.none() | days, today=days, status=codes)
def test_whoever_is_terminated_has_an_end(ended, hired, today, status, employee):
    person = employee(status=status, termination_date=ended, hire_date=hired)
    end = access_end(person, today)
    terminated = is_terminated(person, today)
    assert not terminated or end is not None
    if person.status is not EmploymentStatus.TERMINATED:
        assert terminated == (end is not None and end.over)


@given(last_day=days, status=st.sampled_from("ALT"))
def test_the_next_effect_is_the_first_day_on_which_the_end_is_over(last_day, status, employee):
    person = employee(status=status, termination_date=last_day)
    due = next_effect(access_end(person, last_day - timedelta(days=9)))
    assert not access_end(person, due - timedelta(days=1)).over
    assert access_end(person, due).over


def test_dates_have_no_effect_on_whoever_stays_or_has_left(day):
    assert next_effect(None) is None
    assert next_effect(AccessEnd(day(-1), over=True)) is None


def test_a_date_that_stands_for_never_is_never_over(employee):
    person = employee(termination_date=date.max)
    assert access_end(person, TODAY) == AccessEnd(date.max, over=False)
    assert next_effect(access_end(person, TODAY)) is None
    assert next_date(person, TODAY) is None


@pytest.mark.parametrize(
    ("hired", "ended", "next_day"),
    [
        (-9, None, None),
        (-9, -1, None),
        (0, None, None),
        (1, None, 1),
        (-9, 0, 1),
        (-9, 7, 8),
        (5, 7, 5),
        (9, 7, 8),
        (None, None, None),
    ],
)
def test_the_next_date_is_the_nearer_of_hire_date_and_end(hired, ended, next_day, day, employee):
    on = [None if distance is None else day(distance) for distance in (hired, ended, next_day)]
    assert next_date(employee(hire_date=on[0], termination_date=on[1]), TODAY) == on[2]
