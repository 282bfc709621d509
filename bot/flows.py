"""What can be asked of `/ukg`: the flows by name, and the one that was probably meant."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Literal

import msgspec
from rapidfuzz import fuzz, process

from bot.answering import Answer
from bot.interactions import Modal
from bot.linked import Linked
from core.domain.roles import Role

_LIKELY = 60  # of 100; below it a suggestion would be a guess
_OTHER_WORDS = {
    "state": "status",
    "?": "help",
    "--help": "help",
    "-h": "help",
    "admin": "admins",
    "choices": "map",
    "course": "courses",
    "group": "groups",
    "history": "runs",
    "learners": "people",
    "learnupon": "connect",
    "mapping": "map",
    "resend": "pending",
    "rule": "groups",
    "rules": "groups",
    "run": "runs",
    "search": "people",
    "settings": "portal",
    "trail": "audit",
    "whois": "person",
}


class Asked(msgspec.Struct, frozen=True):
    """Someone asked for a flow. It is done in their name, after it was acknowledged.

    `portal` is the one they named, picked, or the only one they have, `role` what they may there; None for a flow that
    takes none, or all. `words` are those that follow. If the flow opens a modal, it stands on their screen already, and
    `show` lets it show something.
    """

    flow: str
    user: str
    portal: str | None
    role: Role | None
    words: Sequence[str]
    show: Callable[[Modal], Awaitable[None]] | None
    database_url: str
    answer: Answer
    linked: Linked


class Flow(msgspec.Struct, frozen=True):
    """One thing that `/ukg NAME` does. `usage` is what follows the name; `role` is needed in the portal.

    takes_words: whether words may follow the portal; without, a further word is taken for a portal's name.
    portal: `none`, `one` (picked when there are several), or `any` (one if named, else all).
    opens: the title of the modal that it opens, empty if it answers with a message.
    """

    name: str
    summary: str
    handler: Callable[[Asked], Awaitable[None]]
    usage: str = "[portal]"
    role: Role = Role.VIEWER
    portal: Literal["none", "one", "any"] = "one"
    takes_words: bool = False
    opens: str = ""


class Flows:
    """The registry: every flow by its name, in the order in which help lists them."""

    def __init__(self, flows: Sequence[Flow]) -> None:
        self._flows = {flow.name: flow for flow in flows}
        if len(self._flows) != len(flows):
            raise ValueError("two flows have one name")

    def __iter__(self) -> Iterator[Flow]:
        return iter(self._flows.values())

    def find(self, word: str) -> Flow | None:
        """The flow of that name, however it is written."""
        key = word.casefold()
        return self._flows.get(_OTHER_WORDS.get(key, key))

    def nearest(self, word: str) -> Flow | None:
        """The flow that was probably meant."""
        return self._flows.get(nearest(word, list(self._flows)) or "")


def unknown_command(flows: Flows, name: str) -> str:
    """What is said to a word that names no flow."""
    meant = flows.nearest(name)
    suggestion = f"Did you mean `/ukg {meant.name}`? " if meant else ""
    return f"That is no command I know; nothing was done. {suggestion}All commands: `/ukg help`"


def nearest(word: str, names: Sequence[str]) -> str | None:
    """Which of the names is nearest to the word, if one is near."""
    found = process.extractOne(word.casefold(), names, scorer=fuzz.ratio, score_cutoff=_LIKELY)
    return found[0] if found else None
