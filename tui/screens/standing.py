"""What the dashboard says of a portal: a few words a line, aligned."""

from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text

from core.clock import now
from core.domain.learner import AccountStatus
from core.services.history import RunOverview
from core.services.notices import Kind
from core.services.portals import PortalOverview
from core.services.schedule import Schedule
from core.services.waiting import Waiting
from tui.words import changes_of, counted, counts_words, lasted, moment

Drawn = Table | Text | None

_BAR_CELLS = 24


def overview(portal: PortalOverview, schedule: Schedule, runs: Sequence[RunOverview]) -> Drawn:
    """Who it is, whether it is connected, the last run and the next."""
    table = _lines()
    table.add_row("Portal", f"{portal.name} ({portal.kind})" + (f", below {portal.parent}" if portal.parent else ""))
    table.add_row("UKG Pro", "connected" if portal.connection == "active" else f"not connected ({portal.connection})")
    if portal.learnupon is not None:
        table.add_row("LearnUpon", {"active": "connected", "none": "no API keys yet"}.get(portal.learnupon, "refused"))
    table.add_row("Last run", _came_to(runs[0], portal.timezone) if runs else "none yet")
    if schedule.paused:
        table.add_row("Next run", f"paused: {schedule.paused}")
    else:
        table.add_row("Next run", next_words(schedule))
    return table


def next_words(schedule: Schedule) -> str:
    """When the daily sync runs next; one that is due says what it waits for."""
    if not schedule.on:
        return "the daily sync is off"
    begins = moment(schedule.next_run, schedule.timezone, "after the first sync")
    if schedule.next_run is not None and schedule.next_run < now():
        return f"due since {begins}: it begins once 'ukg serve' or 'ukg-bot' runs"
    return begins


def attention(portal: PortalOverview, schedule: Schedule, waiting: Waiting, last: RunOverview | None) -> Drawn:
    """What somebody should do something about."""
    told = {Kind.PLAN_HELD} if waiting.plans else set()
    lines = [notice.sentence for notice in schedule.notices if notice.kind not in told]
    for plan in waiting.plans:
        lines.append(f"Plan {plan.plan} waits for a decision: {counts_words(plan.held, 'no change')}. Choose Plans.")
    if last is not None and (last.counts.conflict or last.counts.failed):
        people = counts_words({"in conflict": last.counts.conflict, "failed": last.counts.failed})
        lines.append(f"The last run left people as they were: {people}. Runs says why.")
    if waiting.people:
        lines.append(f"{counted(len(waiting.people), 'person waits', 'people wait')} for another try after a refusal.")
    if portal.connection != "active":
        lines.append("It is not connected to UKG Pro: choose Connect.")
    if portal.learnupon == "none":
        lines.append("LearnUpon's API keys are missing: choose Connect.")
    if not lines:
        return Text("✓ Nothing wants attention.")
    text = Text("Wants attention", style="bold")
    for line in lines:
        text.append(f"\n! {line}", style="not bold")
    return text


def states(numbers: Mapping[AccountStatus, int]) -> Drawn:
    """Learners by state, as bars."""
    most, everyone = max(numbers.values(), default=0), sum(numbers.values())
    text = Text(counted(everyone, "learner"), style="bold")
    for state, number in numbers.items():
        length = -(-number * _BAR_CELLS // most) if most else 0
        text.append(f"\n{state.value:<9}{number:>9,} {'█' * length}", style="not bold")
    return text


def runs(newest: Sequence[RunOverview], timezone: str) -> Drawn:
    """The last runs, newest first; None before the first."""
    if not newest:
        return None
    table = Table.grid(padding=(0, 2))
    table.title, table.title_justify, table.title_style = "Last runs", "left", "bold"
    table.caption, table.caption_justify = "People changed, run by run:", "left"
    for run in newest:
        took = lasted(run.started_at, run.finished_at)
        table.add_row(moment(run.started_at, timezone), run.status, counted(run.counts.written, "change"), took)
    return table


def others(portals: Sequence[PortalOverview], newest: Mapping[str, Sequence[RunOverview]]) -> Drawn:
    """The other portals, a line each; None when there are none."""
    if not portals:
        return None
    table = Table.grid(padding=(0, 2))
    table.title, table.title_justify, table.title_style = "Other portals (p opens one)", "left", "bold"
    for portal in portals:
        last = newest[portal.slug]
        told = _came_to(last[0], portal.timezone) if last else "no run yet"
        table.add_row(portal.slug, "connected" if portal.connection == "active" else "not connected", told)
    return table


def _came_to(run: RunOverview, timezone: str) -> str:
    return f"{moment(run.started_at, timezone)}, {run.status}: {counts_words(changes_of(run.counts))}"


def _lines() -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1)
    return table
