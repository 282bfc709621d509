"""Rows as they come over the wire: only the keys that are wanted are decoded, whatever the casing they come in.

A row becomes a struct whose fields carry the documented spelling (`employeeId` in one endpoint, `employeeID` in the
other). UKG Pro is not consistent in it (facts/ukg-pro-api.md, sections 3 and 8), so the spelling is read off the
first row, and a page in which something wanted is missing is searched for other spellings. Everything else in a row,
sensitive fields above all, is passed over inside the decoder and never becomes a value.
"""

from collections.abc import Mapping, Sequence
from types import GenericAlias
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import astuple

from core.ukg.client import decode_rows

# jobs name their code either way, by version (facts, section 3.9).
_ALIASES: dict[str, tuple[str, ...]] = {"code": ("jobCode",)}

# What one column may hold: a null, a text, a number; a list or an object there is kept from failing a whole page.
Cell = Any


class RowDecoder:
    """Decodes pages of one endpoint into structs with the fields `keys`; a key that is absent is UNSET."""

    def __init__(self, endpoint: str, keys: Sequence[str]) -> None:
        self.endpoint = endpoint
        self.keys = tuple(dict.fromkeys(keys))
        self._documented = {spelling.casefold(): key for key in self.keys for spelling in (key, *_ALIASES.get(key, ()))}
        self._types: dict[tuple[str, ...], Any] = {}
        self._row_type: Any = None

    def decode(self, body: bytes) -> list[Any]:
        """The rows of one page. Raises `UnreadableAnswer` when the body is not a JSON array of objects."""
        if self._row_type is None:
            self._row_type = self._type_for(self._first_spellings(body))
        rows: list[Any] = decode_rows(self.endpoint, body, GenericAlias(list, (self._row_type,)))
        if any(UNSET in astuple(row) for row in rows):
            return self._with_other_spellings(body, rows)
        return rows

    def _first_spellings(self, body: bytes) -> Mapping[str, str]:
        rows = decode_rows(self.endpoint, body, list[dict[str, msgspec.Raw]])
        return self._spellings(rows[0]) if rows else {}

    def _spellings(self, row: Mapping[str, object]) -> dict[str, str]:
        """`{documented: as written}` for the wanted keys of a row."""
        return {
            self._documented[written.casefold()]: written for written in row if written.casefold() in self._documented
        }

    def _type_for(self, spellings: Mapping[str, str]) -> Any:
        written = tuple(spellings.get(key, key) for key in self.keys)
        if written not in self._types:
            fields: list[Any] = [(key, Cell, UNSET) for key in self.keys]
            rename = dict(zip(self.keys, written, strict=True))
            self._types[written] = msgspec.defstruct("Row", fields, rename=rename, gc=False)
        return self._types[written]

    def _with_other_spellings(self, body: bytes, rows: list[Any]) -> list[Any]:
        """The rows again, each with its own spelling; only for a page on which a wanted key is missing."""
        row_type = type(rows[0])
        raw_rows: list[dict[str, msgspec.Raw]] = decode_rows(self.endpoint, body, list[dict[str, msgspec.Raw]])
        written = {field.encode_name for field in msgspec.structs.fields(row_type)}
        for position, raw in enumerate(raw_rows):
            spellings = self._spellings(raw)
            if not written.issuperset(spellings.values()):
                values = {key: decode_rows(self.endpoint, bytes(raw[name]), Cell) for key, name in spellings.items()}
                rows[position] = row_type(**values)
        return rows
