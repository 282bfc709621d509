"""The stand-in over HTTP: one address for each portal of the realm."""

import asyncio
from collections import Counter, deque
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from aiohttp import web

from core.sandbox.answers import JSON, Answer, Refusal
from core.sandbox.learnupon import acceptance, control
from core.sandbox.learnupon.access import check_keys
from core.sandbox.learnupon.answers import NoSuchPage, UnreadableJson, html_answer, json_answer, refusal_answer
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.faults import Faults, Kind
from core.sandbox.learnupon.limits import Limits
from core.sandbox.learnupon.portal import Portal
from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.routes import Route, numbered, route
from core.sandbox.learnupon.settings import LearnUponSettings

_REQUESTS_KEPT = 20_000


@dataclass(frozen=True)
class SeenRequest:
    """One API request: whose portal, the call as in routes.py, the path, the names of the query, when.

    status: what was answered; 0 when the connection was closed without an answer.
    """

    portal: str
    call: str
    method: str
    path: str
    query: tuple[str, ...]
    status: int
    moment: datetime


class LearnUponSandbox:
    """LearnUpon on this machine, as an async context manager.

    realm: what it holds; without one, a top-level portal "top" and a sub-portal "sub", both empty. Its clock is also
    the clock of the limits: a test that moves it need not wait a minute, one that stops it never gets another one.
    settings, faults: may be changed while it runs; the next request sees it.
    requests: the API requests so far, oldest first (the latest 20,000; control requests are not among them).
    counts: API requests by call (`GET portals/#/generate_keys` rotates keys: a client must never come up in it).
    in_flight_peak: most API requests being answered at the same moment.
    port: of the top-level portal, each sub-portal has the next one; 0 picks free ones.
    """

    def __init__(
        self,
        settings: LearnUponSettings | None = None,
        *,
        realm: Realm | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.settings = settings or LearnUponSettings()
        self.realm = realm or Realm("top", "sub")
        self.faults = Faults()
        self.requests: deque[SeenRequest] = deque(maxlen=_REQUESTS_KEPT)
        self.counts: Counter[str] = Counter()
        self.in_flight_peak = 0
        self._in_flight = 0
        self._limits: dict[str, Limits] = {}
        self._host, self._port = host, port
        self._running = AsyncExitStack()

    @property
    def url(self) -> str:
        """`http://host:port` of the top-level portal, once started."""
        return self.realm.top.url

    def portal(self, name: str) -> Portal:
        """A portal of the realm, with its url and keys."""
        return self.realm.portals[name]

    def limits_of(self, portal: Portal) -> Limits:
        """The request budgets of a portal."""
        return self._limits.setdefault(portal.name, Limits())

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as starting:
            for place, portal in enumerate(self.realm.portals.values()):
                runner = web.ServerRunner(
                    web.Server(partial(self._handle, portal), access_log=None), shutdown_timeout=0.1
                )
                await runner.setup()
                starting.push_async_callback(runner.cleanup)
                port = self._port + place if self._port else 0
                await web.TCPSite(runner, self._host, port).start()
                portal.url = f"http://{self._host}:{runner.addresses[0][1]}"
            self._running = starting.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._running.aclose()

    async def _handle(self, portal: Portal, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        call = Call(self.realm, portal, self.settings, self.realm.clock(), request.query, await request.read())
        self._end_expired(call)
        if path == control.PATH or path.startswith(control.PATH + "/"):
            button, number = numbered(path.removeprefix(control.PATH))
            return _response(control.control(self, replace(call, id=number), f"{request.method} {button}"))
        if path.startswith(acceptance.PATH):
            return _response(acceptance.answer_invitation(call, request.method, path.removeprefix(acceptance.PATH)))
        self._in_flight += 1
        self.in_flight_peak = max(self.in_flight_peak, self._in_flight)
        try:
            return await self._serve(request, call)
        finally:
            self._in_flight -= 1

    async def _serve(self, request: web.BaseRequest, call: Call) -> web.StreamResponse:
        asked = route(request.method, request.path)
        fault = self.faults.take(asked, call.portal.name)
        # Sleeping for no time still lets requests that came together be seen together.
        await asyncio.sleep(self.settings.latency + (fault.seconds if fault and fault.name == "slow" else 0.0))
        unanswered = fault is not None and fault.name in ("cut", "lost")
        answer = Answer(0, b"") if fault and fault.name == "cut" else self._answer(request, call, asked, fault)
        self._remember(request, call, asked, 0 if unanswered else answer.status)
        if unanswered and request.transport is not None:
            request.transport.abort()
        return web.Response(status=500) if unanswered else _response(answer)

    def _answer(self, request: web.BaseRequest, call: Call, asked: Route, fault: Kind | None) -> Answer:
        settings = self.settings
        try:
            if fault is not None and fault.name == "html":
                return html_answer(502, "Bad Gateway")
            if fault is not None and fault.name == "status":
                raise Refusal(fault.code, "internal error, please try again")
            check_keys(request.headers, call.portal, settings)
            headers = self.limits_of(call.portal).spend(settings, call.now)
            if asked.endpoint is None:
                raise NoSuchPage
            typed = request.headers.get("Content-Type", "").startswith(JSON)
            if typed and not call.body and settings.content_type_on_bare_call == "refused":
                raise UnreadableJson
            if asked.name in settings.silent or (fault is not None and fault.name == "silent"):
                answer = json_answer({"success": "ok"})
            else:
                answer = asked.endpoint(replace(call, id=asked.id))
        except Refusal as refusal:
            return refusal_answer(refusal, settings)
        return replace(answer, headers={**answer.headers, **headers}) if settings.rate_headers else answer

    def _remember(self, request: web.BaseRequest, call: Call, asked: Route, status: int) -> None:
        self.counts[asked.name] += 1
        names = tuple(request.query)
        seen = SeenRequest(call.portal.name, asked.name, request.method, request.path, names, status, call.now)
        self.requests.append(seen)

    def _end_expired(self, call: Call) -> None:
        if self.realm.has_expiring:
            self.realm.end_expired(call.now.astimezone(ZoneInfo(self.settings.expiry_timezone)).date())

    def description(self, portal: Portal) -> dict[str, object]:
        """What a portal says of itself to whoever opens /sandbox."""
        return {
            "url": portal.url,
            "name": portal.name,
            "title": portal.title,
            "username": portal.username,
            "password": portal.password,
            "users": len(portal.members),
            "pending_invites": len(portal.pending),
            "fields": [field.label for field in portal.fields.values()],
            "portals": {name: other.url for name, other in self.realm.portals.items()},
        }

    def log(self) -> dict[str, object]:
        """The requests so far and their counts."""
        return {"counts": dict(self.counts), "in_flight_peak": self.in_flight_peak, "requests": list(self.requests)}


def _response(answer: Answer) -> web.Response:
    headers: Mapping[str, str] = {"Content-Type": answer.content_type, **answer.headers}
    return web.Response(status=answer.status, body=answer.body, headers=headers)
