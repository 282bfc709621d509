"""`ukg sandbox`: the stand-ins of UKG Pro and of LearnUpon by themselves, for trying things out."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import Exit, fail, finish

if TYPE_CHECKING:
    from core.sandbox.learnupon.server import LearnUponSandbox

sandbox = typer.Typer(help="Local stand-ins of the outside systems.", no_args_is_help=True)

DEFAULT_PORT = 8765
DEFAULT_LEARNUPON_PORT = 8775


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
        from core.sandbox.ukg.company import Company
        from core.sandbox.ukg.server import UkgSandbox

        company = Company.generate(employees, seed, _date(start) or now().date())
        stand_in = UkgSandbox(company, host=host, port=port)
        stand_in.day = day
        await _serve(stand_in, f"Port {port}", host, lambda: _describe(stand_in.url, stand_in.settings, employees))

    finish(work)


@sandbox.command("learnupon")
def learnupon(
    users: Annotated[int, typer.Option(min=0, max=200_000, help="How many users the top-level portal has.")] = 60,
    sub_portals: Annotated[int, typer.Option(min=0, max=20, help="How many sub-portals, with the next ports.")] = 1,
    employees: Annotated[
        int, typer.Option(min=1, max=500_000, help="Of UKG Pro's stand-in, whose e-mails most of the users have.")
    ] = 200,
    seed: Annotated[int, typer.Option(help="The one of UKG Pro's stand-in.")] = 1,
    start: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The one of UKG Pro's stand-in (default: today).")
    ] = None,
    rate_limit: Annotated[
        int, typer.Option(min=0, help="Requests a minute and portal; 0 is without limit, as is wise with UKG_NOW.")
    ] = 300,
    port: Annotated[int, typer.Option(min=0, max=65_000, help="0 picks free ones.")] = DEFAULT_LEARNUPON_PORT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve LearnUpon's API for a generated realm of portals; its buttons are below /sandbox."""

    async def work() -> None:
        from core.clock import now
        from core.sandbox.learnupon.founding import found_realm
        from core.sandbox.learnupon.server import LearnUponSandbox
        from core.sandbox.learnupon.settings import LearnUponSettings
        from core.sandbox.ukg.company import Company

        company = Company.generate(employees, seed, _date(start) or now().date())
        realm = found_realm(users, sub_portals, company, seed, now)
        stand_in = LearnUponSandbox(LearnUponSettings(rate_limit=rate_limit or None), realm=realm, host=host, port=port)
        ports = f"One of the ports {port} to {port + sub_portals}" if sub_portals else f"Port {port}"
        await _serve(stand_in, ports, host, lambda: _describe_learnupon(stand_in))

    finish(work)


async def _serve(
    stand_in: AbstractAsyncContextManager[object], ports: str, host: str, describe: Callable[[], None]
) -> None:
    """Serve until interrupted. Raises `SettingsError` when the port is taken."""
    from core.domain.errors import SettingsError

    try:
        await stand_in.__aenter__()
    except OSError as error:
        raise SettingsError(
            f"{ports} of {host} cannot be used ({error.strerror}). Choose another with --port."
        ) from None
    describe()
    try:
        await _forever()
    finally:
        await stand_in.__aexit__(None, None, None)


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


def _describe_learnupon(stand_in: "LearnUponSandbox") -> None:
    top = stand_in.realm.top
    typer.echo(f"LearnUpon's stand-in with {len(top.members)} users listens at {top.url}")
    typer.echo("Connect portals of kind learnupon to it (in another terminal):")
    for portal in stand_in.realm.portals.values():
        typer.echo(
            f"  echo {portal.password} | ukg learnupon SLUG --url {portal.url} --username {portal.username} "
            f"--password-stdin    # {portal.title}"
        )
    typer.echo(f"See what it holds and was asked: curl {top.url}/sandbox {top.url}/sandbox/requests    Stop it: Ctrl+C")
