"""One employee per person: which row counts of several employments, which record of several employee ids."""

from collections.abc import Awaitable, Callable
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from core.domain.employee import Employee, EmploymentStatus
from core.domain.lifecycle import is_terminated
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.ukg.directory import Directory

EmployeeOf = Callable[..., Awaitable[Employee]]
Read = Callable[..., Awaitable[Directory]]

_ONE_PERSON = "7edf43b3-9a91-5668-9a80-9463067fcf0b"
_LEFT = {"employeeStatusCode": "T", "dateOfTermination": "2024-06-30T00:00:00"}


def _in(company: str, **values: Any) -> dict[str, Any]:
    """An employment in a company, recognisable by an employee number like its name."""
    return employment_row(companyID=company, employeeNumber=company, **values)


# The row that counts comes first; the home company is HOME1.
_ROWS_BY_RANK = {
    "not terminated before the home company": [_in("OTHER"), _in("HOME1", **_LEFT)],
    "home company before the latest hire": [_in("HOME1"), _in("OTHER", lastHireDate="2025-01-01T00:00:00")],
    "latest hire before the latest change": [
        _in("OTHR1", lastHireDate="2025-01-01T00:00:00"),
        _in("OTHR2", dateTimeChanged="2025-12-01T00:00:00"),
    ],
    "latest change": [
        _in("OTHR1", dateTimeChanged="2025-12-01T00:00:00"),
        _in("OTHR2", dateTimeChanged="2025-11-01T00:00:00"),
    ],
    "latest change in us text": [
        _in("OTHR1", dateTimeChanged="12/1/2025 8:00:00 AM"),
        _in("OTHR2", dateTimeChanged="9/1/2025 8:00:00 AM"),
    ],
    "on leave is not terminated": [_in("OTHER", employeeStatusCode="L"), _in("HOME1", **_LEFT)],
    "an end date past is terminated, whatever the status": [
        _in("OTHER"),
        _in("HOME1", dateOfTermination="2025-12-31T00:00:00"),
    ],
    "an end date ahead is not terminated": [_in("HOME1", dateOfTermination="2026-03-01T00:00:00"), _in("OTHER")],
    "an end date of today is not terminated": [_in("HOME1", dateOfTermination="2026-01-05T00:00:00"), _in("OTHER")],
    "an end date from before a rehire is not terminated": [
        _in("HOME1", lastHireDate="2025-01-01T00:00:00", dateOfTermination="2024-06-30T00:00:00"),
        _in("OTHER", lastHireDate="2025-06-01T00:00:00"),
    ],
    "of former rows the home company": [_in("HOME1", **_LEFT), _in("OTHER", **_LEFT)],
    "a hire date that can be read before one that cannot": [
        _in("OTHR1", lastHireDate="2015-01-01T00:00:00"),
        _in("OTHR2", lastHireDate="0000-00-00T00:00:00"),
    ],
    "three rows": [
        _in("HOME1"),
        _in("OTHR1", lastHireDate="2025-01-01T00:00:00"),
        _in("OTHR2", **_LEFT, lastHireDate="2024-01-01T00:00:00"),
    ],
}


@pytest.mark.parametrize("rule", _ROWS_BY_RANK)
async def test_of_several_employments_one_counts_whatever_their_order(employee_of: EmployeeOf, rule: str) -> None:
    rows = _ROWS_BY_RANK[rule]
    for order in permutations(rows):
        employee = await employee_of(person_row(companyId="HOME1"), *order, attributes=["employee_number"])
        assert employee.attributes["employee_number"] == rows[0]["companyID"]


async def test_all_of_an_employee_comes_from_the_employment_that_counts(employee_of: EmployeeOf) -> None:
    employee = await employee_of(
        person_row(companyId="HOME1"),
        _in("OTHER", **_LEFT, lastHireDate="2020-01-06T00:00:00", supervisorID="OLD"),
        _in("HOME1", lastHireDate="2024-07-01T00:00:00", supervisorID="NEW"),
        attributes=["manager_id"],
    )
    assert employee.status is EmploymentStatus.ACTIVE
    assert employee.hire_date == date(2024, 7, 1)
    assert employee.termination_date is None
    assert employee.attributes == {"manager_id": "NEW"}


async def test_without_a_home_company_no_company_counts_as_home(employee_of: EmployeeOf) -> None:
    employee = await employee_of(
        person_row(companyId=None),
        employment_row(companyID=None, employeeNumber="1", lastHireDate="2020-01-01T00:00:00"),
        employment_row(companyID="OTHER", employeeNumber="2", lastHireDate="2025-01-01T00:00:00"),
        attributes=["employee_number"],
    )
    assert employee.attributes["employee_number"] == "2"


def _records(*records: tuple[str, dict[str, Any]], person: str | None = _ONE_PERSON) -> Company:
    people = [person_row(employeeId=one, personId=person, firstName=f"First {one}") for one, _ in records]
    return Company.of(people, [employment_row(employeeID=one, **values) for one, values in records])


# The record that counts comes first.
_RECORDS_BY_RANK = {
    "the active one": [("E1", {}), ("E9", _LEFT)],
    "the active one, even if hired earlier": [("E1", {}), ("E9", {**_LEFT, "lastHireDate": "2024-01-01T00:00:00"})],
    "one at work before one suspended": [
        ("E1", {}),
        ("E9", {"employeeStatusCode": "S", "lastHireDate": "2025-01-01T00:00:00"}),
    ],
    "one suspended before one that left": [("E1", {"employeeStatusCode": "S"}), ("E9", _LEFT)],
    "of two active the one hired last": [("E1", {"lastHireDate": "2025-01-01T00:00:00"}), ("E9", {})],
    "of two that left the one hired last": [("E1", {**_LEFT, "lastHireDate": "2024-01-01T00:00:00"}), ("E9", _LEFT)],
    "an active one whose end date is past has left": [
        ("E1", {}),
        ("E9", {"dateOfTermination": "2025-12-31T00:00:00", "lastHireDate": "2025-01-01T00:00:00"}),
    ],
    "otherwise the greater id": [("E9", {}), ("E1", {})],
}


@pytest.mark.parametrize("rule", _RECORDS_BY_RANK)
async def test_of_several_employee_ids_of_one_person_one_counts(sandbox: UkgSandbox, read: Read, rule: str) -> None:
    (counts, _), (other, _) = records = _RECORDS_BY_RANK[rule]
    for order in permutations(records):
        sandbox.company = _records(*order)
        (employee,) = (await read()).employees
        assert (employee.employee_id, employee.other_ids) == (counts, (other,))
        assert (employee.first_name, employee.person_id) == (f"First {counts}", _ONE_PERSON)


async def test_three_records_of_one_person_are_one_employee(sandbox: UkgSandbox, read: Read) -> None:
    sandbox.company = _records(("E1", _LEFT), ("E2", {}), ("E3", {"employeeStatusCode": "R"}))
    (employee,) = (await read()).employees
    assert (employee.employee_id, employee.other_ids) == ("E2", ("E3", "E1"))


async def test_a_person_id_ties_whatever_its_case(sandbox: UkgSandbox, read: Read) -> None:
    sandbox.company = _records(("E1", _LEFT), ("E2", {}))
    sandbox.company.people[0]["personId"] = _ONE_PERSON.upper()
    assert [employee.employee_id for employee in (await read()).employees] == ["E2"]


@pytest.mark.parametrize("person", ["00000000-0000-0000-0000-000000000000", "", None])
async def test_a_person_id_of_nobody_ties_nobody(sandbox: UkgSandbox, read: Read, person: str | None) -> None:
    sandbox.company = _records(("E1", {}), ("E2", {}), person=person)
    employees = (await read()).employees
    assert [employee.employee_id for employee in employees] == ["E1", "E2"]
    assert {(employee.person_id, employee.other_ids) for employee in employees} == {(None, ())}


async def test_a_record_without_employment_is_a_stray_and_not_another_id(sandbox: UkgSandbox, read: Read) -> None:
    sandbox.company = _records(("E1", {}), ("E2", {}))
    del sandbox.company.employments[1]
    directory = await read()
    assert [(employee.employee_id, employee.other_ids) for employee in directory.employees] == [("E1", ())]
    assert [stray.employee_id for stray in directory.strays] == ["E2"]


async def test_people_of_the_same_name_and_email_stay_two(sandbox: UkgSandbox, read: Read) -> None:
    people = [person_row(employeeId=one) for one in ("E1", "E2")]
    sandbox.company = Company.of(people, [employment_row(employeeID=one) for one in ("E1", "E2")])
    assert len((await read()).employees) == 2


async def test_the_generated_company_comes_out_with_one_employee_per_person(
    sandbox: UkgSandbox, read: Read, generated: Company
) -> None:
    sandbox.company = generated
    tables = generated.on_day(0)
    directory = await read(today=generated.date_of(0))
    employed = {row["employeeID"] for row in tables.employments}
    persons = {row["personId"] for row in tables.people if row["employeeId"] in employed}
    assert {employee.person_id for employee in directory.employees} == persons
    assert len(directory.employees) == len(persons)
    doubled = [employee for employee in directory.employees if employee.other_ids]
    assert doubled
    assert not any(is_terminated(employee, tables.date) for employee in doubled)
