"""The rows of the two main lists as they come in, from whatever request, and the employees they are joined into."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import msgspec

from core.domain.employee import Employee, Stray
from core.ukg.attribute_values import employment_keys, person_keys
from core.ukg.completeness import Completeness
from core.ukg.joining import Joiner
from core.ukg.lookups import Lookups
from core.ukg.values import known_text
from core.ukg.wire import RowDecoder

PERSON_PATH = "/personnel/v1/person-details"
EMPLOYMENT_PATH = "/personnel/v1/employment-details"

_PERSON_KEYS = ("employeeId", "personId", "companyId", "firstName", "lastName", "emailAddress")
_EMPLOYMENT_KEYS = (
    "employeeID",
    "companyID",
    "employeeStatusCode",
    "lastHireDate",
    "originalHireDate",
    "dateOfTermination",
    "dateTimeChanged",
)
_JOIN_AT_ONCE = 200  # people joined before the event loop gets its turn again


class Directory(msgspec.Struct):
    """What a read gives: the employees, the strays, and the proof that what was asked for was read whole."""

    employees: list[Employee]
    strays: list[Stray]
    completeness: Completeness


class Records:
    """Collects person and employment rows by employee id, decoding only what the attributes need."""

    def __init__(self, attribute_ids: Collection[str]) -> None:
        self.person_decoder = RowDecoder("person-details", [*_PERSON_KEYS, *person_keys(attribute_ids)])
        self.employment_decoder = RowDecoder("employment-details", [*_EMPLOYMENT_KEYS, *employment_keys(attribute_ids)])
        self._attribute_ids = attribute_ids
        self._persons: dict[str, Any] = {}
        self._nameless: list[Any] = []
        self._employments: dict[str, Any] = {}
        self._further: defaultdict[str, list[Any]] = defaultdict(list)

    def take_persons(self, rows: Sequence[Any]) -> None:
        """Rows of person-details."""
        for row in rows:
            employee_id = known_text(row.employeeId)
            if employee_id is None:
                self._nameless.append(row)
            else:
                self._persons[employee_id] = row

    def take_employments(self, rows: Sequence[Any]) -> None:
        """Rows of employment-details, none of them twice."""
        for row in rows:
            employee_id = known_text(row.employeeID) or ""
            # Nearly everyone has one row; a list for each would be work for the garbage collector.
            if self._employments.setdefault(employee_id, row) is not row:
                self._further[employee_id].append(row)

    @property
    def person_ids(self) -> list[str]:
        """The employee ids that have a person row."""
        return list(self._persons)

    @property
    def employment_ids(self) -> list[str]:
        """The employee ids that have an employment row."""
        return list(self._employments)

    async def joined(self, lookups: Lookups, today: date, completeness: Completeness) -> Directory:
        """One employee per person; the rows are used up on the way. `completeness` is told of the strays."""
        joiner = Joiner(self._attribute_ids, lookups, today)
        for row in self._nameless:
            joiner.add_nameless(row)
        # Popping as we go gives each row's memory back while its employee is made.
        for position, employee_id in enumerate(list(self._persons)):
            first = self._employments.pop(employee_id, None)
            rows = [] if first is None else [first, *self._further.get(employee_id, ())]
            joiner.add(employee_id, self._persons.pop(employee_id), rows)
            if position % _JOIN_AT_ONCE == 0:
                await asyncio.sleep(0)
        for employee_id in self._employments:
            joiner.add_without_person(employee_id)
        completeness.without_employment = joiner.count_missing("employment-details")
        completeness.without_person = joiner.count_missing("person-details")
        return Directory(joiner.one_per_person(), joiner.strays, completeness)


def person_identity(row: Any) -> object:
    """What makes a row of person-details itself."""
    return _identifier(row.employeeId) or id(row)


def employment_identity(row: Any) -> object:
    """What makes a row of employment-details itself: the employee and the company."""
    return (_identifier(row.employeeID) or id(row), known_text(row.companyID))


def _identifier(value: object) -> str | None:
    return value if isinstance(value, str) else known_text(value)
