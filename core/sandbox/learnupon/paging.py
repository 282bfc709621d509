"""Pages of a list and their headers.

Source: facts/learnupon-api, section 1.3.
"""

from collections.abc import Callable, Collection
from itertools import islice
from typing import TypeVar

from core.sandbox.answers import Answer, Refusal
from core.sandbox.learnupon.answers import json_answer
from core.sandbox.learnupon.call import Call

Row = TypeVar("Row")


def listing(
    call: Call,
    key: str,
    rows: Collection[Row],
    present: Callable[[Row], object],
    *,
    before: dict[str, object] | None = None,
) -> Answer:
    """The page that was asked for, as `{…before, key: [rows]}`.

    What is no page number is page 1; `per_page` is ignored.
    """
    size = call.settings.page_size
    number = max(1, call.number("page") or 1)
    start = (number - 1) * size
    if number > 1 and start >= len(rows) and call.settings.past_end == "not_found":
        raise Refusal(404, "There is no such page")
    shown = [present(row) for row in islice(rows, start, start + size)]
    headers = {
        "LU-Current-Page": str(number),
        "LU-Records-Per-Page": str(size),
        "LU-Has-Next-Page": "true" if start + size < len(rows) else "false",
    }
    return json_answer((before or {}) | {key: shown}, headers=headers)
