"""The first steps: from nothing to a portal that keeps itself up to date, one after the other."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from core.domain.custom_fields import FieldType
from core.services.connected import connected_to
from core.services.connections import check_account, checked_credentials, connect
from core.services.fields import add_field, list_fields
from core.services.first_steps import first_steps
from core.services.portals import create_portal
from tui.dialogs.confirming import Confirm
from tui.flows import find_flow
from tui.leading import leading
from tui.made_up import PEOPLE
from tui.screens.base import PortalScreen
from tui.screens.step_list import Step, intro, step_line, steps_of
from tui.words import counted

_HERE = "http://127.0.0.1:"
_TRIAL = "try-it"
_USUAL_FIELDS = ("Job title", "Department", "Location")


class FirstStepsScreen(PortalScreen):
    """A list of steps, each done or not; Enter goes to it."""

    PLACE = "First steps"
    ABOUT = (
        "Four steps, in this order; a mark tells which are done. Everything can be changed later. To look around "
        "without UKG Pro, m lets a made-up company stand in for it: invented people, on this machine only."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "made_up", "Try a made-up company"),
        Binding("q", "app.quit", "Quit"),
        Binding("j", "move('down')", "Down", show=False),
        Binding("k", "move('up')", "Up", show=False),
    ]
    DEFAULT_CSS = """
    FirstStepsScreen > Vertical { height: 1fr; padding: 1 2; }
    FirstStepsScreen Static { max-width: 96; }
    FirstStepsScreen #steps { height: auto; max-width: 96; margin: 1 0; border: none; background: $background; }
    FirstStepsScreen #about { color: $text-muted; margin-bottom: 1; }
    """

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._steps: list[Step] = []
        self._here = False

    def body(self) -> Iterable[Widget]:
        """What this is, the steps, and more about the one that is lit."""
        with Vertical():
            yield Static("Loading …", id="intro", markup=False)
            yield OptionList(id="steps")
            yield Static(id="about", markup=False)
            yield Static(id="made-up", classes="muted", markup=False)

    def on_mount(self) -> None:
        """The steps have the keys."""
        super().on_mount()
        self.query_one("#steps").focus()

    async def load(self) -> None:
        """How far it is."""
        found = await first_steps(self.slug)
        account = (await connected_to(self.slug)).ukg_pro if self.slug else None
        self._here = account is None or account.url.startswith(_HERE)
        self._steps = steps_of(self.slug, found)
        shown = self.query_one("#steps", OptionList)
        first_time, lit = not shown.option_count, shown.highlighted
        shown.clear_options()
        shown.add_options([Option(step_line(place, step), id=step.name) for place, step in enumerate(self._steps, 1)])
        undone = next((place for place, step in enumerate(self._steps) if not step.done), 0)
        shown.highlighted = undone if first_time or lit is None else lit
        self.query_one("#intro", Static).update(intro(found))
        self.query_one("#made-up", Static).update(
            "No UKG Pro at hand? m lets a made-up company stand in for it, to look around." if self._here else ""
        )
        self._tell_about()
        self.refresh_bindings()

    def on_option_list_option_highlighted(self) -> None:
        """More about the step."""
        self._tell_about()

    def _tell_about(self) -> None:
        lit = self.query_one("#steps", OptionList).highlighted
        if lit is not None and lit < len(self._steps):
            self.query_one("#about", Static).update(self._steps[lit].about)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A made-up company never takes the place of a real one."""
        if action == "back":
            return len(self.app.screen_stack) > 2
        return action != "made_up" or self._here

    def action_move(self, where: str) -> None:
        """Move among the steps."""
        shown = self.query_one("#steps", OptionList)
        if where == "down":
            shown.action_cursor_down()
        else:
            shown.action_cursor_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to a step."""
        name = event.option.id
        if name == "portal":
            self._to_portal()
        elif not self.slug:
            self.say("First create the portal: the step above.")
        elif name == "map":
            self.do(self._map)
        elif name == "keys":
            from tui.screens.learnupon_keys import LearnUponKeysScreen

            self.app.push_screen(LearnUponKeysScreen(self.slug))
        else:
            self.app.push_screen(find_flow(str(name)).open(self.slug))

    def _to_portal(self) -> None:
        from tui.screens.new_portal import NewPortalScreen

        self.app.push_screen(find_flow("portal").open(self.slug) if self.slug else NewPortalScreen())

    async def _map(self) -> None:
        if not await list_fields(self.slug):
            lines = [
                f"{self.slug} has no field yet that UKG Pro could fill. Most portals have these: "
                f"{', '.join(_USUAL_FIELDS)}.",
                "Others can be added, and these renamed or removed, at any time.",
            ]
            if await self.ask(Confirm("Add the usual fields?", lines, "Add them")):
                for label in _USUAL_FIELDS:
                    await add_field(self.slug, label, FieldType.STRING)
        self.app.push_screen(find_flow("map").open(self.slug))

    def action_made_up(self) -> None:
        """Let a made-up company stand in for UKG Pro."""
        self.do(self._try_it)

    async def _try_it(self) -> None:
        lines = [
            f"{counted(PEOPLE, 'invented person', 'invented people')} are served on this machine, as UKG Pro would."
        ]
        lines.append(
            f"{self.slug} is connected to them."
            if self.slug
            else f"A portal {_TRIAL} is created, and connected to them."
        )
        lines.append("The company ends when you quit ukg-sync; m here starts the same one again.")
        if not await self.ask(Confirm("Try it?", lines, "Try it")):
            return
        self.say("The made-up company begins …")
        account = await leading(self).made_up.start()
        credentials = checked_credentials(
            url=account.url,
            user=account.user,
            password=account.password,
            customer_api_key=account.customer_api_key,
            user_api_key=None,
        )
        slug = self.slug or _TRIAL
        if not self.slug:
            await create_portal(slug, name="Try it")
        await check_account(slug, credentials)
        await connect(slug, credentials, self.database_url)
        self.say(f"{slug} is connected to the made-up company, until you quit.")
        if not self.slug:
            leading(self).open_portal(slug, first_steps=True)
