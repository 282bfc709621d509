"""What the sync screen says: how the portal stands, what is at work, how it ended, what is asked before."""

from datetime import datetime

from rich.table import Table
from rich.text import Text

from core.clock import now
from core.domain.progress import Progress
from core.services.following import Followed
from core.services.history import RunOverview, Summary
from core.services.portals import PortalOverview
from core.services.requests import OpenRequest
from tui.widgets.steps import drawn_steps
from tui.words import changes_of, counts_words, lasted, moment

KINDS = {
    "sync": "sync",
    "reconcile": "sync and compare with LearnUpon",
    "plan": "plan",
    "offline": "plan from the last snapshot",
    "undo": "plan that takes a run back",
    "dates": "look at what falls due",
    "retry": "another try for people who were refused",
    "apply": "writing of a plan",
}


def drawn_standing(portal: PortalOverview, last: RunOverview | None) -> Table:
    """How the portal stands, as far as a sync is concerned."""
    table = Table.grid(padding=(0, 2))
    table.add_row("Portal", Text(f"{portal.name} ({portal.kind})"))
    table.add_row("UKG Pro", "connected" if portal.connection == "active" else "not connected: choose Connect first")
    if last is None:
        table.add_row("Last run", "none yet")
    else:
        came_to = counts_words(changes_of(last.counts))
        table.add_row("Last run", Text(f"{moment(last.started_at, portal.timezone)}: {last.status}, {came_to}"))
    return table


def drawn_at_work(
    requests: list[OpenRequest], progress: Progress | None, begun: datetime | None, timezone: str
) -> Text:
    """What runs, how far it is, and what waits; empty when nothing does."""
    text = Text()
    running = next((each for each in requests if each.state == "running"), None)
    if running is not None or progress is not None:
        words = KINDS.get(running.what, running.what) if running else "run from a command line"
        by = f", asked for by {running.asked_by}" if running else ""
        cut_off = progress is not None and progress.cut_off
        text.append(f"{'Cut off' if cut_off else 'At work'}: {words}{by}")
        if running is not None and running.stopped_by is not None:
            text.append(f"\n{running.stopped_by} asked it to stop; it ends within a moment.")
        if cut_off:
            text.append("\n✗ The run was cut off: the process that carried it out is gone. What was written stays.")
            text.append("\nSync now goes on from there.")
        elif progress is not None and begun is not None:
            text.append("\n").append_text(drawn_steps(progress, begun))
        elif running is not None and running.begun_at is not None:
            text.append(f"\nIt takes {lasted(running.begun_at, None)} so far.")
        if not cut_off:
            text.append("\nIt goes on when you leave this screen or quit.", style="dim")
    for each in requests:
        if each.state == "waiting":
            text.append("\n" if text else "")
            what = f"{KINDS.get(each.what, each.what)}, asked for by {each.asked_by}"
            if each.not_before is not None and each.not_before > now():
                when = moment(each.not_before, timezone)
                text.append(f"Did not get through; the next try is {when}, c gives it up: {what}")
            else:
                text.append(f"Waits its turn: {what}")
    return text


def ended_words(followed: Followed, *, held: bool) -> str:
    """How something that was asked for ended; `held` tells that it left something that waits for a decision."""
    words = KINDS.get(followed.what, followed.what)
    if followed.state != "done":
        return f"✗ {followed.error or f'The {words} did not end well.'}"
    if followed.run is None and not followed.makes_plan:
        return "Nobody's next try is due yet; a sync tries everyone again."
    done = f"✓ The {words} is done."
    return f"{done} What is held waits for a decision: d opens it." if held else done


def title_words(summary: Summary, timezone: str) -> str:
    """The line above what came of a run."""
    report = summary.report
    took = f", took {lasted(report.started_at, report.finished_at)}" if report.finished_at else ""
    when = moment(report.started_at, timezone)
    return f"What came of {report.run} ({report.trigger}, {when}{took}): {report.status}"


def asked_words(what: str, slug: str) -> tuple[str, list[str]]:
    """What is asked before it begins; nothing for what writes nothing."""
    guarded = "What is more than the guard allows is held for an approval."
    match what:
        case "sync":
            return f"Sync {slug} now?", ["Reads everyone from UKG Pro and writes what changed.", guarded]
        case "reconcile":
            first = "Reads everyone from UKG Pro, and all that LearnUpon holds, and writes what differs."
            return f"Sync {slug} and compare?", [first, guarded]
        case "retry":
            first = "Reads those from UKG Pro whom the portal refused before, and tries them again if that is due."
            return f"Try refused people of {slug} again?", [first]
    return "", []
