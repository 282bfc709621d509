"""The app: opens the database, keeps an eye on it, and leads from one screen to the next."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.filter import LineFilter, Monochrome, NoColor
from textual.geometry import Size
from textual.theme import Theme

from core.domain.errors import OutsideError, SettingsError
from core.services.opening import keep_store_open, missing_file, missing_key
from tui.background import in_background
from tui.dialogs.choosing import Choice, Choose
from tui.dialogs.confirming import Confirm
from tui.dialogs.help import Help
from tui.dialogs.too_small import TooSmall, is_too_small
from tui.faults import sentence_of
from tui.flows import find_flow
from tui.made_up import Company, MadeUpCompany
from tui.palette import Actions
from tui.remembering import recall, remember
from tui.running import RunnerProcesses, Runners
from tui.screens.base import PortalScreen
from tui.widgets.opening import Opening

_PULSE_SECONDS = 1.0
_GREY, _UNCOLOURED = Monochrome(), NoColor()
_AGAIN = {"again": "Try again (r)"}
_REMOVED = (
    "The database {} was removed or renamed while it was open. What is shown is what was in it; nothing that is done "
    "from here on will last. Put it back, then quit and open it again."
)


class SyncApp(App[None]):
    """The terminal UI of one database. `portal` is the one to begin with, if there are several."""

    TITLE = "ukg-sync"
    CSS_PATH = Path(__file__).with_name("styles.tcss")
    COMMANDS = {Actions}  # noqa: RUF012
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("colon", "command_palette", "Commands", show=False),
        Binding("ctrl+p", "command_palette", "Commands", show=False, priority=True),
        Binding("p", "portal", "Portal", show=False),
        Binding("q", "quit", "Quit", show=False),
        Binding("r", "reload", "Read again", show=False),
        Binding("t", "change_theme", "Theme", show=False),
    ]

    def __init__(
        self,
        database_url: str,
        portal: str | None = None,
        *,
        remembers: bool = False,
        company: Company | None = None,
    ) -> None:
        """With `remembers`, the theme and the portal last seen are kept from one time to the next. `company` is a
        made-up one that is served meanwhile."""
        super().__init__()
        self.database_url = database_url
        self.runners: Runners = RunnerProcesses(database_url)
        self.made_up = MadeUpCompany(company)
        self._serves_company = company is not None
        self._remembers = remembers
        self._wanted = portal
        self._store: asyncio.Task[None] | None = None
        self._leaving = asyncio.Event()

    def compose(self) -> ComposeResult:
        """What is there before the database is open."""
        yield Opening()

    def on_mount(self) -> None:
        """Paint first, then open."""
        if self._remembers:
            self.theme_changed_signal.subscribe(self, self._theme_changed)
        self.call_after_refresh(in_background, self, self._open, group="opening", exclusive=True)

    async def _open(self, *, create: bool = False) -> None:
        """Open the database, which one task keeps open until the end; a file that is not there is asked about first."""
        opening = self._opening
        await opening.wait()
        try:
            missing = None if create else missing_file(self.database_url)
            if missing is not None:
                sentence = f"There is no database at {missing} yet. Nothing was created so far."
                await opening.say(sentence, {"create": "Create it", **_AGAIN})
                return
            opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._store = asyncio.create_task(keep_store_open(self.database_url, opened, self._leaving))
            await opened
            without_key = await missing_key(self.database_url)
        except Exception as error:
            await opening.say(f"✗ {sentence_of(error)}", _AGAIN)
            return
        if without_key is None:
            await self._begin()
        else:
            await opening.say(f"✗ {without_key}", {"begin": "Go on without it"})

    @property
    def _opening(self) -> Opening:
        return self.screen_stack[0].query_one(Opening)

    async def _begin(self) -> None:
        try:
            await self.begin()
        except Exception as error:
            await self._opening.say(f"✗ {sentence_of(error)}", {"begin": "Try again"})

    def on_opening_chosen(self, event: Opening.Chosen) -> None:
        """What is to be done about a database that did not open."""
        ways: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "again": self._open,
            "create": partial(self._open, create=True),
            "begin": self._begin,
            "leave": self.action_quit,
        }
        in_background(self, ways[event.way], group="opening", exclusive=True)

    async def action_reload(self) -> None:
        """Try to open the database again."""
        if self._store is None or self._store.done():
            in_background(self, self._open, group="opening", exclusive=True)

    async def begin(self) -> None:
        """Show the portal that was asked for, else the one seen last, else the first, else lead to the first."""
        from core.services.portals import list_portals

        slugs = [portal.slug for portal in await list_portals()]
        seen = recall().portal_in(self.database_url) if self._remembers else None
        found = [slug for slug in (self._wanted, seen) if slug in slugs]
        await self.show_portal(next(iter([*found, *slugs]), None))
        if self._wanted is not None and self._wanted not in slugs:
            self.notify(f"You have no role in a portal called {self._wanted}, or there is none.", markup=False)
        in_background(self, self._feel, group="pulse", exclusive=True)
        if self._serves_company:
            in_background(self, self._serve_company, group="company")

    async def _serve_company(self) -> None:
        try:
            account = await self.made_up.start()
        except OutsideError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self.notify(f"The made-up company answers at {account.url} until you quit.", markup=False)

    def open_portal(self, slug: str, *, first_steps: bool = False) -> None:
        """The same as `show_portal`, from a screen: it goes on when that screen is gone."""
        in_background(self, partial(self.show_portal, slug, first_steps=first_steps), group="doing")

    async def show_portal(self, slug: str | None, *, first_steps: bool = False) -> None:
        """Begin with this portal's dashboard, whatever was open; with the first steps over it, or for want of one."""
        from tui.screens.dashboard import DashboardScreen
        from tui.screens.first_steps import FirstStepsScreen

        while len(self.screen_stack) > 1:
            await self.pop_screen()
        if slug is not None:
            await self.push_screen(DashboardScreen(slug))
        if slug is None or first_steps:
            await self.push_screen(FirstStepsScreen(slug))
        if slug is not None and self._remembers:
            remember(database_url=self.database_url, portal=slug)
        self._fit(self.size)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """With NO_COLOR, what suits the theme in view: Textual keeps what suited the first one, and greys made of the
        terminal's own colours, which nobody knows here, are black on black."""
        filters = super().get_line_filters()
        if not self.no_color:
            return filters
        plain = _UNCOLOURED if self.native_ansi_color else _GREY
        return [plain if isinstance(each, Monochrome | NoColor) else each for each in filters]

    def on_resize(self, event: Resize) -> None:
        """A terminal that is too small says so, whatever is open."""
        self.call_later(self._fit, event.size)

    def _fit(self, size: Size) -> None:
        if is_too_small(size) and not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall())

    def _theme_changed(self, theme: Theme) -> None:
        remember(theme=theme.name)

    async def on_unmount(self) -> None:
        """Close the database."""
        self._leaving.set()
        if self._store is not None:
            await asyncio.wait({self._store})
        await self.made_up.stop()

    # Staying alive

    async def _feel(self) -> None:
        while True:
            await self._take_pulse()
            await asyncio.sleep(_PULSE_SECONDS)

    async def _take_pulse(self) -> None:
        from core.services.pulse import take_pulse

        try:
            fault = self.runners.look()
            if fault is not None:
                self.notify(fault, severity="error", markup=False, timeout=20)
            pulse = await take_pulse()
            missing = missing_file(self.database_url)
            if missing is not None:
                raise SettingsError(_REMOVED.format(missing))
        except Exception as error:
            if isinstance(self.screen, PortalScreen):
                self.screen.tell(error)
            return
        if isinstance(self.screen, PortalScreen):
            self.screen.pulse(pulse)

    # Going about

    @property
    def slug(self) -> str:
        """The portal in view; empty when there is none."""
        return next((screen.slug for screen in reversed(self.screen_stack) if isinstance(screen, PortalScreen)), "")

    def action_flow(self, name: str) -> None:
        """Open a flow for the portal in view."""
        if not self.slug:
            self.notify("First create a portal.", markup=False)
            return
        self.push_screen(find_flow(name).open(self.slug))

    def action_help(self) -> None:
        """Help for where one is."""
        about = getattr(self.screen, "ABOUT", "")
        self.push_screen(Help(about, self.screen))

    def action_portal(self) -> None:
        """Open another portal."""
        if not any(isinstance(screen, PortalScreen) for screen in self.screen_stack):
            return  # the database is not open
        in_background(self, self._choose_portal, group="doing")

    async def _choose_portal(self) -> None:
        from core.services.portals import list_portals

        choices = [Choice(each.slug, each.name, f"{each.slug}, {each.kind}") for each in await list_portals()]
        slug = await self.push_screen_wait(Choose("Open which portal?", choices, now=self.slug))
        if slug is not None and await self._may_leave(f"Open {slug}?", "Open it"):
            await self.show_portal(slug)

    def action_first_steps(self) -> None:
        """The first steps of the portal in view."""
        from tui.screens.first_steps import FirstStepsScreen

        self.push_screen(FirstStepsScreen(self.slug))

    async def action_quit(self) -> None:
        """Leave; asked first where something would be lost."""
        in_background(self, self._leave, group="leaving", exclusive=True)

    async def _leave(self) -> None:
        if await self._may_leave("Quit ukg-sync?", "Quit"):
            self.exit()

    async def _may_leave(self, question: str, act: str) -> bool:
        """Ask first where something typed would be lost, or what is at work broken off."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, PortalScreen)]
        busy = [screen.place for screen in screens if screen.busy]
        unsaved = [screen.place for screen in screens if screen.unsaved and not screen.busy]
        lines = [f"At work: {', '.join(busy)}. That is broken off; what was written before stays."] if busy else []
        lines += [f"Not saved yet: {', '.join(unsaved)}. What was typed there will be gone."] if unsaved else []
        return not lines or await self.push_screen_wait(Confirm(question, lines, act)) is True
