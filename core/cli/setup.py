"""`ukg connect`, `disconnect`, `field`, `map`, `invites`: what an admin sets up before the first sync."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.arguments import read_secret
from core.cli.session import Exit, fail, in_store, print_json
from core.cli.trying import Try, show_tried

if TYPE_CHECKING:
    from core.domain.custom_fields import FieldType
    from core.domain.invite_settings import InviteHow, InviteWhen
    from core.services.trying import Tried

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


@field.command("add")
def add_field(
    slug: str,
    label: str,
    kind: Annotated[
        str,
        typer.Option("--type", help="string, decimal, integer, string-choice, decimal-choice, integer-choice, date."),
    ],
    choice: Annotated[list[str] | None, typer.Option(help="A choice; repeat for each.")] = None,
    editable: Annotated[bool, typer.Option("--editable", help="Learners may fill it in themselves.")] = False,
    mandatory: Annotated[bool, typer.Option("--mandatory", help="Learners must fill it in; needs --editable.")] = False,
    multiple: Annotated[bool, typer.Option("--multiple", help="A choice field may hold several choices.")] = False,
) -> None:
    """Add a custom user data field."""

    async def work(url: str) -> None:
        from core.services import fields

        flags = {"mandatory": mandatory, "editable": editable, "multiple": multiple}
        await fields.add_field(slug, label, _field_type(kind), choice or [], **flags)

    in_store(work)
    typer.echo(f"{slug} has a field {label.strip()} now.")


def _field_type(text: str) -> "FieldType":
    from core.domain.custom_fields import FieldType
    from core.domain.errors import SettingsError

    try:
        return FieldType(text)
    except ValueError:
        raise SettingsError(f"'{text}' is not a type; nothing was changed. Types: {', '.join(FieldType)}.") from None


@field.command("set")
def set_field(
    slug: str,
    label: str,
    rename: Annotated[str | None, typer.Option(metavar="LABEL", help="Its new label.")] = None,
    kind: Annotated[str | None, typer.Option("--type", help="Its new type, where the stored values allow it.")] = None,
    add_choice: Annotated[list[str] | None, typer.Option(help="A further choice; repeat for each.")] = None,
    remove_choice: Annotated[list[str] | None, typer.Option(help="A choice to take out; repeat for each.")] = None,
    editable: Annotated[bool | None, typer.Option("--editable/--read-only", help="May learners fill it in?")] = None,
    mandatory: Annotated[bool | None, typer.Option("--mandatory/--optional", help="Must they?")] = None,
    multiple: Annotated[bool | None, typer.Option("--multiple/--single", help="Several choices at once?")] = None,
) -> None:
    """Change a custom user data field, with what people hold in it."""

    async def work(url: str) -> str:
        from core.services.fields import FieldChanges, change_field

        changes = FieldChanges(
            label=rename,
            type=_field_type(kind) if kind else None,
            add_choices=tuple(add_choice or ()),
            remove_choices=tuple(remove_choice or ()),
            mandatory=mandatory,
            editable=editable,
            multiple=multiple,
        )
        return (await change_field(slug, label, changes)).label

    typer.echo(f"The field {in_store(work)} is changed.")


@field.command("remove")
def remove_field(
    slug: str, label: str, yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False
) -> None:
    """Remove a custom user data field, with everything people hold in it."""
    if not yes:
        fail(f"This forgets what everyone holds in {label}; nothing was done. Add --yes to do it.", Exit.USAGE)

    async def work(url: str) -> None:
        from core.services import fields

        await fields.remove_field(slug, label)

    in_store(work)
    typer.echo(f"{slug} has no field {label} any more.")


@field.command("list")
def list_fields(slug: str, as_json: AsJson = False) -> None:
    """List the custom user data fields."""

    async def work(url: str) -> list[dict[str, object]]:
        from core.services import fields

        return [
            {
                "label": row.label,
                "type": row.type.value,
                "choices": list(row.choices),
                "mandatory": row.mandatory,
                "editable": row.editable,
                "multiple": row.multiple,
            }
            for row in await fields.list_fields(slug)
        ]

    rows = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    from core.cli.tables import show_table

    show_table(
        ("Field", "Type", "Choices", "Learners"),
        [(str(row["label"]), str(row["type"]), _choices(row["choices"]), _learners_may(row)) for row in rows],
    )


def _choices(choices: object) -> str:
    return ", ".join(choices) if isinstance(choices, list) else ""


def _learners_may(row: "dict[str, object]") -> str:
    if row["mandatory"]:
        return "must fill it in"
    return "may fill it in" if row["editable"] else ""


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

    async def work(url: str) -> dict[str, str]:
        from core.services.portals import find_portal, set_invites

        chosen = _invite_settings(when, how)
        portal = await find_portal(slug)
        if any(chosen):
            portal = await set_invites(slug, when=chosen[0], how=chosen[1])
        return {"portal": slug, "when": portal.invite_when, "how": portal.invite_how}

    result = in_store(work, as_json=as_json)
    if as_json:
        print_json(result)
    else:
        when = {"added": "as soon as they are in UKG Pro", "hire-date": "on their hire date"}[result["when"]]
        how = {
            "invite": "they are invited, and have an account once they accept",
            "welcome": "they have an account at once, and a mail to set their password",
            "active": "they have an account at once, and no mail",
        }[result["how"]]
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
