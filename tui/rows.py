"""What a list shows: columns, rows, and where the rows come from, a page at a time."""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec


class Tone(StrEnum):
    """How a cell is coloured. The words of the cell say the same: colour alone tells nothing."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    MUTED = "muted"


class Cell(msgspec.Struct, frozen=True):
    """A text with a tone."""

    text: str
    tone: Tone = Tone.PLAIN


class Row(msgspec.Struct, frozen=True):
    """A line of a list. `key` says what it is about; `item` is what it was made of, for whoever opens it."""

    key: str
    cells: Sequence[str | Cell]
    item: object = None


class Column(msgspec.Struct, frozen=True):
    """A column of a list: `width` cells at least, and a share of what is left over. It is left out of a list that is
    narrower than `from_width` cells."""

    title: str
    width: int
    share: int = 0
    from_width: int = 0


class Source(Protocol):
    """Rows that are read as far as they are looked at."""

    async def count(self) -> int:
        """How many rows there are."""
        ...

    async def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Up to `limit` rows after the first `offset`."""
        ...


class Rows:
    """Rows that are all there already; with a text, those that have each of its words in them."""

    def __init__(self, rows: Sequence[Row], text: str = "") -> None:
        words = text.casefold().split()
        self._rows = [row for row in rows if all(word in _text(row) for word in words)] if words else list(rows)

    async def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    async def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Up to `limit` rows after the first `offset`."""
        return self._rows[offset : offset + limit]


class Paged:
    """Rows of a service that counts them, and gives them by offset and limit."""

    def __init__(
        self, count: Callable[[], Awaitable[int]], page: Callable[[int, int], Awaitable[Sequence[Row]]]
    ) -> None:
        self._count, self._page = count, page

    async def count(self) -> int:
        """How many rows there are."""
        return await self._count()

    async def page(self, offset: int, limit: int) -> Sequence[Row]:
        """Up to `limit` rows after the first `offset`."""
        return await self._page(offset, limit)


def _text(row: Row) -> str:
    return "\n".join(cell.text if isinstance(cell, Cell) else cell for cell in row.cells).casefold()
