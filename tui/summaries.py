"""What came of a run, or would come of a plan, in lines: the same as the command line says."""

from rich.console import Group
from rich.table import Table
from rich.text import Text

from core.domain.outcome import Outcome
from core.services.history import ReportedOutcome, Summary, plain_value
from tui.words import counted

_MOST_VALUES = 5


def drawn_summary(summary: Summary) -> Group:
    """Counts with their reasons, who needs attention, values that no field knows."""
    report = summary.report
    counts, attention, values = _columns(), Table.grid(padding=(0, 1)), _columns()
    for outcome in Outcome:
        number = getattr(report.counts, outcome)
        if number:
            counts.add_row(f"{number:,}", Text(f"{outcome.words}{_reasons(summary, outcome)}"))
    if not counts.row_count and not report.error:
        counts.add_row("", "Nobody was looked at.")
    for row in report.outcomes:
        attention.add_row("!", Text(short(row)))
    parts: list[Table | Text] = [counts, *(Text(sentence) for sentence in why(summary)), attention]
    if report.unknown_values:
        parts.append(Text("Values that no choice of their field matches (the stored value stays):"))
        for each in report.unknown_values[:_MOST_VALUES]:
            values.add_row(f"{each.people:,}", Text(f"x {each.field}: {each.value}"))
        parts.append(values)
    return Group(*parts)


def _columns() -> Table:
    """Numbers at the right of their column, and words that keep to the right of them."""
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", min_width=7)
    table.add_column()
    return table


def why(summary: Summary) -> list[str]:
    """Why it ended as it did, as far as there is something to say."""
    report = summary.report
    found = [report.error] if report.error else []
    if not report.error and not report.complete_source and report.run is not None:
        found.append("UKG Pro's answer could not be proved whole, so nobody's access was ended.")
    return [*found, *report.doubts, *report.tripped]


def short(row: ReportedOutcome) -> str:
    """Someone of a report in a line."""
    what = f"would be {row.held_as}." if row.held_as else row.detail or row.reason.replace("_", " ")
    return f"{row.outcome}: {row.name or row.employee_id} ({row.employee_id}): {what}"


def changes_line(row: ReportedOutcome) -> str:
    """Before and after in a line; without any, the sentence that says why."""
    changes = "; ".join(f"{_named(what)}: {_before_and_after(old, new)}" for what, (old, new) in row.changes.items())
    return changes or row.detail or row.reason.replace("_", " ")


def drawn_person(row: ReportedOutcome | None) -> Text:
    """All that a report says of someone: what and why, each value before and after."""
    if row is None:
        return Text("")
    outcome = f"{row.outcome}, would be {row.held_as}" if row.held_as else row.outcome
    text = Text.assemble((row.name or row.employee_id, "bold"), f" ({row.employee_id}, {row.email or 'no e-mail'}): ")
    text.append(f"{outcome}, {row.reason.replace('_', ' ')}")
    if row.detail:
        text.append(f"\n{row.detail}")
    width = max((len(_named(what)) for what in row.changes), default=0)
    for what, (old, new) in row.changes.items():
        text.append(f"\n  {_named(what):<{width}}  {_before_and_after(old, new)}")
    for warning in row.warnings:
        text.append(f"\n! {warning}")
    return text


def _named(what: str) -> str:
    return what.replace("_", " ") if what.islower() else what


def _reasons(summary: Summary, outcome: str) -> str:
    found = [row for row in summary.reasons if row.outcome == outcome and outcome != "unchanged"]
    words = ", ".join(f"{row.people:,} {row.reason.replace('_', ' ')}" for row in found)
    return f"  ({words})" if words else ""


def people(number: int) -> str:
    """`1 person`, `12 people`."""
    return counted(number, "person", "people")


def _before_and_after(old: object, new: object) -> str:
    return plain_value(new) if old in (None, "") else f"{plain_value(old)} → {plain_value(new)}"
