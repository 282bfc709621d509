"""`ukg learnupon`: the API keys of a LearnUpon portal."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.arguments import read_secret
from core.cli.session import in_store, print_json

if TYPE_CHECKING:
    from core.services.learnupon import Given

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(learnupon)


def learnupon(
    slug: str,
    url: Annotated[str, typer.Option(help="The portal's plain address, e.g. https://acme.learnupon.com.")],
    username: Annotated[str, typer.Option(help="The API username, from Settings > Integrations > API Keys.")],
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the API password from stdin.")] = False,
    start_afresh: Annotated[
        bool, typer.Option("--start-afresh", help="Forget what is known of the portal; the next sync reads everyone.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Give the API keys of a LearnUpon portal: they are tested, then kept encrypted."""
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


def _listed(labels: list[str]) -> str:
    return ", ".join(labels) or "none"
