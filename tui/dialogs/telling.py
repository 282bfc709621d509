"""Telling something that is longer than a sentence: read, scrolled, copied, and left."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.console import RenderableType
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.dialogs.base import Dialog

_CELLS_WIDE = 96

Part = str | Content | RenderableType


class Tell(Dialog[None]):
    """Shows its parts, one below the other, and answers nothing. `copied` is what `c` copies to the clipboard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "leave", "Close", show=False),
        Binding("c", "copy", "Copy"),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("pagedown,space", "scroll(10)", "Page down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
    ]

    def __init__(self, title: str, parts: Sequence[Part], *, copied: str | None = None) -> None:
        super().__init__(title)
        self._parts, self._copied = parts, copied

    def body(self) -> Iterable[Widget]:
        """What is told, and how to leave."""
        for part in self._parts:
            yield Static(part, markup=False)
        yield Static("c copies it, Esc closes this." if self._copied else "Esc closes this.", classes="muted")

    def on_mount(self) -> None:
        """Wider than a question: whole sentences stand side by side in it."""
        self.query_one(VerticalScroll).styles.width = _CELLS_WIDE

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Copying only where there is something to copy."""
        return self._copied is not None if action == "copy" else True

    def action_copy(self) -> None:
        """Copy it, as far as the terminal takes it."""
        self.app.copy_to_clipboard(self._copied or "")
        self.app.notify("Copied, if this terminal lets programs copy.", markup=False)

    def action_scroll(self, by: int) -> None:
        """Move what is told."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
