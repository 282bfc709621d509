import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from core.sandbox.ukg import faults
from core.sandbox.ukg.server import UkgSandbox

Fetch = Callable[..., Awaitable[tuple[int, Any]]]
_PEOPLE = "/personnel/v1/person-details"


async def test_a_status_is_answered_once_and_then_no_more(client: aiohttp.ClientSession, sandbox: UkgSandbox) -> None:
    sandbox.faults.add("person-details", kind=faults.status(503, {"Retry-After": "3"}, "later"))
    async with client.get(_PEOPLE) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "3")
        assert await response.text() == "later"
    async with client.get(_PEOPLE) as response:
        assert response.status == 200
    assert len(sandbox.faults) == 0


async def test_a_fault_hits_only_its_endpoint_and_page(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.faults.add("person-details", page=2, kind=faults.status(500))
    assert (await fetch("employment-details", page=2, per_Page=5))[0] == 200
    assert (await fetch("person-details", page=1, per_Page=5))[0] == 200
    assert (await fetch("person-details", page=2, per_Page=5))[0] == 500


async def test_a_standing_fault_lasts_until_cleared(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.faults.add("*", kind=faults.status(502), times=None)
    assert [(await fetch("person-details"))[0] for _ in range(3)] == [502] * 3
    sandbox.faults.clear()
    assert (await fetch("person-details"))[0] == 200


async def test_a_fault_can_last_for_a_number_of_requests(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.faults.add("person-details", kind=faults.status(500), times=2)
    assert [(await fetch("person-details"))[0] for _ in range(3)] == [500, 500, 200]


async def test_faults_also_hit_the_routes_with_an_id(fetch: Fetch, sandbox: UkgSandbox) -> None:
    employee = sandbox.company.on_day(0).people[0]["employeeId"]
    sandbox.faults.add("person-details", kind=faults.status(500))
    assert (await fetch(f"person-details/{employee}"))[0] == 500


async def test_a_dropped_connection_brings_no_answer(client: aiohttp.ClientSession, sandbox: UkgSandbox) -> None:
    sandbox.faults.add("person-details", kind=faults.drop, times=None)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.get(_PEOPLE)
    assert sandbox.requests[-1].status == 0


async def test_truncated_json_is_complete_for_http_but_not_for_json(
    client: aiohttp.ClientSession, sandbox: UkgSandbox
) -> None:
    sandbox.faults.add("person-details", kind=faults.truncate)
    async with client.get(_PEOPLE) as response:
        body = await response.read()
        assert len(body) == int(response.headers["Content-Length"])
        with pytest.raises(ValueError, match="line 1"):
            await response.json()


async def test_a_cut_body_is_shorter_than_promised(client: aiohttp.ClientSession, sandbox: UkgSandbox) -> None:
    sandbox.faults.add("person-details", kind=faults.cut_body)
    async with client.get(_PEOPLE) as response:
        assert response.status == 200
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_a_login_page_comes_with_status_200(client: aiohttp.ClientSession, sandbox: UkgSandbox) -> None:
    sandbox.faults.add("person-details", kind=faults.html)
    async with client.get(_PEOPLE) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert "Sign in" in await response.text()


async def test_an_empty_body_comes_with_status_200(client: aiohttp.ClientSession, sandbox: UkgSandbox) -> None:
    sandbox.faults.add("person-details", kind=faults.empty)
    async with client.get(_PEOPLE) as response:
        assert (response.status, await response.read()) == (200, b"")


async def test_a_slow_answer_is_a_right_answer(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.faults.add("person-details", kind=faults.slow(0.2))
    began = time.monotonic()
    status, rows = await fetch("person-details", per_Page=3)
    assert (status, len(rows)) == (200, 3)
    assert time.monotonic() - began >= 0.2


async def test_shifted_pages_repeat_one_row_and_lose_one(fetch: Fetch, sandbox: UkgSandbox) -> None:
    sandbox.faults.add("person-details", page=3, kind=faults.shift, times=None)
    read = []
    for page in range(1, 9):
        read += [row["employeeId"] for row in (await fetch("person-details", page=page, per_Page=10))[1]]
    ids = [row["employeeId"] for row in sandbox.company.on_day(0).people]
    assert read == ids[:20] + ids[19:-1]


async def test_a_page_in_the_middle_can_be_empty(client: aiohttp.ClientSession, sandbox: UkgSandbox) -> None:
    sandbox.faults.add("person-details", page=2, kind=faults.drop_page)
    async with client.get(f"{_PEOPLE}?page=2&per_Page=10") as response:
        assert await response.json() == []
        assert 'rel="next"' in response.headers["Link"]
    async with client.get(f"{_PEOPLE}?page=2&per_Page=10") as response:
        assert len(await response.json()) == 10
