"""How a portal stands, what wants attention, and the way to everything else."""

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList, Sparkline, Static
from textual.widgets.option_list import Option

from core.domain.learner import AccountStatus
from core.services.first_steps import first_steps
from core.services.history import list_runs
from core.services.people import Wanted, count_learners
from core.services.portals import list_portals
from core.services.schedule import show_schedule
from core.services.waiting import what_waits
from tui.flows import FLOWS, find_flow
from tui.screens import standing
from tui.screens.base import PortalScreen

_RUNS_DRAWN = 30
_RUNS_LISTED = 5


class DashboardScreen(PortalScreen):
    """The first screen of a portal."""

    PLACE = "Dashboard"
    ABOUT = (
        "How the portal stands. At the left is everything that can be done here: choose with the arrows and Enter, or "
        "press Ctrl+P and type a word of it. Nothing is changed by looking."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "app.flow('sync')", "Sync now"),
        Binding("p", "app.portal", "Portal"),
        Binding("ctrl+p", "app.command_palette", "Commands", key_display="^p"),
        Binding("f", "first_steps", "First steps"),
        Binding("q", "app.quit", "Quit"),
        Binding("j", "menu('down')", "Down", show=False),
        Binding("k", "menu('up')", "Up", show=False),
        Binding("g", "menu('first')", "First", show=False),
        Binding("G", "menu('last')", "Last", show=False),
    ]
    DEFAULT_CSS = """
    DashboardScreen #menu { width: 24; height: 1fr; border: none; border-right: solid $primary; padding: 0; }
    DashboardScreen #standing { width: 1fr; height: 1fr; padding: 0 1; }
    DashboardScreen #standing > Static { margin-bottom: 1; }
    DashboardScreen #standing > #runs { margin-bottom: 0; }
    DashboardScreen #trend { height: 2; }
    """

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._steps_left = False

    def body(self) -> Iterable[Widget]:
        """The menu and what is to be known."""
        with Horizontal():
            yield OptionList(*_menu(), id="menu")
            with VerticalScroll(id="standing", can_focus=False):
                yield Static("Loading …", id="overview", markup=False)
                yield Static(id="attention", markup=False)
                yield Static(id="states", markup=False)
                yield Static(id="runs", markup=False)
                yield Sparkline([], id="trend")
                yield Static(id="others", markup=False)

    def on_mount(self) -> None:
        """The menu has the keys."""
        super().on_mount()
        self.query_one("#menu").focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what was chosen."""
        self.app.push_screen(find_flow(str(event.option.id)).open(self.slug))

    def action_menu(self, where: str) -> None:
        """Move in the menu."""
        menu = self.query_one("#menu", OptionList)
        moves = {
            "down": menu.action_cursor_down,
            "up": menu.action_cursor_up,
            "first": menu.action_first,
            "last": menu.action_last,
        }
        moves[where]()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing behind the first dashboard to go back to, and first steps only until they are done."""
        if action == "first_steps":
            return self._steps_left
        if action == "back":  # dialogs and the palette lie over it, and are none to go back to
            return sum(isinstance(screen, PortalScreen) for screen in self.app.screen_stack) > 1
        return True

    def action_first_steps(self) -> None:
        """What is left to set up."""
        from tui.screens.first_steps import FirstStepsScreen

        self.app.push_screen(FirstStepsScreen(self.slug))

    async def load(self) -> None:
        """Read everything anew."""
        portals = await list_portals()
        overview = next(each for each in portals if each.slug == self.slug)
        schedule, runs = await show_schedule(self.slug), await list_runs(self.slug, _RUNS_DRAWN)
        waiting = await what_waits(self.slug)
        states = {state: await count_learners(self.slug, Wanted(status=state)) for state in AccountStatus}
        newest = {each.slug: await list_runs(each.slug, 1) for each in portals if each is not overview}
        self._put("#overview", standing.overview(overview, schedule, runs))
        self._put("#attention", standing.attention(overview, schedule, waiting, next(iter(runs), None)))
        self._put("#states", standing.states(states))
        self._put("#runs", standing.runs(runs[:_RUNS_LISTED], overview.timezone))
        self._put("#others", standing.others([each for each in portals if each is not overview], newest))
        changed = [float(run.counts.written) for run in reversed(runs)]
        trend = self.query_one("#trend", Sparkline)
        trend.data = [0.0] * (_RUNS_DRAWN - len(changed)) + changed
        trend.display = bool(runs)
        self._steps_left = not (await first_steps(self.slug)).all_done
        self.refresh_bindings()

    def _put(self, selector: str, words: standing.Drawn) -> None:
        widget = self.query_one(selector, Static)
        widget.update(words or "")
        widget.display = words is not None


def _menu() -> Iterable[Option]:
    area = None
    for flow in FLOWS:
        if flow.name == "status":
            continue
        if flow.area != area:
            area = flow.area
            yield Option(Text(area, style="bold underline"), disabled=True)
        yield Option(f"  {flow.title}", id=flow.name)
