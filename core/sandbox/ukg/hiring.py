"""Entering a new employee: identifiers, a post in the organisation, an e-mail address, the two records."""

from datetime import date
from random import Random
from uuid import UUID

from core.sandbox.ukg.catalog import COMPANIES, DEPARTMENTS, JOBS, MANAGER_JOB, PLACES
from core.sandbox.ukg.names import Name
from core.sandbox.ukg.records import EmploymentRecord, PersonRecord

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SPACE = 36**6
_STEP = 1_540_483_477  # has no factor in common with 36, so no two serials share an identifier


def employee_identifier(serial: int) -> str:
    """The 12-character employeeId of a serial number; different serials give different ids."""
    value = (serial * _STEP + 987_654_321) % _SPACE
    letters = []
    for _ in range(6):
        value, digit = divmod(value, 36)
        letters.append(_ALPHABET[digit])
    return "".join(letters) + "0000K0"


def person_identifier(random: Random) -> str:
    """A fresh personId (GUID)."""
    return str(UUID(int=random.getrandbits(128), version=4))


def stamp(random: Random, day: date) -> str:
    """A naive date-time with milliseconds within office hours of a day."""
    moment = random.getrandbits(25)
    hour, minute, second = 8 + moment % 10, moment // 10 % 60, moment // 600 % 60
    return f"{day.isoformat()}T{hour:02d}:{minute:02d}:{second:02d}.{1 + moment % 999:03d}"


def enter_person(random: Random, serial: int, name: Name, company: int, email: str | None, day: date) -> PersonRecord:
    """A person-details record entered on a day."""
    entered = stamp(random, day)
    private = f"{name.mailbox}.{serial}@example.net" if random.random() < 0.6 else None
    return PersonRecord(
        serial=serial,
        employee_id=employee_identifier(serial),
        person_id=person_identifier(random),
        company=company,
        first_name=name.first,
        middle_name=_ALPHABET[10 + serial % 26] + "." if serial % 3 == 0 else None,
        last_name=name.last,
        preferred_name=name.first if serial % 4 == 0 and name.first else None,
        former_name=None,
        email=email,
        other_email=private,
        home_phone=f"206555{serial % 10_000:04d}",
        created=entered,
        changed=entered,
    )


def enter_employment(
    random: Random, person: PersonRecord, hired: date, supervisor: str | None, *, manager: bool = False
) -> EmploymentRecord:
    """An employment-details record: status A since the hire date, in a random post."""
    unit = random.choice(DEPARTMENTS)
    place = random.choice(PLACES)
    job = MANAGER_JOB if manager else random.choice(unit.jobs)
    kind = random.random()
    return EmploymentRecord(
        employee_id=person.employee_id,
        company=person.company,
        number=employee_number(person.serial),
        job=job,
        division=unit.division,
        department=unit.code,
        team=random.choice(unit.teams)[0],
        region=place.region,
        location=place.code,
        original_hire=hired,
        last_hire=hired,
        status="A",
        status_start=hired,
        supervisor=supervisor,
        type_code="REG" if kind < 0.9 else "TMP" if kind < 0.95 else "CON" if kind < 0.98 else "INT",
        full_time=kind < 0.85,
        salaried=JOBS[job].salaried,
        date_in_job=f"{hired.isoformat()}T00:00:00",
        created=person.created,
        changed=person.created,
    )


def employee_number(serial: int) -> str:
    """The nine-digit, zero-padded employeeNumber of a serial number."""
    return f"{serial + 100:09d}"


def random_company(random: Random) -> int:
    """Position of a component company: half the people are in the first."""
    roll = random.random()
    return 0 if roll < 0.5 else 1 if roll < 0.8 else 2


def work_email(mailbox: str, company: int) -> str:
    """A work address at the company's domain."""
    return f"{mailbox}@{COMPANIES[company].email_domain}"
