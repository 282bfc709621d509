"""What every screen has: the title, trouble told at the top, loading in the background, help for where one is."""

from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer

from core.domain.progress import Pulse
from tui.background import in_background
from tui.faults import sentence_of
from tui.widgets.title_bar import TitleBar
from tui.widgets.trouble import Trouble

Result = TypeVar("Result")


class PortalScreen(Screen[None]):
    """A screen about one portal (`slug`; None before there is any).

    A subclass says its `PLACE` (in the title) and `ABOUT` (for the help), gives its widgets in `body` and fills them in
    `load`. `load` runs in the background when the screen opens, when it comes back into view, when something changed in
    the database, and with `r`; what goes wrong in it is told at the top.
    """

    PLACE: ClassVar[str] = ""
    ABOUT: ClassVar[str] = ""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back"),
        Binding("r", "reload", "Read again", show=False),
        Binding("question_mark", "app.help", "Help", key_display="?"),
    ]

    def __init__(self, slug: str | None = None) -> None:
        super().__init__()
        self.slug = slug or ""
        self._seen: tuple[object, ...] | None = None
        self._doing = 0
        self._may_break_off = False

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        yield TitleBar(self.slug or None, self.place)
        yield Trouble()
        yield from self.body()
        yield Footer(show_command_palette=False)

    @property
    def place(self) -> str:
        """Where in the portal this is, for the title."""
        return self.PLACE

    @property
    def database_url(self) -> str:
        """Where the app's database is, for services that read the keys beside it."""
        url: str = self.app.database_url  # type: ignore[attr-defined]
        return url

    @property
    def unsaved(self) -> bool:
        """Whether something was typed here that leaving would lose."""
        return False

    @property
    def busy(self) -> bool:
        """Whether something that a person asked for is at work here; what waits for their answer is not."""
        return self._doing > 0

    def body(self) -> Iterable[Widget]:
        """The widgets of this screen."""
        return ()

    async def load(self) -> None:
        """Read what the screen shows, and show it."""

    def on_mount(self) -> None:
        """Load once the screen is painted."""
        self.call_after_refresh(self.reload)

    def on_screen_resume(self) -> None:
        """What was opened over it may have changed something."""
        if self._seen is not None:
            self.reload()

    def pulse(self, pulse: Pulse) -> None:
        """Something moved in the database, here or elsewhere: progress is shown, what changed is loaded."""
        self.query_one(TitleBar).at_work = pulse.at_work
        if self._seen is not None and self._seen != pulse.steady:
            self.reload()
        self._seen = pulse.steady

    def reload(self) -> None:
        """Load again, in the background."""
        self._seen = self._seen or ()
        in_background(self, self._load, group="load", exclusive=True)

    def action_reload(self) -> None:
        """Load again because the person asks for it."""
        self.query_one(Trouble).clear()
        self.reload()

    async def _load(self) -> None:
        try:
            await self.load()
        except Exception as error:
            self.tell(error)
        else:
            self.query_one(Trouble).over()

    def tell(self, error: Exception) -> None:
        """Say at the top what went wrong."""
        self.query_one(Trouble).say(sentence_of(error))

    def do(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do something in the background that a person asked for; dialogs may be asked in it. What goes wrong is told
        at the top, and nothing else is lost. The screen is loaded again afterwards."""

        async def carefully() -> None:
            self._doing, self._may_break_off = self._doing + 1, False
            try:
                await work()
            except Exception as error:
                self.query_one(Trouble).say(sentence_of(error), stays=True)
            else:
                self.query_one(Trouble).clear()
                self.reload()
            finally:
                self._doing -= 1

        in_background(self, carefully, group="doing")

    async def ask(self, dialog: "Screen[Result]") -> Result | None:
        """Open a dialog from within `do`, and wait for its answer; None when it was left."""
        self._doing -= 1
        try:
            return await self.app.push_screen_wait(dialog)
        finally:
            self._doing += 1

    def say(self, sentence: str) -> None:
        """What came of something, for a moment at the corner."""
        self.app.notify(sentence, markup=False)

    def action_back(self) -> None:
        """To where one came from. What is at work here ends with the screen, so that is said first."""
        if self.busy and not self._may_break_off:
            self._may_break_off = True
            self.say("What you asked for is still being done. Esc again breaks it off; what was written before stays.")
        else:
            self.leave()

    def leave(self) -> None:
        """To where one came from, at once."""
        if len(self.app.screen_stack) > 2:
            self.app.pop_screen()
