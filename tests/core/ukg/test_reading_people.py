"""Reading a few people: only their records are asked for, and they come out as a full read would have them."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from core.domain.employee import Employee
from core.sandbox.ukg import faults
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import SeenRequest, UkgSandbox
from core.ukg.client import UkgClient
from core.ukg.directory import Directory, read_directory
from core.ukg.errors import ServerTrouble, SourceIncomplete, WrongCredentials
from core.ukg.people import read_people

Asked = Callable[[str], list[SeenRequest]]
Connect = Callable[..., Awaitable[UkgClient]]
Staff = Callable[[int], Company]
Switch = Callable[..., None]
ReadSome = Callable[..., Awaitable[Directory]]

TODAY = date(2026, 1, 5)
PER_PERSON = ("person-details", "employment-details", "employee-supervisor-details", "user-defined-fields")
ANN = "E00000000001"
EVERYTHING = ["job_title", "department", "location", "company_city", "job_family", "manager_email", "udf_02", "udf_05"]


@pytest.fixture
def read_some(connect: Connect) -> ReadSome:
    """Call with attribute ids, and `employee_ids`, `emails`, `other_ids`; the rest goes to the client."""

    async def read(*attribute_ids: str, today: date = TODAY, **wanted: Any) -> Directory:
        names = ("employee_ids", "emails", "other_ids")
        people = {name: wanted.pop(name) for name in names if name in wanted}
        return await read_people(await connect(**wanted), attribute_ids, today, **people)

    return read


def _filters(requests: list[SeenRequest]) -> list[dict[str, str]]:
    return [
        {name: value for name, value in request.query.items() if name not in ("page", "per_Page")}
        for request in requests
    ]


def _by_id(directory: Directory) -> dict[str, Employee]:
    return {employee.employee_id: employee for employee in directory.employees}


async def test_one_person_costs_one_request_for_each_of_the_two_lists(
    sandbox: UkgSandbox, read_some: ReadSome, staff: Staff
) -> None:
    sandbox.company = staff(30)
    directory = await read_some(employee_ids=["E00000000007"])
    assert [employee.employee_id for employee in directory.employees] == ["E00000000007"]
    assert directory.completeness.complete
    assert len(sandbox.requests) == 2
    assert _filters(sandbox.requests) == [{"employeeId": "E00000000007"}] * 2


async def test_by_email_the_person_is_found_first_and_the_employment_asked_for_by_id(
    sandbox: UkgSandbox, read_some: ReadSome, staff: Staff, asked: Asked
) -> None:
    sandbox.company = staff(30)
    directory = await read_some(emails=[" E00000000007@Example.com "])
    assert [employee.email for employee in directory.employees] == ["e00000000007@example.com"]
    assert _filters(asked("person-details")) == [{"emailAddress": "E00000000007@Example.com"}]
    assert _filters(asked("employment-details")) == [{"employeeId": "E00000000007"}]


@pytest.mark.parametrize("page_size", [7, 500])
async def test_everyone_read_one_by_one_is_everyone_as_read_at_once(
    sandbox: UkgSandbox, connect: Connect, generated: Company, page_size: int
) -> None:
    sandbox.company = generated
    client = await connect(page_size=page_size)
    whole = await read_directory(client, EVERYTHING, TODAY)
    ids = [str(row["employeeId"]) for row in generated.on_day(0).people]
    one_by_one = await read_people(client, EVERYTHING, TODAY, employee_ids=ids)
    assert _by_id(one_by_one) == _by_id(whole)
    missing = [stray for stray in whole.strays if stray.missing_from == "employment-details"]
    assert sorted(one_by_one.strays, key=str) == sorted(missing, key=str)


@pytest.mark.parametrize("attributes", [[], EVERYTHING])
async def test_no_record_of_anybody_else_is_asked_for(
    sandbox: UkgSandbox, read_some: ReadSome, generated: Company, attributes: list[str]
) -> None:
    sandbox.company = generated
    wanted = {str(row["employeeId"]) for row in generated.on_day(0).people[3:6]}
    await read_some(*attributes, employee_ids=wanted)
    about_people = [request for request in sandbox.requests if request.path.rsplit("/", 1)[-1] in PER_PERSON]
    assert about_people
    for filters in _filters(about_people):
        assert filters.keys() == {"employeeId"}
        assert set(filters["employeeId"].split(",")) <= wanted


async def test_only_the_lists_that_the_attributes_need_are_read(
    sandbox: UkgSandbox, read_some: ReadSome, generated: Company, asked: Asked
) -> None:
    sandbox.company = generated
    await read_some("manager_email", "department", employee_ids=[str(generated.on_day(0).people[3]["employeeId"])])
    assert len(asked("employee-supervisor-details")) == len(asked("org-levels")) == 1
    assert asked("user-defined-fields") == asked("jobs") == asked("locations") == []


async def test_the_lists_that_take_several_ids_are_asked_for_fifty_people_at_once(
    sandbox: UkgSandbox, read_some: ReadSome, staff: Staff, asked: Asked
) -> None:
    sandbox.company = staff(120)
    ids = [str(row["employeeId"]) for row in sandbox.company.people]
    directory = await read_some("manager_email", "udf_01", employee_ids=ids[:101])
    assert len(directory.employees) == 101
    for endpoint in ("employee-supervisor-details", "user-defined-fields"):
        assert [len(filters["employeeId"].split(",")) for filters in _filters(asked(endpoint))] == [50, 50, 1]


@pytest.mark.parametrize("key_case", ["as_documented", "swapped", "lower"])
async def test_ids_are_recognised_in_either_spelling_of_their_name(
    sandbox: UkgSandbox, read_some: ReadSome, switch: Switch, staff: Staff, key_case: str
) -> None:
    sandbox.company = staff(4)
    switch(key_case=key_case)
    directory = await read_some("manager_email", employee_ids=["E00000000002"])
    assert [employee.employee_id for employee in directory.employees] == ["E00000000002"]
    assert directory.strays == []


@pytest.mark.parametrize("spelling", ["employeeId", "employeeID", "EMPLOYEEID"])
@pytest.mark.parametrize("endpoint", PER_PERSON)
async def test_the_stand_in_takes_the_filter_in_either_spelling(
    sandbox: UkgSandbox, connect: Connect, staff: Staff, spelling: str, endpoint: str
) -> None:
    sandbox.company = staff(4)
    sandbox.company.tables.user_defined_fields = [{"employeeId": row["employeeId"]} for row in sandbox.company.people]
    client = await connect()
    body = await client.get(f"/personnel/v1/{endpoint}", {spelling: ANN}, lambda answer: answer.body.decode())
    assert ANN in body
    assert "E00000000002" not in body


async def test_an_id_typed_in_small_letters_is_the_same_id(read_some: ReadSome) -> None:
    directory = await read_some(employee_ids=[f" {ANN.lower()} "])
    assert [employee.employee_id for employee in directory.employees] == [ANN]


@pytest.mark.parametrize("no_match", ["empty", "not_found"])
@pytest.mark.parametrize("send_link_header", [True, False])
async def test_whoever_ukg_pro_does_not_know_is_left_out(
    read_some: ReadSome, switch: Switch, no_match: str, send_link_header: bool
) -> None:
    switch(no_match=no_match, send_link_header=send_link_header)
    directory = await read_some(employee_ids=["E99999999999", ANN], emails=["nobody@example.com"])
    assert [employee.employee_id for employee in directory.employees] == [ANN]
    assert directory.strays == []
    assert directory.completeness.complete
    assert (await read_some(emails=["nobody@example.com"])).employees == []


async def test_nobody_named_is_nobody_asked_for(sandbox: UkgSandbox, read_some: ReadSome) -> None:
    directory = await read_some("department", employee_ids=[], emails=[])
    assert (directory.employees, directory.strays, sandbox.requests) == ([], [], [])


@pytest.mark.parametrize("text", ["", "  ", f"{ANN},E00000000002", ",", "ann.example@example.com,x@example.com"])
async def test_what_would_ask_for_others_is_never_sent(sandbox: UkgSandbox, read_some: ReadSome, text: str) -> None:
    directory = await read_some(employee_ids=[text], emails=[text])
    assert (directory.employees, sandbox.requests) == ([], [])


async def test_whoever_is_named_twice_is_asked_for_once(
    sandbox: UkgSandbox, read_some: ReadSome, staff: Staff, asked: Asked
) -> None:
    sandbox.company = staff(3)
    ids = ["E00000000002", "E00000000002 ", "e00000000002"]
    emails = ["e00000000002@example.com", "E00000000002@example.com"]
    directory = await read_some(employee_ids=ids, emails=emails)
    assert len(directory.employees) == 1
    assert len(asked("person-details")) == len(asked("employment-details")) == 1


async def test_a_row_that_comes_twice_counts_once(sandbox: UkgSandbox, read_some: ReadSome) -> None:
    sandbox.company = Company.of([person_row(), person_row()], [employment_row(), employment_row()])
    directory = await read_some(employee_ids=[ANN])
    assert len(directory.employees) == 1
    assert [proof.duplicates for proof in directory.completeness.endpoints] == [1, 1]


async def test_everyone_with_the_email_is_found(sandbox: UkgSandbox, read_some: ReadSome) -> None:
    ids = ["E1", "E2", "E3"]
    emails = ["both@example.com", "Both@Example.com", "third@example.com"]
    people = [person_row(employeeId=one, emailAddress=email) for one, email in zip(ids, emails, strict=True)]
    sandbox.company = Company.of(people, [employment_row(employeeID=one) for one in ids])
    assert _by_id(await read_some(emails=["BOTH@example.com"])).keys() == {"E1", "E2"}


async def test_of_several_employments_the_one_that_counts_is_taken_as_in_a_full_read(
    sandbox: UkgSandbox, read_some: ReadSome
) -> None:
    left = {"employeeStatusCode": "T", "dateOfTermination": "2024-06-30T00:00:00"}
    employments = [employment_row(companyID="OLD", companyCode="OLD", **left), employment_row(companyCode="NEW")]
    sandbox.company = Company.of([person_row()], employments)
    (employee,) = (await read_some("company_code", employee_ids=[ANN])).employees
    assert (employee.attributes["company_code"], employee.status) == ("NEW", "A")


def _two_records() -> Company:
    """One person with two employee ids, and a colleague."""
    same = {"personId": "3e0f6f0e-0000-4000-8000-000000000001"}
    people = [
        person_row(employeeId="OLD", emailAddress="ann@example.com", **same),
        person_row(employeeId="NEW", emailAddress="ann.new@example.com", **same),
        person_row(employeeId="OTHER", emailAddress="other@example.com"),
    ]
    left = {"employeeStatusCode": "T", "dateOfTermination": "2024-06-30T00:00:00"}
    return Company.of(
        people,
        [
            employment_row(employeeID="OLD", **left),
            employment_row(employeeID="NEW"),
            employment_row(employeeID="OTHER"),
        ],
    )


@pytest.mark.parametrize("hint", [{"OLD": ["NEW"]}, {"NEW": ("OLD",)}, {"old": ["NEW "]}, {"X": ["OLD", "NEW"]}])
@pytest.mark.parametrize("wanted", [{"employee_ids": ["OLD"]}, {"emails": ["ann@example.com"]}])
async def test_the_records_known_to_be_the_same_person_are_read_and_joined(
    sandbox: UkgSandbox, read_some: ReadSome, hint: dict[str, Any], wanted: dict[str, Any]
) -> None:
    sandbox.company = _two_records()
    directory = await read_some(other_ids=hint, **wanted)
    (employee,) = directory.employees
    assert (employee.employee_id, employee.other_ids, employee.status) == ("NEW", ("OLD",), "A")


async def test_hints_about_others_ask_for_nobody(sandbox: UkgSandbox, read_some: ReadSome, asked: Asked) -> None:
    sandbox.company = _two_records()
    directory = await read_some(employee_ids=["OTHER"], other_ids={"OLD": ["NEW"]})
    assert [employee.employee_id for employee in directory.employees] == ["OTHER"]
    assert _filters(asked("person-details")) == [{"employeeId": "OTHER"}]


async def test_without_a_hint_another_record_of_the_person_stays_unknown(
    sandbox: UkgSandbox, read_some: ReadSome
) -> None:
    sandbox.company = _two_records()
    (employee,) = (await read_some(employee_ids=["OLD"])).employees
    assert (employee.employee_id, employee.other_ids, employee.status) == ("OLD", (), "T")


@pytest.mark.parametrize("missing_from", ["person-details", "employment-details"])
async def test_someone_in_one_of_the_two_lists_only_is_a_stray(
    sandbox: UkgSandbox, read_some: ReadSome, asked: Asked, missing_from: str
) -> None:
    other = {"employeeId": "E2"}, {"employeeID": "E2"}
    person, employment = (other[0], {}) if missing_from == "person-details" else ({}, other[1])
    sandbox.company = Company.of([person_row(**person)], [employment_row(**employment)])
    directory = await read_some("manager_email", "department", employee_ids=[ANN])
    assert directory.employees == []
    assert [(stray.employee_id, stray.missing_from) for stray in directory.strays] == [(ANN, missing_from)]
    assert asked("employee-supervisor-details") == []


@pytest.mark.parametrize("send_link_header", [True, False])
@pytest.mark.parametrize("wanted", [{"employee_ids": [ANN]}, {"emails": ["e00000000001@example.com"]}])
async def test_a_tenant_that_ignores_the_filter_is_not_paged_through(
    sandbox: UkgSandbox,
    read_some: ReadSome,
    switch: Switch,
    staff: Staff,
    asked: Asked,
    send_link_header: bool,
    wanted: dict[str, Any],
    check_sentences: Callable[[Exception], None],
) -> None:
    sandbox.company = staff(350)
    switch(filters="ignored", send_link_header=send_link_header)
    with pytest.raises(SourceIncomplete, match="ignored the filter on (person|employment)-details") as failed:
        await read_some(**wanted)
    check_sentences(failed.value)
    assert len(asked("person-details")) <= 1
    assert len(asked("employment-details")) <= 1
    assert {request.query["per_Page"] for request in sandbox.requests} == {"100"}


@pytest.mark.parametrize("wanted", [{"employee_ids": [ANN]}, {"emails": ["e00000000001@example.com"]}])
async def test_where_the_filter_is_ignored_in_a_small_company_the_others_are_dropped(
    sandbox: UkgSandbox, read_some: ReadSome, switch: Switch, staff: Staff, wanted: dict[str, Any]
) -> None:
    sandbox.company = staff(6)
    switch(filters="ignored")
    directory = await read_some("manager_email", **wanted)
    assert [employee.employee_id for employee in directory.employees] == [ANN]
    assert directory.strays == []


@pytest.mark.parametrize("endpoint", ["employee-supervisor-details", "user-defined-fields"])
async def test_a_list_of_several_that_ignores_the_filter_stops_the_reading(
    sandbox: UkgSandbox, read_some: ReadSome, staff: Staff, answer: Callable[..., faults.Kind], endpoint: str
) -> None:
    sandbox.company = staff(3)
    others = [{"employeeId": "E9", "employeeID": "E9"}]
    link = f'<https://ukg.example.com/personnel/v1/{endpoint}?page=2>; rel="next"'
    sandbox.faults.add(endpoint, kind=answer(others, link))
    with pytest.raises(SourceIncomplete, match=f"ignored the filter on {endpoint}"):
        await read_some("manager_email", "udf_01", employee_ids=[ANN])


async def test_rows_of_others_never_come_out(
    sandbox: UkgSandbox, read_some: ReadSome, answer: Callable[..., faults.Kind]
) -> None:
    end = '<https://ukg.example.com/?page=1>; rel="last"'
    sandbox.faults.add("person-details", kind=answer([person_row(employeeId="E9"), person_row()], end))
    sandbox.faults.add("employment-details", kind=answer([employment_row(employeeID="E9"), employment_row()], end))
    directory = await read_some(employee_ids=[ANN])
    assert [employee.employee_id for employee in directory.employees] == [ANN]
    assert directory.strays == []


async def test_a_failing_request_fails_the_reading(sandbox: UkgSandbox, read_some: ReadSome, staff: Staff) -> None:
    sandbox.company = staff(3)
    sandbox.faults.add("employment-details", kind=faults.status(500), times=None)
    with pytest.raises(ServerTrouble, match="Nothing was changed"):
        await read_some(employee_ids=[ANN, "E00000000002"])


async def test_refused_credentials_are_sent_once_however_many_people_are_wanted(
    sandbox: UkgSandbox, read_some: ReadSome, switch: Switch
) -> None:
    switch(password="changed")
    with pytest.raises(WrongCredentials):
        await read_some(employee_ids=[f"E{number}" for number in range(20)], password="sandbox-password")
    assert len(sandbox.requests) == 1


async def test_many_people_are_asked_for_no_faster_than_agreed(
    sandbox: UkgSandbox, read_some: ReadSome, switch: Switch, staff: Staff
) -> None:
    sandbox.company = staff(20)
    switch(latency=0.005)
    directory = await read_some(employee_ids=[str(row["employeeId"]) for row in sandbox.company.people], in_flight=2)
    assert len(directory.employees) == 20
    assert sandbox.in_flight_peak == 2
