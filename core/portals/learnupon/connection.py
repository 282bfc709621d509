"""One call of LearnUpon's API made well: in its turn, tried again where that is safe, and understood."""

import asyncio
import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

import httpx
import msgspec
import stamina
import stamina.instrumentation

from core.portals.learnupon.address import normalise_address
from core.portals.learnupon.errors import (
    KeysRefused,
    KeysReplaced,
    StopEverything,
    Throttled,
    TryAgainLater,
    Unreachable,
    UnreadableAnswer,
    WrongAddress,
)
from core.portals.learnupon.pace import Pace, pace_of
from core.portals.learnupon.refusals import (
    Call,
    failure_of,
    lost_answer,
    no_such_user,
    refused_for_once,
    what_came,
)
from core.portals.learnupon.wire import number_of

Result = TypeVar("Result")

# Cheap, harmless and always there, so it tells good keys from bad ones (facts/learnupon-api.md, section 3).
CHECK = Call("reading the custom user data fields", "GET", "/users/customuserdata")

_JSON = {"Content-Type": "application/json"}

# A failing call is told through its error, not through the log of a library.
stamina.instrumentation.set_on_retry_hooks([])
# It logs the address of every request, and a search has somebody's e-mail in it.
logging.getLogger("httpx").setLevel(logging.WARNING)


class Account(msgspec.Struct, frozen=True):
    """The API keys of one portal. `url` is its plain address, without /api/v1."""

    url: str
    username: str
    password: str

    def __repr__(self) -> str:
        return f"Account(url={self.url!r}, secrets hidden)"


class Patience(msgspec.Struct, frozen=True):
    """How often a call is tried and how long waited for; waits and timeouts in seconds.

    Eight in flight keep up 300 requests a minute until an answer takes 1.6 seconds; only five of them ever start at
    once (see `Pace`). `attempts` is for what passes by itself; a throttled call waits for the minute besides.
    """

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 30.0
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    in_flight: int = 8


class Connection:
    """An async context manager over one portal; `requests` counts every request sent."""

    def __init__(self, account: Account, pace: Pace | None = None, patience: Patience | None = None) -> None:
        self.url = normalise_address(account.url)
        self.pace = pace or pace_of(self.url)
        self.patience = patience or Patience()
        self.requests = 0
        self._account = account
        self._in_flight = asyncio.Semaphore(self.patience.in_flight)
        self._http: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._first_answer = asyncio.Lock()
        self._accepted = False
        self._judging = False
        self._refused: StopEverything | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.aclose()

    async def ask(self, call: Call, read: Callable[[httpx.Response], Result | None]) -> Result:
        """`read` applied to the answer; it gives None for a body that is not what it should be.

        Tried again where that is safe: reads after any passing trouble, writes only when it is certain that nothing
        was done. Raises `LearnUponError`.
        """
        patience = self.patience
        try:
            async for attempt in stamina.retry_context(
                on=_worth_another_try,
                attempts=patience.attempts,
                timeout=None,
                wait_initial=patience.first_wait,
                wait_max=patience.longest_wait,
                wait_jitter=patience.first_wait / 2,
            ):
                with attempt:
                    return _understood(call, await self._send_in_turn(call), read)
        except (KeysRefused, WrongAddress) as error:
            await self._judge(call, error)
            raise
        raise AssertionError("the last attempt either returned or raised")

    async def _judge(self, call: Call, error: StopEverything) -> None:
        """Whether a 401, 403 or bare 404 means what it says: not if the keys are good for another call."""
        if call == CHECK or self._refused is not None:
            self._refused = self._refused or self._final(error)
            raise self._refused
        async with self._first_answer:
            self._stop_if_refused()
            self._judging = True
            try:
                await self.ask(CHECK, lambda response: response)
            finally:
                self._judging = False
        if not call.person:
            return
        if call.known and isinstance(error, WrongAddress):
            raise no_such_user(call) from error
        raise refused_for_once(call, "401 or 403" if isinstance(error, KeysRefused) else "404") from error

    def _final(self, error: StopEverything) -> StopEverything:
        if not (self._accepted and isinstance(error, KeysRefused)):
            return error
        return KeysReplaced(
            "LearnUpon stopped accepting the API keys, probably because a new pair was generated. What was not written "
            "yet stays as it is. Give the new pair with `ukg learnupon` and sync again."
        )

    def _stop_if_refused(self) -> None:
        if self._refused is not None:
            raise self._refused

    async def _send_in_turn(self, call: Call) -> httpx.Response:
        """Until the first answer no second request is sent: refused keys are not tried over and over."""
        self._stop_if_refused()
        if not self._accepted:
            async with self._first_answer:
                self._stop_if_refused()
                if not self._accepted:
                    return await self._send_first(call)
        return await self._send(call)

    async def _send_first(self, call: Call) -> httpx.Response:
        try:
            response = await self._send(call)
        except (KeysRefused, WrongAddress) as error:
            if call != CHECK:
                await self._send_first(CHECK)
            else:
                self._refused = error
            raise
        self._accepted = True
        return response

    async def _send(self, call: Call) -> httpx.Response:
        if call == CHECK:  # never behind those that wait for what comes of it
            response = await self._send_paced(call)
        else:
            async with self._in_flight:
                if self._judging:
                    async with self._first_answer:
                        pass  # the keys are good, or this stops in the next line
                self._stop_if_refused()
                response = await self._send_paced(call)
        failure = failure_of(call, response, self.url)
        if isinstance(failure, Throttled):
            self.pace.slow_down(failure.wait)
        if failure is not None:
            raise failure
        return response

    async def _send_paced(self, call: Call) -> httpx.Response:
        http = await self._opened()
        await self.pace.begin()
        self.requests += 1
        response: httpx.Response | None = None
        try:
            response = await self._exchange(http, call)
        finally:
            headers = response.headers if response is not None else httpx.Headers()
            self.pace.end(
                number_of(headers.get("x-lu-rate-limit-remaining-minute")),
                number_of(headers.get("x-lu-rate-limit-remaining-week")),
            )
        return response

    async def _exchange(self, http: httpx.AsyncClient, call: Call) -> httpx.Response:
        """The request itself. A body-less call carries no Content-Type (facts, section 1.2)."""
        try:
            return await http.request(
                call.method,
                call.path,
                params=call.query or None,
                content=call.body,
                headers=_JSON if call.body is not None else None,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
            raise Unreachable(
                f"There is no connection to LearnUpon at {self.url}. {call.spared} Check the address and that this "
                "machine may reach it."
            ) from error
        except httpx.TimeoutException as error:
            if call.writes:
                raise lost_answer(call, "LearnUpon did not answer in time") from error
            raise Unreachable(
                f"LearnUpon at {self.url} did not answer in time while {call.doing}. {call.spared} Try again later."
            ) from error
        except httpx.TransportError as error:
            if call.writes:
                raise lost_answer(call, "The connection to LearnUpon broke off") from error
            raise Unreachable(
                f"The connection to LearnUpon broke off while {call.doing}. {call.spared} Try again later."
            ) from error
        except httpx.DecodingError as error:
            raise _unreadable(call, "is damaged") from error

    async def _opened(self) -> httpx.AsyncClient:
        """The connection pool, made when first needed: reading the certificates takes a while, so in a thread."""
        async with self._opening:
            if self._http is None:
                encrypted = self.url.startswith("https://")
                self._http = httpx.AsyncClient(
                    base_url=f"{self.url}/api/v1",
                    auth=httpx.BasicAuth(self._account.username, self._account.password),
                    headers={"Accept": "application/json"},
                    verify=await asyncio.to_thread(httpx.create_ssl_context) if encrypted else False,
                    timeout=httpx.Timeout(self.patience.read_timeout, connect=self.patience.connect_timeout, pool=None),
                    limits=httpx.Limits(max_connections=self.patience.in_flight),
                    follow_redirects=False,
                )
        return self._http


def _understood(call: Call, response: httpx.Response, read: Callable[[httpx.Response], Result | None]) -> Result:
    result = read(response)
    if result is None:
        raise _unreadable(call, what_came(response.content))
    return result


def _unreadable(call: Call, what: str) -> Exception:
    if call.writes:
        return lost_answer(call, f"LearnUpon's answer {what}")
    return UnreadableAnswer(f"LearnUpon's answer {what} ({call.doing}). {call.spared} Try again later.")


def _worth_another_try(error: Exception) -> bool | float:
    """Whether to try again; 0.0 seconds for a throttled call, since the pace makes it wait."""
    return 0.0 if isinstance(error, Throttled) else isinstance(error, TryAgainLater)
