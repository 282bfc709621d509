"""The generated company on one day, as records."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.sandbox.ukg.records import EmploymentRecord, PersonRecord, is_employed


@dataclass(frozen=True, eq=False)
class State:
    """Rows keep their position for ever and are only added at the end; nobody is ever deleted.

    scheduled: positions of employments whose termination lies ahead.
    next_serial: number of the next employee record to be entered.
    """

    today: date
    people: list[PersonRecord]
    employments: list[EmploymentRecord]
    scheduled: tuple[int, ...]
    next_serial: int

    @cached_property
    def person_of(self) -> dict[str, PersonRecord]:
        """The person record of each employeeId."""
        return {person.employee_id: person for person in self.people}

    @cached_property
    def employment_of(self) -> dict[str, EmploymentRecord]:
        """The employment that counts for each employeeId: an employed row wins over a former one."""
        chosen: dict[str, EmploymentRecord] = {}
        for record in self.employments:
            if record.employee_id not in chosen or is_employed(record, self.today):
                chosen[record.employee_id] = record
        return chosen
