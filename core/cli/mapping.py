"""`ukg map`: fill fields from attributes, list and remove rows of the mapping, show the attributes there are."""

from typing import Annotated

import typer

from core.cli.session import Exit, fail, in_store, print_json


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
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document (list, attributes).")] = False,
) -> None:
    """Map UKG Pro attributes to custom user data fields."""
    match words:
        case ["attributes"]:
            _attributes(as_json)
        case ["list", slug]:
            _list(slug, as_json)
        case ["remove", slug, label]:
            _remove(slug, label)
        case [slug, *pairs] if pairs and slug not in ("list", "remove", "attributes"):
            _map(slug, pairs)
        case _:
            usage = "Write: ukg map SLUG ATTRIBUTE=LABEL…, ukg map list SLUG, or ukg map remove SLUG LABEL."
            fail(usage, Exit.USAGE, as_json=as_json)


def _map(slug: str, pairs: list[str]) -> None:
    async def work(url: str) -> int:
        from core.services.mappings import map_attributes

        return len(await map_attributes(slug, pairs))

    number = in_store(work)
    typer.echo(f"{slug}: {number} field{'s' if number != 1 else ''} mapped; the next sync fills them.")


def _list(slug: str, as_json: bool) -> None:
    async def work(url: str) -> list[dict[str, str]]:
        from core.services.mappings import list_mappings

        return [
            {"attribute": row.attribute.id, "label": row.field.label, "type": row.field.type.value}
            for row in await list_mappings(slug)
        ]

    rows = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    from core.cli.tables import show_table

    show_table(("Attribute", "Field", "Type"), [(row["attribute"], row["label"], row["type"]) for row in rows])


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
