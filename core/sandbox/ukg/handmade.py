"""A company of rows written by a test."""

from dataclasses import dataclass
from datetime import date

from core.sandbox.ukg.fields import SUPERVISOR_FIELDS
from core.sandbox.ukg.rows import Row
from core.sandbox.ukg.snapshot import Snapshot

_COPIED = {
    "supervisorFirstName": "supervisorFirstName",
    "supervisorLastName": "supervisorLastName",
    "supervisorEmployeeNumber": "supervisorEmployeeNumber",
    "supervisorCompanyID": "supervisorCOID",
    "supervisorCompanyCode": "supervisorCompanyCode",
}


@dataclass
class HandmadeTables:
    """The lists as given; they may be edited. Without `supervisors` that table follows from the employments."""

    people: list[Row]
    employments: list[Row]
    org_levels: list[Row]
    jobs: list[Row]
    locations: list[Row]
    companies: list[Row]
    user_defined_fields: list[Row]
    supervisors: list[Row] | None

    def snapshot(self, day: int, today: date) -> Snapshot:
        """The same rows, whatever the day."""
        return Snapshot(
            day=day,
            date=today,
            people=self.people,
            employments=self.employments,
            supervisors=self._derived_supervisors() if self.supervisors is None else self.supervisors,
            user_defined_fields=self.user_defined_fields,
            org_levels=self.org_levels,
            jobs=self.jobs,
            locations=self.locations,
            companies=self.companies,
        )

    def _derived_supervisors(self) -> list[Row]:
        people = {row.get("employeeId"): row for row in self.people}
        employments = {row.get("employeeID"): row for row in self.employments}
        rows = []
        for employment in self.employments:
            row: Row = dict.fromkeys(SUPERVISOR_FIELDS)
            for field in ("employeeID", "companyID", "employeeNumber"):
                row[field] = employment.get(field)
            supervisor = employment.get("supervisorID")
            if supervisor:
                row["supervisorEmployeeID"] = supervisor
                row |= {field: employment.get(source) for field, source in _COPIED.items()}
                person = people.get(supervisor, {})
                row["supervisorEmail"] = person.get("emailAddress")
                row["supervisorPersonId"] = person.get("personId")
                row["supervisorStatusCode"] = employments.get(supervisor, {}).get("employeeStatusCode")
            rows.append(row)
        return rows
