"""Choosing several of many: Space marks, / narrows, Enter takes what is marked."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.dialogs.base import Dialog
from tui.dialogs.choosing import Choice

_MARK = "●"


class ChooseMany(Dialog[list[str]]):
    """Answers with the values that are marked, in the order of the choices; with none marked, with the one lit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Mark", show=False),
        Binding("slash", "narrow", "Narrow", show=False),
        Binding("j", "move('down')", "Down", show=False),
        Binding("k", "move('up')", "Up", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], *, now: Sequence[str] = ()) -> None:
        super().__init__(title)
        self._choices = choices
        self._marked = set(now)

    def body(self) -> Iterable[Widget]:
        """The choices, and the line that narrows them."""
        yield Input(placeholder="/ narrows", id="narrow")
        yield OptionList(*self._fitting(""))
        yield Static("Space marks, Enter takes what is marked, Esc leaves", classes="muted", markup=False)

    def on_mount(self) -> None:
        """The choices have the keys."""
        shown = self.query_one(OptionList)
        shown.highlighted = 0
        shown.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow."""
        self._draw(0)

    def on_input_submitted(self) -> None:
        """Back to the choices."""
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self) -> None:
        """Take what is marked, or what is lit."""
        lit = self._lit()
        marked = [choice.value for choice in self._choices if choice.value in self._marked]
        if marked or lit is not None:
            self.dismiss(marked or [lit] if lit is not None else marked)

    def action_mark(self) -> None:
        """Mark the one that is lit, or take its mark away, and go on to the next."""
        lit, shown = self._lit(), self.query_one(OptionList)
        if lit is not None:
            self._marked ^= {lit}
            self._draw(min((shown.highlighted or 0) + 1, shown.option_count - 1))

    def action_narrow(self) -> None:
        """Type a part of a choice."""
        self.query_one(Input).focus()

    def action_move(self, where: str) -> None:
        """A choice down or up."""
        shown = self.query_one(OptionList)
        if where == "down":
            shown.action_cursor_down()
        else:
            shown.action_cursor_up()

    def _lit(self) -> str | None:
        shown = self.query_one(OptionList)
        return shown.get_option_at_index(shown.highlighted).id if shown.highlighted is not None else None

    def _draw(self, lit: int) -> None:
        shown = self.query_one(OptionList)
        shown.clear_options()
        shown.add_options(self._fitting(self.query_one(Input).value))
        shown.highlighted = lit if shown.option_count else None

    def _fitting(self, text: str) -> list[Option]:
        words = text.casefold().split()
        return [
            Option(
                Text.assemble(
                    f"{_MARK if choice.value in self._marked else ' '} ", choice.words, (f"  {choice.more}", "dim")
                ),
                id=choice.value,
            )
            for choice in self._choices
            if all(word in f"{choice.words} {choice.more}".casefold() for word in words)
        ]
