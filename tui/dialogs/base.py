"""What every dialog has: a frame in the middle, and Esc to leave it without an answer."""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A subclass gives its widgets in `body`, and `dismiss`es itself with the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._words = title

    def compose(self) -> ComposeResult:
        """The frame."""
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Static(self._words, classes="dialog-title", markup=False)
            yield from self.body()

    def body(self) -> Iterable[Widget]:
        """What the dialog shows."""
        return ()

    def action_leave(self) -> None:
        """No answer."""
        self.dismiss(None)
