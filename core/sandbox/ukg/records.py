"""What the generated company remembers of a person and of a job: small frozen records, not 94-field rows.

A row is made from a record only when a page is built, so 100,000 people fit in memory.
"""

from datetime import date

import msgspec


class PersonRecord(msgspec.Struct, frozen=True, gc=False):
    """One person-details row: one employeeId. Stamps are UKG's naive ISO text."""

    serial: int
    employee_id: str
    person_id: str
    company: int  # position in the catalogue's companies
    first_name: str
    middle_name: str | None
    last_name: str
    preferred_name: str | None
    former_name: str | None
    email: str | None
    other_email: str | None
    home_phone: str
    created: str
    changed: str


class EmploymentRecord(msgspec.Struct, frozen=True, gc=False):
    """One employment-details row: one employeeId in one company.

    `status` is the status apart from any termination; `termination` may lie ahead.
    `earlier_termination` is what a rehire left behind: served or hidden by a setting.
    """

    employee_id: str
    company: int
    number: str
    job: int
    division: str
    department: str
    team: str
    region: str
    location: str
    original_hire: date
    last_hire: date
    status: str
    status_start: date
    supervisor: str | None
    type_code: str
    full_time: bool
    salaried: bool
    date_in_job: str
    created: str
    changed: str
    termination: date | None = None
    earlier_termination: date | None = None
    padded: bool = False  # codes are served with trailing blanks
    superseded: bool = False  # an old row of someone who goes on in another company or under another id


def is_terminated(record: EmploymentRecord, today: date, *, flips_at_once: bool = False) -> bool:
    """Whether the row shows status T on a day.

    A person terminated today is still active today; whether a date ahead flips the status at once is not
    established (facts/ukg-pro-api, section 4), hence the switch.
    """
    return record.termination is not None and (flips_at_once or record.termination < today)


def is_employed(record: EmploymentRecord, today: date) -> bool:
    """Started and not terminated, whatever the status."""
    return record.last_hire <= today and not is_terminated(record, today)


def is_working(record: EmploymentRecord, today: date) -> bool:
    """Status A, started, and no termination known."""
    return record.status == "A" and record.termination is None and record.last_hire <= today
