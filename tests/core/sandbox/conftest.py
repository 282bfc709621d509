import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import UkgSandbox

AUTHORIZATION = "Basic " + base64.b64encode(b"svc-ukg-sync:sandbox-password").decode()

Fetch = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture(scope="session")
def company() -> Company:
    return Company.generate(60)


@pytest.fixture
async def sandbox(company: Company) -> AsyncIterator[UkgSandbox]:
    async with UkgSandbox(company) as running:
        yield running


@pytest.fixture
async def client(sandbox: UkgSandbox) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": AUTHORIZATION, "US-Customer-Api-Key": "SBX01"}
    async with aiohttp.ClientSession(sandbox.url, headers=headers) as session:
        yield session


@pytest.fixture
def fetch(client: aiohttp.ClientSession) -> Fetch:
    """Status and JSON of a GET below /personnel/v1 or, with a leading slash, of any path."""

    async def get(path: str, **query: Any) -> tuple[int, Any]:
        where = path if path.startswith("/") else f"/personnel/v1/{path}"
        async with client.get(where, params=query) as response:
            return response.status, await response.json()

    return get
