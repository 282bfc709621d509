"""The stand-in over HTTP."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import quote

import msgspec
from aiohttp import web

from core.sandbox.answers import Answer, Refusal
from core.sandbox.ukg.access import Quota, check_credentials, check_permission
from core.sandbox.ukg.answers import refusal_answer
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.delivery import deliver, spoilt
from core.sandbox.ukg.faults import Faults, Kind
from core.sandbox.ukg.pages import Pages
from core.sandbox.ukg.paging import Page, link_header, requested_page
from core.sandbox.ukg.routes import NOT_PAGED, Route, route
from core.sandbox.ukg.settings import SandboxSettings

_REQUESTS_KEPT = 20_000
_CONTROL = "/sandbox"


@dataclass(frozen=True)
class SeenRequest:
    """One API request as it arrived. Header names are lower case, `authorization` is left out.

    status: what was answered; 0 when the connection was dropped without an answer.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    status: int


class UkgSandbox:
    """UKG Pro on this machine, as an async context manager.

    settings, faults, day: may be changed while it runs; the next request sees it.
    requests: the API requests so far, oldest first (the latest 20,000; control requests are not among them).
    in_flight_peak: most API requests being answered at the same moment.
    url: `http://host:port`, once started.
    """

    def __init__(
        self, company: Company, *, settings: SandboxSettings | None = None, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.settings = settings or SandboxSettings()
        self.faults = Faults()
        self.requests: list[SeenRequest] = []
        self.in_flight_peak = 0
        self.url = ""
        self.day = 0
        self._pages = Pages(company)
        self._quota = Quota()
        self._in_flight = 0
        self._host, self._port = host, port
        self._runner: web.ServerRunner | None = None

    @property
    def company(self) -> Company:
        """The company served; another one may be put in its place."""
        return self._pages.company

    @company.setter
    def company(self, company: Company) -> None:
        self._pages = Pages(company)

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self.url = f"http://{self._host}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == _CONTROL or request.path.startswith(_CONTROL + "/"):
            return self._control(request)
        self._in_flight += 1
        self.in_flight_peak = max(self.in_flight_peak, self._in_flight)
        try:
            found = route(request.path)
            query = {name.lower(): value for name, value in request.query.items()}
            kind = self.faults.take(found.endpoint if found else "", _page_number(query))
            # Sleeping for no time still lets requests that came together be seen together.
            extra = kind.seconds if kind is not None and kind.name == "slow" else 0.0
            await asyncio.sleep(self.settings.latency + extra)
            answer = spoilt(self._answer(request, found, query, kind), kind)
            self._remember(request, 0 if kind is not None and kind.name == "drop" else answer.status)
            return await deliver(request, answer, kind)
        finally:
            self._in_flight -= 1

    def _remember(self, request: web.BaseRequest, status: int) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        headers.pop("authorization", None)
        self.requests.append(SeenRequest(request.method, request.path, dict(request.query), headers, status))
        if len(self.requests) > _REQUESTS_KEPT:
            del self.requests[0]

    def _answer(
        self, request: web.BaseRequest, found: Route | None, query: dict[str, str], kind: Kind | None
    ) -> Answer:
        try:
            if kind is not None and kind.name == "status":
                if kind.body is not None:
                    return Answer(kind.code, kind.body, headers=kind.headers)
                raise Refusal(kind.code, "The service is not available.", kind.headers)
            if found is None:
                raise Refusal(404, "There is nothing at this path.")
            check_credentials(request.headers, self.settings)
            self._quota.spend(self.settings)
            check_permission(found.endpoint, self.settings)
            if request.method != "GET":
                raise Refusal(405, "Only GET is served here.", {"Allow": "GET"})
            return self._listing(request, found, query, kind)
        except Refusal as refusal:
            return refusal_answer(refusal, self.settings)

    def _listing(self, request: web.BaseRequest, found: Route, query: dict[str, str], kind: Kind | None) -> Answer:
        moment = self._pages.moment(self.day, self.settings)
        filters = query if self.settings.filters == "honoured" else {}
        selection = self._pages.select(moment, found.endpoint, found.narrowed(filters))
        total = len(selection.positions)
        if found.single:
            if not total:
                raise Refusal(404, "There is no such employee.")
            return Answer(200, msgspec.json.encode(self._pages.rows(selection, 0, 1)[0]))
        if total == 0 and selection.filtered and self.settings.no_match == "not_found":
            raise Refusal(404, "No record matches.")
        if found.endpoint in NOT_PAGED:
            return Answer(200, self._pages.body(selection, 0, total))
        page = requested_page(query, self.settings)
        headers = {"Link": self._link(request, page, total)} if self.settings.send_link_header else {}
        if kind is not None and kind.name == "drop_page":
            return Answer(200, b"[]", headers=headers)
        shifted = kind is not None and kind.name == "shift"
        start, stop = page.shifted_bounds(total) if shifted else page.bounds(total)
        return Answer(200, self._pages.body(selection, start, stop), headers=headers)

    def _link(self, request: web.BaseRequest, page: Page, total: int) -> str:
        host = self.settings.link_host_override
        base = f"http://{request.host}" if host is None else host if "://" in host else f"https://{host}"
        return link_header(base.rstrip("/") + quote(request.path), list(request.query.items()), page, total)

    def _control(self, request: web.BaseRequest) -> web.Response:
        """The stand-in's own buttons, open to anybody on the machine."""
        if (request.method, request.path) == ("POST", f"{_CONTROL}/next-day"):
            self.day += 1
            answer: dict[str, object] = {"day": self.day, "date": self.company.date_of(self.day).isoformat()}
        elif (request.method, request.path) == ("GET", _CONTROL):
            answer = self._description()
        else:
            return web.Response(status=404)
        return web.Response(body=msgspec.json.encode(answer), content_type="application/json")

    def _description(self) -> dict[str, object]:
        snapshot = self._pages.snapshot(self._pages.moment(self.day, self.settings))
        return {
            "url": self.url,
            "people_url": f"{self.url}/personnel/v1/person-details?page=1&per_Page=100",
            "next_day": f"POST {self.url}{_CONTROL}/next-day",
            "day": self.day,
            "date": snapshot.date.isoformat(),
            "people": len({row.get("personId") for row in snapshot.people}),
            "user": self.settings.user,
            "password": self.settings.password,
            "customer_api_key": self.settings.customer_api_key,
            "user_api_key": self.settings.user_api_key,
        }


def _page_number(query: dict[str, str]) -> int:
    text = query.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() else 1


async def serve_forever(sandbox: UkgSandbox) -> None:
    """Serve until cancelled."""
    async with sandbox:
        await asyncio.Event().wait()
