"""Asking for one line of text."""

from collections.abc import Callable, Iterable

from textual.widget import Widget
from textual.widgets import Input, Static

from core.domain.errors import UkgSyncError
from tui.dialogs.base import Dialog


class Ask(Dialog[str]):
    """One line; `check` raises `UkgSyncError` for what will not do, which is told below and keeps what was typed."""

    def __init__(
        self,
        title: str,
        *,
        hint: str = "",
        value: str = "",
        explained: str = "",
        secret: bool = False,
        check: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__(title)
        self._hint, self._value, self._explained = hint, value, explained
        self._secret, self._check = secret, check

    def body(self) -> Iterable[Widget]:
        """What is asked, the line, and what is wrong with it."""
        if self._explained:
            yield Static(self._explained, markup=False)
        yield Input(self._value, placeholder=self._hint, password=self._secret)
        yield Static("", id="wrong", classes="bad", markup=False)
        yield Static("Enter to go on, Esc to leave", classes="muted", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on, if it will do."""
        value = event.value.strip()
        if not value:
            return
        try:
            if self._check is not None:
                self._check(value)
        except UkgSyncError as error:
            self.query_one("#wrong", Static).update(str(error))
            return
        self.dismiss(value)
