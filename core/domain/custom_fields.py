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

CustomValue = str | int | None


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

# Which field types an attribute may be mapped to (facts/portal-semantics.md, section 1.8).
FITTING: dict[AttributeType, frozenset[FieldType]] = {
    AttributeType.TEXT: frozenset({FieldType.STRING, FieldType.STRING_CHOICE}),
    AttributeType.NUMBER: frozenset({FieldType.DECIMAL, FieldType.DECIMAL_CHOICE}),
    AttributeType.DATE: frozenset({FieldType.DATE}),
}


class CustomField(msgspec.Struct, frozen=True):
    """A custom user data field. `id` is the portal's own; `choices` are in the order an admin gave them."""

    id: str
    label: str
    type: FieldType
    choices: tuple[str, ...] = ()


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
    return stored


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


def new_field(field_id: str, label: str, kind: FieldType, choices: Sequence[str]) -> CustomField:
    """A checked field definition; raises `SettingsError` with the sentence for the admin."""
    label = label.strip()
    if not label or len(label) > LONGEST_LABEL:
        raise SettingsError(f"A field needs a label of 1 to {LONGEST_LABEL} characters; nothing was added.")
    if label.casefold() in RESERVED_LABELS:
        raise SettingsError(f"'{label}' is the name of a learner's own value; choose another label.")
    field = CustomField(field_id, label, kind)
    if kind not in CHOICE_TYPES:
        if choices:
            raise SettingsError(f"A field of type {kind} has no choices; leave --choice out or use {kind}-choice.")
        return field
    return msgspec.structs.replace(field, choices=_checked_choices(field, choices))


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
