"""The mapping in words: its rows, what an attribute looks like, what a field takes."""

from collections.abc import Mapping, Sequence

from core.domain.attributes import CATALOGUE, Attribute
from core.domain.custom_fields import CHOICE_TYPES, FITTING, CustomField
from core.domain.mapping import OWNER_WORDS, Owner
from core.services.choices import UnknownChoice
from core.services.mapping_drafts import ShownDraft, ShownRow
from core.services.samples import Sample
from tui.dialogs.choosing import Choice
from tui.rows import Cell, Row, Tone
from tui.words import counted

OWNERS = {
    Owner.HR: "what is empty in UKG Pro is cleared",
    Owner.LEAVE_IF_BLANK: "what is empty in UKG Pro stays",
    Owner.FIRST: "the first value is taken, then the field is left alone",
}
_TONES = {"new": Tone.GOOD, "changed": Tone.WARNING, "removed": Tone.BAD}
_LISTED = 10
_LEFT_OUT = 5
_LONGEST = 40


def summary(draft: ShownDraft) -> str:
    """How many fields are filled, and what is not saved yet."""
    filled = sum(row.change != "removed" for row in draft.rows)
    unsaved = not_saved(draft)
    fields = f"{counted(filled, 'field')} {'is' if filled == 1 else 'are'} filled from UKG Pro."
    return f"{fields} Not saved yet: {unsaved}." if unsaved else fields


def not_saved(draft: ShownDraft) -> str:
    """`1 new, 2 changed`; empty when the draft is as the mapping."""
    changed = {what: sum(row.change == what for row in draft.rows) for what in ("new", "changed", "removed")}
    return ", ".join(f"{number} {what}" for what, number in changed.items() if number)


def change_words(shown: ShownRow) -> str:
    """A change of the draft, as a line to be confirmed."""
    row = shown.row
    if shown.change == "removed":
        return f"{row.label}: not filled any more; the values that it holds stay."
    words = f"{row.label}: filled from {shown.attribute} ({row.attribute}), {OWNER_WORDS[row.owner]}"
    if row.translations:
        words += f", {counted(len(row.translations), 'translation')}"
    if row.additions:
        words += f", {counted(len(row.additions), 'new choice')}"
    return f"{words}."


def listed(shown: ShownRow, sample: Sample | None, left_out: Sequence[UnknownChoice]) -> Row:
    """A row of the mapping as a line."""
    people = sum(each.people for each in left_out)
    row = shown.row
    state = Cell(shown.change, _TONES[shown.change]) if shown.change else ""
    if shown.trouble:
        state = Cell(f"! {shown.change or 'look'}", Tone.BAD)
    values = Cell(sample_line(sample), Tone.MUTED)
    out = Cell(f"{people:,}", Tone.WARNING) if people else ""
    return Row(row.key, (row.label, shown.attribute, OWNER_WORDS[row.owner], state, out, values), shown)


def about(shown: ShownRow, sample: Sample | None, left_out: Sequence[UnknownChoice]) -> str:
    """More about a row: what its field takes, what fills it, what is left out of that."""
    row = shown.row
    lines = [f"{row.label}, {shape(shown.field)}" if shown.field is not None else row.label]
    lines += [f"! {shown.trouble}"] if shown.trouble else []
    lines += [sampled(sample)] if sample is not None else []
    if left_out:
        values = ", ".join(f"{each.value} ({each.people:,})" for each in left_out[:_LEFT_OUT])
        more = f" and {len(left_out) - _LEFT_OUT:,} more" if len(left_out) > _LEFT_OUT else ""
        lines.append(f"! No choice of {row.label}, so left out: {values}{more}. Enter decides on them.")
    if row.translations:
        lines.append("Translated: " + ", ".join(f"{value} = {choice}" for value, choice in row.translations.items()))
    if row.additions:
        lines.append(f"New choices: {', '.join(row.additions)}")
    return "\n".join(lines)


def sample_line(sample: Sample | None) -> str:
    """The values that are most frequent, on one line."""
    if sample is None or not sample.read:
        return "not read yet"
    return ", ".join(_short(value) for value, _ in sample.values) or "nobody has one"


def sampled(sample: Sample) -> str:
    """The values that are most frequent, with how many have each, and when that was."""
    if sample.read_at is None:
        return "UKG Pro was not read yet, so there are no values to show."
    if not sample.read:
        return "The last read of UKG Pro did not ask for this; the next sync will once it is saved."
    values = ", ".join(f"{_short(value)} ({number:,})" for value, number in sample.values)
    people = counted(sample.people, "person", "people")
    return f"In UKG Pro, of {people} as read on {sample.read_at:%Y-%m-%d %H:%M} UTC: {values}"


def shape(field: CustomField) -> str:
    """The type of a field, and its choices."""
    if field.type not in CHOICE_TYPES:
        return f"of type {field.type}"
    more = f" and {len(field.choices) - _LISTED:,} more" if len(field.choices) > _LISTED else ""
    return f"of type {field.type}: {', '.join(field.choices[:_LISTED])}{more}"


def named(attribute: Attribute) -> str:
    """An attribute with its id."""
    return f"{attribute.label} ({attribute.id})"


def fitting_attributes(field: CustomField) -> list[Attribute]:
    """The attributes that can fill the field."""
    return [attribute for attribute in CATALOGUE.values() if field.type in FITTING[attribute.type]]


def attribute_choices(field: CustomField, samples: Mapping[str, Sample]) -> list[Choice]:
    """The same to choose from, each with its type and its values."""
    choices: list[Choice] = []
    for each in fitting_attributes(field):
        sample = samples.get(each.id)
        values = f": {sample_line(sample)}" if sample is not None and sample.read else ""
        choices.append(Choice(each.id, named(each), f"{each.type}{values}"))
    return choices


def field_choices(fields: list[CustomField], filled: Mapping[str, str]) -> list[Choice]:
    """The fields that some attribute can fill, to choose from; of those that are filled already, from what."""
    takes = {kind for kinds in FITTING.values() for kind in kinds}
    return [
        Choice(field.label, field.label, f"{field.type}{f', filled from {known}' if known else ''}")
        for field in fields
        if field.type in takes
        for known in [filled.get(field.label)]
    ]


def _short(value: str | None) -> str:
    if not value:
        return "(empty)"
    line = " ".join(value.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
