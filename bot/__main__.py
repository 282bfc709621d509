"""`ukg-bot`: the Slack app, and beside it everything that `ukg serve` does."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import database_option, finish, in_store

if TYPE_CHECKING:
    from core.settings import Settings

program = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@program.command()
def run(
    database: Annotated[
        str | None, typer.Option(help="A SQLite file or postgres://… (default: UKG_DATABASE_URL, or a file of yours).")
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="The learners' door (default: UKG_WEB_PORT; 0 picks a free one)."),
    ] = None,
    slack_port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="Where Slack's requests arrive, with a signing secret (0: a free one)."),
    ] = 3000,
) -> None:
    """Work from Slack, and run everything that 'ukg serve' runs; ends with Ctrl+C."""
    database_option.set(database)

    async def settings() -> "Settings":
        from bot.settings import load_slack_settings

        return load_slack_settings()

    slack = finish(settings)  # before any database is asked for

    async def work(url: str) -> None:
        from bot.process import run_bot

        await run_bot(url, slack, host=host, port=port, slack_port=slack_port)

    in_store(work)


def main() -> None:
    """Run the Slack app."""
    program()


if __name__ == "__main__":
    main()
