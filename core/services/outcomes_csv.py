"""Everyone in a report who is not unchanged, as a CSV that is safe to open in a spreadsheet."""

import csv
import io

from core.services.history import Report, ReportedOutcome, outcome_pages, plain_value
from core.services.spreadsheet import safe_cell

_COLUMNS = ("employee_id", "name", "email", "outcome", "would_be", "reason", "detail", "changes", "warnings")


_PAGE = 200  # so that nobody else waits for long


async def outcomes_csv(report: Report, *, only: str | None = None) -> tuple[bytes, int]:
    """The file (UTF-8, with the mark by which spreadsheets know it) and how many people are in it; `only` those with
    this outcome. The report need not hold its outcomes."""
    file, people = io.StringIO(newline=""), 0
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    async for page in outcome_pages(report, _PAGE):
        rows = [row for row in page if only in (None, row.outcome)]
        writer.writerows(_cells(row) for row in rows)
        people += len(rows)
    return file.getvalue().encode("utf-8-sig"), people


def _cells(row: ReportedOutcome) -> list[str]:
    changes = "; ".join(f"{what}: {plain_value(old)} -> {plain_value(new)}" for what, (old, new) in row.changes.items())
    warnings = "; ".join(row.warnings)
    values = (row.employee_id, row.name, row.email, row.outcome, row.held_as, row.reason, row.detail, changes, warnings)
    return [safe_cell(value) for value in values]
