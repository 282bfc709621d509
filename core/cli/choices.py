"""`ukg choices`: values of UKG Pro that a choice field does not know, and what to make of them."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import Exit, fail, in_store, print_json

if TYPE_CHECKING:
    from core.services.choices import Translation, UnknownChoices

# Labels, values and choices may hold any of the signs that part them here, so a text is parted where a known label
# (or choice) ends: at the longest label that there is, and before the shortest choice.
Choices = dict[str, tuple[str, ...]]


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(choices)


def choices(
    slug: str,
    add: Annotated[
        list[str] | None, typer.Option(metavar='"LABEL=VALUE"', help="Make the value a choice of the field.")
    ] = None,
    translate: Annotated[
        list[str] | None,
        typer.Option(metavar='"LABEL:VALUE=CHOICE"', help="Let a choice of the field stand for the value."),
    ] = None,
    forget: Annotated[
        list[str] | None, typer.Option(metavar='"LABEL:VALUE"', help="Drop the translation of the value.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """List the values of the last read that a choice field does not know; add or translate them."""
    if sum(map(bool, (add, translate, forget))) > 1:
        fail(
            "Give --add, --translate or --forget, one kind at a time; nothing was changed.", Exit.USAGE, as_json=as_json
        )
    if add:
        done = _add(slug, add, as_json=as_json)
    elif translate:
        done = _translate(slug, translate, as_json=as_json)
    elif forget:
        done = _forget(slug, forget, as_json=as_json)
    else:
        _list(slug, as_json=as_json)
        return
    if as_json:
        print_json({"portal": slug, "changed": done})
        return
    from core.cli.tables import printable

    for sentence in done:
        typer.echo(printable(sentence, longest=400))
    typer.echo("The next sync goes by it.")


def _add(slug: str, typed: list[str], *, as_json: bool) -> list[str]:
    async def work(url: str) -> list[str]:
        from core.services.choices import add_choices

        known = await _choices(slug)
        pairs = [_parted(text, "=", known, "LABEL=VALUE") for text in typed]
        await add_choices(slug, pairs)
        return [f"'{value}' is a choice of {label} now." for label, value in pairs]

    return in_store(work, as_json=as_json)


def _translate(slug: str, typed: list[str], *, as_json: bool) -> list[str]:
    async def work(url: str) -> list[str]:
        from core.services.choices import translate

        known = await _choices(slug)
        translations = [_translation(text, known) for text in typed]
        await translate(slug, translations)
        return [f"In {each.label}, '{each.choice}' stands for '{each.value}' now." for each in translations]

    return in_store(work, as_json=as_json)


def _forget(slug: str, typed: list[str], *, as_json: bool) -> list[str]:
    async def work(url: str) -> list[str]:
        from core.services.choices import forget_translations

        known = await _choices(slug)
        pairs = [_parted(text, ":", known, "LABEL:VALUE") for text in typed]
        await forget_translations(slug, pairs)
        return [f"'{value}' is not translated in {label} any more." for label, value in pairs]

    return in_store(work, as_json=as_json)


async def _choices(slug: str) -> Choices:
    """The choices of the portal's fields, by label."""
    from core.services.fields import list_fields

    return {field.label: field.choices for field in await list_fields(slug)}


def _parted(text: str, sign: str, known: Iterable[str], syntax: str) -> tuple[str, str]:
    """The label before the sign, and what follows it. Where no known label ends, the text is parted at the first."""
    from core.domain.errors import SettingsError

    labels = {label.casefold(): label for label in known}
    parts = [(before.strip(), after) for before, after in _partings(text, sign) if before.strip() and after]
    if not parts:
        raise SettingsError(f"'{text[:80]}' is not {syntax}; nothing was changed.")
    fitting = [(labels[before.casefold()], after) for before, after in parts if before.casefold() in labels]
    return fitting[-1] if fitting else parts[0]


def _translation(text: str, known: Choices) -> "Translation":
    from core.domain.errors import SettingsError
    from core.services.choices import Translation

    syntax = "LABEL:VALUE=CHOICE"
    label, rest = _parted(text, ":", known, syntax)
    parts = [(value, choice) for value, choice in _partings(rest, "=") if value and choice.strip()]
    if not parts:
        raise SettingsError(f"'{text[:80]}' is not {syntax}; nothing was changed.")
    fitting = [(value, choice) for value, choice in parts if choice.strip() in known.get(label, ())]
    value, choice = fitting[-1] if fitting else parts[-1]
    return Translation(label, value, choice.strip())


def _partings(text: str, sign: str) -> Iterator[tuple[str, str]]:
    """What stands before and after each occurrence of the sign."""
    for position, letter in enumerate(text):
        if letter == sign:
            yield text[:position], text[position + 1 :]


def _list(slug: str, *, as_json: bool) -> None:
    async def work(url: str) -> "tuple[UnknownChoices, str | None]":
        from core.services.choices import unknown_choices
        from core.services.kinds import Own
        from core.services.portals import kept_by_learnupon

        return await unknown_choices(slug), await kept_by_learnupon(slug, Own.FIELDS)

    found, kept_there = in_store(work, as_json=as_json)
    if as_json:
        print_json(found)
        return
    from core.cli.tables import show_table

    if found.values:
        show_table(
            ("Field", "Value in UKG Pro", "People", "Nearest choice"),
            [(row.field, row.value, str(row.people), row.nearest or "") for row in found.values],
        )
        add = "in LearnUpon" if kept_there else f"ukg choices {slug} --add 'LABEL=VALUE'"
        typer.echo(
            f"Make one a choice: {add}; or let a choice stand for it: "
            f"ukg choices {slug} --translate 'LABEL:VALUE=CHOICE'"
        )
    else:
        typer.echo(f"{slug}: every value of the last read ({found.read_at:%Y-%m-%d %H:%M} UTC) is known.")
    for label in found.not_read:
        typer.echo(f"{label} was not filled yet at the last read; the next sync tells what its values are.")
