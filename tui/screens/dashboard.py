"""How a portal stands, what wants attention, and the way to everything else."""

from collections.abc import Iterable

from rich.text import Text
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList, Sparkline, Static
from textual.widgets.option_list import Option

from core.domain.learner import AccountStatus
from core.services.history import RunOverview, list_runs
from core.services.people import Wanted, count_learners
from core.services.portals import PortalOverview, list_portals
from core.services.schedule import Schedule, show_schedule
from core.services.waiting import Waiting, what_waits
from tui.flows import FLOWS
from tui.screens.base import PortalScreen
from tui.words import changes_of, counted, counts_words, moment

_RUNS_SHOWN = 60
_BAR_CELLS = 30


class DashboardScreen(PortalScreen):
    """The first screen of a portal."""

    PLACE = "Dashboard"
    ABOUT = (
        "How the portal stands. At the left is everything that can be done here: choose with the arrows and Enter, or "
        "type Ctrl+P and a word of it. Nothing is changed by looking."
    )

    def body(self) -> Iterable[Widget]:
        """The menu and the panels."""
        with Horizontal():
            yield OptionList(*_menu(), id="menu")
            with VerticalScroll(id="standing", can_focus=False):
                yield Static("Loading …", id="overview", markup=False)
                yield Static(id="attention", markup=False)
                yield Static(id="states", markup=False)
                yield Static("People changed, run by run", id="trend-title", classes="muted", markup=False)
                yield Sparkline([], id="trend")

    def on_mount(self) -> None:
        """The menu has the keys."""
        super().on_mount()
        self.query_one("#menu").focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open what was chosen."""
        self.app.push_screen(next(flow for flow in FLOWS if flow.name == event.option.id).open(self.slug))

    async def load(self) -> None:
        """Read everything anew."""
        if not self.slug:
            self.query_one("#overview", Static).update("There is no portal yet.")
            return
        overview = next(each for each in await list_portals() if each.slug == self.slug)
        schedule, runs = await show_schedule(self.slug), await list_runs(self.slug, _RUNS_SHOWN)
        self.query_one("#overview", Static).update(_standing(overview, schedule, runs))
        self.query_one("#attention", Static).update(_attention(overview, schedule, await what_waits(self.slug)))
        states = {state.value: await count_learners(self.slug, Wanted(status=state)) for state in AccountStatus}
        self.query_one("#states", Static).update(_states(states))
        changed = [sum(getattr(run.counts, each) for each in _CHANGES) for run in reversed(runs)]
        self.query_one("#trend", Sparkline).data = [float(number) for number in changed]


_CHANGES: tuple[str, ...] = ("created", "invited", "updated", "reactivated", "ended")


def _menu() -> Iterable[Option | None]:
    area = None
    for flow in FLOWS:
        if flow.name == "status":
            continue
        if area not in (None, flow.area):
            yield None
        area = flow.area
        yield Option(flow.title, id=flow.name)


def _standing(overview: PortalOverview, schedule: Schedule, runs: list[RunOverview]) -> Text:
    connection = "connected to UKG Pro" if overview.connection == "active" else "not connected to UKG Pro"
    lines = [f"{overview.name} ({overview.kind}), {connection}"]
    if overview.learnupon is not None:
        lines.append(f"LearnUpon's API keys: {overview.learnupon}")
    if runs:
        last = runs[0]
        came_to = counts_words(changes_of(last.counts))
        lines.append(f"Last run {moment(last.started_at, overview.timezone)}: {last.status}, {came_to}")
    else:
        lines.append("No run yet.")
    if schedule.paused:
        lines.append(f"Daily sync paused. {schedule.paused}")
    elif schedule.on:
        lines.append(f"Next run {moment(schedule.next_run, overview.timezone, 'not scheduled')}")
    else:
        lines.append("The daily sync is off.")
    return Text("\n".join(lines))


def _attention(overview: PortalOverview, schedule: Schedule, waiting: Waiting) -> Text:
    lines = [notice.sentence for notice in schedule.notices]
    for plan in waiting.plans:
        lines.append(f"Plan {plan.plan} waits for a decision: {counts_words(plan.held, 'no change')}.")
    if waiting.people:
        lines.append(f"{counted(len(waiting.people), 'person', 'people')} will be tried again after a refusal.")
    if overview.connection != "active":
        lines.append("Connect the portal to UKG Pro to begin.")
    if not lines:
        return Text("Nothing wants attention.\n", style="dim")
    return Text("\n".join(["Wants attention", *(f"! {line}" for line in lines), ""]))


def _states(states: dict[str, int]) -> Text:
    most, everyone = max(states.values(), default=0), sum(states.values())
    text = Text(f"{counted(everyone, 'learner')}\n")
    for state, number in states.items():
        text.append(f"{state:<9} {number:>8,} {'█' * (number * _BAR_CELLS // most if most else 0)}\n")
    return text
