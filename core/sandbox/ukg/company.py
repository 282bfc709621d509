"""The company behind the stand-in: generated and moving day by day, or made by hand for a test."""

from collections.abc import Sequence
from datetime import date, timedelta

from core.sandbox.ukg.handmade import HandmadeTables
from core.sandbox.ukg.render import View
from core.sandbox.ukg.rows import Row
from core.sandbox.ukg.snapshot import Snapshot
from core.sandbox.ukg.timeline import Timeline

_FIRST_DAY = date(2026, 1, 5)
_DEFAULT_VIEW = View()


class Company:
    """Made by `Company.generate` or `Company.of`; read with `on_day`.

    version: grows with every `touch`; part of the key of every cached page.
    """

    def __init__(self, source: Timeline | HandmadeTables, start: date = _FIRST_DAY) -> None:
        self._source = source
        self.start = start
        self.version = 0

    @classmethod
    def generate(cls, employees: int = 200, seed: int = 1, start: date = _FIRST_DAY) -> "Company":
        """A realistic, deliberately difficult company; the same arguments always give the same one.

        `employees` is the exact number of different personIds in person-details on day 0: everybody ever
        employed, leavers and future hires included. Person-details has a few rows more (people with two
        employeeIds), and one employment row per 5,000 people (at least one) belongs to nobody. Every
        difficult case is present from 60 people on.
        """
        return cls(Timeline(employees, seed, start), start)

    @classmethod
    def of(
        cls,
        people: Sequence[Row],
        employments: Sequence[Row],
        *,
        org_levels: Sequence[Row] = (),
        jobs: Sequence[Row] = (),
        locations: Sequence[Row] = (),
        companies: Sequence[Row] = (),
        user_defined_fields: Sequence[Row] = (),
        supervisors: Sequence[Row] | None = None,
    ) -> "Company":
        """A company of exactly these rows, the same every day.

        Without `supervisors`, employee-supervisor-details is derived from the employment rows.
        """
        tables = HandmadeTables(
            people=list(people),
            employments=list(employments),
            org_levels=list(org_levels),
            jobs=list(jobs),
            locations=list(locations),
            companies=list(companies),
            user_defined_fields=list(user_defined_fields),
            supervisors=None if supervisors is None else list(supervisors),
        )
        return cls(tables)

    @property
    def tables(self) -> HandmadeTables:
        """The editable tables of a company made with `Company.of`; `touch()` after editing."""
        if isinstance(self._source, Timeline):
            raise TypeError("The rows of a generated company come from on_day() and cannot be edited.")
        return self._source

    @property
    def people(self) -> list[Row]:
        """The editable person-details rows of a company made with `Company.of`."""
        return self.tables.people

    @people.setter
    def people(self, rows: list[Row]) -> None:
        self.tables.people = rows

    @property
    def employments(self) -> list[Row]:
        """The editable employment-details rows of a company made with `Company.of`."""
        return self.tables.employments

    @employments.setter
    def employments(self, rows: list[Row]) -> None:
        self.tables.employments = rows

    def touch(self) -> None:
        """Make the server forget the pages it has built from this company."""
        self.version += 1

    def date_of(self, day: int) -> date:
        """The calendar date of a day; day 0 is `start`."""
        return self.start + timedelta(days=day)

    def on_day(self, day: int, view: View = _DEFAULT_VIEW) -> Snapshot:
        """Every table as it is on a day (0 or later)."""
        if isinstance(self._source, Timeline):
            return self._source.snapshot(day, view)
        return self._source.snapshot(day, self.date_of(day))
