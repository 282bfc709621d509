"""`ukg upcoming`: what falls due by date."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import in_store, print_json

if TYPE_CHECKING:
    from core.services.upcoming import Upcoming

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(upcoming)


def upcoming(
    slug: str,
    days: Annotated[int, typer.Option(metavar="N", help="How many days to look ahead.")] = 14,
    as_json: AsJson = False,
) -> None:
    """List who joins, who gets an account and whose access ends in the days to come."""

    async def work(url: str) -> "Upcoming":
        from core.services.upcoming import upcoming

        return await upcoming(slug, days)

    found = in_store(work, as_json=as_json)
    if as_json:
        print_json(found)
        return
    if found.as_read_at is None:
        typer.echo(f"UKG Pro was not read for {slug} yet; a first sync is needed: ukg sync {slug}")
        return
    if found.due:
        from core.cli.tables import show_table

        show_table(
            ("Date", "What", "Employee", "Name", "E-mail", ""),
            [
                (row.date.isoformat(), row.what.value, row.employee_id, row.name, row.email or "", row.sentence)
                for row in found.due
            ],
        )
    number = len(found.due) or "Nothing"
    span = "day" if days == 1 else f"{days} days"
    falls = "falls" if len(found.due) < 2 else "fall"
    typer.echo(
        f"{number} {falls} due within the next {span}, as UKG Pro said on {found.as_read_at:%Y-%m-%d %H:%M} UTC."
    )
