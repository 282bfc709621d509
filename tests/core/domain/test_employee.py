"""An employee's name and status."""

import pytest

from core.domain.employee import AT_WORK, INACTIVE, EmploymentStatus


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("A", EmploymentStatus.ACTIVE),
        ("L", EmploymentStatus.LEAVE),
        ("O", EmploymentStatus.ON_STRIKE),
        ("R", EmploymentStatus.RELEASED),
        ("S", EmploymentStatus.SUSPENDED),
        ("T", EmploymentStatus.TERMINATED),
    ],
)
def test_a_documented_status_code_is_understood(code, status):
    assert EmploymentStatus.of(code) is status


@pytest.mark.parametrize("code", [None, "", "?", "a", "t", " A", "AA", "Terminated", "D", "1"])
def test_any_other_status_code_is_unknown_never_guessed(code):
    assert EmploymentStatus.of(code) is EmploymentStatus.UNKNOWN


def test_each_status_is_at_work_inactive_terminated_or_unknown():
    others = {EmploymentStatus.TERMINATED, EmploymentStatus.UNKNOWN}
    assert not AT_WORK & INACTIVE
    assert AT_WORK | INACTIVE | others == set(EmploymentStatus)


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [("Ann", "Lee", "Ann Lee"), ("Ann", None, "Ann"), ("", "Lee", "Lee"), (None, None, ""), ("", "", "")],
)
def test_a_name_is_what_there_is_of_first_and_last_name(first, last, name, employee):
    assert employee(first_name=first, last_name=last).name == name
