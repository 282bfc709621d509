"""The attribute catalogue: what an admin can map, by stable id (facts/ukg-pro-api.md, section 7).

Sensitive fields (social security number, birth date, health, ethnicity, pay) are not on the list and so can
never be asked for.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from core.domain.errors import SettingsError


class AttributeType(StrEnum):
    """What kind of value an attribute carries."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


class Source(StrEnum):
    """The UKG Pro endpoint an attribute needs; the first two are read for every sync anyway."""

    PERSON = "person-details"
    EMPLOYMENT = "employment-details"
    ORG_LEVELS = "org-levels"
    JOBS = "jobs"
    LOCATIONS = "locations"
    COMPANIES = "company-details"
    SUPERVISORS = "employee-supervisor-details"
    USER_DEFINED = "user-defined-fields"


class Attribute(msgspec.Struct, frozen=True):
    """One standardised UKG Pro field: a stable id, the label people see, its type and where it is read."""

    id: str
    label: str
    type: AttributeType
    source: Source


def _text(attribute_id: str, label: str, source: Source) -> Attribute:
    return Attribute(attribute_id, label, AttributeType.TEXT, source)


def _date(attribute_id: str, label: str, source: Source = Source.EMPLOYMENT) -> Attribute:
    return Attribute(attribute_id, label, AttributeType.DATE, source)


# Types of the fourteen personnel user-defined fields: facts/ukg-pro-api.md, section 3.7.
_NUMBER_SLOTS = frozenset({3, 4, 10, 11})
_DATE_SLOTS = frozenset({5, 6, 12, 13})


def _user_defined(slot: int) -> Attribute:
    kind = AttributeType.TEXT
    if slot in _NUMBER_SLOTS:
        kind = AttributeType.NUMBER
    elif slot in _DATE_SLOTS:
        kind = AttributeType.DATE
    return Attribute(f"udf_{slot:02}", f"User-defined field {slot}", kind, Source.USER_DEFINED)


_ATTRIBUTES: tuple[Attribute, ...] = (
    _text("remote_id", "Employee id in UKG Pro", Source.PERSON),
    _text("person_id", "Person id", Source.PERSON),
    _text("employee_number", "Employee number", Source.EMPLOYMENT),
    _text("username", "User name", Source.PERSON),
    _text("work_email", "Work e-mail", Source.PERSON),
    _text("personal_email", "Personal e-mail", Source.PERSON),
    _text("first_name", "First name", Source.PERSON),
    _text("middle_name", "Middle name", Source.PERSON),
    _text("last_name", "Last name", Source.PERSON),
    _text("preferred_name", "Preferred name", Source.PERSON),
    _text("display_name", "Display name", Source.PERSON),
    _text("job_title", "Job title", Source.EMPLOYMENT),
    _text("job_code", "Job code", Source.EMPLOYMENT),
    _text("job_family", "Job family code", Source.JOBS),
    _text("department", "Department", Source.ORG_LEVELS),
    _text("division", "Division", Source.ORG_LEVELS),
    _text("cost_center", "Cost center", Source.ORG_LEVELS),
    _text("team", "Team", Source.ORG_LEVELS),
    *(_text(f"org_level_{level}", f"Organization level {level}", Source.ORG_LEVELS) for level in range(1, 5)),
    *(_text(f"org_level_{level}_code", f"Organization level {level} code", Source.EMPLOYMENT) for level in range(1, 5)),
    _text("location", "Location", Source.LOCATIONS),
    _text("location_code", "Location code", Source.EMPLOYMENT),
    _text("company", "Company", Source.EMPLOYMENT),
    _text("company_code", "Company code", Source.EMPLOYMENT),
    _text("company_city", "City of the company", Source.COMPANIES),
    _text("manager_id", "Manager's employee id", Source.EMPLOYMENT),
    _text("manager_name", "Manager's name", Source.EMPLOYMENT),
    _text("manager_email", "Manager's e-mail", Source.SUPERVISORS),
    _text("employment_status", "Employment status", Source.EMPLOYMENT),
    _text("employment_type", "Employment type", Source.EMPLOYMENT),
    _text("full_or_part_time", "Full or part time", Source.EMPLOYMENT),
    _date("hire_date", "Original hire date"),
    _date("start_date", "Latest hire date"),
    _date("termination_date", "Termination date"),
    _text("termination_reason", "Termination reason", Source.EMPLOYMENT),
    _text("work_phone", "Work phone", Source.EMPLOYMENT),
    _text("pay_group", "Pay group", Source.EMPLOYMENT),
    *(_user_defined(slot) for slot in range(1, 15)),
)

CATALOGUE: dict[str, Attribute] = {attribute.id: attribute for attribute in _ATTRIBUTES}

# What the guard, the scope and the belief in a whole answer count people by, mapped or not; no further request.
ALWAYS_READ_ATTRIBUTES = ("company_code", "org_level_1_code")


def attribute_by_id(attribute_id: str) -> Attribute:
    """The attribute with this id; raises `SettingsError` naming the nearest known ids."""
    found = CATALOGUE.get(attribute_id)
    if found is None:
        near = ", ".join(_similar(attribute_id, CATALOGUE))
        hint = f"Did you mean: {near}?" if near else "See 'ukg map attributes'."
        raise SettingsError(f"There is no UKG Pro attribute '{attribute_id}'; nothing was changed. {hint}")
    return found


def _similar(wanted: str, known: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(wanted, list(known), n=3, cutoff=0.5)
