"""How a run or a plan is shown, and the exit code it ends with."""

from typing import TYPE_CHECKING

import typer

from core.cli.session import Exit, print_json

if TYPE_CHECKING:
    from core.services.history import Report

_MOST_PEOPLE = 10
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


def exit_code(report: "Report") -> Exit:
    """The code for what came of a run or a plan."""
    if report.status == "held":
        return Exit.HELD
    return Exit.SOME_FAILED if report.counts.conflict or report.counts.failed else Exit.DONE


def show_report(report: "Report", *, planned: bool = False) -> None:
    """The summary a person reads: counts, who needs attention, values no field knows."""
    counts = report.counts
    what = f"Plan {report.plan}" if planned else f"Run {report.run}"
    typer.echo(f"{what} of {report.portal}: {report.status}. {counts.fetched} employees in UKG Pro:")
    for outcome, words in _WORDS.items():
        number = getattr(counts, outcome)
        if number:
            typer.echo(f"  {number:>7} {words}{_reasons(report, outcome)}")
    if not report.complete_source:
        typer.echo("UKG Pro's answer could not be proved whole, so nobody's access was ended.")
    _show_attention(report)
    if report.unknown_values:
        typer.echo("Values that no choice of their field matches (the stored value stays):")
        for unknown in report.unknown_values[:_MOST_PEOPLE]:
            typer.echo(f"  {unknown.people:>7} x {unknown.field}: {_plain(unknown.value)}")
    if not any(getattr(counts, outcome) for outcome in ("created", "invited", "updated", "reactivated", "ended")):
        typer.echo("Nothing would be written." if planned else "Nothing was written.")
    if report.run:
        typer.echo(f"Everyone and why: ukg run show {report.run}")


def _reasons(report: "Report", outcome: str) -> str:
    reasons: dict[str, int] = {}
    for row in report.outcomes:
        if row.outcome == outcome:
            reasons[row.reason] = reasons.get(row.reason, 0) + 1
    ranked = sorted(reasons.items(), key=lambda item: -item[1])
    words = ", ".join(f"{number} {reason.replace('_', ' ')}" for reason, number in ranked)
    return f"  ({words})" if words else ""


def _show_attention(report: "Report") -> None:
    wanting = [row for row in report.outcomes if row.outcome in ("conflict", "failed", "held")]
    for row in wanting[:_MOST_PEOPLE]:
        typer.echo(f"  {row.outcome}: {_plain(row.name) or row.employee_id} ({row.employee_id}): {row.detail}")
    if len(wanting) > _MOST_PEOPLE:
        typer.echo(f"  … and {len(wanting) - _MOST_PEOPLE} more.")


def _plain(text: str) -> str:
    from core.cli.tables import printable

    return printable(text)


def give(report: "Report", *, as_json: bool, planned: bool = False) -> None:
    """Show the report and end with its exit code."""
    if as_json:
        print_json(report)
    else:
        show_report(report, planned=planned)
    raise typer.Exit(exit_code(report))
