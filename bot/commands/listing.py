"""A list of which the asker alone sees a few lines, with buttons for more of them and for all of them as a file.

What was looked for may be somebody's name, so it is kept in a draft, and Slack carries only the id of that.
"""

from collections.abc import Awaitable, Callable, Sequence
from io import StringIO

import msgspec

from bot.blocks import button, buttons
from bot.commands.files import send_csv
from bot.content import Content, context, escaped, joined, paragraphs
from bot.flows import Asked
from bot.interactions import About, Act, Click, Interactions, written_down
from core.clock import now
from core.services.drafts import Kind, Words, find, keep

_A_PAGE = 15


class Listing(msgspec.Struct, frozen=True):
    """What is listed: `one` and `several` say what a line is ("person", "people"); `instead` is the command at a
    terminal that gives all of them, with `{}` for the portal.

    `count` and `lines` are asked for a portal and the words looked for, `lines` also from which and how many; `write`
    writes those that fit into a CSV file and gives how many that are.
    """

    name: str
    one: str
    several: str
    instead: str
    hint: str
    count: Callable[[str, str], Awaitable[int]]
    lines: Callable[[str, str, int, int], Awaitable[Sequence[str]]]
    write: Callable[[str, str, StringIO], Awaitable[int]]

    async def answer(self, asked: Asked) -> None:
        """Answer with the first of those in which there are the words that followed."""
        slug, words = str(asked.portal), " ".join(asked.words)
        draft = await keep(slug, Kind.WORDS, Words(words)) if words else ""
        await asked.answer(await self._page(About(slug, draft), words))

    def interactions(self) -> Interactions:
        """What its buttons do."""
        back, more, file = (f"{self.name}_{what}" for what in ("back", "more", "file"))
        return Interactions(clicks=[Click(back, self._turn), Click(more, self._turn), Click(file, self._send)])

    async def _page(self, about: About, words: str) -> Content:
        slug, number = about.portal, await self.count(about.portal, words)
        fitting = f" with “{escaped(words)}”" if words else ""
        if not number:
            return paragraphs(f"There is no {self.one}{fitting} in {slug}.")
        first = min(about.page * _A_PAGE, (number - 1) // _A_PAGE * _A_PAGE)
        page = first // _A_PAGE
        lines = await self.lines(slug, words, first, _A_PAGE)
        head = f"*{number:,} {self.one if number == 1 else self.several}{fitting} in {slug}*"
        last = first + len(lines)
        small = (f"{first + 1:,} to {last:,} of {number:,}. " if number > _A_PAGE else "") + self.hint
        presses = [self._press("Back", "back", about, page - 1)] if page else []
        presses += [self._press("Show more", "more", about, page + 1)] if last < number else []
        presses.append(self._press("Send me all as a file", "file", about, page))
        listed = paragraphs("\n".join([head, *lines]))
        return joined(Content(listed.text, [*listed.blocks, buttons(*presses)]), Content(small, [context(small)]))

    def _press(self, words: str, what: str, about: About, page: int) -> dict[str, object]:
        return button(words, f"{self.name}_{what}", written_down(msgspec.structs.replace(about, page=page)))

    async def _turn(self, act: Act) -> None:
        await act.answer(await self._page(act.about, await self._words(act.about)), replace=True)

    async def _send(self, act: Act) -> None:
        slug, file = act.about.portal, StringIO(newline="")
        number = await self.write(slug, await self._words(act.about), file)
        name = f"{slug}-{self.name}-{now():%Y-%m-%d}.csv"
        await send_csv(act.answer.client, act.user, name, file, instead=self.instead.format(slug))
        are = f"1 {self.one} is" if number == 1 else f"{number:,} {self.several} are"
        await act.answer(paragraphs(f"{are} in {name}, which I have sent to you in a direct message."))

    async def _words(self, about: About) -> str:
        """What was looked for."""
        return (await find(about.draft, Kind.WORDS, Words)).content.text if about.draft else ""
