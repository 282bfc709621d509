"""Values of UKG Pro that are no choice of a field: as lines, what may be decided on one, and the row that says so."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.domain.custom_fields import CustomField
from core.domain.mapping_draft import DraftRow
from core.services.choices import UnknownChoice, can_be_added
from tui.dialogs.choosing import Choice
from tui.rows import Cell, Row, Tone

NOTHING, NEW = "nothing", "new"
_CHOICE = "choice/"


def choice(text: str) -> str:
    """The decision that this choice stands for the value."""
    return f"{_CHOICE}{text}"


def decided(row: DraftRow, value: str) -> str:
    """What the row says of the value."""
    if value in row.additions:
        return NEW
    return choice(row.translations[value]) if value in row.translations else NOTHING


def deciding(row: DraftRow, decisions: Sequence[tuple[str, str]]) -> DraftRow:
    """The row with decisions on values."""
    translations, additions = dict(row.translations), list(row.additions)
    for value, decision in decisions:
        translations.pop(value, None)
        additions = [each for each in additions if each != value]
        if decision == NEW:
            additions.append(value)
        elif decision.startswith(_CHOICE):
            translations[value] = decision.removeprefix(_CHOICE)
    return replace(row, translations=translations, additions=tuple(additions))


def choices(field: CustomField, unknown: UnknownChoice, row: DraftRow, *, grows: bool) -> list[Choice]:
    """What may be decided on the value; `grows` tells whether the field may be given new choices here."""
    offered = [Choice(NOTHING, "Nothing, leave it out")]
    if grows and can_be_added(field, unknown.value):
        offered.append(Choice(NEW, "Itself, as a new choice"))
    known = dict.fromkeys([*field.choices, *(each for each in row.additions if each != unknown.value)])
    near = [unknown.nearest] if unknown.nearest in known else []
    ordered = dict.fromkeys([*near, *known])
    return offered + [Choice(choice(each), each, "nearest" if each in near else "") for each in ordered]


def rows(unknown: Sequence[UnknownChoice], row: DraftRow, field: CustomField) -> list[Row]:
    """The values as lines; those that are translated but that nobody of the last read has come last."""
    seen = {each.value for each in unknown}
    unseen = [UnknownChoice(row.label, value, 0, None) for value in row.translations if value not in seen]
    return [_line(each, row, field) for each in (*unknown, *unseen)]


def _line(unknown: UnknownChoice, row: DraftRow, field: CustomField) -> Row:
    choice = row.translations.get(unknown.value)
    if unknown.value in row.additions:
        stands_for = Cell("itself, a new choice", Tone.GOOD)
    elif choice is not None and choice not in (*field.choices, *row.additions):
        stands_for = Cell(f"{choice}, no choice any more", Tone.BAD)
    elif choice is not None:
        stands_for = Cell(choice, Tone.GOOD)
    else:
        stands_for = Cell("nothing, left out", Tone.WARNING)
    people = f"{unknown.people:,}" if unknown.people else "–"
    return Row(unknown.value, (unknown.value, people, unknown.nearest or "", stands_for), unknown)
