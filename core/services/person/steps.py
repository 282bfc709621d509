"""The five steps in which one person is explained."""

from datetime import date, datetime
from typing import Any

import msgspec


class Found(msgspec.Struct):
    """Step 1: what UKG Pro holds. `read_at` is the time of the snapshot, None when read just now."""

    sentence: str
    read_at: datetime | None = None
    employee_id: str | None = None
    name: str | None = None
    email: str | None = None
    status: str | None = None
    hire_date: date | None = None
    termination_date: date | None = None
    other_ids: list[str] = []
    problems: list[str] = []


class Linked(msgspec.Struct):
    """Step 2: the account in the portal. `status` is as it counts today. `read_at` is when LearnUpon was last read as a
    whole, None for an embedded portal, which is read as it is."""

    sentence: str
    email: str | None = None
    name: str | None = None
    status: str | None = None
    account_expires: date | None = None
    linked_at: datetime | None = None
    read_at: datetime | None = None


class MappedValue(msgspec.Struct):
    """Step 3: one row of the mapping. `value` is UKG Pro's, `would_hold` the field's after a sync, `holds` now."""

    field: str
    attribute: str
    owner: str
    value: Any
    holds: Any
    would_hold: Any
    note: str | None = None


class Decided(msgspec.Struct):
    """Step 4: the outcome, its reason, and a sentence that says what would resolve it. `held` tells what a change waits
    for: an approval, or another try."""

    outcome: str
    reason: str
    sentence: str
    warnings: list[str] = []
    held: str | None = None


class LastChange(msgspec.Struct):
    """The last change that a run wrote for this person."""

    run: str
    at: datetime
    outcome: str
    reason: str
    changes: dict[str, tuple[Any, Any]]


class Explanation(msgspec.Struct):
    """The five steps for one person. `would_write` is step 5, like `changes` of a run."""

    portal: str
    asked: str
    found: Found
    linked: Linked
    mapped: list[MappedValue]
    decided: Decided
    would_write: dict[str, tuple[Any, Any]]
    last_change: LastChange | None = None
