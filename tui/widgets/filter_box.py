"""Where a filter is typed: opened with `/`, closed and emptied with Esc, kept with Enter."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

_PAUSE_SECONDS = 0.12  # typing on sends no question to the database for every letter


class FilterBox(Input):
    """One line; says what is typed once the typing pauses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "Clear filter"),
        Binding("down", "leave", "To the list", show=False),
    ]

    class Typed(Message):
        """The filter is another one."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Left(Message):
        """Back to the list."""

    def __init__(self, hint: str) -> None:
        super().__init__(placeholder=hint, compact=True)
        self.display = False
        self._waiting: Timer | None = None

    def open(self) -> None:
        """Show it and type."""
        self.display = True
        self.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Wait for a pause."""
        event.stop()
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(_PAUSE_SECONDS, lambda: self.post_message(self.Typed(self.value.strip())))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep what is typed."""
        event.stop()
        self.action_leave()

    def action_leave(self) -> None:
        """Back to the list, filtered as it is."""
        self.display = bool(self.value.strip())
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """No filter any more."""
        self.value = ""
        self.action_leave()
