"""What Slack refuses about a whole message or view: its blocks, and what holds over all of them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tests.bot.fake_slack import limits
from tests.bot.fake_slack.blocks import BLOCKS, ONLY_IN_MESSAGES, ONLY_IN_MODALS
from tests.bot.fake_slack.checks import Problem, array, boolean, identifier, one_of, plain, shape, string, typed

_MESSAGE_BLOCKS = array(
    typed(BLOCKS, tuple(kind for kind in BLOCKS if kind not in ONLY_IN_MODALS)), most=limits.MESSAGE_BLOCKS, least=0
)
_IN_HOME = tuple(kind for kind in BLOCKS if kind not in (*ONLY_IN_MESSAGES, *ONLY_IN_MODALS))
_IN_MODALS = (*_IN_HOME, *ONLY_IN_MODALS)
_SHARED = {
    "private_metadata": string(limits.PRIVATE_METADATA, least=0),
    "callback_id": identifier,
    "external_id": string(limits.IDENTIFIER, least=0),
}
_VIEWS = {
    "modal": shape(
        {
            "type": one_of("modal"),
            "title": plain(limits.VIEW_TITLE),
            "blocks": array(typed(BLOCKS, _IN_MODALS), most=limits.VIEW_BLOCKS, least=0),
        },
        {
            "submit": plain(limits.VIEW_BUTTON),
            "close": plain(limits.VIEW_BUTTON),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
            **_SHARED,
        },
    ),
    "home": shape(
        {"type": one_of("home"), "blocks": array(typed(BLOCKS, _IN_HOME), most=limits.VIEW_BLOCKS, least=0)}, _SHARED
    ),
}


def message_problems(blocks: Any) -> list[Problem]:
    """What Slack would refuse about the blocks of a message."""
    problems = list(_MESSAGE_BLOCKS(blocks, "/blocks"))
    return problems or [*_unique(blocks, "/blocks"), *_counted(blocks)]


def view_problems(view: Any) -> list[Problem]:
    """What Slack would refuse about a view."""
    problems = list(typed(_VIEWS)(view, "/view"))
    if problems:
        return problems
    found = list(_unique(view["blocks"], "/view/blocks"))
    if view["type"] == "modal" and "submit" not in view and any(each["type"] == "input" for each in view["blocks"]):
        found.append(Problem("missing required field: submit", "/view"))
    if sum(1 for element in elements_of(view["blocks"]) if element.get("focus_on_load")) > 1:
        found.append(Problem("only one element may have focus_on_load", "/view/blocks"))
    return found


def is_too_large(view: Any) -> bool:
    """Whether the view is larger than Slack takes."""
    return len(json.dumps(view).encode()) > limits.VIEW_BYTES


def has_too_many_letters(blocks: Any) -> bool:
    """Whether the blocks of a message hold more text than Slack takes in one message."""
    return letters(blocks) > limits.MESSAGE_LETTERS


def letters(value: Any) -> int:
    """The letters of all texts in there."""
    if isinstance(value, dict):
        own = value.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(
            letters(part) for part in value.values() if isinstance(part, dict | list)
        )
    return sum(letters(part) for part in value) if isinstance(value, list) else 0


def elements_of(blocks: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every element of the blocks that has an `action_id`, or could."""
    for block in blocks:
        yield from elements_in(block)


def elements_in(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The elements of a block, those of blocks within it too."""
    match block["type"]:
        case "actions":
            yield from block["elements"]
        case "section" if "accessory" in block:
            yield block["accessory"]
        case "input":
            yield block["element"]
        case "container":
            yield from elements_of(block["child_blocks"])


def _with_children(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*blocks, *(child for block in blocks for child in block.get("child_blocks", []))]


def _unique(blocks: list[dict[str, Any]], at: str) -> Iterator[Problem]:
    for name in _repeated(block.get("block_id") for block in _with_children(blocks)):
        yield Problem(f'`block_id` "{name}" already exists for another block', at)
    for place, block in enumerate(blocks):
        for name in _repeated(element.get("action_id") for element in elements_in(block)):
            yield Problem(f'`action_id` "{name}" already exists for another element', f"{at}/{place}")


def _repeated(names: Iterable[str | None]) -> list[str]:
    return [name for name, times in Counter(names).items() if name is not None and times > 1]


def _counted(blocks: list[dict[str, Any]]) -> Iterator[Problem]:
    of_kind: dict[str, list[dict[str, Any]]] = {}
    for block in _with_children(blocks):
        of_kind.setdefault(block["type"], []).append(block)
    if len(of_kind.get("table", [])) > limits.TABLES:
        yield Problem(f"no more than {limits.TABLES} table allowed in a message", "/blocks")
    if len(of_kind.get("data_visualization", [])) > limits.CHARTS:
        yield Problem(f"no more than {limits.CHARTS} charts allowed in a message", "/blocks")
    tables = [*of_kind.get("table", []), *of_kind.get("data_table", [])]
    if sum(letters(table["rows"]) for table in tables) > limits.CELL_LETTERS:
        yield Problem(f"the cells must be less than {limits.CELL_LETTERS + 1} characters in all", "/blocks")
    if sum(len(block["text"]) for block in of_kind.get("markdown", [])) > limits.MARKDOWN:
        yield Problem(f"the markdown must be less than {limits.MARKDOWN + 1} characters in all", "/blocks")
