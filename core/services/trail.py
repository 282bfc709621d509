"""Reading the audit trail: listed newest first, or as CSV."""

import asyncio
import csv
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any, TextIO

import msgspec
from tortoise.queryset import QuerySet

from core.clock import zone
from core.domain.roles import Role
from core.services.portals import portal_for
from core.services.spreadsheet import safe_cell
from core.store.models import AuditLine, Portal
from core.store.words import with_words

_PAGE = 1000
_HEADINGS = ("at (UTC)", "who", "through", "action", "subject", "before", "after")


class AuditEntry(msgspec.Struct):
    """One line of the trail; `at` is UTC, `before` and `after` are what changed, None where there is nothing."""

    at: datetime
    actor: str
    face: str
    action: str
    subject: str
    before: Any
    after: Any


async def trail(
    slug: str, *, since: date | None = None, most: int | None = None, text: str = ""
) -> AsyncIterator[AuditEntry]:
    """A portal's lines, newest first. `since` is a calendar date of the portal's time zone; with a text, only those
    that have each of its words in who, what or whom."""
    wanted = _wanted(await portal_for(slug, Role.VIEWER), since, text)
    last_id: int | None = None
    given = 0
    while True:
        page = wanted if last_id is None else wanted.filter(id__lt=last_id)
        rows = await page.order_by("-id").limit(_PAGE)
        for row in rows:
            if given == most:
                return
            yield _entry(row)
            given += 1
        if len(rows) < _PAGE:
            return
        last_id = rows[-1].id
        await asyncio.sleep(0)


async def count_trail(slug: str, *, since: date | None = None, text: str = "") -> int:
    """How many lines `trail` gives."""
    return await _wanted(await portal_for(slug, Role.VIEWER), since, text).count()


async def trail_page(
    slug: str, offset: int, limit: int, *, since: date | None = None, text: str = ""
) -> list[AuditEntry]:
    """Up to `limit` lines after the first `offset`, newest first, for a list that is read as far as it is looked at."""
    wanted = _wanted(await portal_for(slug, Role.VIEWER), since, text)
    return [_entry(row) for row in await wanted.order_by("-id").offset(offset).limit(limit)]


def changes_between(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    """What a line holds, value by value: `{"last_name": ("Old", "New")}`; what is no set of values stands under an
    empty name."""
    if before is None and after is None:
        return {}
    old, new = ({} if each is None else each for each in (before, after))
    if isinstance(old, dict) and isinstance(new, dict):
        return {name: (old.get(name), new.get(name)) for name in {**old, **new}}
    return {"": (before, after)}


def _wanted(portal: Portal, since: date | None, text: str = "") -> QuerySet[AuditLine]:
    wanted = AuditLine.filter(portal_id=portal.id)
    if since is not None:
        midnight = datetime(since.year, since.month, since.day, tzinfo=zone(portal.timezone))
        wanted = wanted.filter(at__gte=midnight.astimezone(UTC))
    return with_words(wanted, text, "actor", "action", "subject")


def _entry(row: AuditLine) -> AuditEntry:
    return AuditEntry(row.at, row.actor, row.face, row.action, row.subject, _decoded(row.before), _decoded(row.after))


def _decoded(text: str | None) -> Any:
    return None if text is None else msgspec.json.decode(text)


async def export_trail(slug: str, file: TextIO, *, since: date | None = None, text: str = "") -> int:
    """Write the trail, or what `trail` gives of it, as CSV, safe to open in a spreadsheet; returns how many lines."""
    writer = csv.writer(file)
    writer.writerow(_HEADINGS)
    number = 0
    async for entry in trail(slug, since=since, text=text):
        values = ("" if value is None else msgspec.json.encode(value).decode() for value in (entry.before, entry.after))
        cells = (entry.actor, entry.face, entry.action, entry.subject, *values)
        writer.writerow([f"{entry.at:%Y-%m-%d %H:%M:%S}", *(safe_cell(cell) for cell in cells)])
        number += 1
    return number
