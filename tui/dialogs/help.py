"""Help for where one is: what this is about, and every key that works here."""

from collections.abc import Iterable

from rich.table import Table
from textual.binding import ActiveBinding, Binding
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tui.dialogs.base import Dialog

_EVERYWHERE = (
    ("Ctrl+P or :", "everything that can be done, by name"),
    ("Esc", "back"),
    ("/", "filter a list"),
    ("j k g G, arrows", "move in a list"),
    ("p", "another portal"),
    ("r", "read again"),
    ("q", "quit"),
)


class Help(Dialog[None]):
    """Answers nothing."""

    def __init__(self, about: str, screen: Screen[object]) -> None:
        super().__init__(f"Help: {getattr(screen, 'place', '')}".rstrip(": "))
        self._about = about
        self._keys = [
            (self_key(active.binding.key, active.binding.key_display), active.binding.description)
            for active in screen.active_bindings.values()
            if active.enabled and active.binding.description and _is_told(active, screen)
        ]

    def body(self) -> Iterable[Widget]:
        """The words, and the keys."""
        if self._about:
            yield Static(self._about, markup=False)
        table = Table.grid(padding=(0, 3))
        known = {key for key, _ in _EVERYWHERE}
        for key, what in dict.fromkeys([*((key, what) for key, what in self._keys if key not in known), *_EVERYWHERE]):
            table.add_row(key, what)
        yield Static(table)
        yield Static("Esc closes this.", classes="muted", markup=False)


def self_key(key: str, shown: str | None) -> str:
    """A key as a person reads it."""
    return shown or {"escape": "Esc", "enter": "Enter", "space": "Space", "slash": "/"}.get(key, key)


def _is_told(active: ActiveBinding, screen: Screen[object]) -> bool:
    """Keys in the footer, and those of the screen that do not fit there; not those that every screen has."""
    everywhere = {each.action for each in Screen.BINDINGS if isinstance(each, Binding)}
    return active.binding.show or (active.node is screen and active.binding.action not in everywhere)
