"""Asking for one line, with what could be meant below it."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from core.domain.errors import UkgSyncError
from tui.dialogs.base import Dialog
from tui.dialogs.choosing import Choice


class Suggest(Dialog[str]):
    """Enter takes what is typed, or what the arrows lit below. `check` raises `UkgSyncError` for what will not do,
    which is told and keeps what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('down')", "Down", show=False, priority=True),
        Binding("up", "move('up')", "Up", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        suggestions: Sequence[Choice],
        *,
        hint: str = "",
        value: str = "",
        check: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__(title)
        self._suggestions, self._hint, self._value, self._check = suggestions, hint, value, check

    def body(self) -> Iterable[Widget]:
        """The line, what could be meant, and what is wrong with it."""
        yield Input(self._value, placeholder=self._hint)
        below = OptionList(*self._fitting(""))
        below.can_focus = False
        yield below
        yield Static("", id="wrong", classes="bad", markup=False)
        more = ", the arrows choose from the list" if self._suggestions else ""
        yield Static(f"Enter takes it{more}, Esc leaves", classes="muted", markup=False)

    def on_mount(self) -> None:
        """Without anything to choose from there is no list."""
        self.query_one(OptionList).display = bool(self._suggestions)

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is typed counts now, and narrows the list."""
        below = self.query_one(OptionList)
        below.clear_options()
        below.add_options(self._fitting("" if event.value == self._value else event.value))
        self.query_one("#wrong", Static).update("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what is lit, else what is typed."""
        below = self.query_one(OptionList)
        lit = below.highlighted
        self._take((below.get_option_at_index(lit).id or "") if lit is not None else event.value.strip())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Clicked."""
        self._take(event.option.id or "")

    def action_move(self, where: str) -> None:
        """Move in the list while typing; above its first line is what was typed."""
        below = self.query_one(OptionList)
        if where == "up" and below.highlighted == 0:
            below.highlighted = None
        elif where == "up" and below.highlighted is not None:
            below.action_cursor_up()
        elif where == "down":
            below.action_cursor_down()

    def _take(self, value: str) -> None:
        if not value:
            return
        try:
            if self._check is not None:
                self._check(value)
        except UkgSyncError as error:
            self.query_one("#wrong", Static).update(str(error))
            return
        self.dismiss(value)

    def _fitting(self, text: str) -> list[Option]:
        words = text.casefold().split()
        return [
            Option(Text.assemble(each.words, (f"  {each.more}", "dim")), id=each.value)
            for each in self._suggestions
            if all(word in each.words.casefold() for word in words)
        ]
