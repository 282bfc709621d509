"""What settings would do that are only tried, in blocks."""

from bot.content import Block, escaped, section
from core.services.trying import Tried

_MOST = 20


def tried_blocks(tried: Tried) -> list[Block]:
    """How outcomes would differ from those of the settings there are."""
    read_at = tried.difference.read_at
    when = "as read just now" if read_at is None else f"as last read ({read_at:%Y-%m-%d %H:%M} UTC)"
    lines = "\n".join(f"• {escaped(sentence)}" for sentence in tried.sentences[:_MOST])
    return [section(f"Nothing is saved yet. With everyone {when}, the next sync would differ like this:\n{lines}")]
