"""`ukg portal create`, `list`, `set`."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import Exit, fail, in_store, print_json

if TYPE_CHECKING:
    from core.services.portals import PortalOverview
    from core.services.slack_channels import ToldWhere

portal = typer.Typer(help="Portals: create, list, change.", no_args_is_help=True)


# What comes first depends on the kind: where the fields are, and who may write them.
_NEXT = {"embedded": "ukg field add {0} …, ", "learnupon": "ukg learnupon {0} --url URL --username USERNAME, "}


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(portal, name="portal")


@portal.command()
def create(
    slug: Annotated[str, typer.Argument(help="Its name in commands: lower-case letters, digits, hyphens.")],
    name: Annotated[str | None, typer.Option(help="Its name for people.")] = None,
    kind: Annotated[str, typer.Option(help="embedded (in our own database) or learnupon.")] = "embedded",
    timezone: Annotated[str, typer.Option(help="Whose calendar dates count, e.g. America/New_York.")] = "UTC",
    sso: Annotated[bool, typer.Option("--sso", help="People sign in elsewhere: no password step, no mail.")] = False,
    parent: Annotated[str | None, typer.Option(help="The top-level portal of a sub-portal.")] = None,
) -> None:
    """Create a portal."""

    async def work(url: str) -> None:
        from core.services.portals import create_portal

        await create_portal(slug, name=name, kind=kind, timezone=timezone, sso=sso, parent=parent)

    in_store(work, must_exist=False)
    typer.echo(
        f"Portal {slug} is there. Next: {_NEXT.get(kind, '').format(slug)}ukg map {slug} …, ukg connect {slug} …"
    )


@portal.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """List the portals."""

    async def work(url: str) -> "list[PortalOverview]":
        from core.services.portals import list_portals

        return await list_portals()

    portals = in_store(work, must_exist=False, as_json=as_json)
    if as_json:
        print_json(portals)
        return
    if not portals:
        typer.echo("There is no portal yet. Create one: ukg portal create SLUG")
        return
    from core.cli.tables import show_table

    show_table(
        ("Portal", "Name", "Kind", "Time zone", "Connection", "New people", "Last run"),
        [
            (
                row.slug,
                row.name,
                _kind(row),
                row.timezone,
                row.connection if row.integration_enabled else "switched off",
                f"{row.invites['when']}, {row.invites['how']}",
                row.last_run or "never",
            )
            for row in portals
        ],
    )


def _kind(row: "PortalOverview") -> str:
    sso, parent = " (SSO)" if row.sso else "", f" in {row.parent}" if row.parent else ""
    keys = f", API keys: {row.learnupon}" if row.learnupon else ""
    return f"{row.kind}{sso}{parent}{keys}"


@portal.command("set")
def set_(
    slug: str,
    name: Annotated[str | None, typer.Option(help="Its name for people.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Whose calendar dates count.")] = None,
    sso: Annotated[bool | None, typer.Option("--sso/--no-sso", help="People sign in elsewhere.")] = None,
    manual_sync_interval: Annotated[
        int | None, typer.Option(metavar="MINUTES", help="Least time between manual syncs; 0: no limit.")
    ] = None,
    integration: Annotated[
        bool | None, typer.Option("--enable-integration/--disable-integration", help="Let syncs run at all.")
    ] = None,
    allow_existing: Annotated[
        bool | None,
        typer.Option(
            "--allow-existing/--invite-existing",
            help="People with an account in another portal under the same top-level portal: create, or invite them.",
        ),
    ] = None,
    licence_limit: Annotated[
        int | None,
        typer.Option(
            help="How many accounts a sub-portal may have, those invited not counted until they accept; 0: any."
        ),
    ] = None,
    field_limit: Annotated[int | None, typer.Option(help="How many custom user data fields it may have.")] = None,
    end_vanished: Annotated[
        bool | None,
        typer.Option(
            "--end-vanished/--keep-vanished",
            help="People gone from UKG Pro: end their access at the third complete run without them, or only report.",
        ),
    ] = None,
    page_size: Annotated[int | None, typer.Option(help="Rows asked of UKG Pro at once.")] = None,
    requests_per_minute: Annotated[int | None, typer.Option(help="How often UKG Pro is asked at most.")] = None,
    slack_channel: Annotated[
        str | None,
        typer.Option(
            metavar="ID|none",
            help="The Slack channel (C…) that hears of its runs, with people's names; none: no own one.",
        ),
    ] = None,
    slack_quiet: Annotated[
        str | None, typer.Option(metavar="on|off", help="The channel hears only of changes and problems.")
    ] = None,
) -> None:
    """Change a portal's settings."""
    settings = {
        "name": name,
        "timezone": timezone,
        "sso": sso,
        "manual_sync_minutes": manual_sync_interval,
        "integration_enabled": integration,
        "allow_existing": allow_existing,
        "licence_limit": licence_limit,
        "field_limit": field_limit,
        "end_vanished": end_vanished,
        "page_size": page_size,
        "requests_per_minute": requests_per_minute,
    }
    channel = "" if slack_channel == "none" else slack_channel
    quiet = _on_or_off(slack_quiet)

    async def work(url: str) -> "ToldWhere | None":
        from core.services.portals import change_portal
        from core.services.slack_channels import check_channel, tell_in

        check_channel(channel)  # before anything is changed
        in_slack = channel is not None or quiet is not None
        if not in_slack or any(value is not None for value in settings.values()):
            await change_portal(slug, **settings)
        return await tell_in(slug, channel=channel, quiet=quiet) if in_slack else None

    told = in_store(work)
    typer.echo(f"Portal {slug} is changed.{f' {_told(told)}' if told is not None else ''}")


def _on_or_off(word: str | None) -> bool | None:
    if word not in (None, "on", "off"):
        fail("--slack-quiet is on or off; nothing was changed.", Exit.USAGE)
    return None if word is None else word == "on"


def _told(told: "ToldWhere") -> str:
    if told.channel is None:
        return "No Slack channel hears of its runs."
    what = "changes and problems" if told.quiet else "every run"
    default = "" if told.own else " (UKG_SLACK_CHANNEL)"
    return f"The Slack channel {told.channel}{default} hears of {what}; invite the app there: /invite @ukg-sync"
