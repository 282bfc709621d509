"""Asking before something changes a portal: what will change is counted; what ends people's access is typed."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from tui.dialogs.base import Dialog


class Confirm(Dialog[bool]):
    """`lines` say what will happen, with its counts; `act` is the verb on the button, `otherwise` what stands on the
    other. With `typed`, that word must be typed first. Answers True, or None when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes", show=False),
        Binding("n", "leave", "No", show=False),
        Binding("left,h,right,l", "other", "Other button", show=False),
    ]

    def __init__(
        self, title: str, lines: Sequence[str], act: str, *, typed: str | None = None, otherwise: str = "Leave it"
    ) -> None:
        super().__init__(title)
        self._lines, self._typed, self._otherwise = lines, typed, otherwise
        self._act = act if typed is not None else f"{act} (y)"

    def body(self) -> Iterable[Widget]:
        """What will happen, and the two ways on."""
        for line in self._lines:
            yield Static(line, markup=False)
        if self._typed is not None:
            yield Static(f"Type {self._typed} to go on:", classes="ask", markup=False)
            yield Input(id="word")  # without a hint in it, which looks like the word where there are no colours
            wrong = Static(f"That is not the word, so nothing was done: {self._typed}", id="wrong", markup=False)
            wrong.display = False
            yield wrong
        yield _Buttons(self._act, self._otherwise, ready=self._typed is None)

    def on_mount(self) -> None:
        """Nothing happens by a hasty Enter."""
        first = "#word" if self._typed is not None else "#no"
        self.query_one(first).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """The button counts once the word is typed."""
        self.query_one("#yes", Button).disabled = not self._is_typed(event.value)
        self.query_one("#wrong").display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter after the word goes on; after another it says so."""
        self.query_one("#wrong").display = not self._is_typed(event.value)
        self.action_yes()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """One of the two."""
        if event.button.id == "yes":
            self.action_yes()
        else:
            self.action_leave()

    def action_yes(self) -> None:
        """Do it."""
        if self._typed is None or self._is_typed(self.query_one("#word", Input).value):
            self.dismiss(True)

    def action_other(self) -> None:
        """To the other button."""
        if isinstance(self.focused, Button):
            self.query_one("#no" if self.focused.id == "yes" else "#yes").focus()

    def _is_typed(self, value: str) -> bool:
        return value.strip().casefold() == (self._typed or "").casefold()


class _Buttons(Horizontal):
    def __init__(self, act: str, otherwise: str, *, ready: bool) -> None:
        super().__init__(classes="buttons")
        self._act, self._otherwise, self._ready = act, otherwise, ready

    def compose(self) -> ComposeResult:
        yield Button(self._act, id="yes", variant="primary", disabled=not self._ready)
        yield Button(self._otherwise, id="no")
