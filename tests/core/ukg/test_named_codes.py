"""Codes and the lists that name them: organization levels, locations, jobs, companies."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.domain.employee import Employee
from core.sandbox.ukg import faults
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row
from core.sandbox.ukg.server import UkgSandbox
from core.ukg.directory import Directory

Answer = Callable[..., faults.Kind]
EmployeeOf = Callable[..., Awaitable[Employee]]
Read = Callable[..., Awaitable[Directory]]

_LEVELS = ("Division", "Department", "Team", "Cost Center")


def _level(level: object, code: str, description: str | None, name: str | None = None) -> dict[str, Any]:
    return {"level": level, "code": code, "description": description, "levelDescription": name, "isActive": True}


def _tree(*names: str) -> list[dict[str, Any]]:
    """One unit `L<level>` per level, and the same code `OPS` on every level."""
    rows = []
    for level, name in enumerate(names, start=1):
        rows += [_level(level, f"L{level}", f"Unit of {name}", name), _level(level, "OPS", f"OPS of {name}", name)]
    return rows


async def test_a_code_is_looked_up_on_its_own_level(employee_of: EmployeeOf) -> None:
    row = employment_row(orgLevel1Code="OPS", orgLevel2Code="OPS", orgLevel3Code="L3", orgLevel4Code="OPS")
    attributes = [f"org_level_{level}" for level in range(1, 5)]
    employee = await employee_of(None, row, attributes=attributes, org_levels=_tree(*_LEVELS))
    assert list(employee.attributes.values()) == [
        "OPS of Division",
        "OPS of Department",
        "Unit of Team",
        "OPS of Cost Center",
    ]


@pytest.mark.parametrize(
    "names",
    [_LEVELS, ("DEPARTMENT", "team", "Cost center", "DIVISION"), ("Cost Center", "Division", "Department", "Team")],
)
async def test_department_division_team_and_cost_center_are_levels_of_that_name(
    employee_of: EmployeeOf, names: tuple[str, ...]
) -> None:
    row = employment_row(**{f"orgLevel{level}Code": f"L{level}" for level in range(1, 5)})
    attributes = ["department", "division", "team", "cost_center"]
    employee = await employee_of(None, row, attributes=attributes, org_levels=_tree(*names))
    called = {name.casefold().replace(" ", "_"): f"Unit of {name}" for name in names}
    assert employee.attributes == {attribute: called[attribute] for attribute in attributes}


async def test_without_a_level_called_department_the_first_is_the_department(employee_of: EmployeeOf) -> None:
    row = employment_row(orgLevel1Code="L1", orgLevel2Code="L2")
    employee = await employee_of(None, row, attributes=["department", "team"], org_levels=_tree("Region", "Site"))
    assert employee.attributes == {"department": "Unit of Region"}


@pytest.mark.parametrize(
    ("attribute", "key"),
    [
        ("org_level_2", "orgLevel2Code"),
        ("department", "orgLevel2Code"),
        ("location", "primaryWorkLocationCode"),
        ("job_family", "primaryJobCode"),
        ("company_city", "companyID"),
    ],
)
async def test_a_code_that_no_list_knows_is_a_problem_and_not_a_value(
    employee_of: EmployeeOf, attribute: str, key: str
) -> None:
    employee = await employee_of(
        None, employment_row(**{key: "NEW9 "}), attributes=[attribute], org_levels=_tree(*_LEVELS)
    )
    assert employee.attributes == {}
    (problem,) = employee.problems
    assert problem.startswith(f"{attribute}: code 'NEW9' is not among UKG Pro's ")
    assert problem.endswith("; the stored value stays")


@pytest.mark.parametrize("attribute", ["org_level_2", "department", "location", "job_family", "company_city"])
async def test_without_a_code_there_is_no_name(employee_of: EmployeeOf, attribute: str) -> None:
    row = employment_row(companyID=None, orgLevel2Code="  ")
    employee = await employee_of(None, row, attributes=[attribute], org_levels=_tree(*_LEVELS))
    assert employee.attributes == {attribute: None}
    assert employee.problems == ()


async def test_codes_match_whatever_their_padding(employee_of: EmployeeOf) -> None:
    employee = await employee_of(
        None,
        employment_row(orgLevel1Code="SOFT  ", primaryWorkLocationCode="SEAL", primaryJobCode=" TECH1"),
        attributes=["org_level_1", "location", "job_family"],
        org_levels=[_level("1", "SOFT", " Software ")],
        locations=[{"locationCode": "SEAL  ", "description": "Seattle Office "}],
        jobs=[{"code": "TECH1 ", "jobFamilyCode": " TECH "}],
    )
    assert employee.attributes == {"org_level_1": "Software", "location": "Seattle Office", "job_family": "TECH"}


async def test_a_unit_without_a_description_goes_by_its_code(employee_of: EmployeeOf) -> None:
    row = employment_row(orgLevel1Code="SOFT")
    employee = await employee_of(None, row, attributes=["org_level_1"], org_levels=[_level(1, "SOFT", None)])
    assert employee.attributes == {"org_level_1": "SOFT"}


@pytest.mark.parametrize("level", [None, "first", "", {}, "1.5"])
async def test_a_unit_whose_level_is_unreadable_is_passed_over(employee_of: EmployeeOf, level: object) -> None:
    rows = [_level(level, "SOFT", "Wrong"), _level(1, "SOFT", "Software")]
    employee = await employee_of(
        None, employment_row(orgLevel1Code="SOFT"), attributes=["org_level_1"], org_levels=rows
    )
    assert employee.attributes == {"org_level_1": "Software"}


async def test_a_name_that_a_list_leaves_out_is_not_taken_for_an_empty_one(
    employee_of: EmployeeOf,
) -> None:
    row = employment_row(primaryWorkLocationCode="SEAL", primaryJobCode="TECH1")
    attributes = ["location", "job_family", "company_city"]
    absent = await employee_of(
        None,
        row,
        attributes=attributes,
        locations=[{"locationCode": "SEAL"}],
        jobs=[{"code": "TECH1"}],
        companies=[{"companyID": "HLDN1"}],
    )
    assert absent.attributes == {}
    assert absent.problems == ()
    empty = await employee_of(
        None,
        row,
        attributes=attributes,
        locations=[{"locationCode": "SEAL", "description": None}],
        jobs=[{"code": "TECH1", "jobFamilyCode": ""}],
        companies=[{"companyID": "HLDN1", "addressCity": None}],
    )
    assert empty.attributes == dict.fromkeys(attributes)


async def test_names_of_a_generated_company_are_those_of_its_tables(
    sandbox: UkgSandbox, read: Read, generated: Company
) -> None:
    sandbox.company = generated
    tables = generated.on_day(0)
    units = {(row["level"], row["code"]): row["description"] for row in tables.org_levels}
    places = {row["locationCode"]: row["description"] for row in tables.locations}
    codes = [*(f"org_level_{level}_code" for level in range(1, 5)), "location_code"]
    names = [*(f"org_level_{level}" for level in range(1, 5)), "department", "location", "company_city"]
    for employee in (await read(*codes, *names)).employees:
        held = employee.attributes
        for level in range(1, 5):
            assert held[f"org_level_{level}"] == units[level, held[f"org_level_{level}_code"]]
        assert held["department"] == held["org_level_2"]
        assert held["location"] == places[held["location_code"]]
        assert held["company_city"] == "Seattle"
