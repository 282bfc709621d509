"""Rows as they come over the wire: any spelling of keys, only what is wanted, nothing that fails a whole page."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from core.domain.employee import Employee
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import SENSITIVE_MARKERS, employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.ukg.directory import Directory
from core.ukg.errors import UnreadableAnswer
from core.ukg.wire import RowDecoder

EmployeeOf = Callable[..., Awaitable[Employee]]
Read = Callable[..., Awaitable[Directory]]


def _decoded(keys: list[str], *rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    decoder = RowDecoder("person-details", keys)
    return [tuple(getattr(row, key) for key in keys) for row in decoder.decode(json.dumps(rows).encode())]


def test_rows_of_one_page_may_be_spelled_each_in_its_own_way() -> None:
    rows = [{"employeeId": "E1"}, {"employeeID": "E2"}, {"EMPLOYEEID": "E3"}, {"employeeid": "E4", "x": 1}]
    assert _decoded(["employeeId"], *rows) == [("E1",), ("E2",), ("E3",), ("E4",)]


def test_the_spelling_of_the_first_row_does_not_bind_the_next_page() -> None:
    decoder = RowDecoder("person-details", ["employeeId", "firstName"])
    pages = [b'[{"EmployeeID":"E1","FIRSTNAME":"A"}]', b"[]", b'[{"employeeId":"E2","firstName":"B"}]']
    rows = [row for page in pages for row in decoder.decode(page)]
    assert [(row.employeeId, row.firstName) for row in rows] == [("E1", "A"), ("E2", "B")]


def test_a_first_page_without_rows_leaves_every_spelling_open() -> None:
    decoder = RowDecoder("person-details", ["employeeId"])
    assert decoder.decode(b"[]") == []
    assert [row.employeeId for row in decoder.decode(b'[{"EMPLOYEEID":"E1"}]')] == ["E1"]


def test_what_is_null_and_what_is_not_there_are_told_apart() -> None:
    rows = [{"employeeId": "E1", "userName": None}, {"employeeId": "E2"}, {"employeeId": "E3", "USERNAME": ""}]
    assert _decoded(["employeeId", "userName"], *rows) == [("E1", None), ("E2", UNSET), ("E3", "")]


def test_only_what_is_wanted_becomes_a_value() -> None:
    decoder = RowDecoder("person-details", ["employeeId"])
    (row,) = decoder.decode(json.dumps([person_row(ssn="000-00-0000", dateOfBirth="1900-01-01T00:00:00")]).encode())
    assert repr(row) == "Row(employeeId='E00000000001')"


def test_a_key_wanted_twice_is_decoded_once() -> None:
    assert RowDecoder("person-details", ["employeeId", "firstName", "employeeId"]).keys == ("employeeId", "firstName")


def test_a_job_code_is_read_under_either_of_its_names() -> None:
    assert _decoded(["code"], {"code": "A"}, {"jobCode": "B"}, {"JOBCODE": "C"}) == [("A",), ("B",), ("C",)]


def test_rows_may_be_empty_objects() -> None:
    assert _decoded(["employeeId"], {}, {"employeeId": "E2"}) == [(UNSET,), ("E2",)]


_NAMES = ("employeeId", "firstName", "emailAddress")
_CELLS = st.one_of(st.none(), st.text(max_size=5), st.integers(-5, 5), st.lists(st.integers(), max_size=2))


def _any_case(draw: st.DrawFn, name: str) -> str:
    return "".join(draw(st.sampled_from([letter.lower(), letter.upper()])) for letter in name)


@st.composite
def _pages(draw: st.DrawFn) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Rows as sent, in any case and with others between, and as they should be read."""
    rows = []
    for _ in range(draw(st.integers(0, 4))):
        held = draw(st.dictionaries(st.sampled_from(_NAMES), _CELLS))
        sent = {"tenantExtension": {"employeeId": "wrong"}}
        sent |= {_any_case(draw, name): value for name, value in held.items()}
        rows.append((sent, held))
    return rows


@settings(max_examples=60)
@given(pages=st.lists(_pages(), max_size=3))
def test_any_mix_of_spellings_and_gaps_is_read_as_it_is_meant(
    pages: list[list[tuple[dict[str, Any], dict[str, Any]]]],
) -> None:
    decoder = RowDecoder("person-details", _NAMES)
    for page in pages:
        rows = decoder.decode(json.dumps([sent for sent, _ in page]).encode())
        read = [{name: getattr(row, name) for name in _NAMES} for row in rows]
        assert read == [{name: held.get(name, UNSET) for name in _NAMES} for _, held in page]


def test_a_sensitive_text_is_not_in_the_error_for_a_page_that_is_cut_off() -> None:
    body = json.dumps([person_row(ssn="000-00-0000", gender="SENSITIVE-GENDER")] * 3).encode()
    with pytest.raises(UnreadableAnswer) as unread:
        RowDecoder("person-details", ["employeeId"]).decode(body[: len(body) // 2])
    shown = f"{unread.value} {unread.value.__cause__}"
    assert not [marker for marker in SENSITIVE_MARKERS if marker in shown]


@pytest.mark.parametrize(
    ("key_case", "job_code_key"),
    [("as_documented", "jobCode"), ("swapped", "code"), ("lower", "code"), ("lower", "jobCode")],
)
async def test_the_tenants_spelling_makes_no_difference(
    sandbox: UkgSandbox, read: Read, generated: Company, switch: Callable[..., None], key_case: str, job_code_key: str
) -> None:
    sandbox.company = generated
    attributes = ("department", "job_family", "location", "company_city", "manager_email", "udf_02", "manager_id")
    plain = await read(*attributes, page_size=100)
    switch(key_case=key_case, job_code_key=job_code_key)
    assert await read(*attributes, page_size=100) == plain


async def test_dates_in_us_text_and_empty_texts_make_no_difference(
    sandbox: UkgSandbox, read: Read, generated: Company, switch: Callable[..., None]
) -> None:
    sandbox.company = generated
    attributes = ("hire_date", "start_date", "termination_date")
    plain = await read(*attributes)
    switch(date_style="us_text")
    assert await read(*attributes) == plain
    assert any(employee.attributes["termination_date"] for employee in plain.employees)
    assert any(employee.attributes["termination_date"] is None for employee in plain.employees)


async def test_nulls_left_out_are_not_in_the_answer_and_all_else_is_the_same(
    sandbox: UkgSandbox, read: Read, generated: Company, switch: Callable[..., None]
) -> None:
    sandbox.company = generated
    attributes = ("job_title", "preferred_name", "manager_email", "termination_date", "location", "job_family")
    plain = await read(*attributes, page_size=50)
    switch(omit_nulls=True)
    sparse = await read(*attributes, page_size=50)
    assert sparse.completeness == plain.completeness
    assert sparse.strays == plain.strays
    for with_nulls, without in zip(plain.employees, sparse.employees, strict=True):
        known = {name: value for name, value in with_nulls.attributes.items() if value is not None}
        assert without.attributes == known
        assert without.problems == with_nulls.problems
        assert (without.email, without.status, without.hire_date) == (
            with_nulls.email,
            with_nulls.status,
            with_nulls.hire_date,
        )


async def test_empty_text_and_null_are_the_same(employee_of: EmployeeOf) -> None:
    attributes = ["work_email", "preferred_name", "username", "pay_group"]
    keys = ("emailAddress", "preferredName", "userName")
    employees = [
        await employee_of(
            person_row(**dict.fromkeys(keys, nothing)),
            employment_row(payGroup=nothing, dateOfTermination=nothing),
            attributes=attributes,
        )
        for nothing in (None, "", "   ")
    ]
    assert employees[0] == employees[1] == employees[2]
    assert employees[0].email is None
    assert employees[0].attributes == dict.fromkeys(attributes)


async def test_texts_are_trimmed_and_leading_zeros_stay(employee_of: EmployeeOf) -> None:
    employee = await employee_of(
        person_row(
            employeeId="E00000000001 ", firstName=" Ann  ", lastName="Example\t", emailAddress=" a@example.com "
        ),
        employment_row(employeeID=" E00000000001", employeeNumber="000000104 ", primaryJobCode="0042  "),
        attributes=["employee_number", "job_code"],
    )
    assert (employee.employee_id, employee.name, employee.email) == ("E00000000001", "Ann Example", "a@example.com")
    assert employee.attributes == {"employee_number": "000000104", "job_code": "0042"}


async def test_numbers_and_flags_where_a_text_is_expected_become_texts(employee_of: EmployeeOf) -> None:
    employee = await employee_of(
        person_row(employeeId=4711, companyId=1),
        employment_row(employeeID=4711, companyID=1, employeeNumber=104, payGroup=2.5, primaryJobCode=True),
        attributes=["employee_number", "pay_group", "job_code"],
    )
    assert employee.employee_id == "4711"
    assert employee.attributes == {"employee_number": "104", "pay_group": "2.5", "job_code": "Y"}


@pytest.mark.parametrize("odd", [{"value": "x"}, ["x"], {}, []])
async def test_an_object_where_a_text_is_expected_is_a_problem_of_one_value_only(
    employee_of: EmployeeOf, odd: Any
) -> None:
    employee = await employee_of(
        person_row(preferredName=odd),
        employment_row(payGroup=odd, employeeNumber="000000104", jobTitle=odd),
        attributes=["preferred_name", "pay_group", "employee_number", "job_title"],
    )
    assert employee.attributes == {"employee_number": "000000104"}
    assert len(employee.problems) == 3
    assert all("the stored value stays" in problem for problem in employee.problems)


async def test_an_object_in_a_name_fails_neither_the_person_nor_the_page(employee_of: EmployeeOf) -> None:
    employee = await employee_of(person_row(firstName={"given": "Ann"}, personId=["x"], companyId={}))
    assert employee.last_name == "Example"
    assert employee.person_id is None


async def test_fields_nobody_knows_are_passed_over(employee_of: EmployeeOf) -> None:
    plain = await employee_of()
    odd = {"tenantExtension": {"employeeId": "other", "deep": [[{}]]}, "zZ": 10**30, "ünïcode": "\u0000"}
    assert await employee_of(person_row(**odd), employment_row(**odd)) == plain
