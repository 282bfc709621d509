"""The entry point: the commands and the options that stand before them."""

import os
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from core.cli import (
    accounts,
    choices,
    courses,
    demo,
    fields,
    governance,
    groups,
    guard,
    keys,
    learnupon,
    mail,
    mapping,
    people,
    person,
    plans,
    portals,
    rules,
    sandbox,
    schedule,
    scope,
    serving,
    setup,
    syncing,
    upcoming,
    upkeep,
)
from core.cli.session import Exit, acting_option, database_option

app = typer.Typer(
    name="ukg",
    help="Keep a learning portal's learners true to UKG Pro.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def options(
    database: Annotated[
        str | None, typer.Option(help="A SQLite file or postgres://… (default: UKG_DATABASE_URL, or a file of yours).")
    ] = None,
    acting_as: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Act as this admin of the portal, with their role.")
    ] = None,
) -> None:
    """Keep a learning portal's learners true to UKG Pro."""
    database_option.set(database)
    acting_option.set(acting_as)


for commands in (
    demo,
    portals,
    setup,
    learnupon,
    fields,
    mapping,
    choices,
    scope,
    guard,
    plans,
    syncing,
    person,
    people,
    upcoming,
    accounts,
    groups,
    rules,
    courses,
    mail,
    schedule,
    serving,
    governance,
    upkeep,
    keys,
    sandbox,
):
    commands.register(app)


def main() -> None:
    """Run the command line. What a terminal has no letter for is shown by its code, as on stderr anyway."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what waits there is not tried again at the end
        sys.stderr.write(f"The output could not be written ({error.strerror}); what was done before stays done.\n")
        sys.exit(Exit.USAGE)
