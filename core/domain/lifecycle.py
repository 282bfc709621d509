"""Dates: who is still employed, until when they keep access. Every date is one of the portal's calendar."""

from datetime import date, timedelta

import msgspec

from core.domain.employee import Employee, EmploymentStatus


class AccessEnd(msgspec.Struct, frozen=True):
    """The last day with access, and whether that day is over."""

    last_day: date
    over: bool


def access_end(employee: Employee, today: date, *, known_end: date | None = None) -> AccessEnd | None:
    """When this person's access ends, or None for someone who stays.

    A termination date before the latest hire date is left over from before a rehire and does not count. Status T
    without a usable date ends today, or on `known_end` if an earlier run already chose a day.
    """
    last_day = employee.termination_date
    if last_day is not None and employee.hire_date is not None and last_day < employee.hire_date:
        last_day = None
    if last_day is None:
        if employee.status is not EmploymentStatus.TERMINATED:
            return None
        last_day = known_end if known_end is not None and known_end <= today else today
    return AccessEnd(last_day, over=last_day < today)


def is_terminated(employee: Employee, today: date) -> bool:
    """Status T, or a termination date before today that is not before the latest hire date."""
    if employee.status is EmploymentStatus.TERMINATED:
        return True
    last_day = employee.termination_date
    if last_day is None or last_day >= today:
        return False
    return employee.hire_date is None or last_day >= employee.hire_date


def next_effect(end: AccessEnd | None) -> date | None:
    """The day on which dates alone change what should be done, or None."""
    if end is None or end.over:
        return None
    return _day_after(end.last_day)


def next_date(employee: Employee, today: date) -> date | None:
    """The first day to come on which one of the employee's dates takes effect: hired, or no longer employed."""
    days = [employee.hire_date, _day_after(employee.termination_date)]
    return min((day for day in days if day is not None and day > today), default=None)


def _day_after(last_day: date | None) -> date | None:
    """None for no day, and for the calendar's last (9999-12-31, which stands for "never")."""
    return None if last_day is None or last_day == date.max else last_day + timedelta(days=1)
