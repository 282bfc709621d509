from typing import Any

import aiohttp
import pytest

from core.sandbox.learnupon.answers import BAD_JSON
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.sandbox.learnupon.client import Client, Clock


@pytest.mark.parametrize("status", [401, 403])
async def test_wrong_or_missing_keys_are_refused(
    top: Client, session: aiohttp.ClientSession, settings: LearnUponSettings, status: int
) -> None:
    settings.wrong_key_status = status  # type: ignore[assignment]
    wrong = await top.get("users", keys=(top.portal.username, "wrong"))
    assert (wrong.status, wrong.message) == (status, "Invalid API keys")
    for header in ({}, {"Authorization": "Basic %%%"}, {"Authorization": "Bearer token"}):
        async with session.get(f"{top.portal.url}/api/v1/users", headers=header) as answer:
            assert answer.status == status


WRAPPED = [
    ("POST", "users", "User", "user"),
    ("PUT", "users/0", "User", "user"),
    ("POST", "portal_invite", "Invite", "invite"),
    ("POST", "group_invites", "GroupInvite", "groupinvite"),
]


@pytest.mark.parametrize(("method", "path", "wrapper", "kind"), WRAPPED)
async def test_without_its_wrapper_a_body_is_a_404(
    top: Client, settings: LearnUponSettings, method: str, path: str, wrapper: str, kind: str
) -> None:
    bare: tuple[Any, ...] = ({"email": "a@example.com"}, {wrapper.lower(): {}}, {wrapper: []}, [], None)
    for body in bare:
        reply = await top.ask(method, path, body)
        assert (reply.status, reply.message) == (404, f"Invalid {kind} parameters provided")
    settings.wrapper_case = "any"
    reply = await top.ask(method, path, {wrapper.lower(): {}})
    assert "parameters provided" not in reply.message


async def test_unreadable_json_is_answered_in_another_shape(top: Client) -> None:
    for body in (b'{"User": ', b"\xff"):
        reply = await top.ask("POST", "users", body)
        assert (reply.status, reply.body) == (400, {"error": BAD_JSON})


async def test_a_path_that_is_none_is_answered_in_html(top: Client) -> None:
    for path in ("user", "users/5/keys", "/api/v2/users", "/", "bulk-operations/jobs"):
        reply = await top.get(path)
        assert (reply.status, reply.headers["Content-Type"]) == (404, "text/html")
        assert reply.body.startswith("<!DOCTYPE html>")
    assert (await top.ask("PATCH", "users/5", {"User": {}})).status == 404


async def test_a_content_type_without_a_body_is_served_or_refused(
    top: Client, session: aiohttp.ClientSession, settings: LearnUponSettings
) -> None:
    headers = {
        "Authorization": aiohttp.encode_basic_auth(top.portal.username, top.portal.password),
        "Content-Type": "application/json",
    }
    async with session.get(f"{top.portal.url}/api/v1/users", headers=headers) as answer:
        assert answer.status == 200
    settings.content_type_on_bare_call = "refused"
    async with session.get(f"{top.portal.url}/api/v1/users", headers=headers) as answer:
        assert (answer.status, await answer.json()) == (400, {"error": BAD_JSON})
    assert (await top.get("users")).status == 200
    assert (await top.create(email="ada@example.com")).status == 200


async def test_requests_are_logged_without_bodies_and_values(
    sandbox: LearnUponSandbox, top: Client, sales: Client, clock: Clock
) -> None:
    await top.get("users/search", email="ada@example.com", version_id="1.2")
    clock.forward(seconds=1)
    await sales.create(email="ada@example.com")
    seen = [(one.portal, one.call, one.path, one.query, one.status) for one in sandbox.requests]
    assert seen == [
        ("top", "GET users/search", "/api/v1/users/search", ("email", "version_id"), 404),
        ("sales", "POST users", "/api/v1/users", (), 200),
    ]
    assert (sandbox.requests[1].moment - sandbox.requests[0].moment).seconds == 1
    assert "ada@" not in repr(sandbox.requests)
    assert sandbox.counts == {"GET users/search": 1, "POST users": 1}


async def test_requests_in_flight_are_counted(
    sandbox: LearnUponSandbox, top: Client, settings: LearnUponSettings
) -> None:
    import asyncio

    settings.latency = 0.05
    await asyncio.gather(*(top.get("groups") for _ in range(5)))
    assert sandbox.in_flight_peak == 5


async def test_by_itself_it_holds_two_empty_portals() -> None:
    async with LearnUponSandbox() as sandbox, aiohttp.ClientSession() as session:
        top, sub = (Client(sandbox.portal(name), session) for name in ("top", "sub"))
        assert sandbox.url == top.portal.url
        assert await top.emails() == await sub.emails() == []
        assert [row["title"] for row in (await top.get("portals")).body["portals"]] == ["Sub"]
