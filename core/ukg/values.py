"""Single values as UKG Pro writes them: text that may be padded, dates in two styles, numbers that may be text."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from msgspec import UNSET, UnsetType

_NO_PERSON = "00000000-0000-0000-0000-000000000000"


class UnreadableValue(ValueError):
    """A value that is there and is not what it should be; `str()` quotes it, shortened."""


def text(value: object) -> str | UnsetType | None:
    """The text trimmed; empty, null and anything that is no single value are None. UNSET stays UNSET."""
    if type(value) is str:
        trimmed = value.strip()
        if "\x00" in trimmed:
            trimmed = trimmed.replace("\x00", "").strip()
        return trimmed or None
    if value is None or value is UNSET:
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) else str(value)
    return None


def known_text(value: object) -> str | None:
    """Like `text`, with "not in the answer" read as empty."""
    if value is None or value is UNSET:
        return None
    if type(value) is str and value.isalnum():
        return value  # nothing to trim: true of most values, and a shortcut for the hundreds of thousands of them
    found = text(value)
    return None if found is UNSET else found


def readable_text(value: object) -> str | UnsetType | None:
    """Like `text`, but raises `UnreadableValue` for a list or an object, which is not the same as empty."""
    if value is None or (type(value) is str and value.isalnum()):
        return value
    found = text(value)
    if found is None and isinstance(value, list | dict):
        raise UnreadableValue("a list or an object is not a single value")
    return found


def calendar_date(value: object) -> date | None:
    """The calendar date of `2021-09-20T00:00:00`, `2021-09-20` or `9/20/2021 12:00:00 AM` (facts, section 3).

    None for empty, null or absent. Raises `UnreadableValue` for anything else.
    """
    if value is None:
        return None
    found = value if type(value) is str else readable_text(value)
    return _parsed_date(found) if found else None


def moment(value: object) -> datetime:
    """A stamp in either style, to tell what came later; one that cannot be read is the earliest of all."""
    found = known_text(value) or ""
    try:
        if "/" in found:
            return datetime.strptime(found, "%m/%d/%Y %I:%M:%S %p")
        return datetime.fromisoformat(found).replace(tzinfo=None)
    except ValueError:
        return datetime.min


@lru_cache(maxsize=16384)
def _parsed_date(written: str) -> date | None:
    found = known_text(written)
    if found is None:
        return None
    try:
        if "/" in found:
            month, day, year = found.split(" ", maxsplit=1)[0].split("/")
            if len(year) != 4:
                raise ValueError(found)
            return date(int(year), int(month), int(day))
        if len(found) > 10 and found[10] not in "T ":
            raise ValueError(found)
        return date.fromisoformat(found[:10])
    except ValueError:
        raise UnreadableValue(f"'{found[:30]}' is not a date") from None


def number(value: object) -> Decimal | None:
    """A number written as number or text; None for empty. Raises `UnreadableValue` for anything else."""
    found = readable_text(value)
    if not found:
        return None
    try:
        parsed = Decimal(found)
    except InvalidOperation:
        raise UnreadableValue(f"'{found[:30]}' is not a number") from None
    if not parsed.is_finite():
        raise UnreadableValue(f"'{found[:30]}' is not a number")
    return parsed


def person_id(value: object) -> str | None:
    """The GUID that ties the records of one human; a GUID of zeros ties nobody."""
    found = known_text(value)
    return None if found is None or found == _NO_PERSON else found.lower()
