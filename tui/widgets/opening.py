"""What is seen before the database is open: that it is being opened, or what stands in the way and what can be done."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Static

_LEAVE = "leave"


class Opening(Vertical):
    """A sentence, and buttons for the ways on; the first of them has the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "app.focus_previous", "Button before", show=False),
        Binding("right,down", "app.focus_next", "Next button", show=False),
    ]
    DEFAULT_CSS = """
    Opening { align: center middle; width: 1fr; height: 1fr; padding: 0 2; }
    Opening > * { max-width: 76; }
    Opening #opening-title { text-style: bold; margin-bottom: 1; }
    Opening #opening { margin-bottom: 1; }
    Opening Horizontal { height: 1; }
    Opening Button { margin-right: 2; }
    """

    class Chosen(Message):
        """One of the ways on, by its name."""

        def __init__(self, way: str) -> None:
            self.way = way
            super().__init__()

    def compose(self) -> ComposeResult:
        """The words and the buttons."""
        yield Static("ukg-sync", id="opening-title", markup=False)
        yield Static("Opening the database …", id="opening", markup=False)
        yield Horizontal()

    async def wait(self) -> None:
        """It is being opened."""
        await self._show("Opening the database …", {})

    async def say(self, sentence: str, ways: Mapping[str, str]) -> None:
        """What stands in the way, and the ways on: their names and what stands on their buttons."""
        await self._show(sentence, {**ways, _LEAVE: "Quit (q)"})

    async def _show(self, sentence: str, ways: Mapping[str, str]) -> None:
        self.query_one("#opening", Static).update(sentence)
        shown = self.query_one(Horizontal)
        await shown.remove_children()
        buttons = list(_buttons(ways))
        await shown.mount_all(buttons)
        if buttons:
            buttons[0].focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """One of the ways on."""
        event.stop()
        self.post_message(self.Chosen(event.button.name or _LEAVE))


def _buttons(ways: Mapping[str, str]) -> Iterable[Button]:
    for place, (way, words) in enumerate(ways.items()):
        yield Button(words, name=way, variant="primary" if place == 0 else "default", compact=True)
