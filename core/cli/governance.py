"""`ukg admin`, `ukg audit`: who may do what, and who did what."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.arguments import calendar_date
from core.cli.session import in_store, print_json

if TYPE_CHECKING:
    from core.services.admins import ListedAdmin
    from core.services.trail import AuditEntry

admin = typer.Typer(help="Who may do what in a portal and in the sub-portals under it.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(admin, name="admin")
    app.command()(audit)


@admin.command("add")
def add(
    slug: str,
    name: Annotated[str, typer.Argument(help="Who: the name that stands in the audit trail.")],
    role: Annotated[str, typer.Option(help="viewer (look), operator (sync, people, invites), admin (everything).")],
    slack_user: Annotated[str | None, typer.Option(help="Their Slack user id, such as U024BE7LH.")] = None,
) -> None:
    """Give someone a role in the portal, or change the one they have."""

    async def work(url: str) -> "ListedAdmin":
        from core.domain.errors import SettingsError
        from core.domain.roles import Role
        from core.services.admins import set_admin

        try:
            chosen = Role(role)
        except ValueError:
            raise SettingsError(f"'{role}' is not a role; nothing was changed. Roles: {', '.join(Role)}.") from None
        return await set_admin(slug, name, chosen, slack_user=slack_user)

    given = in_store(work)
    typer.echo(f"{given.name} is {given.role} in {slug} now.")


@admin.command("list")
def list_(slug: str, as_json: AsJson = False) -> None:
    """List everyone with a role in the portal."""

    async def work(url: str) -> "list[ListedAdmin]":
        from core.services.admins import list_admins

        return await list_admins(slug)

    rows = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    if not rows:
        typer.echo(f"Nobody has a role in {slug}. Give one: ukg admin add {slug} NAME --role admin")
        return
    from core.cli.tables import show_table

    show_table(("Name", "Role", "Slack user"), [(row.name, row.role.value, row.slack_user or "") for row in rows])


@admin.command("remove")
def remove(slug: str, name: str) -> None:
    """Take someone's role away."""

    async def work(url: str) -> None:
        from core.services.admins import remove_admin

        await remove_admin(slug, name)

    in_store(work)
    typer.echo(f"{name} has no role in {slug} any more.")


def audit(
    slug: str,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="From this day on (YYYY-MM-DD).")] = None,
    most: Annotated[int | None, typer.Option(min=1, help="How many lines at most (default on a screen: 50).")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the trail to this file as CSV.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show who did what, newest first."""
    day = calendar_date(since, as_json=as_json)
    if csv is not None:
        _write_csv(slug, csv, day)
        return
    shown = most if most is not None or as_json else 50

    async def work(url: str) -> "list[AuditEntry]":
        from core.services.trail import trail

        return [entry async for entry in trail(slug, since=day, most=shown)]

    rows = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    from core.cli.tables import show_table

    headings = ("When (UTC)", "Who", "Through", "What", "Of whom or what", "Before", "After")
    show_table(headings, [_line(row) for row in rows])


def _line(row: "AuditEntry") -> tuple[str, ...]:
    when = f"{row.at:%Y-%m-%d %H:%M}"
    return (when, row.actor, row.face, row.action, row.subject, _brief(row.before), _brief(row.after))


def _write_csv(slug: str, path: Path, since: date | None) -> None:
    async def work(url: str) -> int:
        from core.services.spreadsheet import whole_file
        from core.services.trail import export_trail

        with whole_file(path) as file:
            return await export_trail(slug, file, since=since)

    number = in_store(work)
    typer.echo(f"{number} lines are in {path}.", err=True)


def _brief(value: object) -> str:
    """What changed, short enough for a table; the whole is in the CSV and the JSON."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {part}" for name, part in value.items() if part not in (None, "", [], {}))[:80]
    return "" if value is None else str(value)[:80]
