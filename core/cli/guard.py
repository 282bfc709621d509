"""`ukg guard`: how many changes of a kind may happen before a person has to look."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import in_store, print_json

if TYPE_CHECKING:
    from core.domain.guard import Limit
    from core.services.guard import GuardSettings

_LIMIT = "PERCENT%|COUNT"


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(guard)


def guard(
    slug: str,
    ended: Annotated[str | None, typer.Option(metavar=_LIMIT, help="People who lose access.")] = None,
    created: Annotated[
        str | None, typer.Option(metavar=_LIMIT, help="People who get an account, or get it back.")
    ] = None,
    updated: Annotated[str | None, typer.Option(metavar=_LIMIT, help="People who are updated.")] = None,
    email_changed: Annotated[str | None, typer.Option(metavar=_LIMIT, help="People who get another e-mail.")] = None,
    blanked: Annotated[str | None, typer.Option(metavar=_LIMIT, help="People who have a value blanked.")] = None,
    per: Annotated[
        str, typer.Option(help="What the limits given count over: run, week (seven days), company, department.")
    ] = "run",
    second_approver: Annotated[
        bool | None,
        typer.Option("--second-approver/--any-approver", help="Whoever approves must be another admin than who asked."),
    ] = None,
    default: Annotated[bool, typer.Option("--default", help="Back to the limits of a new portal.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show or set how many changes pass without an approval: '2%', '5', '2% or 5' (the larger), or 'off'."""
    typed = {
        "ended": ended,
        "created": created,
        "updated": updated,
        "email-changed": email_changed,
        "blanked": blanked,
    }

    async def work(url: str) -> "GuardSettings":
        from core.cli.arguments import one_of
        from core.domain.guard import Kind, Span
        from core.services.guard import change_guard, default_guard, guard_settings, parse_limit

        changes: dict[Kind, Limit | None] = {
            Kind(kind): parse_limit(text) for kind, text in typed.items() if text is not None
        }
        span = one_of(Span, per, "--per")
        shown = await default_guard(slug) if default else await guard_settings(slug)
        if changes or second_approver is not None:
            shown = await change_guard(slug, changes, span, second_approver=second_approver)
        return shown

    settings = in_store(work, as_json=as_json)
    if as_json:
        print_json(settings)
        return
    from core.cli.tables import show_table

    rows = [(span, kind, words) for span, limits in settings.limits.items() for kind, words in limits.items()]
    typer.echo(f"{slug}: what exceeds a limit is held until an admin approves it; the rest goes through.")
    if rows:
        show_table(("Per", "Kind", "At most"), rows)
    typer.echo("Percentages are of the linked learners who have access.")
    if settings.second_approver:
        typer.echo("Another admin than who asked must approve.")
        if settings.admins == 0:
            typer.echo(f"{slug} has no admin yet, so for now whoever asked may approve.")
        elif settings.admins == 1:
            typer.echo(f"{slug} has one admin only, who may approve what they asked for.")
