"""What settings would do that are only tried: how outcomes would differ, and for whom first."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from textual.widget import Widget
from textual.widgets import Static

from core.domain.difference import Moved
from core.services.trying import Tried
from tui.dialogs.telling import Tell
from tui.rows import Cell, Column, Row, Rows, Source
from tui.screens.listing import ListScreen
from tui.words import counted, toned

_WAIT = (
    "Deciding for everyone, with the settings of now and with yours …\n"
    "UKG Pro is read first if the last read did not ask for what is needed."
)


class TriedScreen(ListScreen):
    """Tries once when it opens, and again with `r`; nothing is written either way."""

    PLACE = "What would change?"
    ABOUT = (
        "Everyone of the last read of UKG Pro, decided twice: with the settings there are, and with yours. The list "
        "says whose outcome would be another, with the first few of them. Nothing is saved or changed by looking. UKG "
        "Pro is read anew only where an attribute is needed that the last read did not ask for."
    )
    EMPTY = "Nobody's outcome would be another."
    COLUMNS = (
        Column("People", 7),
        Column("Now", 23, share=2),
        Column("Would be", 23, share=2),
        Column("The first of them", 16, share=3),
    )
    DEFAULT_CSS = """
    TriedScreen #sentences { padding: 1 1 0 1; height: auto; max-height: 50%; }
    TriedScreen #count { display: none; }
    """

    def __init__(self, slug: str, attempt: Callable[[], Coroutine[Any, Any, Tried]]) -> None:
        super().__init__(slug)
        self._attempt = attempt
        self._trying: asyncio.Task[Tried] | None = None
        self._tried: Tried | None = None

    def body(self) -> Iterable[Widget]:
        """The sentences above the people."""
        yield Static(_WAIT, id="sentences", markup=False)
        yield from super().body()

    def action_reload(self) -> None:
        """Try it again."""
        self.on_unmount()
        self._trying = self._tried = None
        self.query_one("#sentences", Static).update(_WAIT)
        super().action_reload()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        if self._trying is not None:
            self._trying.cancel()

    async def load(self) -> None:
        """Try, unless it was tried: what others do meanwhile does not begin it anew."""
        self._trying = self._trying or asyncio.create_task(self._attempt())
        try:
            self._tried = await asyncio.shield(self._trying)
        except Exception:
            self.query_one("#sentences", Static).update("What would change is not known. r tries it again.")
            raise
        self.query_one("#sentences", Static).update(words_of(self._tried))
        await super().load()

    async def source(self, text: str) -> Source:
        """Those whose outcome would be another, by what it was and would be."""
        return Rows(_rows(self._tried) if self._tried is not None else [], text)

    def open(self, row: Row) -> None:
        """Name more of them."""
        if isinstance(row.item, Moved):
            was, becomes = _outcome(row.item.before).text, _outcome(row.item.after).text
            title = f"{counted(row.item.people, 'person', 'people')}: {was}, would be {becomes}"
            self.app.push_screen(Tell(title, ["\n".join([*row.item.examples, *_more(row.item)])]))


def words_of(tried: Tried) -> str:
    """How outcomes would differ from those of the settings there are."""
    read_at = tried.difference.read_at
    when = "as read just now" if read_at is None else f"as last read ({read_at:%Y-%m-%d %H:%M} UTC)"
    lines = "\n".join(f"• {sentence}" for sentence in tried.sentences if " -> " not in sentence)
    return f"Nothing is saved yet. With everyone {when}, the next sync would differ like this:\n{lines}\n"


def _rows(tried: Tried) -> Sequence[Row]:
    return [_row(str(number), moved) for number, moved in enumerate(tried.difference.moved)]


def _row(key: str, moved: Moved) -> Row:
    names = ", ".join([*moved.examples, *_more(moved)])
    return Row(key, (f"{moved.people:,}", _outcome(moved.before), _outcome(moved.after), names), moved)


def _outcome(found: tuple[str, str]) -> Cell:
    outcome, reason = found
    because = f" ({reason.replace('_', ' ')})" if reason != outcome else ""
    return Cell(f"{outcome}{because}", toned(outcome).tone)


def _more(moved: Moved) -> list[str]:
    more = moved.people - len(moved.examples)
    return [f"and {more:,} more"] if more else []
