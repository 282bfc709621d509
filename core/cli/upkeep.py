"""`ukg doctor`."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import Exit, in_store, print_json

if TYPE_CHECKING:
    from core.services.health import Finding


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """Check database, key and connections; say what is wrong and what to do."""

    async def work(url: str) -> "list[Finding]":
        from core.services.health import examine

        return await examine(url)

    findings = in_store(work, must_exist=False, as_json=as_json)
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            typer.echo(f"{finding.status:<6} {finding.subject}: {finding.sentence}")
    if any(finding.status == "wrong" for finding in findings):
        raise typer.Exit(Exit.USAGE)
