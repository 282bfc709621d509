"""`ukg field`: custom user data fields, and what fills them."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.learnupon import read_fields_anew
from core.cli.session import Exit, fail, in_store, print_json

if TYPE_CHECKING:
    from core.domain.custom_fields import FieldType
    from core.services.mappings import UnfitMapping

field = typer.Typer(help="Custom user data fields.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(field, name="field")


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

    async def work(url: str) -> "tuple[list[dict[str, object]], list[UnfitMapping]]":
        from core.services import fields
        from core.services.mappings import list_mappings, unfit_mappings

        await read_fields_anew(slug, url)
        filled = {mapping.field.label: mapping.attribute.id for mapping in await list_mappings(slug)}
        unfit = await unfit_mappings(slug)
        unfit_for = {row.label: row.attribute for row in unfit}
        rows: list[dict[str, object]] = [
            {
                "label": row.label,
                "type": row.type.value,
                "choices": list(row.choices),
                "mandatory": row.mandatory,
                "editable": row.editable,
                "multiple": row.multiple,
                "attribute": filled.get(row.label) or unfit_for.get(row.label),
                "fits": row.label in filled if row.label in filled or row.label in unfit_for else None,
            }
            for row in await fields.list_fields(slug)
        ]
        return rows, unfit

    rows, unfit = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    from core.cli.tables import show_table

    show_table(
        ("Field", "Type", "Choices", "Filled from", "Learners"),
        [
            (str(row["label"]), str(row["type"]), _choices(row["choices"]), _filled_from(row), _learners_may(row))
            for row in rows
        ],
    )
    for row in unfit:
        typer.echo(row.sentence)


def _choices(choices: object) -> str:
    return ", ".join(choices) if isinstance(choices, list) else ""


def _filled_from(row: "dict[str, object]") -> str:
    return f"{row['attribute'] or ''}{' (does not fit)' if row['fits'] is False else ''}"


def _learners_may(row: "dict[str, object]") -> str:
    if row["mandatory"]:
        return "must fill it in"
    return "may fill it in" if row["editable"] else ""
