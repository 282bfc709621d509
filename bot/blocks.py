"""The pieces of which modals are made. An input and its element have one name, under which its value is read."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.content import Block, context, escaped, section, shortened
from bot.interactions import Values

Option = dict[str, Any]

_ALERT = 200
_OPTION = 75
_CONFIRM = 300
_MOST_OPTIONS = 100
_INITIAL = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_time": "initial_time",
    "selected_user": "initial_user",
}


def plain(text: str) -> dict[str, Any]:
    """Text without markup."""
    return {"type": "plain_text", "text": text}


def notice(sentence: str, level: str = "warning") -> Block:
    """Something to be noticed, at the top: `info`, `success`, `warning` or `error`."""
    if len(sentence) > _ALERT:
        return section(f"*{escaped(sentence)}*") | {"block_id": "notice"}
    return {"type": "alert", "block_id": "notice", "text": plain(sentence), "level": level}


def working() -> Block:
    """Said while something is being done."""
    return section("_Working…_")


def option(text: str, value: str, description: str = "") -> Option:
    """One of several."""
    made: Option = {"text": plain(one_line(text, _OPTION)), "value": value}
    return made | ({"description": plain(one_line(description, _OPTION))} if description else {})


def one_line(text: str, most: int) -> str:
    """The text in one line of so many letters."""
    line = " ".join(text.split()) or "–"
    return line if len(line) <= most else f"{line[: most - 1]}…"


def button(
    text: str, action_id: str, value: str, *, style: str = "", confirm: Mapping[str, Any] | None = None
) -> Block:
    """A button; `style` is `primary`, `danger` or nothing."""
    made: Block = {"type": "button", "text": plain(text), "action_id": action_id, "value": value}
    return made | ({"style": style} if style else {}) | ({"confirm": dict(confirm)} if confirm else {})


def confirmation(title: str, text: str, yes: str) -> dict[str, Any]:
    """The question asked before a button does what it says."""
    return {"title": plain(title), "text": plain(shortened(text, _CONFIRM)), "confirm": plain(yes), "deny": plain("No")}


def buttons(*elements: Block) -> Block:
    """Buttons and menus side by side."""
    return {"type": "actions", "elements": list(elements)}


def more(action_id: str, *options: Option) -> Block:
    """What can be done with one row, behind three dots."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)}


def row(text: str, accessory: Block | None = None) -> Block:
    """A row of a list."""
    return section(text) | ({"accessory": accessory} if accessory else {})


def telling_at_once(block: Block) -> Block:
    """The input, of which the app hears as soon as something is chosen in it."""
    return block | {"dispatch_action": True}


def _input(name: str, label: str, element: Block, hint: str, optional: bool) -> Block:
    made: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": element | {"action_id": name},
        "optional": optional,
    }
    return made | ({"hint": plain(hint)} if hint else {})


def written(
    name: str,
    label: str,
    value: str = "",
    *,
    hint: str = "",
    optional: bool = False,
    longest: int = 200,
    lines: bool = False,
) -> Block:
    """A place to write."""
    element: Block = {"type": "plain_text_input", "max_length": longest} | ({"multiline": True} if lines else {})
    return _input(name, label, element | ({"initial_value": value[:longest]} if value else {}), hint, optional)


def one_of(
    name: str,
    label: str,
    options: Sequence[Option],
    value: str | None = None,
    *,
    hint: str = "",
    optional: bool = False,
) -> Block:
    """A choice of one: buttons for a few options, a menu for more."""
    element: Block = {"type": "radio_buttons" if len(options) <= 5 else "static_select", "options": list(options)}
    initial = [each for each in options if each["value"] == value]
    return _input(name, label, element | ({"initial_option": initial[0]} if initial else {}), hint, optional)


def one_of_many(name: str, label: str, options: Sequence[Option], value: str | None = None, *, hint: str = "") -> Block:
    """A choice of one, in a menu; it may be left empty."""
    initial = [each for each in options if each["value"] == value]
    element: Block = {"type": "static_select", "options": list(options)}
    return _input(name, label, element | ({"initial_option": initial[0]} if initial else {}), hint, optional=True)


def any_of(
    name: str,
    label: str,
    options: Sequence[Option],
    values: Sequence[str] = (),
    *,
    hint: str = "",
    optional: bool = True,
) -> Block:
    """A choice of several, of at most ten, with boxes to tick."""
    initial = [each for each in options if each["value"] in values]
    element: Block = {"type": "checkboxes", "options": list(options)} | (
        {"initial_options": initial} if initial else {}
    )
    return _input(name, label, element, hint, optional)


def search(name: str) -> Block:
    """A menu whose options are looked up while somebody types."""
    placeholder = plain("Type to search")
    return {"type": "external_select", "action_id": name, "min_query_length": 0, "placeholder": placeholder}


def searched(name: str, label: str, chosen: Option | None = None, *, hint: str = "", optional: bool = False) -> Block:
    """A place to choose from such a menu."""
    return _input(name, label, search(name) | ({"initial_option": chosen} if chosen else {}), hint, optional)


def at_time(name: str, label: str, value: str, *, hint: str = "") -> Block:
    """A time of day."""
    return _input(name, label, {"type": "timepicker", "initial_time": value}, hint, optional=False)


def user(name: str, label: str, value: str | None = None, *, hint: str = "") -> Block:
    """Somebody in the workspace."""
    return _input(
        name, label, {"type": "users_select"} | ({"initial_user": value} if value else {}), hint, optional=True
    )


def pager(name: str, page: int, pages: int) -> list[Block]:
    """Buttons `NAME_back` and `NAME_next` to the pages before and after, counted from 0, if there are several."""
    steps = [("Back", page - 1), ("Next", page + 1)]
    found = [button(words, f"{name}_{words.lower()}", str(to)) for words, to in steps if 0 <= to < pages]
    return [buttons(*found), context(f"Page {page + 1} of {pages}")] if found else []


def first_hundred(options: Sequence[Option]) -> list[Option]:
    """As many as a menu takes; the last says that there are more."""
    if len(options) <= _MOST_OPTIONS:
        return list(options)
    return [*options[: _MOST_OPTIONS - 1], option("… type more to narrow it down", "more")]


def with_values(blocks: Sequence[Block], values: Values) -> list[Block]:
    """The blocks with what was written in them: a modal that is shown anew begins with what its inputs say."""
    return [_filled(block, values) if block["type"] == "input" else dict(block) for block in blocks]


def values_of(view: Mapping[str, Any]) -> Values:
    """What the inputs of a modal hold, those included that nobody touched and of which Slack may not tell."""
    state = (view.get("state") or {}).get("values") or {}
    told = {name: held for elements in state.values() for name, held in elements.items()}
    inputs = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    untouched = [element for element in inputs if element["action_id"] not in told]
    begun = {
        element["action_id"]: {held: element[initial] for held, initial in _INITIAL.items() if initial in element}
        for element in untouched
    }
    return Values({"": begun | told})


def _filled(block: Block, values: Values) -> Block:
    element = {name: value for name, value in block["element"].items() if not name.startswith("initial_")}
    for held, initial in _INITIAL.items():
        value = values.held(element["action_id"]).get(held)
        if value:
            element[initial] = value
    return block | {"element": element}
