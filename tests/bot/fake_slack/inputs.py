"""What a person does with an element: the action of a click or a choice, and the values of a form that is submitted."""

from typing import Any

from tests.bot.fake_slack.elements import options_of
from tests.bot.fake_slack.structure import elements_in

Block = dict[str, Any]
Element = dict[str, Any]


def find_element(blocks: list[Block], action_id: str) -> tuple[Block, Element]:
    """The element with that action id and its block; the test fails if a person would not find it."""
    present: list[str] = []
    for block in [*blocks, *(child for each in blocks for child in each.get("child_blocks", []))]:
        for element in elements_in(block) if block["type"] != "container" else ():
            if element["type"] == "image":
                continue
            if element["action_id"] == action_id:
                return block, element
            present.append(element["action_id"])
    raise AssertionError(f"there is no {action_id}; there are: {', '.join(present) or 'no elements'}")


def action_of(block: Block, element: Element, chosen: Any, now: float) -> dict[str, Any]:
    """The action that Slack sends when a person uses the element."""
    action = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{now:.6f}",
    }
    if element["type"] == "button":
        action["text"] = element["text"]
        return action | ({"value": element["value"]} if "value" in element else {})
    return action | {name: value for name, value in value_of(element, chosen).items() if name != "type"}


def value_of(element: Element, chosen: Any) -> dict[str, Any]:
    """What the element holds once a person chose or wrote that; the test fails for what it does not offer."""
    kind = element["type"]
    held: dict[str, Any] = {"type": kind}
    match kind:
        case "static_select" | "radio_buttons" | "overflow":
            held["selected_option"] = None if chosen is None else _option(element, chosen)
        case "multi_static_select" | "checkboxes":
            held["selected_options"] = [_option(element, each) for each in chosen or []]
        case "external_select":
            held["selected_option"] = chosen  # an option that was suggested
        case "multi_external_select":
            held["selected_options"] = chosen or []
        case "datepicker":
            held["selected_date"] = chosen
        case "timepicker":
            held["selected_time"] = chosen
        case "datetimepicker":
            held["selected_date_time"] = chosen
        case _ if kind.startswith("multi_"):
            held[f"selected_{kind.removeprefix('multi_').removesuffix('_select')}"] = chosen or []
        case _ if kind.endswith("_select"):
            held[f"selected_{kind.removesuffix('s_select')}"] = chosen
        case _:
            _check_written(element, chosen)
            held["value"] = chosen
    return held


def is_empty(held: dict[str, Any]) -> bool:
    """Whether a person left the element empty."""
    return not any(value for name, value in held.items() if name != "type")


def first_value(element: Element) -> dict[str, Any]:
    """What the element holds before a person does anything."""
    kind = element["type"]
    if "initial_options" in element:
        return {"type": kind, "selected_options": element["initial_options"]}
    if "initial_option" in element:
        return {"type": kind, "selected_option": element["initial_option"]}
    initial = [value for name, value in element.items() if name.startswith("initial_")]
    return value_of(element, initial[0] if initial else None)


def fill_in(blocks: list[Block], held: dict[str, Any], written: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """The values of a form: what was there before, and what a person wrote now, by action id or block id.

    The test fails for an input that is not there, and for one that a person would not be let off filling in.
    """
    values: dict[str, dict[str, dict[str, Any]]] = {}
    left = dict(written)
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        action_id, block_id = element["action_id"], block["block_id"]
        name = next((name for name in (action_id, block_id) if name in left), None)
        if name is not None:
            value = value_of(element, left.pop(name))
        else:
            value = held.get(block_id, {}).get(action_id) or first_value(element)
        if is_empty(value) and not block.get("optional"):
            raise AssertionError(f"{action_id} must be filled in")
        values[block_id] = {action_id: value}
    assert not left, f"there is no input {', '.join(left)}"
    return values


def _option(element: Element, chosen: str) -> dict[str, Any]:
    for option in options_of(element):
        if chosen in (option["value"], option["text"]["text"]):
            return dict(option)
    offered = ", ".join(option["value"] for option in options_of(element))
    raise AssertionError(f"{element['action_id']} does not offer {chosen}; it offers {offered}")


def _check_written(element: Element, written: str | None) -> None:
    if written is None:
        return
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    assert least <= len(written) <= most, f"{element['action_id']} takes {least} to {most} characters"
    if element["type"] == "number_input":
        number = float(written)
        assert element["is_decimal_allowed"] or number == int(number), f"{element['action_id']} takes whole numbers"
        assert float(element.get("min_value", number)) <= number <= float(element.get("max_value", number))
