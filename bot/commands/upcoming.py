"""`/ukg upcoming`: who joins, gets an account, or loses access in the days to come."""

from bot.content import Content, context, escaped, joined, moment, paragraphs
from bot.flows import Asked, Flow
from core.domain.errors import SettingsError
from core.services.upcoming import Due, Upcoming, upcoming

_DAYS = 14
_MOST = 30


async def answer_upcoming(asked: Asked) -> None:
    """Answer with what falls due, the soonest first."""
    word = asked.words[0] if asked.words else str(_DAYS)
    if not word.isascii() or not word.isdigit():
        raise SettingsError("How many days ahead? Nothing was looked up. Write a number, like `/ukg upcoming 30`")
    await asked.answer(_told(await upcoming(str(asked.portal), int(word))))


def _told(found: Upcoming) -> Content:
    if found.as_read_at is None:
        return paragraphs(
            f"UKG Pro was not read for {found.portal} yet, so nothing is known to fall due. The first sync reads it."
        )
    read = f"As UKG Pro said: {moment(found.as_read_at)}."
    within = f"within {found.days} day{'s' if found.days != 1 else ''}"
    if not found.due:
        return paragraphs(f"Nothing falls due in {found.portal} {within}. {read}")
    lines = "\n".join(_line(due) for due in found.due[:_MOST])
    left = len(found.due) - _MOST
    hint = read + (f" {left} more: `ukg upcoming {found.portal} --days {found.days}`" if left > 0 else "")
    return joined(
        paragraphs(f"*{len(found.due)} due in {found.portal} {within}*\n{lines}"), Content(hint, [context(hint)])
    )


def _line(due: Due) -> str:
    who = f"{due.name} ({due.email or due.employee_id})"
    return f"{due.date} *{due.what}* {escaped(who)}: {escaped(due.sentence)}"


FLOW = Flow("upcoming", "List who joins or leaves soon", answer_upcoming, usage="[portal] [days]", takes_words=True)
