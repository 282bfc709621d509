import asyncio

import aiohttp

from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import UkgSandbox, serve_forever


async def test_anybody_on_the_machine_can_move_the_day(sandbox: UkgSandbox) -> None:
    async with aiohttp.ClientSession(sandbox.url) as client:
        async with client.post("/sandbox/next-day") as response:
            assert await response.json() == {"day": 1, "date": "2026-01-06"}
        async with client.get("/sandbox") as response:
            shown = await response.json()
    assert sandbox.day == 1
    assert (shown["day"], shown["date"], shown["url"]) == (1, "2026-01-06", sandbox.url)
    assert shown["people"] == len({row["personId"] for row in sandbox.company.on_day(1).people})
    assert (shown["user"], shown["password"], shown["customer_api_key"]) == (
        "svc-ukg-sync",
        "sandbox-password",
        "SBX01",
    )


async def test_the_list_follows_the_day(client: aiohttp.ClientSession, sandbox: UkgSandbox) -> None:
    async def people() -> object:
        async with client.get("/personnel/v1/person-details") as response:
            return await response.json()

    first = await people()
    sandbox.day = 3
    assert await people() == list(sandbox.company.on_day(3).people) != first
    sandbox.day = 0
    assert await people() == first


async def test_control_requests_are_not_counted(sandbox: UkgSandbox) -> None:
    async with aiohttp.ClientSession(sandbox.url) as client:
        for path in ("/sandbox", "/sandbox/other", "/sandbox/next-day"):
            async with client.get(path) as response:
                assert response.status == (200 if path == "/sandbox" else 404)
    assert sandbox.requests == []


async def test_it_serves_until_cancelled() -> None:
    sandbox = UkgSandbox(Company.of([], []))
    serving = asyncio.create_task(serve_forever(sandbox))
    while not sandbox.url:
        await asyncio.sleep(0.01)
    async with aiohttp.ClientSession(sandbox.url) as client, client.get("/sandbox") as response:
        assert (await response.json())["people"] == 0
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert serving.cancelled()
