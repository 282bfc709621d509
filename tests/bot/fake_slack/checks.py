"""The pieces that a payload is checked with: each looks at a value and gives what Slack would refuse about it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bot.fake_slack import limits


@dataclass(frozen=True)
class Problem:
    """Something Slack refuses; `pointer` is the JSON pointer of the place."""

    sentence: str
    pointer: str

    def __str__(self) -> str:
        return f"[ERROR] {self.sentence} [json-pointer:{self.pointer or '/'}]"


Check = Callable[[Any, str], Iterator[Problem]]


def string(most: int | None = None, *, least: int = 1, pattern: str | None = None) -> Check:
    """A string of so many characters."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem("must be a string", at)
        elif len(value) < least:
            yield Problem(f"must be more than {least - 1} characters", at)
        elif most is not None and len(value) > most:
            yield Problem(f"must be less than {most + 1} characters", at)
        elif pattern is not None and not re.fullmatch(pattern, value):
            yield Problem("must match the pattern", at)

    return check


def integer(least: int | None = None, most: int | None = None) -> Check:
    """A whole number between two."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem("must be an integer", at)
        elif (least is not None and value < least) or (most is not None and value > most):
            yield Problem(f"must be from {least} to {most}", at)

    return check


def number(value: Any, at: str) -> Iterator[Problem]:
    """A number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield Problem("must be a number", at)


def boolean(value: Any, at: str) -> Iterator[Problem]:
    """True or false."""
    if not isinstance(value, bool):
        yield Problem("must be a boolean", at)


def one_of(*words: str) -> Check:
    """One of a few words."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if value not in words:
            yield Problem(f"must be one of {', '.join(words)}", at)

    return check


def array(item: Check, *, most: int | None = None, least: int = 1) -> Check:
    """A list of so many things of one kind."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem("must be an array", at)
            return
        if len(value) < least:
            yield Problem(f"no fewer than {least} items required", at)
        if most is not None and len(value) > most:
            yield Problem(f"no more than {most} items allowed", at)
        for place, each in enumerate(value):
            yield from item(each, f"{at}/{place}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these names and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem("must be an object", at)
            return
        for name in required:
            if name not in value:
                yield Problem(f"missing required field: {name}", at)
        for name, part in value.items():
            if name == "type" and name not in known:
                continue
            if name not in known:
                yield Problem(f"unsupported field: {name}", at)
            else:
                yield from known[name](part, f"{at}/{name}")

    return check


def typed(shapes: Mapping[str, Check], only: tuple[str, ...] | None = None) -> Check:
    """An object whose `type` says which of the shapes it has; `only` some of them."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in shapes or (only is not None and kind not in only):
            yield Problem(f"unsupported type: {kind}", f"{at}/type")
        else:
            yield from shapes[kind](value, at)

    return check


def every(*checks: Check) -> Check:
    """All of the checks; a later one is made only if the earlier ones found nothing."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        for each in checks:
            problems = list(each(value, at))
            yield from problems
            if problems:
                return

    return check


def rule(holds: Callable[[dict[str, Any]], bool], sentence: str) -> Check:
    """Something that holds of a whole object; asked only of objects."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        if isinstance(value, dict) and not holds(value):
            yield Problem(sentence, at)

    return check


def text(most: int, *, kinds: tuple[str, ...] = ("plain_text", "mrkdwn"), least: int = 1) -> Check:
    """A text object."""
    body = {"text": string(most, least=least)}
    return typed({"plain_text": shape(body, {"emoji": boolean}), "mrkdwn": shape(body, {"verbatim": boolean})}, kinds)


def plain(most: int) -> Check:
    """A text object without markup."""
    return text(most, kinds=("plain_text",))


identifier = string(limits.IDENTIFIER)
address = string(limits.URL, pattern=r"(https?|mailto|slack)://?\S+")
