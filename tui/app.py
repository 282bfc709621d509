"""The app: opens the database, keeps an eye on it, and leads from one screen to the next."""

import asyncio
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from core.services.opening import keep_store_open
from core.services.pulse import Pulse, take_pulse
from tui.background import in_background
from tui.dialogs.choosing import Choice, Choose
from tui.dialogs.confirming import Confirm
from tui.dialogs.help import Help
from tui.faults import sentence_of
from tui.flows import find_flow
from tui.palette import Actions
from tui.screens.base import PortalScreen

_PULSE_SECONDS = 1.0


class SyncApp(App[None]):
    """The terminal UI of one database. `portal` is the one to begin with, if there are several."""

    TITLE = "ukg-sync"
    CSS_PATH = "styles.tcss"
    COMMANDS = App.COMMANDS | {Actions}
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("colon", "command_palette", "Commands", show=False),
        Binding("p", "portal", "Portal", show=False),
        Binding("q", "quit", "Quit", show=False),
        Binding("r", "reload", "Read again", show=False),
    ]

    def __init__(self, database_url: str, portal: str | None = None) -> None:
        super().__init__()
        self.database_url = database_url
        self._wanted = portal
        self._store: asyncio.Task[None] | None = None
        self._leaving = asyncio.Event()
        self._pulse: Pulse | None = None

    def compose(self) -> ComposeResult:
        """What is there before the database is open."""
        yield Static("Opening the database …", id="opening", markup=False)

    def on_mount(self) -> None:
        """Paint first, then open."""
        self.call_after_refresh(self._open)

    async def _open(self) -> None:
        """Open the database, which one task keeps open until the end."""
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._store = asyncio.create_task(keep_store_open(self.database_url, opened, self._leaving))
        try:
            await opened
        except Exception as error:
            self.query_one("#opening", Static).update(f"✗ {sentence_of(error)}\n\nr tries again, q quits.")
            return
        await self.begin()
        self.set_interval(_PULSE_SECONDS, self._feel)

    async def action_reload(self) -> None:
        """Try to open the database again."""
        if not isinstance(self.screen, PortalScreen):
            await self._open()

    async def begin(self) -> None:
        """Show the portal that was asked for, else the only one, else lead to the first."""
        from core.services.portals import list_portals

        slugs = [portal.slug for portal in await list_portals()]
        await self.show_portal(self._wanted if self._wanted in slugs else next(iter(slugs), None))

    async def show_portal(self, slug: str | None) -> None:
        """Begin with this portal's dashboard, whatever was open; without one, with the first steps."""
        from tui.screens.dashboard import DashboardScreen

        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.push_screen(DashboardScreen(slug))

    async def on_unmount(self) -> None:
        """Close the database."""
        self._leaving.set()
        if self._store is not None:
            await asyncio.wait({self._store})

    # Staying alive

    def _feel(self) -> None:
        in_background(self, self._take_pulse, group="pulse", exclusive=True)

    async def _take_pulse(self) -> None:
        try:
            self._pulse = await take_pulse()
        except Exception as error:
            if isinstance(self.screen, PortalScreen):
                self.screen.tell(error)
            return
        if isinstance(self.screen, PortalScreen):
            self.screen.pulse(self._pulse)

    # Going about

    @property
    def slug(self) -> str:
        """The portal in view; empty when there is none."""
        return next((screen.slug for screen in reversed(self.screen_stack) if isinstance(screen, PortalScreen)), "")

    def action_flow(self, name: str) -> None:
        """Open a flow for the portal in view."""
        self.push_screen(find_flow(name).open(self.slug))

    def action_help(self) -> None:
        """Help for where one is."""
        about = getattr(self.screen, "ABOUT", "")
        self.push_screen(Help(about, self.screen))

    def action_portal(self) -> None:
        """Open another portal."""
        in_background(self, self._choose_portal, group="doing")

    async def _choose_portal(self) -> None:
        from core.services.portals import list_portals

        choices = [Choice(each.slug, each.name, f"{each.slug}, {each.kind}") for each in await list_portals()]
        slug = await self.push_screen_wait(Choose("Open which portal?", choices, now=self.slug))
        if slug is not None:
            await self.show_portal(slug)

    async def action_quit(self) -> None:
        """Leave; asked first where something would be lost."""
        in_background(self, self._leave, group="leaving", exclusive=True)

    async def _leave(self) -> None:
        unsaved = [screen.place for screen in self.screen_stack if isinstance(screen, PortalScreen) and screen.unsaved]
        if unsaved:
            lines = [f"Not saved yet: {', '.join(unsaved)}."]
            if not await self.push_screen_wait(Confirm("Quit ukg-sync?", lines, "Quit")):
                return
        self.exit()
