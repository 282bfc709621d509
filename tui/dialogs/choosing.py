"""Choosing one of many: type to narrow, Enter to take."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

import msgspec
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.dialogs.base import Dialog


class Choice(msgspec.Struct, frozen=True):
    """Something to be chosen: the `value` it answers with, its words, and more about it."""

    value: str
    words: str
    more: str = ""


class Choose(Dialog[str]):
    """Answers with the value of the choice that was taken."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('down')", "Down", show=False, priority=True),
        Binding("up", "move('up')", "Up", show=False, priority=True),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], *, hint: str = "Type to narrow", now: str = "") -> None:
        super().__init__(title)
        self._choices, self._hint, self._now = choices, hint, now

    def body(self) -> Iterable[Widget]:
        """The line that narrows, and the choices."""
        yield Input(placeholder=self._hint)
        yield OptionList(*self._fitting(""))
        yield Static("Enter to choose, Esc to leave", classes="muted", markup=False)

    def on_mount(self) -> None:
        """Begin at what holds now."""
        values = [choice.value for choice in self._choices]
        self.query_one(OptionList).highlighted = values.index(self._now) if self._now in values else 0

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow."""
        shown = self.query_one(OptionList)
        shown.clear_options()
        shown.add_options(self._fitting(event.value))
        if shown.option_count:
            shown.highlighted = 0

    def on_input_submitted(self) -> None:
        """Take the one that is lit."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Taken."""
        self.dismiss(event.option.id)

    def action_move(self, where: str) -> None:
        """Move in the list while typing."""
        shown = self.query_one(OptionList)
        if where == "down":
            shown.action_cursor_down()
        else:
            shown.action_cursor_up()

    def _fitting(self, text: str) -> list[Option]:
        from rich.text import Text

        words = text.casefold().split()
        return [
            Option(Text.assemble(choice.words, (f"  {choice.more}" if choice.more else "", "dim")), id=choice.value)
            for choice in self._choices
            if all(word in f"{choice.words} {choice.more}".casefold() for word in words)
        ]
