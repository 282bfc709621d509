"""How a run or a plan is shown, and the exit code it ends with."""

from typing import TYPE_CHECKING

import typer

from core.cli.session import Exit

if TYPE_CHECKING:
    from core.services.history import Report, Summary

_MOST_VALUES = 10
_WORDS = {
    "created": "created",
    "invited": "invited",
    "updated": "updated",
    "reactivated": "brought back",
    "ended": "ended",
    "unchanged": "unchanged",
    "skipped": "skipped",
    "held": "held",
    "conflict": "in conflict",
    "failed": "failed",
}


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


def exit_code(report: "Report") -> Exit:
    """The code for what came of a run or a plan."""
    if report.status == "held":
        return Exit.HELD
    return Exit.SOME_FAILED if report.counts.conflict or report.counts.failed else Exit.DONE


def show_summary(summary: "Summary", *, planned: bool = False) -> None:
    """What a person reads: counts with their reasons, who needs attention, values no field knows."""
    report, counts = summary.report, summary.report.counts
    what = f"Plan {report.plan}" if planned else f"Run {report.run}"
    typer.echo(f"{what} of {report.portal}: {report.status}. {counts.fetched} employees in UKG Pro:")
    for outcome, words in _WORDS.items():
        number = getattr(counts, outcome)
        if number:
            typer.echo(f"  {number:>7} {words}{_reasons(summary, outcome)}")
    if report.error:
        typer.echo(report.error)
    elif not report.complete_source:
        typer.echo("UKG Pro's answer could not be proved whole, so nobody's access was ended.")
    for sentence in [*report.doubts, *report.tripped]:
        typer.echo(_plain(sentence, 500))
    for row in report.outcomes:
        detail = f"would be {row.held_as}." if row.held_as else row.detail
        typer.echo(f"  {row.outcome}: {_plain(row.name) or row.employee_id} ({row.employee_id}): {detail}")
    more = counts.conflict + counts.failed + counts.held - len(report.outcomes)
    if more > 0:
        typer.echo(f"  … and {more} more.")
    if report.unknown_values:
        typer.echo("Values that no choice of their field matches (the stored value stays):")
        for unknown in report.unknown_values[:_MOST_VALUES]:
            typer.echo(f"  {unknown.people:>7} x {unknown.field}: {_plain(unknown.value)}")
    if not counts.of(("created", "invited", "updated", "reactivated", "ended")):
        typer.echo("Nothing would be written." if planned else "Nothing was written.")
    if report.run:
        typer.echo(f"Everyone and why: ukg run show {report.run}")
    _show_what_next(report, planned=planned)


def _show_what_next(report: "Report", *, planned: bool) -> None:
    """What may be done with a plan that is not over."""
    if report.state != "open" or report.plan is None:
        return
    if report.counts.held and report.complete_source:
        typer.echo(f"Let what is held through: ukg approve {report.plan}, then: ukg apply {report.plan}")
    elif planned and report.counts.of(("created", "invited", "updated", "reactivated", "ended")):
        typer.echo(f"Do exactly this: ukg apply {report.plan} (until {report.expires_at:%Y-%m-%d %H:%M} UTC)")
    if planned and report.undoes:
        typer.echo(
            "The next sync does again what is taken back, unless mapping, scope or UKG Pro itself change before it."
        )


def _reasons(summary: "Summary", outcome: str) -> str:
    counted = [row for row in summary.reasons if row.outcome == outcome and outcome != "unchanged"]
    words = ", ".join(f"{row.people} {row.reason.replace('_', ' ')}" for row in counted)
    return f"  ({words})" if words else ""


def _plain(text: str, longest: int = 120) -> str:
    from core.cli.tables import printable

    return printable(text, longest)
