"""`ukg connect`, `disconnect`, `field`, `map`, `invites`: what an admin sets up before the first sync."""

import sys
from typing import Annotated

import typer

from core.cli.session import Exit, fail, in_store, print_json

field = typer.Typer(help="Custom user data fields.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(connect)
    app.command()(disconnect)
    app.add_typer(field, name="field")
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
    password = _password(password_stdin, as_json=as_json)

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


def _password(from_stdin: bool, *, as_json: bool) -> str:
    try:
        if from_stdin:
            return sys.stdin.buffer.readline().decode().rstrip("\r\n")
        if sys.stdin.isatty():
            return str(typer.prompt("Password of the service account", hide_input=True, err=True))
    except UnicodeDecodeError:
        fail("The password on stdin is not UTF-8 text; nothing was stored.", Exit.USAGE, as_json=as_json)
    except typer.Abort:
        fail("Interrupted. Nothing was stored.", Exit.INTERRUPTED, as_json=as_json)
    fail("There is no terminal to ask for the password; give it with --password-stdin.", Exit.USAGE, as_json=as_json)


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


@field.command("add")
def add_field(
    slug: str,
    label: str,
    kind: Annotated[
        str,
        typer.Option("--type", help="string, decimal, integer, string-choice, decimal-choice, integer-choice, date."),
    ],
    choice: Annotated[list[str] | None, typer.Option(help="A choice; repeat for each.")] = None,
) -> None:
    """Add a custom user data field."""

    async def work(url: str) -> None:
        from core.domain.custom_fields import FieldType
        from core.domain.errors import SettingsError
        from core.services import fields

        try:
            field_type = FieldType(kind)
        except ValueError:
            raise SettingsError(f"'{kind}' is not a type; nothing was added. Types: {', '.join(FieldType)}.") from None
        await fields.add_field(slug, label, field_type, choice or [])

    in_store(work)
    typer.echo(f"{slug} has a field {label.strip()} now.")


@field.command("list")
def list_fields(slug: str, as_json: AsJson = False) -> None:
    """List the custom user data fields."""

    async def work(url: str) -> list[dict[str, object]]:
        from core.services import fields

        return [
            {"label": row.label, "type": row.type.value, "choices": list(row.choices)}
            for row in await fields.list_fields(slug)
        ]

    rows = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    from core.cli.tables import show_table

    show_table(
        ("Field", "Type", "Choices"), [(str(row["label"]), str(row["type"]), _choices(row["choices"])) for row in rows]
    )


def _choices(choices: object) -> str:
    return ", ".join(choices) if isinstance(choices, list) else ""


def invites(
    slug: str,
    when: Annotated[str | None, typer.Option(help="added (as soon as in UKG Pro) or hire-date.")] = None,
    how: Annotated[str | None, typer.Option(help="welcome, active (silently) or invite.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show or change when and how new people get their account."""

    async def work(url: str) -> dict[str, str]:
        from core.domain.errors import SettingsError
        from core.domain.invite_settings import InviteHow, InviteWhen
        from core.services.portals import find_portal, set_invites

        try:
            chosen = InviteWhen(when) if when else None, InviteHow(how) if how else None
        except ValueError:
            raise SettingsError(
                "Nothing was changed: --when is added or hire-date, --how is welcome, active or invite."
            ) from None
        portal = await find_portal(slug)
        if any(chosen):
            portal = await set_invites(slug, when=chosen[0], how=chosen[1])
        return {"portal": slug, "when": portal.invite_when, "how": portal.invite_how}

    result = in_store(work, as_json=as_json)
    if as_json:
        print_json(result)
    else:
        typer.echo(f"{slug}: new people get an account when {result['when']}, as {result['how']}.")
