"""Connecting: what will be read, with consent; then the service account, and for a portal of LearnUpon its API keys."""

from collections.abc import Iterable
from typing import ClassVar

from rich.table import Table
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Static

from core.services.connected import Account, Connected, connected_to
from core.services.connections import NEVER_READ, data_to_be_read
from tui.screens.base import PortalScreen
from tui.words import moment


class ConnectScreen(PortalScreen):
    """The first step: how it stands, and what a sync reads. Nothing is asked before that is agreed to."""

    PLACE = "Connect"
    ABOUT = (
        "UKG Pro lets ukg-sync read with a service account, which a security admin of UKG Pro makes: a user of its "
        "own for web services, that may view the two endpoints and no more. First comes what will be read, for you to "
        "agree to; then the account, which is tested before anything is kept. Its secrets are kept encrypted and never "
        "shown again. A portal of LearnUpon needs API keys besides."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "agree", "Agree, go on"),
        Binding("k", "keys", "LearnUpon's keys"),
    ]
    DEFAULT_CSS = """
    ConnectScreen VerticalScroll { height: 1fr; padding: 1 2; }
    ConnectScreen VerticalScroll Static { max-width: 100; margin-bottom: 1; }
    ConnectScreen #read { margin-bottom: 0; text-style: bold; }
    ConnectScreen .ways { height: 1; margin: 0 0 1 0; padding: 0 2; }
    ConnectScreen .ways Button { margin-right: 2; }
    """

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._reads: list[str] = []
        self._needs_keys = False

    def body(self) -> Iterable[Widget]:
        """How it stands, what is read, and the ways on."""
        with VerticalScroll():
            yield Static("Loading …", id="standing", markup=False)
            yield Static("A sync reads of every employee:", id="read", markup=False)
            yield Static(id="reads", markup=False)
            yield Static(NEVER_READ, markup=False)
            yield Static("Step 1 of 2: do you agree? Then step 2 asks for the service account.", markup=False)
        with Horizontal(classes="ways"):
            yield Button("I agree: give the account", id="agree", variant="primary", compact=True)
            yield Button("LearnUpon's API keys", id="keys", compact=True)

    def on_mount(self) -> None:
        """A hasty Enter agrees to nothing."""
        super().on_mount()
        self.query_one("#keys").display = False
        self.query_one(VerticalScroll).focus()

    async def load(self) -> None:
        """How it stands now."""
        held = await connected_to(self.slug)
        self._reads = await data_to_be_read(self.slug)
        self._needs_keys = held.needs_keys
        self.query_one("#keys").display = held.needs_keys
        self.query_one("#standing", Static).update("\n".join(standing(held)))
        reads = Table.grid(padding=(0, 1))
        for line in self._reads:
            reads.add_row(" •", line)
        self.query_one("#reads", Static).update(reads)
        self.refresh_bindings()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """One of the ways on."""
        if event.button.id == "agree":
            self.action_agree()
        else:
            self.action_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Agreeing only to what was shown."""
        if action == "agree":
            return bool(self._reads)
        return action != "keys" or self._needs_keys

    def action_agree(self) -> None:
        """It is agreed to: on to the account."""
        if self._reads:
            from tui.screens.service_account import ServiceAccountScreen

            self.app.push_screen(ServiceAccountScreen(self.slug, self._reads))

    def action_keys(self) -> None:
        """To LearnUpon's keys."""
        if self._needs_keys:
            from tui.screens.learnupon_keys import LearnUponKeysScreen

            self.app.push_screen(LearnUponKeysScreen(self.slug))


def standing(held: Connected) -> list[str]:
    """How each account stands, a line each."""
    lines = [_line("UKG Pro", held.ukg_pro, "not connected yet")]
    return [*lines, _line("LearnUpon", held.learnupon, "no API keys yet")] if held.needs_keys else lines


def _line(system: str, account: Account | None, none: str) -> str:
    if account is None:
        return f"○ {system}: {none}."
    who = f" as {account.user}" if account.user else ""
    since = moment(account.since, "UTC")
    if account.status != "active":
        return f"✗ {system}: {account.url}{who} refused what was given ({since} UTC). Give it anew."
    return f"✓ {system}: connected to {account.url}{who}, since {since} UTC."
