"""`ukg scope`: whom a portal takes from UKG Pro."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import in_store, print_json
from core.cli.trying import Try, show_tried

if TYPE_CHECKING:
    from core.domain.scope import ScopeKind
    from core.services.scope import ShownScope
    from core.services.trying import Tried


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(scope)


def scope(
    slug: str,
    include: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND=VALUE[,VALUE]…",
            help="Take only people with one of these. KIND: company, employee-type, status (a letter), location, "
            "org-level-1 to org-level-4 (all by their code), or person (employee id or e-mail). Several kinds must all "
            "hold; people who are listed are taken whatever else is said. Without a value: drop the condition.",
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND=VALUE[,VALUE]…", help="Leave people with one of these as they are."),
    ] = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="Drop the conditions there are.")] = False,
    only_try: Try = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show or change whom the portal takes from UKG Pro; nobody's account is touched by a change of it."""
    if only_try:

        async def attempt(url: str) -> "Tried":
            from core.services.trying import try_scope

            return await try_scope(slug, url, include=_read(include), exclude=_read(exclude), everyone=everyone)

        show_tried(in_store(attempt, as_json=as_json), as_json=as_json)
        return

    async def work(url: str) -> "ShownScope":
        from core.services.scope import set_scope, show_scope

        if include or exclude or everyone:
            return await set_scope(slug, include=_read(include), exclude=_read(exclude), everyone=everyone)
        return await show_scope(slug)

    shown = in_store(work, as_json=as_json)
    if as_json:
        print_json(shown)
    else:
        _show(shown)


def _read(typed: list[str] | None) -> "dict[ScopeKind, list[str]]":
    from core.domain.errors import SettingsError
    from core.domain.scope import ScopeKind

    conditions: dict[ScopeKind, list[str]] = {}
    for condition in typed or []:
        word, separator, values = condition.partition("=")
        try:
            kind = ScopeKind(word.strip().lower())
        except ValueError:
            separator = ""
        if not separator:
            raise SettingsError(
                f"'{condition[:80]}' is not KIND=VALUE[,VALUE]; the scope was not changed. "
                f"Kinds: {', '.join(ScopeKind)}."
            )
        conditions.setdefault(kind, []).extend(value.strip() for value in values.split(","))
    return conditions


def _show(shown: "ShownScope") -> None:
    from core.cli.tables import printable

    typer.echo(f"{shown.portal}: {printable(' '.join(shown.words), longest=4000)}")
    last = shown.last_read
    if last is not None and last.inside is not None:
        when = f"{last.read_at:%Y-%m-%d %H:%M} UTC"
        typer.echo(f"Inside at the last read ({when}): {last.inside} of {last.employed} people who are employed.")
    if not shown.everyone:
        typer.echo("Whoever is outside is skipped; an account they have stays as it is until their employment ends.")
    if "person" in shown.exclude:
        typer.echo("Whoever is excluded by name keeps their account even then.")
    for sentence in shown.warnings:
        typer.echo(printable(sentence, longest=200))
