import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox

Fetch = Callable[..., Awaitable[tuple[int, Any]]]


def _links(response: aiohttp.ClientResponse) -> dict[str, str]:
    return {relation: url for url, relation in re.findall(r'<([^>]+)>; rel="(\w+)"', response.headers["Link"])}


async def test_pages_together_are_the_whole_list(client: aiohttp.ClientSession, company: Company) -> None:
    url: str | None = "/personnel/v1/person-details?per_Page=7"
    rows = []
    while url:
        async with client.get(url) as response:
            assert response.headers["Content-Type"] == "application/json"
            page = await response.json()
            assert len(page) <= 7
            rows += page
            url = _links(response).get("next")
    assert rows == list(company.on_day(0).people)


async def test_the_link_header_names_first_previous_next_and_last(client: aiohttp.ClientSession) -> None:
    async with client.get("/personnel/v1/employment-details?per_Page=10&page=2&primaryProjectCode=Z") as response:
        links = _links(response)
    assert set(links) == {"first", "previous", "next", "last"}
    assert links["next"].endswith("/personnel/v1/employment-details?per_Page=10&primaryProjectCode=Z&page=3")
    assert links["last"].endswith("page=7")
    async with client.get(links["last"]) as response:
        assert set(_links(response)) == {"first", "previous", "last"}


async def test_a_page_past_the_end_is_an_empty_list(fetch: Fetch) -> None:
    assert await fetch("person-details", page=99, per_Page=50) == (200, [])


async def test_without_paging_everything_up_to_the_cap_comes_at_once(fetch: Fetch, sandbox: UkgSandbox) -> None:
    _, rows = await fetch("employment-details")
    assert len(rows) == len(sandbox.company.on_day(0).employments)


async def test_query_names_may_be_written_in_any_case(fetch: Fetch) -> None:
    _, rows = await fetch("person-details", PAGE=2, PER_PAGE=5)
    assert rows == (await fetch("person-details", page=2, per_Page=5))[1]
    assert len(rows) == 5


@pytest.mark.parametrize("page", ["0", "-1", "two", "²"])
async def test_a_page_that_is_no_number_is_refused(fetch: Fetch, page: str) -> None:
    assert (await fetch("person-details", page=page))[0] == 400


async def test_unknown_query_names_are_ignored(fetch: Fetch) -> None:
    everyone = await fetch("employment-details", per_Page=50)
    assert await fetch("employment-details", **{"per_Page": 50, "perPage": 1, "employeeStatusCode!": "T"}) == everyone


async def test_one_person_by_id_is_one_object_or_404(fetch: Fetch, company: Company) -> None:
    someone = company.on_day(0).people[3]
    assert await fetch(f"person-details/{someone['employeeId']}") == (200, someone)
    assert (await fetch("person-details/NOBODY"))[0] == 404


async def test_the_routes_of_a_company_narrow_the_list(fetch: Fetch, company: Company) -> None:
    row = company.on_day(0).employments[0]
    _, rows = await fetch(f"companies/{row['companyID']}/employment-details")
    assert {one["companyID"] for one in rows} == {row["companyID"]}
    where = f"companies/{row['companyID']}/employees/{row['employeeID']}"
    assert await fetch(f"{where}/employment-details") == (200, [row])
    _, people = await fetch(f"companies/{row['companyID']}/person-details")
    assert {one["companyId"] for one in people} == {row["companyID"]}


async def test_employee_ids_may_be_a_comma_list(fetch: Fetch, company: Company) -> None:
    wanted = [row["employeeId"] for row in company.on_day(0).people[5:8]]
    _, rows = await fetch("person-details", employeeId=",".join(wanted))
    assert [row["employeeId"] for row in rows] == wanted
    _, rows = await fetch("user-defined-fields", employeeId=wanted[0])
    assert [row["employeeId"] for row in rows] == wanted[:1]


async def test_equality_filters_ignore_case_and_trailing_blanks(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.company = Company.of(
        [person_row(emailAddress="Ann@Example.com "), person_row(employeeId="E2", emailAddress="bo@example.com")],
        [employment_row(employeeNumber="000000007", employeeStatusCode="T"), employment_row(employeeID="E2")],
    )
    assert len((await fetch("person-details", emailAddress="ann@example.com"))[1]) == 1
    assert len((await fetch("employment-details", employeeNumber="000000007"))[1]) == 1
    assert len((await fetch("employment-details", employeeStatusCode="A,L"))[1]) == 1
    assert len((await fetch("employment-details", employeeStatusCode="T,A"))[1]) == 2


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (">01-02-2024", ["second", "third"]),
        ("<01-02-2024", ["first"]),
        ("01-02-2024", ["second"]),
        ("{01-01-2024,01-02-2024}", ["first", "second"]),
    ],
)
async def test_dates_carry_an_operator(
    fetch: Fetch, client: aiohttp.ClientSession, sandbox: UkgSandbox, value: str, found: list[str]
) -> None:
    stamps = {"first": "2024-01-01T10:00:00", "second": "2024-01-02T10:00:00.5", "third": "2024-01-03T00:00:00"}
    sandbox.company = Company.of(
        [person_row(employeeId=name, datetimeChanged=stamp) for name, stamp in stamps.items()],
        [employment_row(employeeID=name, dateOfTermination=stamp) for name, stamp in stamps.items()],
    )
    _, people = await fetch("person-details", dateTimeChanged=value)
    assert [row["employeeId"] for row in people] == found
    async with client.get(f"/personnel/v1/employment-details?dateOfTermination={value}") as response:
        assert [row["employeeID"] for row in await response.json()] == found


async def test_a_date_in_another_style_is_refused(fetch: Fetch) -> None:
    status, body = await fetch("person-details", dateTimeChanged=">2024-01-31")
    assert status == 400
    assert "MM-DD-YYYY" in body["message"]


async def test_home_company_rows_can_be_asked_for(fetch: Fetch, company: Company) -> None:
    homes = {row["employeeId"]: row["companyId"] for row in company.on_day(0).people}
    _, rows = await fetch("employment-details", isHomeCompany="true")
    assert rows
    assert all(homes[row["employeeID"]] == row["companyID"] for row in rows)


@pytest.mark.parametrize("name", ["org-levels", "jobs", "locations"])
async def test_small_tables_are_not_paged(client: aiohttp.ClientSession, name: str) -> None:
    async with client.get(f"/configuration/v1/{name}?page=2&per_Page=3") as response:
        assert "Link" not in response.headers
        assert len(await response.json()) >= 8


async def test_company_details_name_the_master_company(fetch: Fetch) -> None:
    _, rows = await fetch("/configuration/v1/company-details", isMasterCompany="true")
    assert [row["companyCode"] for row in rows] == ["FOODS"]


async def test_supervisor_details_and_user_defined_fields_are_served(fetch: Fetch, company: Company) -> None:
    _, supervisors = await fetch("employee-supervisor-details")
    assert any(row["supervisorEmail"] for row in supervisors)
    assert len((await fetch("user-defined-fields"))[1]) == len(company.on_day(0).people)


@pytest.mark.parametrize("path", ["/personnel/v1/employees", "/", "/personnel/v2/person-details", "/configuration/v1"])
async def test_an_unknown_path_is_404(fetch: Fetch, path: str) -> None:
    assert (await fetch(path))[0] == 404


async def test_only_reading_is_possible(client: aiohttp.ClientSession) -> None:
    async with client.post("/personnel/v1/person-details") as response:
        assert response.status == 405


async def test_edited_rows_are_served_after_touch(fetch: Fetch, sandbox: UkgSandbox) -> None:
    company = Company.of([person_row(firstName="Ann")], [employment_row()])
    sandbox.company = company
    assert (await fetch("person-details"))[1][0]["firstName"] == "Ann"
    company.people[0]["firstName"] = "Anna"
    company.employments.clear()
    company.touch()
    assert (await fetch("person-details"))[1][0]["firstName"] == "Anna"
    assert await fetch("employment-details") == (200, [])


async def test_requests_are_remembered_without_the_password(fetch: Fetch, sandbox: UkgSandbox) -> None:
    await fetch("person-details", page=3, per_Page=5)
    seen = sandbox.requests[-1]
    assert (seen.method, seen.path, seen.status) == ("GET", "/personnel/v1/person-details", 200)
    assert seen.query == {"page": "3", "per_Page": "5"}
    assert seen.headers["us-customer-api-key"] == "SBX01"
    assert "authorization" not in seen.headers
