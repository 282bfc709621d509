"""`ukg learners`, `pending`, `export`."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.arguments import calendar_date, one_of
from core.cli.session import Exit, fail, in_store, print_json

if TYPE_CHECKING:
    from core.services.people import ListedLearner, PendingUser

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(learners)
    app.command()(pending)
    app.command()(export)


def learners(
    slug: str,
    created_after: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Accounts made since that day.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="ukg or manual.")] = None,
    status: Annotated[str | None, typer.Option(help="active, pending or disabled.")] = None,
    group: Annotated[str | None, typer.Option(metavar="TITLE", help="Members of this group.")] = None,
    search: Annotated[str | None, typer.Option(metavar="TEXT", help="Part of a name or e-mail.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the learners of a portal."""
    since = calendar_date(created_after, as_json=as_json)
    if source not in (None, "ukg", "manual"):
        fail("--source is ukg or manual.", Exit.USAGE, as_json=as_json)

    async def work(url: str) -> "list[ListedLearner]":
        from core.domain.learner import AccountStatus
        from core.services import people

        chosen = one_of(AccountStatus, status, "--status") if status else None
        wanted = people.Wanted(since, source, chosen, group, search)
        return [row async for row in people.learners(slug, wanted)]

    rows = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    from core.cli.tables import show_table, source_mark

    show_table(
        ("E-mail", "Name", "Type", "Status", "Source", "Employee", "Expires", "Groups"),
        [
            (
                row.email,
                f"{row.first_name} {row.last_name}".strip(),
                row.user_type,
                row.status,
                source_mark(row.source),
                row.employee_id or "",
                row.account_expires.isoformat() if row.account_expires else "",
                ", ".join(row.groups),
            )
            for row in rows
        ],
    )
    typer.echo(f"{len(rows)} learner{'s' if len(rows) != 1 else ''}.")


def pending(slug: str, as_json: AsJson = False) -> None:
    """List those who were invited and have not accepted."""

    async def work(url: str) -> "list[PendingUser]":
        from core.services import people

        return await people.pending_users(slug)

    rows = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    from core.cli.tables import show_table, source_mark

    show_table(
        ("E-mail", "Name", "Source", "Invited (UTC)", "Sent (UTC)", "Link dies (UTC)", "Resent"),
        [
            (
                row.email,
                f"{row.first_name} {row.last_name}".strip(),
                source_mark(row.source),
                f"{row.invited_at:%Y-%m-%d %H:%M}",
                f"{row.sent_at:%Y-%m-%d %H:%M}" if row.sent_at else "not yet",
                _link_end(row),
                str(row.resent or ""),
            )
            for row in rows
        ],
    )
    typer.echo(f"{len(rows)} pending.")


def _link_end(row: "PendingUser") -> str:
    if row.cancelled:
        return "cancelled"
    if row.expired:
        return "dead"
    return f"{row.expires_at:%Y-%m-%d %H:%M}" if row.expires_at else ""


def export(
    slug: str,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The file to write (default: stdout).")] = None,
) -> None:
    """Write everyone in the portal as CSV, safe to open in a spreadsheet."""

    async def work(url: str) -> int:
        from core.services.export import export_users
        from core.services.spreadsheet import whole_file

        if output is None:
            if isinstance(sys.stdout, TextIOWrapper):
                sys.stdout.reconfigure(encoding="utf-8", newline="")  # as in a file, whatever the terminal's own
            return await export_users(slug, sys.stdout)
        with whole_file(output) as file:
            return await export_users(slug, file)

    number = in_store(work)
    if output is not None:
        typer.echo(f"{number} people are in {output}.", err=True)
