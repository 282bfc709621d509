"""The HTTP side of UKG Pro: one request at a time made well; retried where that helps, never faster than agreed."""

import asyncio
import re
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import msgspec
import stamina
import stamina.instrumentation
from aiolimiter import AsyncLimiter

from core.ukg.errors import (
    NOTHING_WRITTEN,
    NotFound,
    PermissionMissing,
    RequestRefused,
    ServerTrouble,
    Throttled,
    UkgError,
    Unreachable,
    UnreadableAnswer,
    WrongCredentials,
)

Result = TypeVar("Result")

# The permission ("Web Service" in UKG Pro's grid) that unlocks an endpoint: facts/ukg-pro-api.md, section 1.
PERMISSIONS = {
    "person-details": "Employee Person Details",
    "employment-details": "Personnel Integration",
    "employee-supervisor-details": "Personnel Integration",
    "user-defined-fields": "Personnel Integration",
    "org-levels": "Company Configuration Integration",
    "jobs": "Company Configuration Integration",
    "locations": "Company Configuration Integration",
    "company-details": "Company Configuration Integration",
}

_MOST_UNANSWERED = 4

# A failing call is told through its error and the run's own report, not through the log of a library.
stamina.instrumentation.set_on_retry_hooks([])


class Credentials(msgspec.Struct, frozen=True):
    """A UKG Pro service account. `user_api_key` is sent only where a tenant wants it."""

    url: str
    user: str
    password: str
    customer_api_key: str
    user_api_key: str | None = None

    def __repr__(self) -> str:
        return f"Credentials(url={self.url!r}, user={self.user!r}, secrets hidden)"


class Pace(msgspec.Struct, frozen=True):
    """How hard UKG Pro may be asked.

    UKG publishes no quota (a window of a minute, facts section 2), so the defaults are modest: two requests in
    flight, 600 in a minute, and waits that together outlast a minute. Waits and timeouts are seconds. `attempts` is for
    what UKG Pro says will pass (429, 5xx); no answer, or an unreadable one, gets at most four.
    """

    page_size: int = 500
    in_flight: int = 2
    requests_per_minute: int = 600
    attempts: int = 7
    first_wait: float = 1.0
    longest_wait: float = 60.0
    connect_timeout: float = 10.0
    read_timeout: float = 90.0


class Answer(msgspec.Struct, frozen=True, gc=False):
    """The body of a successful answer, and its `Link` header if there was one."""

    body: bytes
    link: str | None


class UkgClient:
    """An async context manager over one service account; `requests` counts every request sent."""

    def __init__(self, credentials: Credentials, pace: Pace | None = None) -> None:
        self.credentials = credentials
        self.pace = pace or Pace()
        self.requests = 0
        self._in_flight = asyncio.Semaphore(self.pace.in_flight)
        self._limiter = AsyncLimiter(self.pace.requests_per_minute, 60)
        self._http: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._first_answer = asyncio.Lock()
        self._accepted = False
        self._refused: WrongCredentials | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.aclose()

    async def get(self, path: str, query: Mapping[str, str | int], read: Callable[[Answer], Result]) -> Result:
        """`read` applied to the answer; asked again while that may help.

        `read` raises `UnreadableAnswer` for a body that is not what it should be. Raises `UkgError`: the last
        failure, once the attempts are used up, or at once for those that another try cannot mend.
        """
        pace = self.pace
        async for attempt in stamina.retry_context(
            on=_Patience(),
            attempts=pace.attempts,
            timeout=None,
            wait_initial=pace.first_wait,
            wait_max=pace.longest_wait,
            wait_jitter=pace.first_wait / 2,
        ):
            with attempt:
                return read(await self._get_once(path, query))
        raise AssertionError("the last attempt either returned or raised")

    async def _opened(self) -> httpx.AsyncClient:
        """The connection pool, made when first needed: reading the certificates takes a while, so in a thread."""
        async with self._opening:
            if self._http is None:
                headers = {"US-Customer-Api-Key": self.credentials.customer_api_key, "Accept": "application/json"}
                if self.credentials.user_api_key:
                    headers["x-api-key"] = self.credentials.user_api_key
                encrypted = self.credentials.url.startswith("https://")
                self._http = httpx.AsyncClient(
                    base_url=self.credentials.url,
                    auth=httpx.BasicAuth(self.credentials.user, self.credentials.password),
                    headers=headers,
                    verify=await asyncio.to_thread(httpx.create_ssl_context) if encrypted else False,
                    timeout=httpx.Timeout(self.pace.read_timeout, connect=self.pace.connect_timeout, pool=None),
                    limits=httpx.Limits(max_connections=self.pace.in_flight),
                    follow_redirects=False,
                )
        return self._http

    async def check(self, path: str) -> None:
        """Read one row of a list, only to see that it may be read; raises `UkgError` saying why not."""
        await self.get(
            path, {"page": 1, "per_Page": 1}, lambda answer: decode_rows(path, answer.body, list[msgspec.Raw])
        )

    async def _get_once(self, path: str, query: Mapping[str, str | int]) -> Answer:
        """One request. Until the first answer no second one is sent: refused credentials are sent only once."""
        if not self._accepted:
            async with self._first_answer:
                if self._refused is not None:
                    raise self._refused
                if not self._accepted:
                    return await self._send_first(path, query)
        return await self._send(path, query)

    async def _send_first(self, path: str, query: Mapping[str, str | int]) -> Answer:
        try:
            answer = await self._send(path, query)
        except WrongCredentials as error:
            self._refused = error
            raise
        self._accepted = True
        return answer

    async def _send(self, path: str, query: Mapping[str, str | int]) -> Answer:
        endpoint = path.rstrip("/").rsplit("/", 1)[-1]
        http = await self._opened()
        async with self._in_flight, self._limiter:
            self.requests += 1
            try:
                response = await http.get(path, params=dict(query))
            except httpx.TimeoutException as error:
                raise Unreachable(
                    f"UKG Pro at {self.credentials.url} did not answer in time ({endpoint}). "
                    f"{NOTHING_WRITTEN} Try again later."
                ) from error
            except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
                raise Unreachable(
                    f"There is no connection to UKG Pro at {self.credentials.url}. {NOTHING_WRITTEN} "
                    "Check the address and that this machine may reach it."
                ) from error
            except httpx.TransportError as error:
                raise Unreachable(
                    f"The connection to UKG Pro broke off while reading {endpoint}. {NOTHING_WRITTEN} Try again later."
                ) from error
            except httpx.DecodingError as error:
                raise UnreadableAnswer(_unreadable(endpoint, "is damaged")) from error
        if response.status_code != httpx.codes.OK:
            raise _refusal(endpoint, response, self.credentials.url)
        return Answer(response.content, response.headers.get("link"))


def decode_rows(endpoint: str, body: bytes, kind: Any) -> Any:
    """The JSON body as `kind`; raises `UnreadableAnswer` saying what came instead, without quoting it."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise UnreadableAnswer(_unreadable(endpoint, _what_came(body))) from error


def _what_came(body: bytes) -> str:
    start = body[:200].lstrip()
    if not start:
        return "is empty"
    if start.startswith(b"<"):
        return "is a web page, perhaps a login page: check that the address is the web-services host"
    if start[:1] not in b"[{":
        return "is not JSON"
    if not body.rstrip().endswith(b"]" if start.startswith(b"[") else b"}"):
        return "is cut off"
    return "is not a list of rows as UKG Pro documents it"


def _unreadable(endpoint: str, what: str) -> str:
    return f"UKG Pro's answer for {endpoint} {what}. {NOTHING_WRITTEN}"


class _Patience:
    """Whether another try may help, or how many seconds UKG Pro asked us to wait before it; for one request."""

    def __init__(self) -> None:
        self._unanswered = 0

    def __call__(self, error: Exception) -> bool | float:
        if isinstance(error, Throttled | ServerTrouble):
            return True if error.retry_after is None else error.retry_after
        self._unanswered += 1
        return isinstance(error, Unreachable | UnreadableAnswer) and self._unanswered < _MOST_UNANSWERED


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds of a numeric `Retry-After`, at most five minutes; a date or nonsense counts as none."""
    text = response.headers.get("retry-after", "").strip()
    return min(float(text), 300.0) if re.fullmatch(r"\d{1,6}(\.\d+)?", text) else None


def _refusal(endpoint: str, response: httpx.Response, url: str) -> UkgError:
    """The error for a status that is not 200. Bodies are not quoted: they may hold personal data."""
    status = response.status_code
    if status == httpx.codes.UNAUTHORIZED:
        return WrongCredentials(
            f"UKG Pro refused the service account (401). {NOTHING_WRITTEN} Check user, password and customer API key "
            "under System Configuration > Security > Web Services, and connect again."
        )
    if status == httpx.codes.FORBIDDEN:
        permission = PERMISSIONS.get(endpoint, "the web service")
        return PermissionMissing(
            f"The service account may not read {endpoint} (403). {NOTHING_WRITTEN} In UKG Pro, tick View for "
            f"'{permission}' on the service account, and check the customer API key."
        )
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Throttled(
            f"UKG Pro asked us to slow down (429) and kept doing so. {NOTHING_WRITTEN} Try again in some minutes.",
            _retry_after(response),
        )
    if status == httpx.codes.NOT_FOUND:
        return NotFound(
            f"UKG Pro at {url} does not know {endpoint} (404). {NOTHING_WRITTEN} Check that the address is the "
            "web-services host."
        )
    if status >= 500:
        return ServerTrouble(
            f"UKG Pro had trouble of its own reading {endpoint} ({status}). {NOTHING_WRITTEN} Try again later.",
            _retry_after(response),
        )
    return RequestRefused(f"UKG Pro refused the request for {endpoint} ({status}). {NOTHING_WRITTEN}")
