"""Socket Mode: the links an app holds, what is sent over them, and how the app acknowledges it.

What is not acknowledged in time, or whose acknowledgement gets lost, is sent again as Slack does it: an event up to
three times, with the number of the attempt and the reason (docs.slack.dev, Events API and Socket Mode; without the
minutes in between), anything else once its acknowledgement was lost, with the envelope that it had.
"""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.bot.fake_slack.workspace import APP

MOST_RETRIES = 3


class AcknowledgementLost(Exception):
    """The app acknowledged, and that never arrived."""


class Links:
    """The websockets that are open. `opened` counts them from the beginning.

    refusing: new ones fail. mute: those that are open look open, and nothing is answered on them. losing: how many
    acknowledgements more get lost. sent: every envelope that was sent.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self.opened = 0
        self.refusing = False
        self.mute = False
        self.losing = 0
        self.sent: list[dict[str, Any]] = []
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._acknowledged: dict[str, asyncio.Future[Any]] = {}
        self._changed = changed

    @property
    def number_open(self) -> int:
        """How many links are open now."""
        return len(self._open)

    def ticket(self) -> str:
        """What lets one link be opened, once."""
        ticket = uuid4().hex
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One link, from hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or self.refusing:
            return web.Response(status=408 if self.refusing else 401)
        self._tickets.remove(ticket)
        link = web.WebSocketResponse(autoping=False)
        await link.prepare(request)
        self._open.append(link)
        self.opened += 1
        debug = {"host": "fake", "build_number": 1, "approximate_connection_time": 18060}
        await link.send_json(
            {
                "type": "hello",
                "num_connections": self.number_open,
                "debug_info": debug,
                "connection_info": {"app_id": APP},
            }
        )
        self._changed()
        try:
            async for message in link:
                if self.mute:
                    continue
                if message.type == WSMsgType.PING:
                    await link.pong(message.data)
                elif message.type == WSMsgType.TEXT:
                    self._acknowledge(json.loads(message.data))
        finally:
            if link in self._open:
                self._open.remove(link)
            self._changed()
        return link

    async def send(self, kind: str, payload: dict[str, Any], *, within: float, answers: bool) -> tuple[Any, float]:
        """Send an envelope over the newest link; gives what the app acknowledged it with and after how many seconds.

        Raises `TimeoutError` when it does not, in time.
        """
        is_event = kind == "events_api"
        envelope = {"envelope_id": str(uuid4()), "type": kind, "payload": payload, "accepts_response_payload": answers}
        for attempt in range(MOST_RETRIES + 1):
            if is_event:
                envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            try:
                return await self._send(envelope, within)
            except AcknowledgementLost:
                continue
            except TimeoutError:
                if not is_event:
                    raise
        raise TimeoutError

    async def _send(self, envelope: dict[str, Any], within: float) -> tuple[Any, float]:
        assert self._open, "the app holds no link"
        acknowledged = asyncio.get_running_loop().create_future()
        self._acknowledged[envelope["envelope_id"]] = acknowledged
        self.sent.append(dict(envelope))
        began = time.monotonic()
        try:
            await self._open[-1].send_json(envelope)
            return await asyncio.wait_for(acknowledged, within), time.monotonic() - began
        finally:
            del self._acknowledged[envelope["envelope_id"]]

    async def ask_to_refresh(self) -> None:
        """Tell the app that its newest link will end soon, as Slack does every few hours."""
        await self._open[-1].send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})

    async def drop(self) -> None:
        """Break every link without a word."""
        for link in list(self._open):
            transport = link._req.transport if link._req is not None else None
            if transport is not None:
                transport.abort()

    async def close(self) -> None:
        """End every link."""
        for link in list(self._open):
            await link.close()

    def _acknowledge(self, message: dict[str, Any]) -> None:
        waiting = self._acknowledged.get(message.get("envelope_id", ""))
        if waiting is None or waiting.done():
            return
        if self.losing:
            self.losing -= 1
            waiting.set_exception(AcknowledgementLost())
        else:
            waiting.set_result(message.get("payload"))
