"""Custom user data: what a client may send for it, and how it reads.

Source: facts/learnupon-api, section 3.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.portal import Portal
from core.sandbox.learnupon.records import Field, FieldType
from core.sandbox.learnupon.settings import LearnUponSettings

_BY_ID = "use_definition_ids"
_CHOICES = frozenset({FieldType.STRING_CHOICE, FieldType.DECIMAL_CHOICE, FieldType.INTEGER_CHOICE})
_DECIMALS = frozenset({FieldType.DECIMAL, FieldType.DECIMAL_CHOICE})
_INTEGERS = frozenset({FieldType.INTEGER, FieldType.INTEGER_CHOICE})


def sent_values(call: Call, data: Any) -> dict[int, str | None]:
    """What a CustomData object sets, by field id; None empties. Raises Refusal where the settings say reject."""
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise call.invalid("CustomData must be an object")
    by_id = data.get(_BY_ID) in (1, "1", True, "true")
    values: dict[int, str | None] = {}
    for label, value in data.items():
        if label == _BY_ID:
            continue
        field = _by_id(call.portal, label) if by_id else call.portal.field_labelled(label)
        if field is None:
            if call.settings.unknown_label == "reject":
                raise call.invalid(f"Custom data field {label} does not exist")
        elif value in (None, ""):
            if empties(value, call.settings):
                values[field.id] = None
        else:
            try:
                values[field.id] = _stored(field, value)
            except ValueError:
                if call.settings.bad_value == "reject":
                    raise call.invalid(f"Custom data field {field.label} has an invalid value") from None
    return values


def empties(value: Any, settings: LearnUponSettings) -> bool:
    """Whether this form of nothing, null or "", empties a value."""
    return settings.clearing == "both" or (settings.clearing == "null") is (value is None)


def custom_data(values: Mapping[int, str], portal: Portal, settings: LearnUponSettings) -> dict[str, Any] | None:
    """Values by label; None when there are none."""
    shown = {
        field.label: shown_value(field, values.get(field.id), settings)
        for field in portal.fields.values()
        if field.id in values or settings.unset_fields == "null"
    }
    return shown or None


def field_values(values: Mapping[int, str], portal: Portal, settings: LearnUponSettings) -> list[dict[str, Any]]:
    """Values by definition id."""
    return [
        {"definition_id": field.id, "value": shown_value(field, values[field.id], settings)}
        for field in portal.fields.values()
        if field.id in values
    ]


def shown_value(field: Field, value: str | None, settings: LearnUponSettings) -> str | int | float | None:
    """A stored value as it reads; a type that was changed since may leave a number that is none."""
    if value is None or settings.numbers == "text":
        return value
    try:
        if field.type in _INTEGERS:
            return int(value)
        return float(value) if field.type in _DECIMALS else value
    except ValueError:
        return value


def definitions(portal: Portal) -> list[dict[str, Any]]:
    """The definitions that go before users and invites: without choices."""
    return [{"id": field.id, "type_id": int(field.type), "label": field.label} for field in portal.fields.values()]


def full_definitions(portal: Portal, settings: LearnUponSettings) -> list[dict[str, Any]]:
    """The definitions with their choices."""
    delimiter = settings.choice_delimiter
    return [
        brief | {"predefined_values": delimiter.join(portal.fields[brief["id"]].choices) or None}
        for brief in definitions(portal)
    ]


def _by_id(portal: Portal, text: str) -> Field | None:
    return portal.fields.get(int(text)) if text.isascii() and text.isdigit() else None


def _stored(field: Field, value: Any) -> str:
    """The text to keep. Raises ValueError when the field cannot take the value."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("neither text nor number")  # noqa: TRY004 - one kind of error for whatever is wrong with it
    text = str(value)
    if field.type in _DECIMALS and not _decimal(text).is_finite():
        raise ValueError("not a number")
    if field.type in _INTEGERS:
        text = str(int(text))
    if field.type is FieldType.DATE:
        text = datetime.strptime(text, "%Y-%m-%d").date().isoformat()
    if field.type in _CHOICES:
        return _choice(field, text)
    return text


def _choice(field: Field, text: str) -> str:
    for choice in field.choices:
        if choice == text or (field.type in _DECIMALS and _decimal(choice) == _decimal(text)):
            return choice
    raise ValueError("no such choice")


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError("not a number") from None
