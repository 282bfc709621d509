"""The stand-in over HTTP: the Web API, uploads, response URLs and the links of Socket Mode."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4

from aiohttp import web

from tests.bot.fake_slack import faults, limits
from tests.bot.fake_slack.faults import Fault, Faults
from tests.bot.fake_slack.links import Links
from tests.bot.fake_slack.methods import METHODS, SCOPES, Arguments, begin_upload, checked_content
from tests.bot.fake_slack.refusals import Refusal
from tests.bot.fake_slack.view_methods import VIEW_METHODS
from tests.bot.fake_slack.workspace import Channel, Message, ResponseUrl, User, Workspace, is_over

Found = TypeVar("Found")

BOT_TOKEN = "xoxb-fake-bot"
APP_TOKEN = "xapp-fake-app"

_JSON_ARGUMENTS = ("blocks", "view", "attachments", "metadata", "files")
_LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class Call:
    """A call of the Web API: the method, what came along, what was answered (None: the connection was cut), and when
    it came, in seconds of the monotonic clock.
    """

    method: str
    arguments: Arguments
    answer: dict[str, Any] | None
    at: float


class Server:
    """Slack on loopback, as an async context manager; its clock stands still but for `pass_time`.

    scopes: what the app's token may do; None is everything. calls: the calls of the Web API, oldest first.
    token_error: what every call is refused with, if set. silent: how many calls met with silence.
    """

    def __init__(self, scopes: Iterable[str] | None = None) -> None:
        self.workspace = Workspace()
        self.faults = Faults()
        self.calls: list[Call] = []
        self.scopes = None if scopes is None else set(scopes)
        self.token_error: str | None = None
        self.silent = 0
        self.links = Links(self._change)
        self.url = ""
        self._now = 1_700_000_000.0
        self._changed = asyncio.Event()
        self._mended = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self.links.serve)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_post("/respond/{name}", self._respond)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._mended.set()
        await self.links.close()
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL says."""
        return f"{self.url}/api/"

    @property
    def now(self) -> float:
        """The moment, in seconds."""
        return self._now

    def pass_time(self, seconds: float) -> None:
        """Let time pass: triggers and response URLs grow old."""
        self._now += seconds

    def add_user(self, user_id: str, name: str = "someone", **more: Any) -> User:
        """Someone in the workspace."""
        return self.workspace.users.setdefault(user_id, User(user_id, name, **more))

    def add_channel(self, channel_id: str, name: str = "a-channel", **more: Any) -> Channel:
        """A channel; the app is in it unless said otherwise."""
        return self.workspace.channels.setdefault(channel_id, Channel(channel_id, name, **more))

    def fail(self, method: str, error: str, *, times: int | None = 1, retry_after: int = 1, **more: Any) -> None:
        """Let the next calls of the method (`*`: of any) fail; `times=None` until `mend`."""
        self._mended.clear()
        self.faults.add(method, error, times=times, retry_after=retry_after, **more)

    def mend(self, method: str | None = None) -> None:
        """Let the method work again, or all; calls that wait in silence are cut."""
        self.faults.mend(method)
        self._mended.set()

    def called(self, method: str) -> list[Call]:
        """The calls of that method, oldest first."""
        return [call for call in self.calls if call.method == method]

    async def wait_for(self, condition: Callable[[], Found]) -> Found:
        """Wait until the condition gives something; looked at after each call, link and answer."""
        async with asyncio.timeout(_LONGEST_WAIT):
            while True:
                self._changed.clear()
                if found := condition():
                    return found
                await self._changed.wait()

    def messages(self, channel: str, *, to: str | None = None) -> list[Message]:
        """What someone (`to`) sees in a channel now, or everybody, oldest first; threads are among it."""
        seen = [message for message in self.workspace.messages if message.channel == channel and not message.deleted]
        return [message for message in seen if message.only_for in (None, to)]

    def response_url(self, channel: str, user: str, message: Message | None = None) -> str:
        """A new response URL."""
        name = uuid4().hex
        self.workspace.response_urls[name] = ResponseUrl(channel, user, self.now, message)
        return f"{self.url}/respond/{name}"

    def _change(self) -> None:
        self._changed.set()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method, came_at = request.match_info["method"], time.monotonic()
        token, arguments = await _read(request)
        fault = self.faults.take(method)
        if fault is not None and fault.error == faults.SILENT:
            self.silent += 1
            self._change()
            await self._mended.wait()
        if fault is not None and fault.error in (faults.CUT, faults.SILENT, faults.INTERNAL):
            answer = {"ok": False, "error": "internal_error"} if fault.error == faults.INTERNAL else None
        else:
            answer = self._answer(method, token, arguments, fault)
        lost = answer is None or (fault is not None and fault.error in (faults.LOST, faults.UNANSWERED))
        self.calls.append(Call(method, arguments, None if lost else answer, came_at))
        self._change()
        if fault is not None and fault.error == faults.UNANSWERED:
            await self._mended.wait()
        if lost:
            assert request.transport is not None
            request.transport.abort()
            return web.Response(status=500)
        if fault is not None and fault.error == "ratelimited":
            return web.json_response(answer, status=429, headers={"Retry-After": str(fault.retry_after)})
        return web.json_response(answer, status=500 if fault is not None and fault.error == faults.INTERNAL else 200)

    def _answer(self, method: str, token: str, arguments: Arguments, fault: Fault | None) -> dict[str, Any]:
        try:
            if fault is not None and fault.error not in (faults.LOST, faults.UNANSWERED):
                raise Refusal(fault.error, **fault.more)
            self._check_token(method, token)
            return {"ok": True, **self._do(method, arguments)}
        except Refusal as refusal:
            return refusal.answer

    def _check_token(self, method: str, token: str) -> None:
        if not token:
            raise Refusal("not_authed")
        if self.token_error is not None:
            raise Refusal(self.token_error)
        if token not in (BOT_TOKEN, APP_TOKEN):
            raise Refusal("invalid_auth")
        if (method == "apps.connections.open") != (token == APP_TOKEN):
            raise Refusal("not_allowed_token_type")
        needed = SCOPES.get(method, ())
        if self.scopes is not None and needed and not self.scopes & set(needed):
            raise Refusal("missing_scope", needed=",".join(needed), provided=",".join(sorted(self.scopes)))

    def _do(self, method: str, arguments: Arguments) -> dict[str, Any]:
        if method == "apps.connections.open":
            return {"url": f"{self.url.replace('http', 'ws', 1)}/link?ticket={self.links.ticket()}"}
        if method == "files.getUploadURLExternal":
            file = begin_upload(self.workspace, arguments)
            return {"file_id": file.id, "upload_url": f"{self.url}/upload/{file.id}"}
        if method in VIEW_METHODS:
            return VIEW_METHODS[method](self.workspace, arguments, self.now)
        if method not in METHODS:
            raise Refusal("unknown_method")
        return METHODS[method](self.workspace, arguments)

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.workspace.files.get(request.match_info["file"])
        body = await request.read()
        fault = self.faults.take("upload")
        if fault is not None or file is None or len(body) != file.length:
            return web.Response(status=500 if fault is not None else 400, text="the upload failed")
        file.body = body
        return web.Response(text=f"OK - {file.length}")

    async def _respond(self, request: web.Request) -> web.Response:
        place = self.workspace.response_urls.get(request.match_info["name"])
        fault = self.faults.take("response_url")
        if fault is not None:
            return web.Response(status=500, text="error")
        if place is None or is_over(place.given_at, self.now, limits.RESPONSE_SECONDS):
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if place.uses >= limits.RESPONSE_USES:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        place.uses += 1
        try:
            self._put_response(place, await request.json())
        except Refusal as refusal:
            return web.json_response(refusal.answer, status=400)
        self._change()
        return web.Response(text="ok")

    def _put_response(self, place: ResponseUrl, body: Arguments) -> None:
        message = place.message
        if body.get("delete_original") and message is not None:
            message.deleted = True
            return
        text, blocks = checked_content(body, limits.UPDATED_TEXT)
        if body.get("replace_original") and message is not None:
            message.text, message.blocks = text, self.workspace.with_ids(blocks)
            message.edits += 1
            return
        public = body.get("response_type") == "in_channel"
        only_for = None if public else place.user
        self.workspace.post(place.channel, text, blocks, only_for=only_for, thread_ts=body.get("thread_ts"))


async def _read(request: web.Request) -> tuple[str, Arguments]:
    """The token and the arguments, however they came."""
    arguments: Arguments = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await request.json()
    else:
        arguments |= dict(await request.post())
    for name in _JSON_ARGUMENTS:
        if isinstance(arguments.get(name), str):
            with suppress(ValueError):
                arguments[name] = json.loads(arguments[name])
    token = str(arguments.pop("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer "))
    return token, arguments
