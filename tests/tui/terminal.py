"""The terminal UI as a person has it: the real app in a terminal of a given size, its keys, and what it shows."""

import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from rich.console import Console
from textual.events import Paste
from textual.message import Message
from textual.notifications import Notify
from textual.pilot import Pilot

from tui.app import SyncApp

_LONGEST_WAIT = 20.0
_LOOK_SECONDS = 0.02


class Terminal:
    """Somebody at the terminal."""

    def __init__(self, app: SyncApp, pilot: Pilot[None]) -> None:
        self.app, self._pilot = app, pilot
        self.told: list[str] = []

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        await self._pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        await self._pilot.press(*(_KEYS.get(letter, letter) for letter in text))

    async def paste(self, text: str) -> None:
        """Paste a text where the keys go: quicker than typing it, where nothing is done letter by letter."""
        self.app.post_message(Paste(text))
        await self._pilot.pause()

    async def click(self, selector: str) -> None:
        """Click on a widget."""
        await self._pilot.click(selector)

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        await self._pilot.resize_terminal(width, height)

    async def open(self, flow: str) -> None:
        """Open a flow by its name."""
        self.app.action_flow(flow)
        await self._pilot.pause()

    def text(self) -> str:
        """What is on the screen, line by line, without what is blank at the end of lines."""
        console = Console(
            width=self.app.size.width, height=self.app.size.height, file=io.StringIO(), record=True, color_system=None
        )
        console.print(self.app.screen._compositor.render_update(full=True))
        return "\n".join(line.rstrip() for line in console.export_text().splitlines()).rstrip()

    async def sees(self, *words: str) -> str:
        """Wait until all these words are on the screen; gives the whole screen."""
        await self.until(lambda: all(each in self.text() for each in words), f"{words} to be seen")
        return self.text()

    async def sees_no(self, *words: str) -> str:
        """Wait until none of these words is on the screen; gives the whole screen."""
        await self.until(lambda: not any(each in self.text() for each in words), f"{words} to be gone")
        return self.text()

    async def is_told(self, words: str) -> None:
        """Wait until these words were told at the corner, for however short a time."""
        await self.until(lambda: any(words in each for each in self.told), f"{words!r} to be told, not {self.told}")

    async def rest(self) -> None:
        """Wait until nothing is at work in the background, but for the look at what moved."""
        await self.until(
            lambda: all(worker.is_finished for worker in self.app.workers if worker.group != "pulse"),
            "all work to be done",
        )

    async def until(self, condition: Callable[[], bool], what: str = "it") -> None:
        """Wait for something; what is on the screen is in the error when it does not come."""
        waited = 0.0
        while not condition():
            if waited > _LONGEST_WAIT:
                raise AssertionError(f"waited in vain for {what}; on the screen is:\n{self.text()}")
            await self._pilot.pause(_LOOK_SECONDS)
            waited += _LOOK_SECONDS
        await self._pilot.pause()


_KEYS = {
    "%": "percent_sign",
    " ": "space",
    "@": "at",
    ".": "full_stop",
    "-": "minus",
    "_": "underscore",
    ":": "colon",
    "/": "slash",
}


@asynccontextmanager
async def terminal(
    database_url: str,
    *,
    size: tuple[int, int] = (100, 30),
    portal: str | None = None,
    theme: str | None = None,
) -> AsyncIterator[Terminal]:
    """The app on a database, once its first screen is loaded; closed at the end."""
    app = SyncApp(database_url, portal)
    if theme is not None:
        app.theme = theme
    told: list[str] = []

    def listen(message: Message) -> None:
        if isinstance(message, Notify):
            told.append(message.notification.message)

    async with app.run_test(size=size, message_hook=listen) as pilot:
        there = Terminal(app, pilot)
        there.told = told
        await there.until(lambda: len(app.screen_stack) > 1 or "Quit (q)" in there.text(), "the first screen")
        yield there
