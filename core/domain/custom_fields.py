"""Custom user data fields: seven types, their choices, and which values they take."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

import msgspec

from core.domain.attributes import AttributeType
from core.domain.employee import AttributeValue
from core.domain.errors import SettingsError

LONGEST_LABEL = 100
LONGEST_TEXT = 4000
# Names of a learner's own values; a field of the same name could not be told from them in a report.
RESERVED_LABELS = frozenset({"email", "first_name", "last_name", "account_expires", "status"})

# A choice field that takes several holds a list of its choices.
CustomValue = str | int | list[str] | None


class FieldType(StrEnum):
    """The seven types of custom user data (facts/portal-semantics.md, section 2.1)."""

    STRING = "string"
    DECIMAL = "decimal"
    INTEGER = "integer"
    STRING_CHOICE = "string-choice"
    DECIMAL_CHOICE = "decimal-choice"
    INTEGER_CHOICE = "integer-choice"
    DATE = "date"


CHOICE_TYPES = frozenset({FieldType.STRING_CHOICE, FieldType.DECIMAL_CHOICE, FieldType.INTEGER_CHOICE})

# What a field of a type may become without losing what it holds; everything else needs a new field.
_BECOMES: dict[FieldType, frozenset[FieldType]] = {
    FieldType.STRING: frozenset({FieldType.STRING_CHOICE}),
    FieldType.INTEGER: frozenset({FieldType.DECIMAL, FieldType.INTEGER_CHOICE}),
    FieldType.DECIMAL: frozenset({FieldType.DECIMAL_CHOICE}),
    FieldType.INTEGER_CHOICE: frozenset({FieldType.DECIMAL_CHOICE}),
}

# Which field types an attribute may be mapped to (facts/portal-semantics.md, section 1.8).
FITTING: dict[AttributeType, frozenset[FieldType]] = {
    AttributeType.TEXT: frozenset({FieldType.STRING, FieldType.STRING_CHOICE}),
    AttributeType.NUMBER: frozenset({FieldType.DECIMAL, FieldType.DECIMAL_CHOICE}),
    AttributeType.DATE: frozenset({FieldType.DATE}),
}


class CustomField(msgspec.Struct, frozen=True):
    """A custom user data field. `id` is the portal's own; `choices` are in the order an admin gave them.

    `editable` lets learners fill it in themselves, `mandatory` makes them do so; `multiple` lets a choice field hold
    several of its choices.
    """

    id: str
    label: str
    type: FieldType
    choices: tuple[str, ...] = ()
    mandatory: bool = False
    editable: bool = False
    multiple: bool = False


class Unusable(msgspec.Struct, frozen=True):
    """A value the field cannot take; `unknown_choice` marks a value that is merely missing from the list."""

    sentence: str
    unknown_choice: bool = False


def accept(field: CustomField, value: AttributeValue) -> CustomValue | Unusable:
    """What to store in `field` for `value`, or why not.

    Choice values are compared exactly. Dates are stored as YYYY-MM-DD, decimals as plain text without an
    exponent, whole numbers as int; None clears.
    """
    if value is None:
        return None
    stored = _typed(field, value)
    if isinstance(stored, Unusable) or field.type not in CHOICE_TYPES:
        return stored
    if str(stored) not in field.choices:
        return Unusable(f"'{stored}' is not a choice of {field.label}", unknown_choice=True)
    return [str(stored)] if field.multiple else stored


def accept_several(field: CustomField, values: Sequence[str]) -> CustomValue | Unusable:
    """Like `accept`, for what a person chose in a field that may take several; nothing chosen is None."""
    if not field.multiple:
        return accept(field, values[0] or None) if values else None
    accepted: list[str] = []
    for value in values:
        one = accept(field, value or None)
        if isinstance(one, Unusable):
            return one
        if isinstance(one, list):
            accepted += [choice for choice in one if choice not in accepted]
    return accepted or None


def reshaped(field: CustomField, value: CustomValue) -> CustomValue | Unusable:
    """A stored value as `field` holds it, whose type or number of choices has been changed."""
    if isinstance(value, list) and not field.multiple and len(value) > 1:
        return Unusable(f"{len(value)} choices at once are more than {field.label} would take")
    values = value if isinstance(value, list) else [] if value is None else [str(value)]
    return accept_several(field, values)


def _typed(field: CustomField, value: AttributeValue) -> str | int | Unusable:
    match field.type:
        case FieldType.STRING | FieldType.STRING_CHOICE:
            text = value.isoformat() if isinstance(value, date) else str(value)
            if len(text) > LONGEST_TEXT:
                return Unusable(f"the value for {field.label} has {len(text)} characters, more than {LONGEST_TEXT}")
            return text
        case FieldType.DATE:
            if isinstance(value, date):
                return value.isoformat()
            return _parsed_date(field, str(value))
        case FieldType.INTEGER | FieldType.INTEGER_CHOICE:
            return _whole_number(field, str(value))
        case FieldType.DECIMAL | FieldType.DECIMAL_CHOICE:
            return _decimal(field, str(value))


def _parsed_date(field: CustomField, text: str) -> str | Unusable:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return Unusable(f"'{text[:40]}' is not a date (YYYY-MM-DD) for {field.label}")


def _whole_number(field: CustomField, text: str) -> int | Unusable:
    try:
        return int(text)
    except ValueError:
        return Unusable(f"'{text[:40]}' is not a whole number for {field.label}")


def _decimal(field: CustomField, text: str) -> str | Unusable:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return Unusable(f"'{text[:40]}' is not a number for {field.label}")
    if not number.is_finite():
        return Unusable(f"'{text[:40]}' is not a number for {field.label}")
    if abs(number.adjusted()) > LONGEST_TEXT:  # `1E+999999999` is short as it comes and a gigabyte as plain text
        return Unusable(f"'{text[:40]}' has more digits than {field.label} takes")
    if number.is_zero():
        return "0"
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def new_field(
    field_id: str,
    label: str,
    kind: FieldType,
    choices: Sequence[str],
    *,
    mandatory: bool = False,
    editable: bool = False,
    multiple: bool = False,
) -> CustomField:
    """A checked field definition; raises `SettingsError` with the sentence for the admin."""
    label = label.strip()
    if not label or len(label) > LONGEST_LABEL:
        raise SettingsError(f"A field needs a label of 1 to {LONGEST_LABEL} characters; nothing was added.")
    if label.casefold() in RESERVED_LABELS:
        raise SettingsError(f"'{label}' is the name of a learner's own value; choose another label.")
    if mandatory and not editable:
        raise SettingsError(
            f"{label} cannot be mandatory without being editable: learners are made to fill in what they may. Nothing "
            "was changed; add --editable."
        )
    field = CustomField(field_id, label, kind, (), mandatory, editable, multiple)
    if kind not in CHOICE_TYPES:
        if multiple:
            raise SettingsError(f"A field of type {kind} has no choices to hold several of; nothing was changed.")
        if choices:
            raise SettingsError(f"A field of type {kind} has no choices; leave --choice out or use {kind}-choice.")
        return field
    return msgspec.structs.replace(field, choices=_checked_choices(field, choices))


def check_type_change(field: CustomField, kind: FieldType) -> None:
    """Raise `SettingsError` when a field of this type can never become one of type `kind`."""
    if kind is not field.type and kind not in _BECOMES.get(field.type, frozenset()):
        possible = ", ".join(sorted(_BECOMES.get(field.type, ()))) or "nothing else"
        raise SettingsError(
            f"{field.label} is of type {field.type}, which may become {possible}, not {kind}; nothing was changed. Add "
            "a new field instead."
        )


def _checked_choices(field: CustomField, choices: Sequence[str]) -> tuple[str, ...]:
    checked: list[str] = []
    for choice in choices:
        if "," in choice:
            raise SettingsError(f"The choice '{choice}' holds a comma, which portals use to separate choices.")
        stored = _typed(field, choice.strip()) if choice.strip() else Unusable("an empty choice")
        if isinstance(stored, Unusable):
            raise SettingsError(f"{field.label} was not added: {stored.sentence}.")
        if str(stored) in checked:
            raise SettingsError(f"The choice '{choice}' is given twice; {field.label} was not added.")
        checked.append(str(stored))
    if not checked:
        raise SettingsError(f"A {field.type} field needs at least one --choice; {field.label} was not added.")
    return tuple(checked)
