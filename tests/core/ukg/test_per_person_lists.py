"""What stands in lists of its own for each person: the manager's e-mail, and the tenant's user-defined fields."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.domain.attributes import CATALOGUE, AttributeType
from core.domain.employee import Employee
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.ukg.directory import Directory

EmployeeOf = Callable[..., Awaitable[Employee]]
Read = Callable[..., Awaitable[Directory]]

_LEFT = {"employeeStatusCode": "T", "dateOfTermination": "2024-06-30T00:00:00"}


def _supervisor(company: str, **fields: Any) -> dict[str, Any]:
    return {"employeeID": "E00000000001", "companyID": company, **fields}


async def test_a_managers_email_is_that_of_the_supervisor(employee_of: EmployeeOf) -> None:
    rows = [_supervisor("HLDN1", supervisorEmail=" boss@example.com ")]
    employee = await employee_of(attributes=["manager_email"], supervisors=rows)
    assert employee.attributes == {"manager_email": "boss@example.com"}


@pytest.mark.parametrize("former_first", [True, False])
@pytest.mark.parametrize("email", ["new@example.com", None])
async def test_a_managers_email_is_that_of_the_company_that_counts(
    employee_of: EmployeeOf, former_first: bool, email: str | None
) -> None:
    employments = [employment_row(companyID="OLD", **_LEFT), employment_row(companyID="NEW")]
    rows = [_supervisor("OLD", supervisorEmail="old@example.com"), _supervisor("NEW", supervisorEmail=email)]
    if not former_first:
        rows.reverse()
    employee = await employee_of(None, *employments, attributes=["manager_email"], supervisors=rows)
    assert employee.attributes == {"manager_email": email}


async def test_no_manager_is_empty_and_no_row_is_no_answer(employee_of: EmployeeOf) -> None:
    empty = await employee_of(attributes=["manager_email"], supervisors=[_supervisor("HLDN1", supervisorEmail=None)])
    assert empty.attributes == {"manager_email": None}
    for rows in ([], [_supervisor("HLDN1")], [_supervisor("HLDN1") | {"employeeID": "E2", "supervisorEmail": "x"}]):
        absent = await employee_of(attributes=["manager_email"], supervisors=rows)
        assert absent.attributes == {}


async def test_managers_emails_of_a_generated_company_lead_to_the_manager(
    sandbox: UkgSandbox, read: Read, generated: Company
) -> None:
    sandbox.company = generated
    email_of = {row["employeeId"]: (row["emailAddress"] or "").strip() or None for row in generated.on_day(0).people}
    for employee in (await read("manager_email", "manager_id")).employees:
        manager = employee.attributes["manager_id"]
        assert employee.attributes["manager_email"] == email_of.get(manager)


def _fields(**slots: Any) -> list[dict[str, Any]]:
    """The one row of user-defined-fields; `_01=…` fills a slot, the others are empty."""
    values = {f"{number:02}": None for number in range(1, 15)} | {name[1:]: value for name, value in slots.items()}
    filled = {f"personnelUDField{slot}": {"field": f"Label {slot}", "value": value} for slot, value in values.items()}
    international = {"internationalUDField01": {"field": "Other", "value": "never read"}}
    return [
        {
            "employeeId": "E00000000001",
            "personnelUserDefinedFields": filled,
            "internationalUserDefinedFields": international,
        }
    ]


@pytest.mark.parametrize(
    ("slot", "value", "found"),
    [
        ("01", " Large ", "Large"),
        ("01", "0042", "0042"),
        ("01", 42, "42"),
        ("01", 4.5, "4.5"),
        ("14", True, "Y"),
        ("02", "", None),
        ("02", None, None),
        ("03", 17, Decimal(17)),
        ("04", 17.25, Decimal("17.25")),
        ("10", "17.50", Decimal("17.50")),
        ("11", "", None),
        ("11", None, None),
        ("03", 0, Decimal(0)),
        ("05", "2021-09-20T00:00:00", date(2021, 9, 20)),
        ("06", "9/20/2021 12:00:00 AM", date(2021, 9, 20)),
        ("12", "", None),
        ("13", None, None),
    ],
)
async def test_a_user_defined_field_has_the_type_of_its_slot(
    employee_of: EmployeeOf, slot: str, value: Any, found: Any
) -> None:
    attribute = f"udf_{slot}"
    employee = await employee_of(attributes=[attribute], user_defined_fields=_fields(**{f"_{slot}": value}))
    assert employee.attributes == {attribute: found}
    assert employee.problems == ()


@pytest.mark.parametrize(
    ("slot", "value", "what"),
    [
        ("03", "plenty", "is not a number"),
        ("03", "1,000", "is not a number"),
        ("05", "next year", "is not a date"),
        ("05", 45189, "is not a date"),
        ("03", {"deep": 1}, "is not a single value"),
        ("05", [], "is not a single value"),
        ("01", ["L"], "is not a single value"),
    ],
)
async def test_a_user_defined_value_of_another_kind_is_a_problem(
    employee_of: EmployeeOf, slot: str, value: Any, what: str
) -> None:
    employee = await employee_of(attributes=[f"udf_{slot}"], user_defined_fields=_fields(**{f"_{slot}": value}))
    assert employee.attributes == {}
    (problem,) = employee.problems
    assert problem.startswith(f"udf_{slot}: ")
    assert what in problem


_ROW = {"employeeId": "E00000000001"}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [_ROW],
        [_ROW | {"personnelUserDefinedFields": None}],
        [_ROW | {"personnelUserDefinedFields": {}}],
        [_ROW | {"personnelUserDefinedFields": "none"}],
        [_ROW | {"personnelUserDefinedFields": {"personnelUDField01": {"field": "Size"}}}],
        [_ROW | {"personnelUserDefinedFields": {"personnelUDField01": "L", "x": {"value": "L"}}}],
        [{"employeeId": "E2", "personnelUserDefinedFields": {"personnelUDField01": {"value": "L"}}}],
        [{"employeeId": None, "personnelUserDefinedFields": {"personnelUDField01": {"value": "L"}}}],
    ],
)
async def test_a_user_defined_field_that_is_not_in_the_answer_is_no_attribute(
    employee_of: EmployeeOf, rows: list[dict[str, Any]]
) -> None:
    employee = await employee_of(attributes=["udf_01"], user_defined_fields=rows)
    assert employee.attributes == {}
    assert employee.problems == ()


async def test_user_defined_keys_are_read_in_any_casing(employee_of: EmployeeOf) -> None:
    fields = {"PERSONNELUDFIELD01": {"Field": "Size", "VALUE": "L"}}
    rows = [{"EmployeeID": "E00000000001", "PersonnelUserDefinedFields": fields}]
    employee = await employee_of(attributes=["udf_01"], user_defined_fields=rows)
    assert employee.attributes == {"udf_01": "L"}


async def test_user_defined_fields_of_two_records_stay_with_their_own_record(sandbox: UkgSandbox, read: Read) -> None:
    people = [person_row(employeeId=one, personId="7edf43b3-9a91-5668-9a80-9463067fcf0b") for one in ("E1", "E2")]
    employments = [employment_row(employeeID="E1"), employment_row(employeeID="E2", **_LEFT)]
    rows = [_fields(_01=one)[0] | {"employeeId": one} for one in ("E2", "E1")]
    sandbox.company = Company.of(people, employments, user_defined_fields=rows)
    (employee,) = (await read("udf_01")).employees
    assert employee.attributes == {"udf_01": "E1"}


async def test_user_defined_fields_of_a_generated_company_are_those_of_its_table(
    sandbox: UkgSandbox, read: Read, generated: Company
) -> None:
    sandbox.company = generated
    rows = {row["employeeId"]: row["personnelUserDefinedFields"] for row in generated.on_day(0).user_defined_fields}
    slots = [attribute for attribute in CATALOGUE if attribute.startswith("udf_")]
    for employee in (await read(*slots)).employees:
        for attribute in slots:
            sent = rows[employee.employee_id][f"personnelUDField{attribute[4:]}"]["value"]
            if sent is not None and CATALOGUE[attribute].type is AttributeType.DATE:
                sent = date.fromisoformat(sent[:10])
            assert employee.attributes[attribute] == sent
