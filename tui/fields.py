"""What a form asks for, as data."""

from collections.abc import Callable, Sequence

import msgspec

from core.domain.errors import SettingsError, UkgSyncError
from tui.dialogs.choosing import Choice

ON, OFF = "yes", "no"


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A line of text. `about` is shown while the field has the keys; `check` raises `UkgSyncError` for what will not
    do; what is `required` may not be left empty."""

    name: str
    label: str
    about: str = ""
    hint: str = ""
    required: bool = False
    check: Callable[[str], object] | None = None

    @property
    def shape(self) -> tuple[object, ...]:
        """Two fields of one shape are drawn alike."""
        return type(self).__name__, self.name, self.label

    def wrong(self, value: str) -> str | None:
        """Why the value will not do, in a sentence."""
        if self.required and not value.strip():
            return f"{self.label}: this may not be empty."
        try:
            if self.check is not None:
                self.check(value)
        except UkgSyncError as error:
            return str(error)
        return None


class Secret(Field, frozen=True, kw_only=True):
    """A line that is never shown, nor filled with what is stored."""


class Number(Field, frozen=True, kw_only=True):
    """A whole number from `least` to `most`; empty only if it is not `required`."""

    least: int = 0
    most: int = 1_000_000

    def wrong(self, value: str) -> str | None:
        """Why the value will not do, in a sentence."""
        if value.strip() and not (value.isdecimal() and self.least <= int(value) <= self.most):
            return f"{self.label}: write a number from {self.least:,} to {self.most:,}."
        return super().wrong(value)


class OneOf(Field, frozen=True, kw_only=True):
    """One of several choices, of any number."""

    choices: Sequence[Choice] = ()

    @property
    def shape(self) -> tuple[object, ...]:
        """The choices belong to it."""
        return *super().shape, tuple(self.choices)


class Switch(Field, frozen=True, kw_only=True):
    """Yes or no, in the words of `on` and `off`; the value is `ON` or `OFF`."""

    on: str = "yes"
    off: str = "no"


class Multiline(Field, frozen=True, kw_only=True):
    """Text of several lines, of which `lines` are shown at a time."""

    lines: int = 4


class Heading(Field, frozen=True, kw_only=True):
    """No field: the `label` stands above those that follow."""


class Wrong(SettingsError):
    """What is typed in the field called `name` will not do; the sentence is told beside it."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name
