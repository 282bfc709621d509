"""What would change, as a table that can be sorted; what does not fit is in the file in the thread."""

from typing import Any

from bot.blocks import one_line
from bot.content import Block
from core.services.history import ReportedOutcome, plain_value

_MOST_ROWS = 50
_MOST_LETTERS = 6000  # of 10,000 in the cells and about 11,000 in the message (facts/slack, part A)
_CELL = 200
_HEADINGS = ("Who", "Outcome", "What")


def table_of(rows: list[ReportedOutcome], caption: str) -> tuple[Block | None, int]:
    """The table of the first people, and how many are in it; None if there is nobody to show."""
    cells: list[list[Any]] = [[_cell(heading) for heading in _HEADINGS]]
    letters = 0
    for row in rows[:_MOST_ROWS]:
        texts = (row.name or row.employee_id, _outcome(row), _what(row))
        shown = [one_line(text, _CELL) for text in texts]
        letters += sum(map(len, shown))
        if letters > _MOST_LETTERS:
            break
        cells.append([_cell(text) for text in shown])
    if len(cells) == 1:
        return None, 0
    return {"type": "data_table", "caption": caption, "page_size": 10, "rows": cells}, len(cells) - 1


def _cell(text: str) -> dict[str, str]:
    return {"type": "raw_text", "text": text}


def _outcome(row: ReportedOutcome) -> str:
    return f"{row.outcome} ({row.held_as})" if row.held_as else row.outcome


def _what(row: ReportedOutcome) -> str:
    changes = [f"{what}: {plain_value(old)} → {plain_value(new)}" for what, (old, new) in row.changes.items()]
    return "; ".join(changes) or row.detail or "–"
