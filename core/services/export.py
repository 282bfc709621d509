"""The user CSV: everyone in the portal, safe to open in a spreadsheet."""

import csv
from typing import TextIO

from core.services.fields import list_fields
from core.services.people import EVERYONE, Wanted, learners
from core.services.spreadsheet import safe_cell

_COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "user_type",
    "status",
    "source",
    "employee_id",
    "account_expires",
    "groups",
    "courses",
    "invited_at",
    "invited_by",
    "created_at",
    "created_by",
)


async def export_users(slug: str, output: TextIO, wanted: Wanted = EVERYONE) -> int:
    """Write the CSV of those wanted with a heading row; returns the number of people. Custom fields come last, by their
    label."""
    labels = [field.label for field in await list_fields(slug)]
    writer = csv.writer(output)
    writer.writerow([safe_cell(heading) for heading in (*_COLUMNS, *labels)])
    number = 0
    async for learner in learners(slug, wanted):
        cells = [getattr(learner, column) for column in _COLUMNS] + [learner.custom[label] for label in labels]
        writer.writerow([safe_cell(_joined(cell)) for cell in cells])
        number += 1
    return number


def _joined(value: object) -> object:
    """Several titles or choices as one text."""
    return "; ".join(value) if isinstance(value, list) else value
