"""`ukg learnupon`: the API keys of a LearnUpon portal."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.arguments import read_secret
from core.cli.session import Exit, fail, in_store, print_json

if TYPE_CHECKING:
    from core.services.learnupon import Given

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(learnupon)


def learnupon(
    slug: str,
    url: Annotated[
        str | None, typer.Option(help="The portal's plain address, e.g. https://acme.learnupon.com.")
    ] = None,
    username: Annotated[
        str | None, typer.Option(help="The API username, from Settings > Integrations > API Keys.")
    ] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the API password from stdin.")] = False,
    start_afresh: Annotated[
        bool, typer.Option("--start-afresh", help="Forget what is known of the portal; the next sync reads everyone.")
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Forget the API keys; nothing is synced then.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give the API keys of a LearnUpon portal: they are tested, then kept encrypted."""
    if forget:
        _forget(slug, alone=not (url or username or password_stdin or start_afresh), as_json=as_json)
        return
    if not url or not username:
        fail("Give both --url and --username; nothing was changed.", Exit.USAGE, as_json=as_json)
    password = read_secret("API password", from_stdin=password_stdin, as_json=as_json)

    async def work(url_of_database: str) -> "Given":
        from core.services.learnupon import checked_account, give_keys

        account = checked_account(url, username, password)
        return await give_keys(slug, account, url_of_database, start_afresh=start_afresh)

    given = in_store(work, as_json=as_json)
    if as_json:
        print_json(given)
        return
    typer.echo(f"{slug} writes to LearnUpon at {given.url}. Its custom user data fields: {_listed(given.fields)}.")
    typer.echo(f"Next: ukg map {slug} ATTRIBUTE=LABEL, ukg plan {slug}, ukg sync {slug}")


def _forget(slug: str, *, alone: bool, as_json: bool) -> None:
    if not alone:
        fail("--forget goes alone; nothing was changed.", Exit.USAGE, as_json=as_json)

    async def work(url: str) -> None:
        from core.services.learnupon import forget_keys

        await forget_keys(slug)

    in_store(work, as_json=as_json)
    if as_json:
        print_json({"portal": slug, "status": "forgotten"})
    else:
        typer.echo(f"The API keys of {slug} are forgotten; nothing is synced until there are others. All else stays.")


async def read_fields_anew(slug: str, url: str) -> None:
    """Read the fields of a LearnUpon portal anew; where that cannot be, say on stderr that they are those seen last."""
    from core.services.learnupon_fields import fields_read_anew

    trouble = await fields_read_anew(slug, url)
    if trouble is not None:
        typer.echo(trouble, err=True)


def _listed(labels: list[str]) -> str:
    return ", ".join(labels) or "none"
