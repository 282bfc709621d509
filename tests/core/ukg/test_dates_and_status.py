"""Status and dates of an employee, and what becomes of dates that are unreadable."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from core.domain.employee import Employee, EmploymentStatus
from core.domain.lifecycle import is_terminated
from core.sandbox.ukg.rows import employment_row, person_row

EmployeeOf = Callable[..., Awaitable[Employee]]

TODAY = date(2026, 1, 5)
_UNREADABLE = "0000-00-00T00:00:00"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("A", EmploymentStatus.ACTIVE),
        ("A ", EmploymentStatus.ACTIVE),
        ("L", EmploymentStatus.LEAVE),
        ("O", EmploymentStatus.ON_STRIKE),
        ("R", EmploymentStatus.RELEASED),
        ("S", EmploymentStatus.SUSPENDED),
        ("T", EmploymentStatus.TERMINATED),
        ("X", EmploymentStatus.UNKNOWN),
        ("a", EmploymentStatus.UNKNOWN),
        ("?", EmploymentStatus.UNKNOWN),
        ("ACTIVE", EmploymentStatus.UNKNOWN),
        ("", EmploymentStatus.UNKNOWN),
        (None, EmploymentStatus.UNKNOWN),
    ],
)
async def test_a_status_is_what_ukg_documents_or_unknown(
    employee_of: EmployeeOf, code: str | None, status: EmploymentStatus
) -> None:
    employee = await employee_of(None, employment_row(employeeStatusCode=code))
    assert employee.status is status
    assert employee.status_code == ((code or "").strip() or None)


async def test_the_hire_date_is_the_latest_one(employee_of: EmployeeOf) -> None:
    row = employment_row(originalHireDate="2010-01-01T00:00:00", lastHireDate="2024-05-01T00:00:00")
    assert (await employee_of(None, row)).hire_date == date(2024, 5, 1)


@pytest.mark.parametrize("nothing", [None, ""])
async def test_without_a_latest_hire_date_the_original_one_serves(employee_of: EmployeeOf, nothing: str | None) -> None:
    employee = await employee_of(None, employment_row(lastHireDate=nothing))
    assert (employee.hire_date, employee.problems) == (date(2020, 1, 6), ())


async def test_no_hire_date_at_all_is_none(employee_of: EmployeeOf) -> None:
    employee = await employee_of(None, employment_row(lastHireDate=None, originalHireDate=None))
    assert (employee.hire_date, employee.problems) == (None, ())


async def test_a_rehired_person_with_an_old_termination_date_is_not_terminated(employee_of: EmployeeOf) -> None:
    row = employment_row(lastHireDate="2024-05-01T00:00:00", dateOfTermination="2022-03-31T00:00:00")
    employee = await employee_of(None, row)
    assert employee.termination_date == date(2022, 3, 31)
    assert not is_terminated(employee, TODAY)


async def test_a_future_hire_is_an_active_employee_with_a_date_ahead(employee_of: EmployeeOf) -> None:
    row = employment_row(lastHireDate="2026-02-01T00:00:00", originalHireDate="2026-02-01T00:00:00")
    employee = await employee_of(None, row)
    assert (employee.status, employee.hire_date) == (EmploymentStatus.ACTIVE, date(2026, 2, 1))


@pytest.mark.parametrize(
    ("ended", "code", "over"),
    [
        ("2026-01-04T00:00:00", "A", True),
        ("2026-01-05T00:00:00", "A", False),
        ("2026-01-06T00:00:00", "A", False),
        ("2026-01-06T00:00:00", "T", True),
        (None, "T", True),
        (None, "A", False),
    ],
)
async def test_a_termination_date_is_over_when_its_day_is(
    employee_of: EmployeeOf, ended: str | None, code: str, over: bool
) -> None:
    employee = await employee_of(None, employment_row(dateOfTermination=ended, employeeStatusCode=code))
    assert is_terminated(employee, TODAY) is over
    assert not employee.termination_unreadable


async def test_an_unreadable_hire_date_is_a_problem_and_the_original_one_serves(employee_of: EmployeeOf) -> None:
    employee = await employee_of(None, employment_row(lastHireDate=_UNREADABLE))
    assert employee.hire_date == date(2020, 1, 6)
    assert employee.problems == (f"latest hire date: '{_UNREADABLE}' is not a date",)


async def test_two_unreadable_hire_dates_are_two_problems_and_no_date(employee_of: EmployeeOf) -> None:
    employee = await employee_of(None, employment_row(lastHireDate=_UNREADABLE, originalHireDate="soon"))
    assert employee.hire_date is None
    assert [problem.partition(":")[0] for problem in employee.problems] == ["latest hire date", "original hire date"]


@pytest.mark.parametrize("unreadable", [_UNREADABLE, "6/31/2024 12:00:00 AM", "6/30/24", 45473, {"on": "2024"}, []])
async def test_an_unreadable_termination_date_is_a_problem_and_not_the_same_as_none(
    employee_of: EmployeeOf, unreadable: object
) -> None:
    employee = await employee_of(None, employment_row(dateOfTermination=unreadable))
    assert (employee.termination_date, employee.termination_unreadable) == (None, True)
    assert len(employee.problems) == 1
    assert employee.problems[0].startswith("termination date: ")
    assert not is_terminated(employee, TODAY)


@pytest.mark.parametrize("nothing", [None, "", "  "])
async def test_no_termination_date_is_no_problem(employee_of: EmployeeOf, nothing: str | None) -> None:
    employee = await employee_of(None, employment_row(dateOfTermination=nothing))
    assert (employee.termination_date, employee.termination_unreadable, employee.problems) == (None, False, ())


async def test_a_past_termination_is_not_believed_while_the_latest_hire_date_is_unreadable(
    employee_of: EmployeeOf,
) -> None:
    row = employment_row(
        originalHireDate="2010-01-01T00:00:00", lastHireDate=_UNREADABLE, dateOfTermination="2015-01-31T00:00:00"
    )
    employee = await employee_of(None, row)
    assert not is_terminated(employee, TODAY)
    assert employee.termination_unreadable
    assert len(employee.problems) == 2


@pytest.mark.parametrize(
    ("ended", "code"), [("2026-03-31T00:00:00", "A"), ("2015-01-31T00:00:00", "T"), ("2026-03-31T00:00:00", "T")]
)
async def test_any_other_termination_is_believed_with_an_unreadable_hire_date(
    employee_of: EmployeeOf, ended: str, code: str
) -> None:
    row = employment_row(lastHireDate=_UNREADABLE, dateOfTermination=ended, employeeStatusCode=code)
    employee = await employee_of(None, row)
    assert employee.termination_date == date.fromisoformat(ended[:10])
    assert not employee.termination_unreadable


@pytest.mark.parametrize(
    ("attribute", "key"),
    [("hire_date", "originalHireDate"), ("start_date", "lastHireDate"), ("termination_date", "dateOfTermination")],
)
async def test_an_unreadable_date_to_be_mapped_is_left_out_and_told(
    employee_of: EmployeeOf, attribute: str, key: str
) -> None:
    employee = await employee_of(None, employment_row(**{key: _UNREADABLE}), attributes=[attribute, "company"])
    assert employee.attributes == {"company": "Halden Foods"}
    assert f"{attribute}: '{_UNREADABLE}' is not a date; the stored value stays" in employee.problems


async def test_a_date_nobody_asked_for_may_be_unreadable(employee_of: EmployeeOf) -> None:
    employee = await employee_of(
        person_row(dateOfBirth="?"), employment_row(dateInJob=_UNREADABLE, statusStartDate="?")
    )
    assert employee.problems == ()
