"""Reading a list to its end (facts/learnupon-api.md, section 1.3): the header says whether there is more.

Counts prove nothing: a full page holds 499 or 500 rows. An empty page is the end as well, and where the header is
missing also a page that only repeats what was there, or one that is not there.
"""

from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import httpx
from msgspec.structs import replace

from core.portals.learnupon.connection import Connection
from core.portals.learnupon.errors import UnreadableAnswer, WrongAddress
from core.portals.learnupon.records import Invite, User
from core.portals.learnupon.refusals import Call
from core.portals.learnupon.wire import flag_of, number_of

Row = TypeVar("Row", User, Invite)

_MOST_PAGES = 100_000


async def read_pages(
    connection: Connection, call: Call, read: Callable[[httpx.Response], list[Row] | None]
) -> AsyncIterator[list[Row]]:
    """Every page of a list, as rows not seen before. Raises `LearnUponError` when a page stays unreadable, or the
    list does not come to an end."""
    seen: set[str] = set()
    promised = False
    for number in range(1, _MOST_PAGES):
        page_call = replace(call, query={**call.query, "page": number})
        try:
            rows, more = await connection.ask(page_call, lambda response: _page(response, read))
        except WrongAddress:
            if number == 1 or promised:
                raise
            return  # what a page past the end looks like is not documented
        if not rows:
            return
        fresh = [row for row in rows if row.id not in seen]
        seen.update(row.id for row in fresh)
        if not fresh and more:
            break
        if fresh:
            yield fresh
        if more is False or not fresh:
            return
        promised = more is True
    raise UnreadableAnswer(f"LearnUpon's list does not come to an end ({call.doing}). {call.spared} Try again later.")


async def read_page(
    connection: Connection, call: Call, read: Callable[[httpx.Response], list[Row] | None], number: int
) -> tuple[list[Row], bool]:
    """One page of a list, and whether it says that there are more. A page past the end is empty."""
    page_call = replace(call, query={**call.query, "page": number})
    try:
        rows, more = await connection.ask(page_call, lambda response: _page(response, read))
    except WrongAddress:
        if number == 1:
            raise
        return [], False  # what a page past the end looks like is not documented
    return rows, bool(rows) and more is True


def _page(
    response: httpx.Response, read: Callable[[httpx.Response], list[Row] | None]
) -> tuple[list[Row], bool | None] | None:
    """The rows, and whether there are more, None if that is not told."""
    rows = read(response)
    asked = number_of(response.request.url.params.get("page"))
    sent = number_of(response.headers.get("lu-current-page"))
    if rows is None or (sent is not None and sent != asked):
        return None
    return rows, flag_of(response.headers.get("lu-has-next-page"))
