"""`ukg connect`, `disconnect`, `invites`: what an admin sets up before the first sync."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.arguments import read_secret
from core.cli.session import Exit, fail, in_store, print_json
from core.cli.trying import Try, show_tried

if TYPE_CHECKING:
    from core.domain.invite_settings import InviteHow, InviteWhen
    from core.services.trying import Tried

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(connect)
    app.command()(disconnect)
    app.command("invites")(invites)


def connect(
    slug: str,
    url: Annotated[str, typer.Option(help="UKG Pro's web-services host, e.g. https://service5.ultipro.com.")],
    user: Annotated[str, typer.Option(help="The service account's user name.")],
    customer_api_key: Annotated[str, typer.Option(help="The tenant's customer API key.")],
    user_api_key: Annotated[str | None, typer.Option(help="The service account's own key, if it needs one.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    consent: Annotated[bool, typer.Option("--consent", help="Consent to the data listed being read.")] = False,
    as_json: AsJson = False,
) -> None:
    """Connect a portal to UKG Pro: test the service account, show what will be read, keep the secrets encrypted."""
    password = read_secret("Password of the service account", from_stdin=password_stdin, as_json=as_json)

    async def work(url_of_database: str) -> dict[str, object]:
        from core.services import connections

        credentials = connections.checked_credentials(
            url=url, user=user, password=password, customer_api_key=customer_api_key, user_api_key=user_api_key
        )
        reads = await connections.data_to_be_read(slug)
        requests = await connections.check_account(slug, credentials)
        _ask_consent(reads, connections.NEVER_READ, given=consent, quiet=as_json)
        await connections.connect(slug, credentials, url_of_database)
        return {"portal": slug, "status": "active", "url": credentials.url, "reads": reads, "requests": requests}

    result = in_store(work, as_json=as_json)
    if as_json:
        print_json(result)
    else:
        typer.echo(f"{slug} is connected to {result['url']}: active. Next: ukg plan {slug}, ukg sync {slug}")


def _ask_consent(reads: list[str], never: str, *, given: bool, quiet: bool) -> None:
    from core.domain.errors import SettingsError

    if not quiet:
        typer.echo("A sync reads of every employee:", err=True)
        for line in reads:
            typer.echo(f"  - {line}", err=True)
        typer.echo(never, err=True)
    if given:
        return
    if not sys.stdin.isatty():
        raise SettingsError(
            "Nothing was stored: consent is needed. Add --consent once you agree to the data being read."
        )
    if not typer.confirm("Do you consent to this data being read?", err=True):
        raise SettingsError("Without consent nothing was stored.")


def disconnect(
    slug: str,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget a portal's UKG Pro credentials; learners, values and mapping stay."""
    if not yes:
        if not sys.stdin.isatty():
            fail("Nothing was changed: add --yes to forget the credentials.", Exit.USAGE, as_json=as_json)
        if not typer.confirm(f"Forget the UKG Pro credentials of {slug}?", err=True):
            fail("Nothing was changed.", Exit.USAGE, as_json=as_json)

    async def work(url: str) -> None:
        from core.services.connections import disconnect as forget

        await forget(slug)

    in_store(work, as_json=as_json)
    if as_json:
        print_json({"portal": slug, "status": "disconnected"})
    else:
        typer.echo(f"{slug} is disconnected; its credentials are forgotten. Learners, values and mapping stay.")


def invites(
    slug: str,
    when: Annotated[str | None, typer.Option(help="added (as soon as in UKG Pro) or hire-date.")] = None,
    how: Annotated[str | None, typer.Option(help="welcome, active (silently) or invite.")] = None,
    only_try: Try = False,
    as_json: AsJson = False,
) -> None:
    """Show or change when and how new people get their account."""
    if only_try:
        _try_invites(slug, when, how, as_json)
        return

    async def work(url: str) -> tuple[dict[str, str], str]:
        from core.services.portals import find_portal, set_invites

        chosen = _invite_settings(when, how)
        portal = await find_portal(slug)
        if any(chosen):
            portal = await set_invites(slug, when=chosen[0], how=chosen[1])
        return {"portal": slug, "when": portal.invite_when, "how": portal.invite_how}, portal.kind

    result, kind = in_store(work, as_json=as_json)
    if as_json:
        print_json(result)
    else:
        when = {"added": "as soon as they are in UKG Pro", "hire-date": "on their hire date"}[result["when"]]
        how = {
            "invite": "they are invited, and have an account once they accept",
            "welcome": "they have an account at once, and a mail to set their password",
            "active": "they have an account at once, and no mail",
        }[result["how"]]
        if kind == "learnupon" and result["how"] == "welcome":
            how = "they have an account at once; what mail they get is LearnUpon's to say"
        typer.echo(f"New people in {slug}: {when}, {how} ({result['when']}, {result['how']}).")


def _try_invites(slug: str, when: str | None, how: str | None, as_json: bool) -> None:
    async def work(url: str) -> "Tried":
        from core.services.trying import try_invites

        chosen = _invite_settings(when, how)
        return await try_invites(slug, url, when=chosen[0], how=chosen[1])

    show_tried(in_store(work, as_json=as_json), as_json=as_json)


def _invite_settings(when: str | None, how: str | None) -> "tuple[InviteWhen | None, InviteHow | None]":
    from core.domain.errors import SettingsError
    from core.domain.invite_settings import InviteHow, InviteWhen

    try:
        return InviteWhen(when) if when else None, InviteHow(how) if how else None
    except ValueError:
        raise SettingsError(
            "Nothing was changed: --when is added or hire-date, --how is welcome, active or invite."
        ) from None
