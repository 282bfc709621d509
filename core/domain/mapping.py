"""Mapping: which attribute fills which custom user data field, who owns the field, and what values become."""

import collections.abc
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from core.domain.attributes import Attribute
from core.domain.custom_fields import CHOICE_TYPES, FITTING, CustomField, CustomValue, FieldType, Unusable, accept
from core.domain.employee import AttributeValue, Employee
from core.domain.errors import SettingsError

_LONGEST_SHOWN = 80
_WITHOUT_CHOICES = {
    FieldType.STRING_CHOICE: FieldType.STRING,
    FieldType.DECIMAL_CHOICE: FieldType.DECIMAL,
    FieldType.INTEGER_CHOICE: FieldType.INTEGER,
}


class Owner(StrEnum):
    """Whose word counts in a field.

    `hr`: UKG Pro's; what differs is corrected at every sync, and what is empty there is cleared. `leave-if-blank`: the
    same, but what is empty there leaves the stored value. `first`: the first value is taken over while the learner's
    field is empty, and from then on the field is left alone whatever UKG Pro says.
    """

    HR = "hr"
    FIRST = "first"
    LEAVE_IF_BLANK = "leave-if-blank"


OWNER_WORDS = {
    Owner.HR: "HR-owned",
    Owner.FIRST: "first value only",
    Owner.LEAVE_IF_BLANK: "leave if blank",
}


class Mapping(msgspec.Struct, frozen=True):
    """One row of the mapping: an attribute fills a field.

    `translations` are pairs of a value of UKG Pro and the choice that stands for it. They are an admin's, never
    guessed, and count only for values that are no choices themselves.
    """

    attribute: Attribute
    field: CustomField
    owner: Owner = Owner.HR
    translations: tuple[tuple[str, str], ...] = ()


class ValueWarning(msgspec.Struct, frozen=True, gc=False):
    """One value that could not be used; the stored one stays. `field` and `value` are set for unknown choices."""

    sentence: str
    field: str | None = None
    value: str | None = None


class Mapped(msgspec.Struct, frozen=True):
    """What an employee's mapped values come to: `values` by field label (None clears), and what was unusable."""

    values: dict[str, CustomValue]
    warnings: tuple[ValueWarning, ...]


def check_fit(attribute: Attribute, field: CustomField) -> None:
    """Raise `SettingsError` when values of `attribute` can never be values of `field`."""
    fitting = FITTING[attribute.type]
    if field.type not in fitting:
        kinds = " or ".join(sorted(fitting))
        raise SettingsError(
            f"{attribute.label} is a {attribute.type} and cannot fill {field.label}, a field of type {field.type}; "
            f"nothing was mapped. Choose a field of type {kinds}."
        )


def map_values(
    employee: Employee, mappings: Sequence[Mapping], held: collections.abc.Mapping[str, CustomValue]
) -> Mapped:
    """The values to store for `employee`, whose account holds `held` by field label (nothing if there is none yet).

    An attribute that UKG Pro left out of its answer is left out here too, so nothing is cleared by its absence. Where
    the owner of a field lets the stored value stay, the field is left out as well, and a warning says what stays.
    """
    values: dict[str, CustomValue] = {}
    warnings: list[ValueWarning] = []
    for mapping in mappings:
        label = mapping.field.label
        if mapping.attribute.id not in employee.attributes:
            continue
        value = employee.attributes[mapping.attribute.id]
        if _stays(mapping.owner, value, held.get(label)):
            warnings += _left(mapping, value, held[label])
            continue
        stored = _accepted(mapping, value)
        if isinstance(stored, Unusable):
            unknown = choice_text(mapping.field, value) if stored.unknown_choice else None
            field = label if stored.unknown_choice else None
            warnings.append(ValueWarning(f"{stored.sentence}; the stored value stays", field, unknown))
        else:
            values[label] = stored
    return Mapped(values, tuple(warnings))


def unknown_choice(mapping: Mapping, value: AttributeValue) -> str | None:
    """The value as a choice would be written, if the mapping's field takes choices and neither has nor knows it."""
    stored = _accepted(mapping, value)
    return choice_text(mapping.field, value) if isinstance(stored, Unusable) and stored.unknown_choice else None


def choice_text(field: CustomField, value: AttributeValue) -> str | None:
    """How a choice field would write this value as one of its choices; None for a value that can never be one.

    Numbers have one spelling each: `3.00` is the choice `3`.
    """
    if field.type not in CHOICE_TYPES:
        return None
    plain = CustomField(field.id, field.label, _WITHOUT_CHOICES[field.type])
    stored = accept(plain, value)
    return None if stored is None or isinstance(stored, Unusable) else str(stored)


def _accepted(mapping: Mapping, value: AttributeValue) -> CustomValue | Unusable:
    """What the field takes for the value: the value itself, or the choice that it is translated to."""
    stored = accept(mapping.field, value)
    if not (isinstance(stored, Unusable) and stored.unknown_choice and mapping.translations):
        return stored
    choice = dict(mapping.translations).get(choice_text(mapping.field, value) or "")
    if choice is None:
        return stored
    translated = accept(mapping.field, choice)
    if not isinstance(translated, Unusable):
        return translated
    sentence = f"'{value}' stands for '{choice}', which is no longer a choice of {mapping.field.label}"
    return Unusable(sentence, unknown_choice=True)


def _stays(owner: Owner, value: AttributeValue, held: CustomValue) -> bool:
    """Whether the owner of the field lets what it holds stay."""
    return not _is_empty(held) and (owner is Owner.FIRST or (owner is Owner.LEAVE_IF_BLANK and value is None))


def _is_empty(held: CustomValue) -> bool:
    return held is None or held in ("", [])


def _left(mapping: Mapping, value: AttributeValue, held: CustomValue) -> list[ValueWarning]:
    """The sentence about a stored value that stays, where UKG Pro says otherwise."""
    if _accepted(mapping, value) == held:
        return []
    what = "empty in UKG Pro" if value is None else f"{_quoted(str(value))} in UKG Pro is not taken over"
    kept = _quoted(", ".join(held) if isinstance(held, list) else str(held))
    return [ValueWarning(f"{mapping.field.label}: {what}; {kept} stays ({OWNER_WORDS[mapping.owner]})")]


def _quoted(text: str) -> str:
    return f"'{text}'" if len(text) <= _LONGEST_SHOWN else f"'{text[: _LONGEST_SHOWN - 1]}…'"
