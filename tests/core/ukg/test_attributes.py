"""Mapped attributes that come from the two main lists: found where they are documented, composed where they are not."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.domain.attributes import CATALOGUE, AttributeType
from core.domain.employee import Employee
from core.sandbox.ukg import faults
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.ukg.directory import Directory

Answer = Callable[..., faults.Kind]
EmployeeOf = Callable[..., Awaitable[Employee]]
Read = Callable[..., Awaitable[Directory]]

_PERSON = person_row(
    personId="7edf43b3-9a91-5668-9a80-9463067fcf0b",
    userName="aexample",
    emailAddressAlternate="ann@example.net",
    middleName="M.",
    preferredName="Annie",
)
_EMPLOYMENT = employment_row(
    primaryJobCode="TECH1",
    orgLevel1Code="SOFT",
    orgLevel2Code="SUPP",
    orgLevel3Code="WES",
    orgLevel4Code="NW",
    primaryWorkLocationCode="SEAL",
    supervisorID="E00000000009",
    payGroup="BIWK",
    lastHireDate="2024-05-01T00:00:00",
    dateOfTermination="2026-03-31T00:00:00",
)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("remote_id", "E00000000001"),
        ("person_id", "7edf43b3-9a91-5668-9a80-9463067fcf0b"),
        ("username", "aexample"),
        ("work_email", "ann.example@example.com"),
        ("personal_email", "ann@example.net"),
        ("first_name", "Ann"),
        ("middle_name", "M."),
        ("last_name", "Example"),
        ("preferred_name", "Annie"),
        ("display_name", "Annie Example"),
        ("employee_number", "000000001"),
        ("job_code", "TECH1"),
        ("org_level_1_code", "SOFT"),
        ("org_level_2_code", "SUPP"),
        ("org_level_3_code", "WES"),
        ("org_level_4_code", "NW"),
        ("location_code", "SEAL"),
        ("company", "Halden Foods"),
        ("company_code", "FOODS"),
        ("manager_id", "E00000000009"),
        ("employment_type", "REG"),
        ("pay_group", "BIWK"),
        ("hire_date", date(2020, 1, 6)),
        ("start_date", date(2024, 5, 1)),
        ("termination_date", date(2026, 3, 31)),
    ],
)
async def test_an_attribute_is_read_from_its_documented_field_alone(
    employee_of: EmployeeOf, attribute: str, value: Any
) -> None:
    employee = await employee_of(_PERSON, _EMPLOYMENT, attributes=[attribute])
    assert employee.attributes == {attribute: value}
    assert employee.problems == ()


@pytest.mark.parametrize(
    ("attribute", "fields", "value"),
    [
        ("job_title", {"jobTitle": "Chief", "jobDescription": "Manager"}, "Chief"),
        ("job_title", {"jobTitle": None, "jobDescription": "Manager "}, "Manager"),
        ("job_title", {"jobTitle": "  ", "jobDescription": "Manager"}, "Manager"),
        ("job_title", {}, None),
        ("manager_name", {"supervisorFirstName": "Lyle ", "supervisorLastName": "Boss"}, "Lyle Boss"),
        ("manager_name", {"supervisorLastName": "Boss"}, "Boss"),
        ("manager_name", {}, None),
        ("full_or_part_time", {"fullTimeOrPartTimeCode": "F"}, "Full-time"),
        ("full_or_part_time", {"fullTimeOrPartTimeCode": "P "}, "Part-time"),
        ("full_or_part_time", {"fullTimeOrPartTimeCode": "Q"}, "Q"),
        ("full_or_part_time", {"fullTimeOrPartTimeCode": None}, None),
        ("termination_reason", {"terminationReasonDescription": "Resigned", "termReason": "RES"}, "Resigned"),
        ("termination_reason", {"termReason": "RES"}, "RES"),
        ("termination_reason", {}, None),
        ("work_phone", {"workPhoneNumber": "2065550100", "workPhoneExtension": "0042"}, "2065550100 ext. 0042"),
        ("work_phone", {"workPhoneNumber": "2065550100"}, "2065550100"),
        ("work_phone", {"workPhoneExtension": "0042"}, None),
        ("employment_status", {"employeeStatusCode": "A"}, "Active"),
        ("employment_status", {"employeeStatusCode": "L"}, "Leave of absence"),
        ("employment_status", {"employeeStatusCode": "O"}, "On strike"),
        ("employment_status", {"employeeStatusCode": "R"}, "Released"),
        ("employment_status", {"employeeStatusCode": "S"}, "Suspended"),
        ("employment_status", {"employeeStatusCode": "T"}, "Terminated"),
        ("employment_status", {"employeeStatusCode": "X"}, "X"),
        ("employment_status", {"employeeStatusCode": None}, None),
    ],
)
async def test_an_attribute_made_of_employment_fields(
    employee_of: EmployeeOf, attribute: str, fields: dict[str, Any], value: Any
) -> None:
    employee = await employee_of(None, employment_row(**fields), attributes=[attribute])
    assert employee.attributes == {attribute: value}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"preferredName": None}, "Ann Example"),
        ({"preferredName": "Annie"}, "Annie Example"),
        ({"firstName": "", "lastName": "Madonna"}, "Madonna"),
        ({"lastName": None}, "Ann"),
        ({"firstName": None, "lastName": ""}, None),
    ],
)
async def test_a_display_name_prefers_the_preferred_name(
    employee_of: EmployeeOf, fields: dict[str, Any], name: str | None
) -> None:
    employee = await employee_of(person_row(**fields), attributes=["display_name"])
    assert employee.attributes == {"display_name": name}


_SINGLE_FIELD = [
    attribute.id
    for attribute in CATALOGUE.values()
    if attribute.id not in {"remote_id", "display_name"}
    and attribute.source in {"person-details", "employment-details"}
]


async def test_a_field_that_is_not_in_the_answer_is_no_attribute_and_one_that_is_null_is_empty(
    sandbox: UkgSandbox, read: Read, answer: Answer
) -> None:
    sandbox.faults.add("person-details", kind=answer([{"employeeId": "E1"}]))
    sandbox.faults.add("employment-details", kind=answer([{"employeeID": "E1"}]))
    (absent,) = (await read(*_SINGLE_FIELD)).employees
    assert absent.attributes == {}
    assert absent.problems == ()

    nulls = dict.fromkeys(person_row()), dict.fromkeys(employment_row())
    sandbox.company = Company.of([nulls[0] | {"employeeId": "E1"}], [nulls[1] | {"employeeID": "E1"}])
    (empty,) = (await read(*_SINGLE_FIELD)).employees
    assert empty.attributes == dict.fromkeys(_SINGLE_FIELD)
    assert empty.problems == ()


async def test_a_name_that_is_not_in_the_answer_is_none_and_an_empty_one_is_empty(
    sandbox: UkgSandbox, employee_of: EmployeeOf, answer: Answer
) -> None:
    employee = await employee_of(person_row(firstName=None, lastName="  "))
    assert (employee.first_name, employee.last_name) == ("", "")
    sandbox.faults.add("person-details", kind=answer([{"employeeId": "E00000000001", "lastName": "Example"}]))
    employee = await employee_of()
    assert (employee.first_name, employee.last_name) == (None, "Example")
    assert employee.name == "Example"


async def test_names_in_every_script_arrive_as_they_are(sandbox: UkgSandbox, read: Read, generated: Company) -> None:
    sandbox.company = generated
    names = {
        row["employeeId"]: (row["firstName"].strip(), row["lastName"].strip()) for row in generated.on_day(0).people
    }
    for employee in (await read()).employees:
        assert (employee.first_name, employee.last_name) == names[employee.employee_id]


# The generated tenant has no organization level called Cost Center, so that attribute is never in its answer.
_GENERATED = [attribute for attribute in CATALOGUE if attribute != "cost_center"]


@pytest.mark.parametrize("attribute", _GENERATED)
async def test_every_attribute_is_read_from_a_generated_company_in_its_own_type(
    sandbox: UkgSandbox, read: Read, small: Company, attribute: str
) -> None:
    sandbox.company = small
    kinds = {AttributeType.TEXT: str, AttributeType.NUMBER: Decimal, AttributeType.DATE: date}
    kind = kinds[CATALOGUE[attribute].type]
    directory = await read(attribute)
    found = [employee.attributes[attribute] for employee in directory.employees]
    assert all(value is None or type(value) is kind for value in found)
    assert not any(employee.problems for employee in directory.employees)
    never_filled = {"username", "job_family"} | {f"udf_{slot:02}" for slot in range(1, 15) if slot not in {1, 2, 3, 5}}
    assert any(value is not None for value in found) is (attribute not in never_filled)


async def test_all_attributes_together_are_those_read_one_by_one(
    sandbox: UkgSandbox, read: Read, small: Company
) -> None:
    sandbox.company = small
    together = await read(*CATALOGUE)
    for attribute in ("department", "manager_email", "udf_05", "work_phone", "display_name", "company_city"):
        alone = await read(attribute)
        assert [employee.attributes[attribute] for employee in alone.employees] == [
            employee.attributes[attribute] for employee in together.employees
        ]
    assert all(set(employee.attributes) == set(_GENERATED) for employee in together.employees)


async def test_only_mapped_attributes_are_kept(employee_of: EmployeeOf) -> None:
    assert (await employee_of(_PERSON, _EMPLOYMENT)).attributes == {}
