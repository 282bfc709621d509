"""Disconnecting: forget the service account, or LearnUpon's API keys."""

from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Static

from core.services.connected import connected_to
from core.services.connections import disconnect
from core.services.learnupon import forget_keys
from tui.dialogs.confirming import Confirm
from tui.screens.base import PortalScreen
from tui.screens.connect import standing

_STAYS = (
    "The daily sync stops, and no sync runs until the portal is connected again. Learners, their access, values and "
    "the mapping stay as they are."
)


class DisconnectScreen(PortalScreen):
    """What is connected, and forgetting it."""

    PLACE = "Disconnect"
    ABOUT = (
        "The secrets of an account are forgotten for good; whoever wants to go on gives them again, under Connect. "
        f"{_STAYS}"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "forget_ukg", "Forget UKG Pro"),
        Binding("k", "forget_learnupon", "Forget LearnUpon's keys"),
    ]
    DEFAULT_CSS = """
    DisconnectScreen VerticalScroll { height: 1fr; padding: 1 2; }
    DisconnectScreen VerticalScroll Static { max-width: 100; margin-bottom: 1; }
    DisconnectScreen .ways { height: 1; margin: 0 0 1 0; padding: 0 2; }
    DisconnectScreen .ways Button { margin-right: 2; }
    """

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._held: frozenset[str] = frozenset()

    def body(self) -> Iterable[Widget]:
        """How it stands, what stays, and the two ways."""
        with VerticalScroll():
            yield Static("Loading …", id="standing", markup=False)
            yield Static(_STAYS, markup=False)
        with Horizontal(classes="ways"):
            yield Button("Forget UKG Pro's account", id="ukg", variant="error", compact=True)
            yield Button("Forget LearnUpon's keys", id="learnupon", variant="error", compact=True)

    def on_mount(self) -> None:
        """A hasty Enter forgets nothing."""
        super().on_mount()
        self._show_ways()
        self.query_one(VerticalScroll).focus()

    async def load(self) -> None:
        """How it stands now."""
        held = await connected_to(self.slug)
        kept = {"ukg": held.ukg_pro, "learnupon": held.learnupon}
        self._held = frozenset(name for name, account in kept.items() if account is not None)
        lines = standing(held) if self._held else ["The portal is not connected, so there is nothing to forget."]
        self.query_one("#standing", Static).update("\n".join(lines))
        self._show_ways()

    def _show_ways(self) -> None:
        for name in ("ukg", "learnupon"):
            self.query_one(f"#{name}").display = name in self._held
        self.refresh_bindings()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """One of the two."""
        if event.button.id == "ukg":
            self.action_forget_ukg()
        else:
            self.action_forget_learnupon()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is known can be forgotten."""
        needed = {"forget_ukg": "ukg", "forget_learnupon": "learnupon"}.get(action)
        return needed is None or needed in self._held

    def action_forget_ukg(self) -> None:
        """Forget the service account."""
        self._forget("Forget the service account of UKG Pro?", disconnect, "is disconnected from UKG Pro")

    def action_forget_learnupon(self) -> None:
        """Forget the API keys."""
        self._forget("Forget LearnUpon's API keys?", forget_keys, "writes to LearnUpon no more")

    def _forget(self, question: str, forget: Callable[[str], Awaitable[None]], done: str) -> None:
        async def work() -> None:
            if await self.ask(Confirm(question, [_STAYS], "Forget it")):
                await forget(self.slug)
                self.say(f"{self.slug} {done}. No sync runs until it is connected again.")

        self.do(work)
