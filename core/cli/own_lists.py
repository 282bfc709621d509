"""Lists of what an embedded portal has: of a portal of LearnUpon it is said that LearnUpon keeps its own."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import typer

from core.cli.session import in_store, print_json

Row = TypeVar("Row")


def show_own_list(
    slug: str,
    own: str,
    rows_of: Callable[[], Awaitable[list[Row]]],
    columns: Sequence[str],
    cells: Callable[[Row], Sequence[str]],
    *,
    as_json: bool,
) -> int | None:
    """Show a table with a line of `cells` for each row, or one JSON document. `own` names one of
    `core.services.kinds.Own`. Returns how many rows were shown as a table; None if there was none to show."""

    async def work(url: str) -> tuple[list[Row], str | None]:
        from core.services.kinds import Own
        from core.services.portals import kept_by_learnupon

        return await rows_of(), await kept_by_learnupon(slug, Own[own])

    rows, kept_there = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return None
    if kept_there is not None:
        typer.echo(kept_there)
        return None
    from core.cli.tables import show_table

    show_table(columns, [cells(row) for row in rows])
    return len(rows)
