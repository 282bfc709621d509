"""Asking for several lines of text, and what is to be done with them."""

from collections.abc import Iterable
from typing import ClassVar

import msgspec
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button, Static, TextArea

from tui.dialogs.base import Dialog


class Written(msgspec.Struct, frozen=True):
    """The lines that hold something, without blanks around them, and the act that was chosen for them."""

    lines: list[str]
    act: str


class Write(Dialog[Written]):
    """Text is written or pasted, one thing in a line; each of `acts` (its name and its words) is a button."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Next", show=False),
        Binding("left", "app.focus_previous", "Button before", show=False),
        Binding("right", "app.focus_next", "Next button", show=False),
    ]

    def __init__(self, title: str, explained: str, *acts: tuple[str, str]) -> None:
        super().__init__(title)
        self._explained, self._acts = explained, acts

    def body(self) -> Iterable[Widget]:
        """The lines, and the buttons."""
        yield Static(self._explained, markup=False)
        area = TextArea(compact=True, show_line_numbers=False, highlight_cursor_line=False, tab_behavior="focus")
        area.styles.height = 5
        yield area
        buttons = [Button(words, id=name) for name, words in self._acts]
        yield Horizontal(*buttons, classes="buttons")
        yield Static("Tab leads to the buttons, Esc leaves", classes="muted", markup=False)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Done."""
        lines = [line.strip() for line in self.query_one(TextArea).text.splitlines() if line.strip()]
        if lines:
            self.dismiss(Written(lines, event.button.id or ""))
        else:
            self.query_one(TextArea).focus()
