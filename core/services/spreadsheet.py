"""CSV that is safe to open in a spreadsheet, in a file that is whole or not there."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TextIO

from core.domain.errors import SettingsError

# What a spreadsheet takes for the start of a formula.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def safe_cell(value: object) -> str:
    """The value as text that no spreadsheet runs as a formula: such a start gets an apostrophe before it."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else str(value)
    if _NUMBER.fullmatch(text):
        return text
    return f"'{text}" if text.lstrip(" \u00a0")[:1] in _FORMULA_STARTS and text else text


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A file that appears under its name only when it is complete; a failure leaves what was there.

    Only its owner may read it, for people are in it.
    """
    if path.is_dir():
        raise SettingsError(f"{path} is a folder; nothing was written. Name a file in it.")
    draft = path.with_name(f".{path.name}.part")
    try:
        with open(draft, "w", newline="", encoding="utf-8-sig", opener=_for_its_owner) as file:
            yield file
        draft.replace(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}); it was not changed.") from error
    finally:
        draft.unlink(missing_ok=True)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
