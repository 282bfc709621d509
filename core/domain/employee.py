"""An employee as UKG Pro has them: one per person, whatever the number of rows behind it."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

AttributeValue = str | Decimal | date | None


class EmploymentStatus(StrEnum):
    """UKG Pro's one-character status (facts/ukg-pro-api.md, section 4). R is released, not retired."""

    ACTIVE = "A"
    LEAVE = "L"
    ON_STRIKE = "O"
    RELEASED = "R"
    SUSPENDED = "S"
    TERMINATED = "T"
    UNKNOWN = "?"

    @classmethod
    def of(cls, code: str | None) -> "EmploymentStatus":
        """The status for a code; anything UKG Pro does not document is UNKNOWN, never guessed."""
        return _BY_CODE.get(code or "", cls.UNKNOWN)


_BY_CODE = {status.value: status for status in EmploymentStatus if status is not EmploymentStatus.UNKNOWN}

AT_WORK = frozenset({EmploymentStatus.ACTIVE, EmploymentStatus.LEAVE})
INACTIVE = frozenset({EmploymentStatus.ON_STRIKE, EmploymentStatus.RELEASED, EmploymentStatus.SUSPENDED})


class Employee(msgspec.Struct, frozen=True, gc=False):
    """One person in UKG Pro.

    `employee_id` is that of the record that counts; `other_ids` are further employee ids of the same person.
    A name of None was not in the answer; an empty one is empty in UKG Pro. `email` is trimmed, None if there is none.
    `hire_date` is the latest hire date. `attributes` holds the mapped attributes by id: None is "empty in UKG Pro", a
    missing key is "not in the answer", which is never the same thing. `termination_unreadable` tells that there is a
    termination date which is none, so nothing is known of it. `problems` are sentences about unreadable values.
    """

    employee_id: str
    person_id: str | None
    other_ids: tuple[str, ...]
    first_name: str | None
    last_name: str | None
    email: str | None
    status: EmploymentStatus
    status_code: str | None
    hire_date: date | None
    termination_date: date | None
    attributes: dict[str, AttributeValue]
    termination_unreadable: bool = False
    problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """First and last name as one text; empty if UKG Pro holds neither."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Stray(msgspec.Struct, frozen=True):
    """Someone who stands in one endpoint and is missing from the other; reported, never guessed."""

    employee_id: str
    name: str
    email: str | None
    missing_from: str
