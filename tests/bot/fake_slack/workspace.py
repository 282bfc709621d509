"""What is in the workspace: people, channels, messages, views, files, and what Slack allows for a while."""

import copy
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.bot.fake_slack import limits

TEAM = "T0FAKE"
APP = "A0FAKE"
BOT_USER = "U0BOT"
BOT = "B0BOT"


@dataclass
class User:
    """Someone in the workspace."""

    id: str
    name: str
    timezone: str = "Europe/Dublin"
    is_bot: bool = False
    deleted: bool = False


@dataclass
class Channel:
    """A channel, or a direct message when `user` is set."""

    id: str
    name: str
    is_member: bool = True
    is_archived: bool = False
    is_private: bool = False
    user: str | None = None


@dataclass
class Message:
    """A message as it stands now. `only_for` is the user who alone sees it (ephemeral)."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None = None
    only_for: str | None = None
    metadata: dict[str, Any] | None = None
    broadcast: bool = False
    edits: int = 0
    deleted: bool = False


@dataclass
class View:
    """A modal or a Home tab as it stands now; `values` is what its inputs hold, by block id and action id."""

    id: str
    hash: str
    user: str
    content: dict[str, Any]
    root: str
    previous: str | None = None
    values: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    is_open: bool = True

    @property
    def title(self) -> str:
        """The title of a modal, empty for a Home tab."""
        return str(self.content.get("title", {}).get("text", ""))

    def payload(self) -> dict[str, Any]:
        """The view as Slack hands it out."""
        defaults = {"private_metadata": "", "callback_id": "", "external_id": "", "submit": None, "close": None}
        return {
            **defaults,
            **copy.deepcopy(self.content),
            "id": self.id,
            "hash": self.hash,
            "team_id": TEAM,
            "app_id": APP,
            "bot_id": BOT,
            "root_view_id": self.root,
            "previous_view_id": self.previous,
            "state": {"values": copy.deepcopy(self.values)},
        }


@dataclass
class File:
    """A file on its way; `shared_in` is where it was shared once it was complete."""

    id: str
    name: str
    length: int
    body: bytes | None = None
    title: str = ""
    shared_in: str | None = None
    thread_ts: str | None = None


@dataclass
class Trigger:
    """What lets the app open a view: used once, within three seconds."""

    user: str
    given_at: float
    used: bool = False
    view: str | None = None


@dataclass
class ResponseUrl:
    """What lets the app answer an interaction: five times, within half an hour."""

    channel: str
    user: str
    given_at: float
    message: Message | None = None
    uses: int = 0


class Workspace:
    """Everything the stand-in remembers."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {BOT_USER: User(BOT_USER, "ukg-sync", is_bot=True)}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.files: dict[str, File] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self._numbers = count(1)

    def number(self) -> int:
        """A number that nothing else has."""
        return next(self._numbers)

    def direct(self, user: str) -> Channel:
        """The direct message between the app and someone."""
        return self.channels.setdefault(f"D{user}", Channel(f"D{user}", "", user=user))

    def find_channel(self, name: str) -> Channel | None:
        """A channel by its id, or the direct message by the id of the user."""
        if name in self.channels:
            return self.channels[name]
        return self.direct(name) if name in self.users else None

    def find_message(self, channel: str, ts: str) -> Message | None:
        """A message that everybody sees and that is still there."""
        for message in self.messages:
            if (message.channel, message.ts) == (channel, ts) and not message.deleted and message.only_for is None:
                return message
        return None

    def post(self, channel: str, text: str, blocks: list[dict[str, Any]], **more: Any) -> Message:
        """Put a message into a channel."""
        number = self.number()
        message = Message(channel, f"{1_700_000_000 + number}.{number:06}", text, self.with_ids(blocks), **more)
        self.messages.append(message)
        return message

    def with_ids(self, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The blocks, each with a block id, and each element with an action id: Slack makes those that are missing."""
        complete = copy.deepcopy(blocks)
        for block in [*complete, *(child for each in complete for child in each.get("child_blocks", []))]:
            block.setdefault("block_id", f"made-{self.number()}")
            elements = [*block.get("elements", []), block.get("accessory"), block.get("element")]
            for element in elements if block["type"] in ("actions", "section", "input") else ():
                if isinstance(element, dict) and element["type"] != "image":
                    element.setdefault("action_id", f"made-{self.number()}")
        return complete

    def open_view(self, user: str, content: dict[str, Any]) -> View:
        """Open a modal on top of those that are open for the user."""
        stack = self.stacks.setdefault(user, [])
        view_id = f"V{self.number():06}"
        root, previous = (stack[0].id, stack[-1].id) if stack else (view_id, None)
        view = View(view_id, self._hash(), user, self._complete(content), root, previous)
        self.views[view_id] = view
        stack.append(view)
        return view

    def change_view(self, view: View, content: dict[str, Any]) -> None:
        """Replace what a view shows. What its inputs hold stays where block id and action id are the same."""
        view.content, view.hash = self._complete(content), self._hash()
        inputs = {
            (block["block_id"], block["element"]["action_id"])
            for block in view.content["blocks"]
            if block["type"] == "input"
        }
        kept = {
            block_id: {action_id: value for action_id, value in values.items() if (block_id, action_id) in inputs}
            for block_id, values in view.values.items()
        }
        view.values = {block_id: values for block_id, values in kept.items() if values}

    def publish_home(self, user: str, content: dict[str, Any]) -> View:
        """Show this on the user's Home tab."""
        home = self.homes.get(user)
        if home is None:
            view_id = f"V{self.number():06}"
            home = self.homes[user] = View(view_id, "", user, {}, view_id)
            self.views[view_id] = home
        self.change_view(home, content)
        return home

    def close_view(self, view: View, *, everything: bool = False) -> list[View]:
        """Close a modal and what lies on it, or the whole stack; gives those that were closed, the upper first."""
        stack = self.stacks.get(view.user, [])
        start = 0 if everything else stack.index(view)
        closed = stack[start:][::-1]
        del stack[start:]
        for each in closed:
            each.is_open = False
        return closed

    def _complete(self, content: dict[str, Any]) -> dict[str, Any]:
        return {**content, "blocks": self.with_ids(content["blocks"])}

    def _hash(self) -> str:
        return f"{self.number()}.hash"


def is_over(given_at: float, now: float, seconds: int = limits.TRIGGER_SECONDS) -> bool:
    """Whether what was given then is worth nothing any more."""
    return now - given_at > seconds
