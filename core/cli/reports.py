"""How a run or a plan is shown, and the exit code it ends with."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NoReturn

import typer

from core.cli.session import Exit, in_store, print_json

if TYPE_CHECKING:
    from core.services.history import Report, Summary
    from core.store.models import Run
    from core.sync.progress import Watcher

_MOST_VALUES = 10
_CHOSEN = "not_released"
# Runs that look at some people only.
_OF_SOME = ("person", "dates", "retry")


def show_changes(report: "Report", most: int | None) -> None:
    """A table of what happens to whom, the first `most` of them (None: all)."""
    from core.cli.tables import show_table
    from core.services.history import plain_value

    rows = [
        (
            f"{row.outcome} ({row.held_as})" if row.held_as else row.outcome,
            row.name or row.employee_id,
            row.email or "",
            "; ".join(f"{what}: {plain_value(old)} -> {plain_value(new)}" for what, (old, new) in row.changes.items())
            or (row.detail or ""),
        )
        for row in report.outcomes[:most]
    ]
    if rows:
        show_table(("Outcome", "Who", "E-mail", "What"), rows)
    if most is not None and len(report.outcomes) > most:
        typer.echo(f"… and {len(report.outcomes) - most} more; all of them with --all or --json.")


def end_with_run(work: "Callable[[str, Watcher], Awaitable[Run]]", *, as_json: bool) -> NoReturn:
    """Do a run, show what came of it, and end the process with its exit code."""

    async def reported(url: str) -> "tuple[Report, Summary]":
        from core.cli.tables import progress_bar
        from core.services.history import report_run, summarise

        with progress_bar(quiet=as_json) as watcher:
            done = await work(url, watcher)
        report = await report_run(done.id, outcomes=as_json)
        return report, await summarise(report)

    report, summary = in_store(reported, as_json=as_json)
    if as_json:
        print_json(report)
    else:
        show_summary(summary)
    raise typer.Exit(exit_code(report))


def exit_code(report: "Report") -> Exit:
    """The code for what came of a run or a plan."""
    if report.status == "held":
        return Exit.HELD
    return Exit.SOME_FAILED if report.counts.conflict or report.counts.failed else Exit.DONE


def show_summary(summary: "Summary", *, planned: bool = False) -> None:
    """What a person reads: counts with their reasons, who needs attention, values no field knows."""
    from core.domain.outcome import Outcome

    report, counts = summary.report, summary.report.counts
    what = f"Plan {report.plan}" if planned else f"Run {report.run}"
    typer.echo(f"{what} of {report.portal}: {report.status}. {_whom(summary)}:")
    for outcome in Outcome:
        number = getattr(counts, outcome)
        if number:
            typer.echo(f"  {number:>7} {outcome.words}{_reasons(summary, outcome)}")
    if report.error:
        typer.echo(report.error)
    elif not report.complete_source:
        typer.echo("UKG Pro's answer could not be proved whole, so nobody's access was ended.")
    if planned and report.cost:
        typer.echo(report.cost)
    for sentence in [*report.doubts, *report.tripped]:
        typer.echo(_plain(sentence, 500))
    for row in report.outcomes:
        detail = f"would be {row.held_as}." if row.held_as else row.detail
        typer.echo(f"  {row.outcome}: {_plain(row.name) or row.employee_id} ({row.employee_id}): {detail}")
    more = counts.conflict + counts.failed + counts.held - _people(summary, _CHOSEN) - len(report.outcomes)
    if more > 0 and report.outcomes:
        typer.echo(f"  … and {more} more.")
    left = _people(summary, "not_today")
    if left:
        typer.echo(f"{_number(left)} left for another day: the portal takes no more requests for now. Sync again then.")
    if report.unknown_values:
        typer.echo("Values that no choice of their field matches (the stored value stays):")
        for unknown in report.unknown_values[:_MOST_VALUES]:
            typer.echo(f"  {unknown.people:>7} x {unknown.field}: {_plain(unknown.value)}")
    if not counts.written:
        typer.echo("Nothing would be written." if planned else "Nothing was written.")
    if report.run:
        typer.echo(f"Everyone and why: ukg run show {report.run}")
    _show_what_next(summary, planned=planned)


def _whom(summary: "Summary") -> str:
    """The people of a report, as many as its counts add up to."""
    report, number = summary.report, summary.report.counts.fetched
    if report.undoes is not None:
        return f"{_number(number)} changed by {report.undoes}"
    if report.trigger in _OF_SOME:
        return f"{_number(number)} looked at"
    vanished = _people(summary, "vanished")
    gone = f", and {vanished} who {'is' if vanished == 1 else 'are'} no longer there" if vanished else ""
    employees = number - vanished
    return f"{employees} employee{'' if employees == 1 else 's'} in UKG Pro{gone}"


def _number(people: int) -> str:
    return "1 person" if people == 1 else f"{people} people"


def _people(summary: "Summary", reason: str) -> int:
    return sum(row.people for row in summary.reasons if row.reason == reason)


def _show_what_next(summary: "Summary", *, planned: bool) -> None:
    """What may be done with a plan, or why nothing may be done with it any more."""
    report = summary.report
    if report.plan is None:
        return
    over = _why_over(report)
    if over is not None:
        if planned:
            typer.echo(over)
        return
    waiting = report.counts.held - _people(summary, _CHOSEN) - _people(summary, "source_incomplete")
    if waiting > 0:
        typer.echo(f"Let what is held through: ukg approve {report.plan}, then: ukg apply {report.plan}")
    elif report.counts.held > 0 and not planned and _people(summary, _CHOSEN):
        typer.echo(
            f"The rest of the plan is not written: ukg apply {report.plan}; what the guard holds of it, once it is "
            f"approved: ukg approve {report.plan}"
        )
    elif planned and report.counts.written:
        typer.echo(f"Do exactly this: ukg apply {report.plan} (until {report.expires_at:%Y-%m-%d %H:%M} UTC)")
    if planned and report.undoes:
        typer.echo(
            "The next sync does again what is taken back, unless mapping, scope or UKG Pro itself change before it."
        )


def _why_over(report: "Report") -> str | None:
    """Why nothing more of the plan can be applied; None while something can."""
    from core.clock import now

    again = f"ukg undo {report.undoes}" if report.undoes else f"ukg plan {report.portal}"
    if report.state != "open":
        return f"This plan was {report.state} already. Make a new one: {again}"
    if report.expires_at is None or report.expires_at <= now():
        return f"This plan has expired. Make a new one: {again}"
    return None


def _reasons(summary: "Summary", outcome: str) -> str:
    counted = [row for row in summary.reasons if row.outcome == outcome and outcome != "unchanged"]
    words = ", ".join(f"{row.people} {row.reason.replace('_', ' ')}" for row in counted)
    return f"  ({words})" if words else ""


def _plain(text: str, longest: int = 120) -> str:
    from core.cli.tables import printable

    return printable(text, longest)
