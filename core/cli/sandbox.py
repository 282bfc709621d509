"""`ukg sandbox ukg`: a stand-in of UKG Pro by itself, for trying things out."""

from datetime import date
from typing import Annotated

import typer

from core.cli.session import Exit, fail, finish

sandbox = typer.Typer(help="Local stand-ins of the outside systems.", no_args_is_help=True)

DEFAULT_PORT = 8765


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(sandbox, name="sandbox")


@sandbox.callback()
def about() -> None:
    """Local stand-ins of the outside systems."""


@sandbox.command("ukg")
def ukg(
    employees: Annotated[int, typer.Option(min=1, max=500_000, help="How many people work there.")] = 200,
    seed: Annotated[int, typer.Option(help="Another number, another company.")] = 1,
    start: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The date of day 0 (default: today).")] = None,
    day: Annotated[int, typer.Option(min=0, max=3650, help="The day to begin with.")] = 0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 picks a free one.")] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve UKG Pro's API for a generated company; POST /sandbox/next-day moves it to the next day."""

    async def work() -> None:
        from core.clock import now
        from core.domain.errors import SettingsError
        from core.sandbox.ukg.company import Company
        from core.sandbox.ukg.server import UkgSandbox

        company = Company.generate(employees, seed, _date(start) or now().date())
        stand_in = UkgSandbox(company, host=host, port=port)
        stand_in.day = day
        try:
            await stand_in.__aenter__()
        except OSError as error:
            raise SettingsError(
                f"Port {port} of {host} cannot be used ({error.strerror}). Choose another with --port."
            ) from None
        _describe(stand_in.url, stand_in.settings, employees)
        try:
            await _forever()
        finally:
            await stand_in.__aexit__(None, None, None)

    finish(work)


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"'{text}' is not a date; write YYYY-MM-DD.", Exit.USAGE)


async def _forever() -> None:
    import asyncio

    await asyncio.Event().wait()


def _describe(url: str, settings: object, employees: int) -> None:
    user = getattr(settings, "user", "")
    password = getattr(settings, "password", "")
    key = getattr(settings, "customer_api_key", "")
    typer.echo(f"UKG Pro's stand-in with {employees} people listens at {url}")
    typer.echo("Connect a portal to it (in another terminal):")
    typer.echo(
        f"  echo {password} | ukg connect SLUG --url {url} --user {user} --customer-api-key {key} "
        "--password-stdin --consent"
    )
    typer.echo(f"Move it to the next day: curl -X POST {url}/sandbox/next-day    Stop it: Ctrl+C")
