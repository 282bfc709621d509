"""One of several, on one line: the arrows go through them, Enter shows them all and narrows as one types."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.dialogs.choosing import Choice, Choose


class ChoiceBox(Widget, can_focus=True):
    """Shows the words of the choice that is taken; `value` is that of the choice."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Choose"),
        Binding("space,right", "turn(1)", "Next choice", show=False),
        Binding("left", "turn(-1)", "Choice before", show=False),
    ]

    DEFAULT_CSS = """
    ChoiceBox { height: 1; width: 1fr; background: $surface; color: $text; }
    ChoiceBox:hover { background: $panel; }
    ChoiceBox:focus { background: $primary-darken-2; text-style: bold; }
    ChoiceBox:ansi:focus { background: ansi_default; color: ansi_default; text-style: bold reverse; }
    """

    value: reactive[str] = reactive("")

    class Changed(Message):
        """Another choice was taken."""

        def __init__(self, box: "ChoiceBox") -> None:
            self.box = box
            super().__init__()

        @property
        def control(self) -> "ChoiceBox":
            """The box."""
            return self.box

    def __init__(self, title: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title, self._choices = title, choices
        self.set_reactive(ChoiceBox.value, choices[0].value if choices else "")

    def render(self) -> Text:
        """The words of what is taken."""
        taken = next((each for each in self._choices if each.value == self.value), None)
        words = taken.words if taken else self.value or "choose"
        more = f"  {taken.more}" if taken and taken.more else ""
        return Text.assemble("‹ ", words, " ›", (more, "dim"), no_wrap=True, overflow="ellipsis")

    def watch_value(self) -> None:
        """Tell of it."""
        self.post_message(self.Changed(self))

    def action_turn(self, by: int) -> None:
        """The choice after or before this one."""
        values = [each.value for each in self._choices]
        if values:
            place = values.index(self.value) if self.value in values else -by
            self.value = values[(place + by) % len(values)]

    def action_choose(self) -> None:
        """Show them all; two are just exchanged."""
        if len(self._choices) == 2:
            self.action_turn(1)
            return

        def taken(value: str | None) -> None:
            if value is not None:
                self.value = value

        self.app.push_screen(Choose(self._title, self._choices, now=self.value), taken)

    def on_click(self) -> None:
        """A click does what Enter does."""
        self.action_choose()
