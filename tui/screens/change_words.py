"""Values before and after, as they are written on the screens."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from core.services.history import plain_value

_CUSTOM = "custom"
Changes = Mapping[str, tuple[Any, Any]]


def value_words(value: object) -> str:
    """A value as a person reads it; several with commas."""
    if isinstance(value, Mapping):
        if all(type(each) is int for each in value.values()):
            value = {name: each for name, each in value.items() if each}  # counts: what is none is not worth a word
        return ", ".join(f"{name}: {value_words(each)}" for name, each in value.items()) or plain_value(None)
    if isinstance(value, list | tuple):
        return ", ".join(map(value_words, value)) or plain_value(None)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain_value(value)


def change_lines(changes: Changes) -> list[str]:
    """`Job: Nurse → Cook`, a line for each value."""
    return [f"{name}: {words}" if name else words for name, words in _each(changes)]


def change_words(changes: Changes) -> str:
    """All of it on one line."""
    return "; ".join(change_lines(changes))


def change_table(changes: Changes) -> Table:
    """Every value with what it was and what it is; a side on which there is nothing at all is left out."""
    apart = _apart(changes)
    sides = [
        (title, side)
        for side, title in enumerate(("Before", "After"))
        if any(values[side] not in (None, "") for values in apart.values())
    ]
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True)
    table.add_column("What", ratio=1, overflow="fold")
    for title, _ in sides:
        table.add_column(title, ratio=2, overflow="fold")
    for name, values in apart.items():
        table.add_row(Text(name.replace("_", " ")), *(Text(value_words(values[side])) for _, side in sides))
    return table


def _each(changes: Changes) -> list[tuple[str, str]]:
    lines = []
    for name, (before, after) in _apart(changes).items():
        gone = before is None or before == ""
        words = value_words(after) if gone else f"{value_words(before)} → {value_words(after)}"
        lines.append((name.replace("_", " "), words))
    return lines


def _apart(changes: Changes) -> dict[str, tuple[Any, Any]]:
    """Custom user data field by field, and of those only what differs."""
    apart: dict[str, tuple[Any, Any]] = {}
    for name, (before, after) in changes.items():
        old, new = before or {}, after or {}
        if name == _CUSTOM and isinstance(old, dict) and isinstance(new, dict):
            apart |= {key: (old.get(key), new.get(key)) for key in {**old, **new} if old.get(key) != new.get(key)}
        else:
            apart[name] = (before, after)
    return apart
