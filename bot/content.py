"""What a message says: its facts as plain text, and the same laid out in blocks."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

Block = dict[str, Any]

_TEXT = 3000  # letters in a section (facts/slack, part A)
_WHOLE = 3900  # letters in the text of a message that may be edited
_CONTEXT = 2000


class Content(msgspec.Struct, frozen=True):
    """A message: `text` says everything that `blocks` show, for notifications, screen readers and when Slack refuses
    the blocks."""

    text: str
    blocks: Sequence[Block] = ()


def escaped(text: str) -> str:
    """Text from outside, so that Slack reads nothing into it: no mention, no link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def moment(when: datetime) -> str:
    """A moment in the reader's own time zone; in UTC where Slack does not say it (notifications)."""
    utc = when.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{{date_short_pretty}} {{time}}|{utc:%Y-%m-%d %H:%M} UTC>"


def shortened(text: str, most: int) -> str:
    """The text, its end left out where it is too long: whole lines, if that leaves most of it."""
    if len(text) <= most:
        return text
    kept = text[: most - 2]
    lines = kept.rpartition("\n")[0]
    return f"{lines}\n…" if len(lines) > most // 2 else f"{kept}…"


def section(text: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": shortened(text, _TEXT)}}


def context(text: str) -> Block:
    """A line in small letters."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": shortened(text, _CONTEXT)}]}


def paragraphs(*texts: str) -> Content:
    """A message of paragraphs."""
    return Content(shortened("\n\n".join(texts), _WHOLE), [section(text) for text in texts])


def joined(*parts: Content) -> Content:
    """Several messages as one, with a line between them."""
    blocks: list[Block] = []
    for part in parts:
        blocks += [{"type": "divider"}] if blocks else []
        blocks += part.blocks
    return Content(shortened("\n\n".join(part.text for part in parts), _WHOLE), blocks)
