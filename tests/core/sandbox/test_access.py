import base64

import aiohttp
import pytest

from core.sandbox.ukg.server import UkgSandbox

_RIGHT = {
    "Authorization": "Basic " + base64.b64encode(b"svc-ukg-sync:sandbox-password").decode(),
    "US-Customer-Api-Key": "SBX01",
}


async def _status(sandbox: UkgSandbox, headers: dict[str, str]) -> int:
    async with (
        aiohttp.ClientSession(sandbox.url) as client,
        client.get("/personnel/v1/person-details?per_Page=1", headers=headers) as response,
    ):
        return response.status


async def test_the_right_credentials_are_accepted(sandbox: UkgSandbox) -> None:
    assert await _status(sandbox, _RIGHT) == 200


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer token", "Basic !", "Basic " + base64.b64encode(b"svc-ukg-sync:wrong").decode()],
)
async def test_wrong_credentials_are_401(sandbox: UkgSandbox, authorization: str | None) -> None:
    headers = {name: value for name, value in _RIGHT.items() if name != "Authorization"}
    assert await _status(sandbox, headers | ({"Authorization": authorization} if authorization else {})) == 401


@pytest.mark.parametrize("key", [{}, {"US-Customer-Api-Key": "OTHER"}])
async def test_a_wrong_customer_key_is_401_or_403(sandbox: UkgSandbox, key: dict[str, str]) -> None:
    headers = {"Authorization": _RIGHT["Authorization"]} | key
    assert await _status(sandbox, headers) == 401
    sandbox.settings.wrong_key_status = 403
    assert await _status(sandbox, headers) == 403


async def test_a_user_key_is_needed_only_when_the_tenant_wants_one(sandbox: UkgSandbox) -> None:
    assert await _status(sandbox, _RIGHT | {"x-api-key": "whatever"}) == 200
    sandbox.settings.user_api_key = "USER1"
    assert await _status(sandbox, _RIGHT) == 401
    assert await _status(sandbox, _RIGHT | {"x-api-key": "USER1"}) == 200


async def test_refused_requests_are_remembered_with_their_status(sandbox: UkgSandbox) -> None:
    await _status(sandbox, {})
    assert sandbox.requests[-1].status == 401
