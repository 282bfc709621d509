"""`/ukg audit`: who did what in the portal, newest first; seen by the asker alone."""

from collections.abc import Sequence
from io import StringIO

from bot.blocks import one_line
from bot.commands.listing import Listing
from bot.content import escaped, moment
from bot.flows import Flow
from core.services.history import plain_value
from core.services.trail import AuditEntry, changes_between, count_trail, export_trail, trail_page

_LETTERS = 150  # of the values of a line; all of them are in the file


async def _count(slug: str, words: str) -> int:
    return await count_trail(slug, text=words)


async def _lines(slug: str, words: str, first: int, most: int) -> Sequence[str]:
    return [_line(each) for each in await trail_page(slug, first, most, text=words)]


async def _write(slug: str, words: str, file: StringIO) -> int:
    return await export_trail(slug, file, text=words)


def _line(entry: AuditEntry) -> str:
    values = [
        f"{name}: {plain_value(old)} → {plain_value(new)}" if old is not None else f"{name}: {plain_value(new)}"
        for name, (old, new) in changes_between(entry.before, entry.after).items()
    ]
    what = f"{entry.action}: {entry.subject}" if entry.subject else entry.action
    which = f" ({escaped(one_line('; '.join(values), _LETTERS))})" if values else ""
    return f"{moment(entry.at)} *{escaped(entry.actor)}* ({entry.face}) {escaped(one_line(what, _LETTERS))}{which}"


_LINES = Listing(
    name="audit",
    one="line of the audit trail",
    several="lines of the audit trail",
    instead="ukg audit {} --csv FILE",
    hint="Some of them: `/ukg audit WORDS`, of who, what or whom",
    count=_count,
    lines=_lines,
    write=_write,
)
FLOW = Flow("audit", "Say who did what, and when", _LINES.answer, usage="[portal] [words]", takes_words=True)
INTERACTIONS = _LINES.interactions()
