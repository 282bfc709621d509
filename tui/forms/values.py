"""What a form asks, what holds now, and what was typed in."""

from collections.abc import Mapping, Sequence

import msgspec

from tui.fields import ON, Field


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a form asks, and the `values` that hold now, by the field's name (text; `ON` or `OFF` for a switch). `above`
    is told over the fields, in sentences. Without fields there is nothing to save: `above` says why."""

    fields: Sequence[Field] = ()
    values: Mapping[str, str] = {}
    above: Sequence[str] = ()


class Values(msgspec.Struct, frozen=True):
    """What is typed in, and the names of the fields that are not as they were read."""

    typed: Mapping[str, str]
    changed: frozenset[str]

    def text(self, name: str) -> str:
        """A text without blanks around it; a secret as it was typed."""
        return self.typed[name]

    def number(self, name: str) -> int:
        """A number; 0 for an empty field."""
        return int(self.typed[name] or 0)

    def on(self, name: str) -> bool:
        """Whether a switch is on."""
        return self.typed[name] == ON

    def new_text(self, name: str) -> str | None:
        """The text if it is another than before; None leaves it as it is."""
        return self.typed[name] if name in self.changed else None

    def new_number(self, name: str) -> int | None:
        """The number if it is another than before."""
        return self.number(name) if name in self.changed else None

    def new_on(self, name: str) -> bool | None:
        """The switch if it is another than before."""
        return self.on(name) if name in self.changed else None
