"""The proof that everything was read, and what becomes of it when rows move between pages."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from core.sandbox.ukg import faults
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import SeenRequest, UkgSandbox
from core.ukg.client import UkgClient
from core.ukg.completeness import Completeness, EndpointProof
from core.ukg.directory import Directory, read_directory

Asked = Callable[[str], list[SeenRequest]]
Connect = Callable[..., Awaitable[UkgClient]]
Read = Callable[..., Awaitable[Directory]]
Staff = Callable[[int], Company]

TODAY = date(2026, 1, 5)


async def test_each_endpoint_is_proven_with_its_pages_rows_and_end(
    sandbox: UkgSandbox, read: Read, generated: Company
) -> None:
    sandbox.company = generated
    tables = generated.on_day(0)
    directory = await read("department", "manager_email", page_size=50)
    proofs = {proof.endpoint: proof for proof in directory.completeness.endpoints}
    assert list(proofs) == ["person-details", "employment-details", "org-levels", "employee-supervisor-details"]
    rows = {
        "person-details": len(tables.people),
        "employment-details": len(tables.employments),
        "org-levels": len(tables.org_levels),
        "employee-supervisor-details": len(tables.employments),
    }
    assert {endpoint: proof.rows for endpoint, proof in proofs.items()} == rows
    assert proofs["person-details"].pages == -(-len(tables.people) // 50)
    assert proofs["org-levels"].pages == 1
    assert {proof.duplicates for proof in proofs.values()} == {0}
    assert {proof.end_reached for proof in proofs.values()} == {"no next link", "whole list"}
    assert directory.completeness.complete


def test_a_list_whose_end_was_not_seen_is_not_complete() -> None:
    assert not Completeness([EndpointProof("person-details", pages=2, rows=10)]).complete
    assert Completeness([EndpointProof("person-details", pages=2, rows=10, end_reached="empty page")]).complete


def test_the_sentence_says_what_was_read_and_what_is_doubtful() -> None:
    proofs = [EndpointProof("person-details", 3, 21, 2, "empty page"), EndpointProof("jobs", 1, 4, 0, "whole list")]
    assert Completeness(proofs).sentence == (
        "person-details: 21 rows on 3 pages; jobs: 4 rows on 1 pages; "
        "2 rows of person-details came twice, so others may be missing"
    )


@pytest.mark.parametrize("moved", ["person-details", "employment-details"])
async def test_when_rows_move_between_pages_everything_is_read_once_more(
    sandbox: UkgSandbox, read: Read, staff: Staff, asked: Asked, moved: str
) -> None:
    sandbox.company = staff(25)
    sandbox.faults.add(moved, page=2, kind=faults.shift, times=2)
    directory = await read(page_size=10)
    assert directory.completeness.complete
    assert len(directory.employees) == 25
    assert directory.strays == []
    assert len(asked("person-details")) == len(asked("employment-details")) == 6


@pytest.mark.parametrize("moved", ["person-details", "employment-details"])
@pytest.mark.parametrize("send_link_header", [True, False])
@pytest.mark.parametrize("people", [21, 25, 30])
async def test_when_rows_move_again_the_read_is_not_called_complete(
    sandbox: UkgSandbox, read: Read, staff: Staff, asked: Asked, moved: str, send_link_header: bool, people: int
) -> None:
    sandbox.company = staff(people)
    sandbox.settings.send_link_header = send_link_header
    sandbox.faults.add(moved, page=3, kind=faults.shift, times=None)
    directory = await read(page_size=10)
    assert not directory.completeness.complete
    assert {
        proof.endpoint: proof.duplicates for proof in directory.completeness.endpoints if proof.duplicates
    }.keys() == {moved}
    assert "came twice, so others may be missing" in directory.completeness.sentence
    assert len([request for request in asked(moved) if request.query["page"] == "1"]) == 2


async def test_rows_that_move_are_noticed_when_ids_are_numbers_too(sandbox: UkgSandbox, read: Read) -> None:
    ids = range(1, 26)
    people, employments = [person_row(employeeId=one) for one in ids], [employment_row(employeeID=one) for one in ids]
    sandbox.company = Company.of(people, employments)
    sandbox.faults.add("employment-details", page=2, kind=faults.shift, times=None)
    directory = await read(page_size=10)
    assert not directory.completeness.complete
    assert directory.completeness.without_employment == 1


async def test_a_lost_row_is_seen_as_a_stray_of_the_other_list(sandbox: UkgSandbox, read: Read, staff: Staff) -> None:
    sandbox.company = staff(25)
    sandbox.faults.add("person-details", page=2, kind=faults.shift, times=None)
    directory = await read(page_size=10)
    assert directory.completeness.without_person == 1
    assert [(stray.employee_id, stray.missing_from) for stray in directory.strays] == [
        ("E00000000025", "person-details")
    ]


async def test_rows_that_move_in_a_list_of_names_make_the_read_doubtful_too(
    sandbox: UkgSandbox, read: Read, staff: Staff
) -> None:
    sandbox.company = staff(25)
    sandbox.faults.add("employee-supervisor-details", page=2, kind=faults.shift, times=None)
    directory = await read("manager_email", page_size=10)
    assert not directory.completeness.complete
    assert len(directory.employees) == 25


async def test_strays_on_both_sides_are_counted_and_named(sandbox: UkgSandbox, read: Read) -> None:
    people = [
        person_row(employeeId="E1"),
        person_row(employeeId="E2", firstName=" Bo ", lastName="Lone", emailAddress=" bo@example.com "),
        person_row(employeeId=None, firstName=None, lastName="Nobody", emailAddress=None, personId=None),
        person_row(employeeId="", firstName="No", lastName="Id", emailAddress="", personId=None),
        person_row(employeeId="", firstName="Also", lastName="None", emailAddress="", personId=None),
    ]
    employments = [employment_row(employeeID="E1"), employment_row(employeeID="E3"), employment_row(employeeID="E4")]
    sandbox.company = Company.of(people, employments)
    directory = await read()
    assert [employee.employee_id for employee in directory.employees] == ["E1"]
    assert {(stray.employee_id, stray.name, stray.email, stray.missing_from) for stray in directory.strays} == {
        ("E2", "Bo Lone", "bo@example.com", "employment-details"),
        ("", "Nobody", None, "employment-details"),
        ("", "No Id", None, "employment-details"),
        ("", "Also None", None, "employment-details"),
        ("E3", "", None, "person-details"),
        ("E4", "", None, "person-details"),
    }
    assert directory.completeness.without_employment == 4
    assert directory.completeness.without_person == 2
    assert directory.completeness.complete


async def test_nobody_is_lost_between_employees_other_ids_and_strays(
    sandbox: UkgSandbox, read: Read, generated: Company
) -> None:
    sandbox.company = generated
    directory = await read()
    found = [employee.employee_id for employee in directory.employees]
    found += [other for employee in directory.employees for other in employee.other_ids]
    found += [stray.employee_id for stray in directory.strays]
    tables = generated.on_day(0)
    everyone = {row["employeeId"] for row in tables.people} | {row["employeeID"] for row in tables.employments}
    assert sorted(found) == sorted(everyone)
    assert directory.completeness.without_employment > 0
    assert directory.completeness.without_person > 0


async def test_progress_grows_with_every_page_up_to_all_rows(
    sandbox: UkgSandbox, connect: Connect, staff: Staff
) -> None:
    sandbox.company = staff(25)
    told: list[int] = []

    async def progress(rows: int) -> None:
        told.append(rows)

    await read_directory(await connect(page_size=10), (), TODAY, progress)
    assert told == sorted(told)
    assert len(told) == 6
    assert told[-1] == 50
