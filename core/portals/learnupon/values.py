"""Custom user data to and from LearnUpon: seven types by number, choices in one text, values by definition id.

Source: facts/learnupon-api.md, section 3. How choices are separated, and whether numbers come as numbers, is not
established: choices are read whatever separates them, and every value goes out as text, as in the documentation's
example.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from core.domain.custom_fields import CHOICE_TYPES, CustomField, CustomValue, FieldType, Unusable, accept
from core.portals.learnupon.errors import NOT_FOR_THIS_PERSON, Refused
from core.portals.learnupon.wire import Cell, DefinitionRow, UserRow, id_text, number_of, text_of

TYPES = {
    1: FieldType.STRING,
    2: FieldType.DECIMAL,
    3: FieldType.INTEGER,
    4: FieldType.STRING_CHOICE,
    5: FieldType.DECIMAL_CHOICE,
    6: FieldType.INTEGER_CHOICE,
    7: FieldType.DATE,
}
_PLAIN = {
    FieldType.STRING_CHOICE: FieldType.STRING,
    FieldType.DECIMAL_CHOICE: FieldType.DECIMAL,
    FieldType.INTEGER_CHOICE: FieldType.INTEGER,
}
_WHOLE = re.compile(r"([+-]?\d+)\.0*")


def label_key(label: str) -> str:
    """What spellings of one label share: LearnUpon ignores case and spaces in it."""
    return "".join(label.split()).casefold()


class Definitions:
    """The portal's custom user data fields. Types that are none of the seven are left out."""

    def __init__(self, rows: Iterable[DefinitionRow]) -> None:
        self.fields: list[CustomField] = []
        self._by_key: dict[str, CustomField] = {}
        self._by_id: dict[str, CustomField] = {}
        self._spellings: dict[str, dict[str, str]] = {}
        for row in rows:
            field_id, kind, label = id_text(row.id), TYPES.get(number_of(row.type_id) or 0), text_of(row.label)
            if field_id is None or kind is None or not label:
                continue
            # A choice is compared in our spelling of the value (`1`), and sent in the portal's (`1.00`).
            spellings = {_stored(kind, choice): choice for choice in choices_in(row.predefined_values)}
            field = CustomField(field_id, label, kind, tuple(spellings) if kind in CHOICE_TYPES else ())
            self.fields.append(field)
            self._by_key.setdefault(label_key(label), field)
            self._by_id[field_id] = field
            self._spellings[field_id] = spellings

    def field(self, label: str) -> CustomField | None:
        """The field of this label, whatever its case and spaces."""
        return self._by_key.get(label_key(label))

    def fitting(self, values: Mapping[str, CustomValue]) -> dict[str, CustomValue]:
        """Those of the values that the fields of now still take: a type may have changed, a choice may be gone."""
        return {label: value for label, value in values.items() if self._takes(label, value)}

    def _takes(self, label: str, value: CustomValue) -> bool:
        field = self.field(label)
        if field is None:
            return False
        each = value if isinstance(value, list) else [value]
        taken = (accept(field, None if one is None else str(one)) for one in each)
        return not any(isinstance(one, Unusable) for one in taken)

    def values_of(self, row: UserRow) -> dict[str, CustomValue]:
        """What a user holds, by field label; empty fields are left out.

        What is no value of the field's type is kept as the text it came as, so that it is seen to differ.
        """
        values: dict[str, CustomValue] = {}
        for field, cell in self._cells(row):
            value = read_value(field.type, cell)
            if value is not None:
                values[field.label] = value
        return values

    def _cells(self, row: UserRow) -> Iterable[tuple[CustomField, Cell]]:
        by_label = row.custom_by_label if isinstance(row.custom_by_label, dict) else {}
        for label, cell in by_label.items():
            field = self.field(str(label))
            if field is not None:
                yield field, cell
        for pair in row.custom_by_id if isinstance(row.custom_by_id, list) else []:
            if isinstance(pair, dict):
                field = self._by_id.get(id_text(pair.get("definition_id")) or "")
                if field is not None:
                    yield field, pair.get("value")

    def body(self, values: Mapping[str, CustomValue], blank: str | None = "") -> dict[str, Any]:
        """`CustomData` for a write: values by definition id, `blank` for None.

        `values` is keyed by label. Raises `Refused` for a label that the portal has no field of.
        """
        data: dict[str, Any] = {"use_definition_ids": 1}
        for label, value in values.items():
            field = self.field(label)
            if field is None:
                raise Refused(
                    f"The portal has no custom user data field '{label}'. {NOT_FOR_THIS_PERSON} Add it in LearnUpon "
                    "or take it out of the mapping."
                )
            data[field.id] = blank if value is None else self._sent(field, value)
        return data

    def _sent(self, field: CustomField, value: str | int | list[str]) -> str:
        spellings = self._spellings[field.id]
        chosen = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        return ",".join(spellings.get(one, one) for one in chosen)


def choices_in(cell: Cell) -> list[str]:
    """The choices of `predefined_values`: one a line, or else separated by commas; a list is taken as it is."""
    if isinstance(cell, list):
        pieces = [str(piece) for piece in cell]
    elif isinstance(cell, str):
        pieces = cell.splitlines() if len(cell.strip().splitlines()) > 1 else cell.split(",")
    else:
        pieces = []
    return list(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))


def read_value(kind: FieldType, cell: Cell) -> CustomValue:
    """A cell as a value of that type; None when it is empty."""
    if cell is None or isinstance(cell, dict):
        return None
    if isinstance(cell, list):
        return [_stored(kind, str(one)) for one in cell if one not in (None, "")] or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    text = str(cell).strip() if kind is not FieldType.STRING else str(cell)
    if not text.strip():
        return None
    stored = accept(_field(kind), _tidied(kind, text))
    return text if isinstance(stored, Unusable) else stored


def _stored(kind: FieldType, text: str) -> str:
    """How a value of that type is spelled here; the text itself when it is none."""
    stored = accept(_field(kind), _tidied(kind, text.strip()))
    return text.strip() if isinstance(stored, Unusable) else str(stored)


def _tidied(kind: FieldType, text: str) -> str:
    plain = _PLAIN.get(kind, kind)
    if plain is FieldType.INTEGER and (whole := _WHOLE.fullmatch(text)):
        return whole[1]
    return text[:10] if plain is FieldType.DATE and text[10:11] in ("T", " ") else text


_FIELDS = {kind: CustomField("", "", _PLAIN.get(kind, kind)) for kind in FieldType}


def _field(kind: FieldType) -> CustomField:
    """A field of that type that takes any value, listed as a choice or not."""
    return _FIELDS[kind]
