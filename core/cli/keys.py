"""`ukg keys rotate`."""

import typer

from core.cli.session import in_store

keys = typer.Typer(help="The keys that encrypt stored secrets.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(keys, name="keys")


@keys.callback()
def about() -> None:
    """The keys that encrypt stored secrets."""


@keys.command()
def rotate() -> None:
    """Encrypt every stored secret with the newest key (with a key file: with a new one)."""

    async def work(url: str) -> int:
        from core.store.keys import rotate_keys

        return await rotate_keys(url)

    number = in_store(work)
    typer.echo(f"{number} stored secret{'s are' if number != 1 else ' is'} encrypted with the newest key now.")
