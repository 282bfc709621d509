"""`ukg map`: fill fields from attributes, list and remove rows of the mapping, show the attributes there are."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.arguments import one_of
from core.cli.learnupon import read_fields_anew
from core.cli.session import Exit, fail, in_store, print_json
from core.cli.trying import Try, show_tried

if TYPE_CHECKING:
    from core.domain.mapping import Mapping
    from core.services.mappings import UnfitMapping
    from core.services.trying import Tried


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("map")(map_)


def map_(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="SLUG ATTRIBUTE=LABEL… | list SLUG | remove SLUG LABEL | attributes",
            help="What to map; or list, remove, or show the attributes that can be mapped.",
        ),
    ],
    owner: Annotated[
        str | None,
        typer.Option(
            metavar="OWNER",
            help="Whose word counts in the field: hr (UKG Pro's; what is empty there is cleared), leave-if-blank (UKG "
            "Pro's, but what is empty there stays), first (the first value is taken, then the field is left alone).",
        ),
    ] = None,
    only_try: Try = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document (list, attributes, --try).")] = False,
) -> None:
    """Map UKG Pro attributes to custom user data fields."""
    if owner is not None and words[0] in ("list", "remove", "attributes"):
        fail("--owner belongs to what is mapped: ukg map SLUG ATTRIBUTE=LABEL… --owner OWNER", Exit.USAGE)
    match words:
        case ["attributes"]:
            _attributes(as_json)
        case ["list", slug]:
            _list(slug, as_json)
        case ["remove", slug, label] if only_try:
            _try(slug, [], None, label, as_json)
        case ["remove", slug, label]:
            _remove(slug, label)
        case [slug, *pairs] if only_try and pairs and slug not in ("list", "remove", "attributes"):
            _try(slug, pairs, owner, None, as_json)
        case [slug, *pairs] if pairs and slug not in ("list", "remove", "attributes"):
            _map(slug, pairs, owner)
        case _:
            usage = "Write: ukg map SLUG ATTRIBUTE=LABEL…, ukg map list SLUG, or ukg map remove SLUG LABEL."
            fail(usage, Exit.USAGE, as_json=as_json)


def _map(slug: str, pairs: list[str], owner: str | None) -> None:
    async def work(url: str) -> int:
        from core.domain.mapping import Owner
        from core.services.mappings import map_attributes

        await read_fields_anew(slug, url)
        return len(await map_attributes(slug, pairs, one_of(Owner, owner, "--owner") if owner else None))

    number = in_store(work)
    typer.echo(f"{slug}: {number} field{'s' if number != 1 else ''} mapped; the next sync fills them.")


def _try(slug: str, pairs: list[str], owner: str | None, without: str | None, as_json: bool) -> None:
    async def work(url: str) -> "Tried":
        from core.domain.mapping import Owner
        from core.services.trying import try_mapping

        chosen = one_of(Owner, owner, "--owner") if owner else None
        await read_fields_anew(slug, url)
        return await try_mapping(slug, url, pairs=pairs, owner=chosen, without=without)

    show_tried(in_store(work, as_json=as_json), as_json=as_json)


def _list(slug: str, as_json: bool) -> None:
    async def work(url: str) -> "tuple[list[Mapping], list[UnfitMapping]]":
        from core.services.mappings import list_mappings, unfit_mappings

        await read_fields_anew(slug, url)
        return await list_mappings(slug), await unfit_mappings(slug)

    rows, unfit = in_store(work, as_json=as_json)
    if as_json:
        print_json([_document(row) for row in rows] + [_unfit_document(row) for row in unfit])
        return
    from core.cli.tables import show_table

    show_table(
        ("Attribute", "Field", "Type", "Owner", "Translations"),
        [(row.attribute.id, row.field.label, row.field.type.value, row.owner.value, _words(row)) for row in rows],
    )
    for row in unfit:
        typer.echo(row.sentence)


def _document(row: "Mapping") -> dict[str, object]:
    return {
        "attribute": row.attribute.id,
        "label": row.field.label,
        "type": row.field.type.value,
        "owner": row.owner.value,
        "translations": dict(row.translations),
        "trouble": None,
    }


def _unfit_document(row: "UnfitMapping") -> dict[str, object]:
    nothing: dict[str, object] = {"type": None, "owner": None, "translations": {}}
    return {"attribute": row.attribute, "label": row.label, **nothing, "trouble": row.sentence}


def _words(row: "Mapping") -> str:
    return ", ".join(f"{value} = {choice}" for value, choice in row.translations)


def _remove(slug: str, label: str) -> None:
    async def work(url: str) -> None:
        from core.services.mappings import remove_mapping

        await remove_mapping(slug, label)

    in_store(work)
    typer.echo(f"{slug}: {label} is no longer filled; the values it holds stay.")


def _attributes(as_json: bool) -> None:
    from core.domain.attributes import CATALOGUE

    if as_json:
        print_json(list(CATALOGUE.values()))
        return
    from core.cli.tables import show_table

    show_table(
        ("Attribute", "What it is", "Type", "Read from"),
        [(row.id, row.label, row.type.value, row.source.value) for row in CATALOGUE.values()],
    )
