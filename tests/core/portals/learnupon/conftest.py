"""A LearnUpon made of scripted answers on loopback, and clients that lose no time waiting."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import msgspec
import pytest
from aiohttp import web

from core.portals.learnupon.client import Account, LearnUponClient, Patience
from core.portals.learnupon.errors import LearnUponError
from core.portals.learnupon.pace import Pace

USERNAME, PASSWORD = "key-name", "Hidden-7"
DEFINITIONS = [
    {"id": 231, "type_id": 1, "label": "Department", "predefined_values": None},
    {"id": 640, "type_id": 5, "label": "Grade", "predefined_values": "1.00,2.50"},
    {"id": 641, "type_id": 7, "label": "Hired On"},
]


class Seen(msgspec.Struct):
    """One request as it came."""

    call: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class Scripted:
    """A server that answers what it is told: `answers["GET /users"]` is a list, its last answer stays.

    An answer is `(status, body)` or `(status, body, headers)`; a body that is neither bytes nor text goes out as JSON,
    and None closes the connection without an answer.
    """

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[Seen] = []
        self.answers: dict[str, list[tuple[Any, ...]]] = {
            "GET /users/customuserdata": [(200, {"customDataFieldDefinitions": DEFINITIONS})]
        }

    def calls(self) -> list[str]:
        return [seen.call for seen in self.seen]

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        call = f"{request.method} {request.path.removeprefix('/api/v1')}"
        self.seen.append(Seen(call, dict(request.query), dict(request.headers), json.loads(body) if body else None))
        answers = self.answers.get(call, [(404, "<html>no such page</html>")])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer[1] is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        content = answer[1] if isinstance(answer[1], bytes | str) else json.dumps(answer[1])
        content = content.encode() if isinstance(content, str) else content
        return web.Response(status=answer[0], body=content, headers=answer[2] if len(answer) > 2 else {})


@pytest.fixture
async def portal() -> AsyncIterator[Scripted]:
    scripted = Scripted()
    runner = web.ServerRunner(web.Server(scripted.handle, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    scripted.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield scripted
    await runner.cleanup()


@pytest.fixture
async def connect() -> AsyncIterator[Callable[..., Awaitable[LearnUponClient]]]:
    """Call with a URL for a client of it; keyword arguments change its keys, its pace or its patience."""
    async with AsyncExitStack() as stack:

        async def made(
            url: str, username: str = USERNAME, password: str = PASSWORD, pace: Pace | None = None, **patience: Any
        ) -> LearnUponClient:
            quick = {"first_wait": 0.002, "longest_wait": 0.01, "attempts": 3, "read_timeout": 5.0} | patience
            client = LearnUponClient(Account(url, username, password), pace or Pace(1_000_000), Patience(**quick))
            return await stack.enter_async_context(client)

        yield made


@pytest.fixture
async def client(portal: Scripted, connect: Callable[..., Awaitable[LearnUponClient]]) -> LearnUponClient:
    return await connect(portal.url)


@pytest.fixture
def check_sentence() -> Callable[[LearnUponError], None]:
    """Call with an error: is it fit to be shown, and does it keep everybody's secrets?"""

    def check(error: LearnUponError) -> None:
        shown = str(error)
        assert shown[0].isupper()
        assert shown.endswith(".")
        assert "\n" not in shown
        assert len(shown) < 450
        assert any(
            word in shown for word in ("Nothing was changed", "was not repeated", "stays as it is", "looks before")
        )
        for text in (shown, repr(error), str(error.__cause__)):
            assert not [
                private for private in (USERNAME, PASSWORD, "@", "Basic ", "<", "Jo ", "Doe") if private in text
            ]

    return check
