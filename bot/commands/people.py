"""`/ukg people`: who is in the portal, and how they stand; seen by the asker alone."""

from collections.abc import Sequence
from io import StringIO

from bot.commands.listing import Listing
from bot.content import escaped
from bot.flows import Flow
from core.services.export import export_users
from core.services.people import ListedLearner, Wanted, count_learners, learners_page


async def _count(slug: str, words: str) -> int:
    return await count_learners(slug, Wanted(text=words))


async def _lines(slug: str, words: str, first: int, most: int) -> Sequence[str]:
    return [_line(each) for each in await learners_page(slug, Wanted(text=words), first, most)]


async def _write(slug: str, words: str, file: StringIO) -> int:
    return await export_users(slug, file, Wanted(text=words))


def _line(learner: ListedLearner) -> str:
    name = f"{learner.first_name} {learner.last_name}".strip()
    ends = f", access ends {learner.account_expires}" if learner.account_expires else ""
    by_hand = "" if learner.employee_id else ", not linked to UKG Pro"
    return f"• {escaped(name)} ({escaped(learner.email)}): *{learner.status}*{ends}{by_hand}"


_PEOPLE = Listing(
    name="people",
    one="person",
    several="people",
    instead="ukg export {}",
    hint="Why someone is as they are: `/ukg person E-MAIL`",
    count=_count,
    lines=_lines,
    write=_write,
)
FLOW = Flow("people", "List who is in the portal", _PEOPLE.answer, usage="[portal] [name or e-mail]", takes_words=True)
INTERACTIONS = _PEOPLE.interactions()
