"""How a tenant spells its rows: case of the field names, nulls, dates, the name of a job's code."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from core.sandbox.ukg.fields import DATE_FIELDS
from core.sandbox.ukg.rows import Row
from core.sandbox.ukg.settings import SandboxSettings


@dataclass(frozen=True)
class Presentation:
    """The part of the settings that changes the spelling of rows."""

    key_case: Literal["as_documented", "swapped", "lower"]
    omit_nulls: bool
    date_style: Literal["iso", "us_text"]
    job_code_key: Literal["code", "jobCode"]


def presentation_of(settings: SandboxSettings) -> Presentation:
    """The presentation the settings ask for now."""
    return Presentation(settings.key_case, settings.omit_nulls, settings.date_style, settings.job_code_key)


def present(rows: Iterable[Row], endpoint: str, style: Presentation) -> Iterable[Row]:
    """The rows as served."""
    if endpoint == "jobs" and style.job_code_key == "jobCode":
        rows = [{"jobCode" if name == "code" else name: value for name, value in row.items()} for row in rows]
    if style.date_style == "us_text":
        rows = [{name: _us_text(name, value) for name, value in row.items()} for row in rows]
    if style.omit_nulls:
        rows = [{name: value for name, value in row.items() if value is not None} for row in rows]
    if style.key_case != "as_documented":
        spell = _swapped if style.key_case == "swapped" else str.lower
        rows = [{spell(name): value for name, value in row.items()} for row in rows]
    return rows


@lru_cache(maxsize=1024)
def _swapped(name: str) -> str:
    """The other spelling seen in UKG's own tables: Id for ID, datetime for dateTime, and back."""
    if name.startswith("dateTime"):
        return "datetime" + name[8:]
    if name.startswith("datetime"):
        return "dateTime" + name[8:]
    if name.endswith("ID"):
        return name[:-2] + "Id"
    return name[:-2] + "ID" if name.endswith("Id") else name


def _us_text(name: str, value: Any) -> Any:
    """`1/5/2026 12:00:00 AM`, and "" for no date; what is not a date stays as it is."""
    if name not in DATE_FIELDS:
        return value
    if value is None:
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return f"{moment.month}/{moment.day}/{moment.year} {moment.hour % 12 or 12}:{moment:%M:%S %p}"
