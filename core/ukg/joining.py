"""Joining rows into employees: the row that counts of several employments, the record that counts of several ids.

The rules are those of design, section 4, and facts/ukg-pro-api.md, section 3 ("Several companies / several rows").
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from core.domain.employee import AT_WORK, AttributeValue, Employee, EmploymentStatus, Stray
from core.domain.lifecycle import is_terminated
from core.ukg.attribute_values import extractors
from core.ukg.lookups import Lookups
from core.ukg.values import UnreadableValue, calendar_date, known_text, moment, person_id, text

# How a row compares with the person's other rows; the greatest counts.
Rank = tuple[bool, bool, date, datetime, str]


class Joiner:
    """Takes the rows of each employee id, gives back one employee per person and the strays."""

    def __init__(self, attribute_ids: Collection[str], lookups: Lookups, today: date) -> None:
        self.strays: list[Stray] = []
        self._lookups = lookups
        self._today = today
        self._extractors = extractors(attribute_ids, lookups)
        self._employees: dict[str, Employee] = {}
        self._ids_of_person: dict[str, str] = {}
        self._rivals: dict[str, list[str]] = {}

    def add(self, employee_id: str, person: Any, employments: Sequence[Any]) -> None:
        """One person row and all employment rows with its employee id."""
        if not employments:
            self._stray(employee_id, person, "employment-details")
            return
        employment = employments[0]
        if len(employments) > 1:
            home = known_text(person.companyId)
            employment = max(employments, key=lambda row: self._rank(row, home))
        employee = self._employee(employee_id, person, employment)
        self._employees[employee_id] = employee
        if employee.person_id is not None:
            first_id = self._ids_of_person.setdefault(employee.person_id, employee_id)
            if first_id != employee_id:
                self._rivals.setdefault(employee.person_id, [first_id]).append(employee_id)

    def add_nameless(self, person: Any) -> None:
        """A person row without an employee id: it can be joined with nothing."""
        self._stray("", person, "employment-details")

    def add_without_person(self, employee_id: str) -> None:
        """Employment rows whose employee id has no person row."""
        self.strays.append(Stray(employee_id, "", None, "person-details"))

    def count_missing(self, endpoint: str) -> int:
        """How many strays are missing from this endpoint."""
        return sum(stray.missing_from == endpoint for stray in self.strays)

    def one_per_person(self) -> list[Employee]:
        """The employees, records of one person merged into the one that counts."""
        for ids in self._rivals.values():
            counts, *others = sorted(ids, key=self._rank_of_record, reverse=True)
            self._employees[counts] = replace(self._employees[counts], other_ids=tuple(others))
            for other in others:
                del self._employees[other]
        return list(self._employees.values())

    def _rank_of_record(self, employee_id: str) -> tuple[bool, bool, date, str]:
        """The active record counts, then one not terminated, then the one hired last."""
        employee = self._employees[employee_id]
        stays = not is_terminated(employee, self._today)
        return (stays and employee.status in AT_WORK, stays, employee.hire_date or date.min, employee_id)

    def _stray(self, employee_id: str, person: Any, missing_from: str) -> None:
        name = " ".join(part for part in (known_text(person.firstName), known_text(person.lastName)) if part)
        self.strays.append(Stray(employee_id, name, known_text(person.emailAddress), missing_from))

    def _rank(self, row: Any, home_company: str | None) -> Rank:
        """Not terminated, then the home company, then the latest hire date, then the latest change."""
        hired = _date_or_none(row.lastHireDate)
        ended = _date_or_none(row.dateOfTermination)
        over = ended is not None and ended < self._today and (hired is None or ended >= hired)
        terminated = known_text(row.employeeStatusCode) == EmploymentStatus.TERMINATED or over
        company = known_text(row.companyID) or ""
        at_home = bool(company) and company == home_company
        return (not terminated, at_home, hired or date.min, moment(row.dateTimeChanged), company)

    def _employee(self, employee_id: str, person: Any, employment: Any) -> Employee:
        problems: list[str] = []
        attributes: dict[str, AttributeValue] = {}
        for attribute_id, extract in self._extractors:
            try:
                value = extract(person, employment, self._lookups)
            except UnreadableValue as problem:
                problems.append(f"{attribute_id}: {problem}; the stored value stays")
                continue
            if value is not UNSET:
                attributes[attribute_id] = value
        code = known_text(employment.employeeStatusCode)
        known_problems = len(problems)
        hired = _checked_date("latest hire date", employment.lastHireDate, problems)
        hire_unreadable = len(problems) > known_problems
        if hired is None:
            hired = _checked_date("original hire date", employment.originalHireDate, problems)
        known_problems = len(problems)
        ended = _checked_date("termination date", employment.dateOfTermination, problems)
        if hire_unreadable and ended is not None and ended < self._today and code != EmploymentStatus.TERMINATED:
            problems.append("termination date: past, and without the latest hire date it may be older than a rehire")
            ended = None
        return Employee(
            employee_id=employee_id,
            person_id=person_id(person.personId),
            other_ids=(),
            first_name=_name(person.firstName),
            last_name=_name(person.lastName),
            email=known_text(person.emailAddress),
            status=EmploymentStatus.of(code),
            status_code=code,
            hire_date=hired,
            termination_date=ended,
            termination_unreadable=ended is None and len(problems) > known_problems,
            attributes=attributes,
            problems=tuple(problems),
        )


def _name(value: object) -> str | None:
    found = text(value)
    return None if found is UNSET else found or ""


def _date_or_none(value: object) -> date | None:
    try:
        return calendar_date(value)
    except UnreadableValue:
        return None


def _checked_date(what: str, value: object, problems: list[str]) -> date | None:
    try:
        return calendar_date(value)
    except UnreadableValue as problem:
        problems.append(f"{what}: {problem}")
        return None
