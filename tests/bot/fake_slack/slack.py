"""The people at their screens: what they type, click and submit, how the app acknowledged it, what they see then."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
from slack_sdk.signature import SignatureVerifier

from tests.bot.fake_slack import limits, payloads
from tests.bot.fake_slack.inputs import action_of, fill_in, find_element, value_of
from tests.bot.fake_slack.links import MOST_RETRIES
from tests.bot.fake_slack.methods import checked_content
from tests.bot.fake_slack.refusals import Refusal
from tests.bot.fake_slack.server import Server
from tests.bot.fake_slack.structure import view_problems
from tests.bot.fake_slack.view_methods import checked_view
from tests.bot.fake_slack.workspace import Message, Trigger, View


class NotAcknowledged(AssertionError):
    """The app did not acknowledge in time: on the screen it says that the app did not respond."""


class Unacceptable(AssertionError):
    """The app acknowledged with something that Slack would not take."""


@dataclass(frozen=True)
class Acknowledged:
    """How the app acknowledged: after how many seconds, and with what. `errors` are those of a form, by block id."""

    seconds: float
    payload: dict[str, Any]

    @property
    def errors(self) -> dict[str, str]:
        """What is said beside the inputs of a form, by block id."""
        return self.payload.get("errors", {}) if self.payload.get("response_action") == "errors" else {}


class FakeSlack(Server):
    """Slack on loopback with people in it; everything goes over the app's link, or to `http_url` once it is set.

    acknowledge_within: how many seconds the app has; a test that does not measure lets slow machines have more.
    """

    def __init__(
        self, scopes: Iterable[str] | None = None, *, acknowledge_within: float = limits.ACKNOWLEDGE_SECONDS
    ) -> None:
        super().__init__(scopes)
        self.acknowledge_within = acknowledge_within
        self.http_url: str | None = None
        self.signing_secret = "fake-signing-secret"

    async def command(self, command: str, text: str = "", *, user: str, channel: str | None = None) -> Acknowledged:
        """Someone types a slash command, in the channel or in their direct message with the app."""
        place = self.workspace.direct(user) if channel is None else self.workspace.channels[channel]
        body = payloads.command(
            command,
            text,
            self.add_user(user),
            place,
            trigger=self._trigger(user),
            response_url=self.response_url(place.id, user),
        )
        acknowledged = await self._deliver("slash_commands", body)
        if acknowledged.payload:
            said, blocks = self._taken(acknowledged.payload)
            self.workspace.post(place.id, said, blocks, only_for=user)
        return acknowledged

    async def click(self, place: Message | View, action_id: str, value: Any = None, *, user: str) -> Acknowledged:
        """Someone uses an element of a message or view; `value` is what they choose or write."""
        current = self._visible(place, user)
        block, element = find_element(current, action_id)
        if isinstance(place, View) and block["type"] == "input":
            place.values.setdefault(block["block_id"], {})[action_id] = value_of(element, value)
        message = place if isinstance(place, Message) else None
        body = payloads.block_actions(
            self.add_user(user),
            place,
            action_of(block, element, value, self.now),
            trigger=self._trigger(user, place.id if isinstance(place, View) else None),
            response_url=self.response_url(message.channel, user, message) if message else None,
        )
        return await self._deliver("interactive", body)

    def fill(self, view: View, action_id: str, value: Any) -> None:
        """Someone writes or chooses in an input of a modal, of which the app hears when it is submitted or clicked."""
        block, element = find_element(self._visible(view, view.user), action_id)
        assert block["type"] == "input", f"{action_id} is no input"
        assert not block.get("dispatch_action"), f"{action_id} tells the app at once: click it"
        view.values.setdefault(block["block_id"], {})[action_id] = value_of(element, value)

    async def suggest(self, place: Message | View, action_id: str, typed: str, *, user: str) -> list[dict[str, Any]]:
        """Someone types into a menu whose options the app gives; gives the options."""
        block, _ = find_element(self._visible(place, user), action_id)
        body = payloads.block_suggestion(self.add_user(user), place, block["block_id"], action_id, typed)
        acknowledged = await self._deliver("interactive", body)
        options: list[dict[str, Any]] = acknowledged.payload.get("options", [])
        if not isinstance(options, list) or len(options) > limits.OPTIONS:
            raise Unacceptable(f"no more than {limits.OPTIONS} options")
        for option in options:
            if len(option["text"]["text"]) > limits.OPTION_TEXT or len(option["value"]) > limits.OPTION_VALUE:
                raise Unacceptable(f"an option is too long: {option}")
        return options

    async def submit(self, view: View, values: dict[str, Any] | None = None) -> Acknowledged:
        """The person submits the modal; `values` by action id or block id, what is left out stays as it was."""
        assert view.is_open, f"the modal {view.title} is closed"
        assert "submit" in view.content, f"the modal {view.title} has no button to submit it"
        view.values = fill_in(view.content["blocks"], view.values, values or {})
        user = self.add_user(view.user)
        body = payloads.view_submission(user, view, trigger=self._trigger(view.user, view.id))
        acknowledged = await self._deliver("interactive", body)
        self._after_submission(view, acknowledged.payload)
        return acknowledged

    async def close(self, view: View, *, everything: bool = False) -> list[Acknowledged]:
        """The person closes the modal, or all of them; gives how it was acknowledged, where the app wants to know."""
        assert view.is_open, f"the modal {view.title} is closed"
        closed = self.workspace.close_view(view, everything=everything)
        told = [each for each in closed if each.content.get("notify_on_close")]
        user = self.add_user(view.user)
        return [
            await self._deliver("interactive", payloads.view_closed(user, each, cleared=everything)) for each in told
        ]

    async def open_home(self, user: str, tab: str = "home") -> Acknowledged:
        """Someone opens the app's Home tab (or its messages)."""
        self.add_user(user)
        home = self.workspace.homes.get(user)
        body: dict[str, Any] = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.workspace.direct(user).id,
            "tab": tab,
        }
        return await self.event(body | ({"view": home.payload()} if home else {}))

    async def event(self, body: dict[str, Any]) -> Acknowledged:
        """Something happens that the app subscribes to: `{"type": "app_uninstalled"}`, …"""
        return await self._deliver("events_api", payloads.event(body, self.workspace.number(), int(self.now)))

    def modal(self, user: str) -> View | None:
        """The modal that someone sees now, the uppermost."""
        stack = self.workspace.stacks.get(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        """The Home tab that someone sees now."""
        return self.workspace.homes.get(user)

    def _trigger(self, user: str, view: str | None = None) -> str:
        name = uuid4().hex
        self.workspace.triggers[name] = Trigger(user, self.now, view=view)
        return name

    def _visible(self, place: Message | View, user: str) -> list[dict[str, Any]]:
        if isinstance(place, View):
            assert place.user == user, "it is somebody else's"
            assert place.is_open, f"the modal {place.title} is closed"
            blocks: list[dict[str, Any]] = place.content["blocks"]
            return blocks
        assert not place.deleted, "the message is deleted"
        assert place.only_for in (None, user), "only somebody else sees the message"
        return place.blocks

    def _taken(self, payload: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
        try:
            return checked_content(payload, limits.UPDATED_TEXT)
        except Refusal as refusal:
            raise Unacceptable(str(refusal.answer)) from None

    def _after_submission(self, view: View, answer: dict[str, Any]) -> None:
        match answer.get("response_action"):
            case None:
                self.workspace.close_view(view)
            case "clear":
                self.workspace.close_view(view, everything=True)
            case "errors":
                inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
                unknown = set(answer["errors"]) - inputs
                if unknown or not answer["errors"]:
                    raise Unacceptable(f"errors of blocks that are no inputs: {', '.join(unknown) or 'none at all'}")
            case "update":
                self.workspace.change_view(view, self._view(answer, view))
            case "push":
                if len(self.workspace.stacks[view.user]) >= limits.VIEW_DEPTH:
                    raise Unacceptable("push_limit_reached")
                self.workspace.open_view(view.user, self._view(answer))
            case unknown_action:
                raise Unacceptable(f"there is no response_action {unknown_action}")

    def _view(self, answer: dict[str, Any], instead_of: View | None = None) -> dict[str, Any]:
        problems = view_problems(answer.get("view"))
        if problems:
            raise Unacceptable("; ".join(map(str, problems)))
        return checked_view(self.workspace, answer["view"], kind="modal", instead_of=instead_of)

    async def _deliver(self, kind: str, payload: dict[str, Any]) -> Acknowledged:
        answers = kind != "events_api"
        try:
            if self.http_url is None:
                answer, seconds = await self.links.send(kind, payload, within=self.acknowledge_within, answers=answers)
            else:
                answer, seconds = await self._deliver_over_http(kind, payload)
        except TimeoutError:
            name = payload.get("command") or payload.get("type")
            raise NotAcknowledged(f"{name} was not acknowledged within {self.acknowledge_within} seconds") from None
        return Acknowledged(seconds, answer if isinstance(answer, dict) else {})

    async def _deliver_over_http(self, kind: str, payload: dict[str, Any]) -> tuple[Any, float]:
        """Over HTTP only events are sent again; whoever typed or clicked sees that the app did not respond."""
        began = time.monotonic()
        for attempt in range(MOST_RETRIES + 1 if kind == "events_api" else 1):
            status, text = await self._send_over_http(kind, payload, attempt)
            if self.links.losing:
                self.links.losing -= 1
                status = 0
            if status == 200:
                answer = json.loads(text) if text.startswith("{") else {"text": text} if text else None
                return answer, time.monotonic() - began
        raise NotAcknowledged(f"the app answered {status or 'and the answer got lost'}")

    async def _send_over_http(self, kind: str, payload: dict[str, Any], attempt: int) -> tuple[int, str]:
        if kind == "slash_commands":
            body = urlencode(payload)
        else:
            body = json.dumps(payload) if kind == "events_api" else urlencode({"payload": json.dumps(payload)})
        content_type = "application/json" if kind == "events_api" else "application/x-www-form-urlencoded"
        retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"} if attempt else {}
        return await self.post_signed(body, content_type, more=retry)

    async def post_signed(
        self,
        body: str,
        content_type: str = "application/x-www-form-urlencoded",
        *,
        age: float = 0,
        secret: str = "",
        more: dict[str, str] | None = None,
    ) -> tuple[int, str]:
        """Send a request signed as Slack does it, `age` seconds ago, with `more` headers; gives the status and the text
        of the answer."""
        assert self.http_url is not None
        timestamp = str(int(time.time() - age))
        verifier = SignatureVerifier(secret or self.signing_secret)
        signature = verifier.generate_signature(timestamp=timestamp, body=body)
        headers = {"Content-Type": content_type, "X-Slack-Request-Timestamp": timestamp}
        headers |= {"X-Slack-Signature": signature or ""} | (more or {})
        timeout = aiohttp.ClientTimeout(total=self.acknowledge_within)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(self.http_url, data=body.encode(), headers=headers) as answer,
        ):
            return answer.status, await answer.text()
