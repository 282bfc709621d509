import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from core.sandbox.ukg.access import GRID
from core.sandbox.ukg.server import UkgSandbox

Fetch = Callable[..., Awaitable[tuple[int, Any]]]


async def test_the_server_may_give_fewer_rows_than_asked(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.settings.row_limit = 4
    _, first = await fetch("person-details", per_Page=10)
    _, second = await fetch("person-details", per_Page=10, page=2)
    assert (len(first), len(second)) == (4, 4)
    assert first + second == sandbox.company.on_day(0).people[:8]


async def test_more_than_the_cap_is_clamped_or_refused(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.settings.page_cap = 20
    assert len((await fetch("person-details", per_Page=500))[1]) == 20
    assert len((await fetch("person-details"))[1]) == 20
    sandbox.settings.over_cap = "error"
    assert (await fetch("person-details", per_Page=500))[0] == 400


async def test_the_link_header_can_be_left_out(client: aiohttp.ClientSession, sandbox: UkgSandbox) -> None:
    sandbox.settings.send_link_header = False
    async with client.get("/personnel/v1/person-details?per_Page=5") as response:
        assert "Link" not in response.headers


@pytest.mark.parametrize("host", ["gateway.internal", "https://gateway.internal/"])
async def test_links_can_name_an_internal_host(client: aiohttp.ClientSession, sandbox: UkgSandbox, host: str) -> None:
    sandbox.settings.link_host_override = host
    async with client.get("/personnel/v1/person-details?per_Page=5") as response:
        assert "<https://gateway.internal/personnel/v1/person-details?per_Page=5&page=2>" in response.headers["Link"]


async def test_no_match_is_an_empty_list_or_404(fetch: Fetch, sandbox: UkgSandbox) -> None:
    assert await fetch("person-details", employeeId="NOBODY") == (200, [])
    sandbox.settings.no_match = "not_found"
    assert (await fetch("person-details", employeeId="NOBODY"))[0] == 404
    assert await fetch("person-details", page=99) == (200, [])


@pytest.mark.parametrize(
    ("shape", "content_type", "beginning"),
    [("json", "application/json", b"{"), ("empty", "application/json", b""), ("html", "text/html", b"<html>")],
)
async def test_errors_have_a_body_of_the_wanted_shape(
    client: aiohttp.ClientSession, sandbox: UkgSandbox, shape: Any, content_type: str, beginning: bytes
) -> None:
    sandbox.settings.error_body = shape
    async with client.get("/personnel/v1/person-details/NOBODY") as response:
        body = await response.read()
        assert (response.status, response.content_type) == (404, content_type)
        assert body.startswith(beginning)
        assert bool(body) == bool(beginning)


async def test_the_quota_of_a_minute_ends_in_429(client: aiohttp.ClientSession, sandbox: UkgSandbox) -> None:
    sandbox.settings.requests_per_minute = 2
    sandbox.settings.retry_after = 7
    statuses = []
    for _ in range(3):
        async with client.get("/configuration/v1/jobs") as response:
            statuses.append((response.status, response.headers.get("Retry-After")))
    assert statuses == [(200, None), (200, None), (429, "7")]
    sandbox.settings.retry_after = None
    async with client.get("/configuration/v1/jobs") as response:
        assert (response.status, response.headers.get("Retry-After")) == (429, None)


async def test_a_future_termination_leaves_the_status_or_flips_it(fetch: Fetch, sandbox: UkgSandbox) -> None:
    today = sandbox.company.date_of(0).isoformat()

    async def statuses() -> set[str]:
        _, rows = await fetch("employment-details")
        return {row["employeeStatusCode"] for row in rows if (row["dateOfTermination"] or "") > today}

    assert await statuses() == {"A"}
    sandbox.settings.future_termination_status = "flips_at_once"
    assert await statuses() == {"T"}


async def test_a_rehire_clears_the_old_termination_or_keeps_it(fetch: Fetch, sandbox: UkgSandbox) -> None:
    async def dates() -> list[tuple[str | None, str]]:
        _, rows = await fetch("employment-details", employeeStatusCode="A")
        today = sandbox.company.date_of(0).isoformat()
        back = [row for row in rows if row["originalHireDate"] < row["lastHireDate"] < today]
        return [(row["dateOfTermination"], row["lastHireDate"]) for row in back]

    assert all(ended is None for ended, _ in await dates())
    sandbox.settings.clear_termination_on_rehire = False
    kept = [(ended, hired) for ended, hired in await dates() if ended is not None]
    assert kept
    assert all(ended < hired for ended, hired in kept)


async def test_field_names_can_be_swapped_or_lower_case(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.settings.key_case = "swapped"
    person, employment = (await fetch("person-details"))[1][0], (await fetch("employment-details"))[1][0]
    assert {"employeeID", "companyID", "personID", "dateTimeChanged"} <= set(person)
    assert {"employeeId", "companyId", "supervisorId", "datetimeChanged"} <= set(employment)
    assert "employeeId" not in person
    sandbox.settings.key_case = "lower"
    person = (await fetch("person-details"))[1][0]
    assert all(name == name.lower() for name in person)


async def test_filters_work_whatever_the_spelling_of_the_answer(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.settings.key_case = "swapped"
    wanted = sandbox.company.on_day(0).people[2]["employeeId"]
    _, rows = await fetch("person-details", employeeId=wanted)
    assert [row["employeeID"] for row in rows] == [wanted]


async def test_nulls_can_be_left_out(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.settings.omit_nulls = True
    _, rows = await fetch("person-details")
    assert all(value is not None for row in rows for value in row.values())
    assert any("emailAddress" not in row for row in rows)


async def test_dates_can_be_american_text(fetch: Fetch, sandbox: UkgSandbox) -> None:
    plain = sandbox.company.on_day(0).employments[0]
    sandbox.settings.date_style = "us_text"
    row = (await fetch("employment-details"))[1][0]
    year, month, day = plain["originalHireDate"][:10].split("-")
    assert row["originalHireDate"] == f"{int(month)}/{int(day)}/{year} 12:00:00 AM"
    assert row["dateOfRetirement"] == ""
    assert row["leaveReasonCode"] is None
    _, rows = await fetch("employment-details")
    assert any(row["dateInJob"].startswith("0000") for row in rows)


async def test_jobs_name_their_code_in_two_ways(fetch: Fetch, sandbox: UkgSandbox) -> None:
    assert "code" in (await fetch("/configuration/v1/jobs"))[1][0]
    sandbox.settings.job_code_key = "jobCode"
    row = (await fetch("/configuration/v1/jobs"))[1][0]
    assert "jobCode" in row
    assert "code" not in row


@pytest.mark.parametrize("endpoint", GRID)
async def test_a_service_that_is_denied_answers_403(fetch: Fetch, sandbox: UkgSandbox, endpoint: str) -> None:
    area = "configuration" if GRID[endpoint] == "Company Configuration Integration" else "personnel"
    assert (await fetch(f"/{area}/v1/{endpoint}"))[0] == 200
    sandbox.settings.denied = {GRID[endpoint]}
    status, body = await fetch(f"/{area}/v1/{endpoint}")
    assert status == 403
    assert GRID[endpoint] in body["message"]


async def test_requests_in_flight_are_counted(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.settings.latency = 0.05
    await asyncio.gather(*(fetch("person-details", page=page, per_Page=5) for page in range(1, 5)))
    assert sandbox.in_flight_peak == 4
