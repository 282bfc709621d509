"""Finding rows by words that somebody typed: the same on SQLite and on PostgreSQL."""

from typing import TypeVar

from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

_Row = TypeVar("_Row", bound=Model)


def with_words(rows: QuerySet[_Row], text: str, *columns: str) -> QuerySet[_Row]:
    """The rows that have each word of the text in one of the columns, whatever the case; every row for no words.

    What means something in LIKE (`%`, `_`) stands for itself.
    """
    for word in text.split():
        found = [Q(**{f"{column}__icontains": written}) for column in columns for written in _cases(word)]
        rows = rows.filter(Q(*found, join_type=Q.OR))
    return rows


def _cases(word: str) -> set[str]:
    """How the word may be written. SQLite knows the case of A to Z alone (sqlite.org/lang_corefunc.html, `upper`), and
    would not find Åsa by åsa."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
