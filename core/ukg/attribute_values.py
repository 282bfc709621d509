"""Where each attribute of the catalogue is found in UKG Pro's rows (facts/ukg-pro-api.md, section 7)."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import UNSET, UnsetType

from core.domain.attributes import CATALOGUE, AttributeType, Source
from core.domain.employee import AttributeValue, EmploymentStatus
from core.ukg.lookups import Lookups, Name
from core.ukg.values import UnreadableValue, calendar_date, known_text, number, readable_text

Found = AttributeValue | UnsetType
# person row, employment row, lookups -> the value; UNSET when the answer does not hold it.
Extract = Callable[[Any, Any, Lookups], Found]

_PERSON_KEYS = {
    "remote_id": "employeeId",
    "person_id": "personId",
    "username": "userName",
    "work_email": "emailAddress",
    "personal_email": "emailAddressAlternate",
    "first_name": "firstName",
    "middle_name": "middleName",
    "last_name": "lastName",
    "preferred_name": "preferredName",
}
_EMPLOYMENT_KEYS = {
    "employee_number": "employeeNumber",
    "job_code": "primaryJobCode",
    **{f"org_level_{level}_code": f"orgLevel{level}Code" for level in range(1, 5)},
    "location_code": "primaryWorkLocationCode",
    "company": "companyName",
    "company_code": "companyCode",
    "manager_id": "supervisorID",
    "employment_type": "employeeTypeCode",
    "pay_group": "payGroup",
}
_EMPLOYMENT_DATES = {
    "hire_date": "originalHireDate",
    "start_date": "lastHireDate",
    "termination_date": "dateOfTermination",
}
_LEVELS_BY_NAME = {
    "department": "Department",
    "division": "Division",
    "cost_center": "Cost Center",
    "team": "Team",
}
_STATUS_WORDS = {
    EmploymentStatus.ACTIVE: "Active",
    EmploymentStatus.LEAVE: "Leave of absence",
    EmploymentStatus.ON_STRIKE: "On strike",
    EmploymentStatus.RELEASED: "Released",
    EmploymentStatus.SUSPENDED: "Suspended",
    EmploymentStatus.TERMINATED: "Terminated",
}
_FULL_OR_PART = {"F": "Full-time", "P": "Part-time"}


def sources_of(attribute_ids: Iterable[str]) -> set[Source]:
    """The endpoints that these attributes need."""
    return {CATALOGUE[attribute_id].source for attribute_id in attribute_ids}


def person_keys(attribute_ids: Iterable[str]) -> list[str]:
    """The keys of person-details that these attributes need."""
    keys = [_PERSON_KEYS[attribute_id] for attribute_id in attribute_ids if attribute_id in _PERSON_KEYS]
    return [*keys, "preferredName"] if "display_name" in attribute_ids else keys


def employment_keys(attribute_ids: Iterable[str]) -> list[str]:
    """The keys of employment-details that these attributes need."""
    keys: list[str] = []
    for attribute_id in attribute_ids:
        if attribute_id in _EMPLOYMENT_KEYS:
            keys.append(_EMPLOYMENT_KEYS[attribute_id])
        elif attribute_id in _LEVELS_BY_NAME:
            keys += [f"orgLevel{level}Code" for level in range(1, 5)]
        elif attribute_id.startswith("org_level_"):
            keys.append(f"orgLevel{attribute_id[10]}Code")
        else:
            keys += _COMPOSED_KEYS.get(attribute_id, ())
    return keys


_COMPOSED_KEYS = {
    "job_title": ("jobTitle", "jobDescription"),
    "job_family": ("primaryJobCode",),
    "location": ("primaryWorkLocationCode",),
    "manager_name": ("supervisorFirstName", "supervisorLastName"),
    "full_or_part_time": ("fullTimeOrPartTimeCode",),
    "termination_reason": ("terminationReasonDescription", "termReason"),
    "work_phone": ("workPhoneNumber", "workPhoneExtension"),
}


def extractors(attribute_ids: Iterable[str], lookups: Lookups) -> list[tuple[str, Extract]]:
    """How to read each attribute off a person's rows; `UnreadableValue` is raised for a value that is none."""
    return [(attribute_id, _extractor(attribute_id, lookups)) for attribute_id in attribute_ids]


def _extractor(attribute_id: str, lookups: Lookups) -> Extract:
    if attribute_id in _PERSON_KEYS:
        key = _PERSON_KEYS[attribute_id]
        return lambda person, employment, lookups: readable_text(getattr(person, key))
    if attribute_id in _EMPLOYMENT_KEYS:
        key = _EMPLOYMENT_KEYS[attribute_id]
        return lambda person, employment, lookups: readable_text(getattr(employment, key))
    if attribute_id in _EMPLOYMENT_DATES:
        key = _EMPLOYMENT_DATES[attribute_id]
        return lambda person, employment, lookups: _date(getattr(employment, key))
    if attribute_id in _LEVELS_BY_NAME:
        level = lookups.level_called(_LEVELS_BY_NAME[attribute_id])
        if level is None and attribute_id == "department":
            level = 1  # without a level of that name, the first is the department, as other consumers take it
        return _no_such_level(_LEVELS_BY_NAME[attribute_id]) if level is None else _org_level(level)
    if attribute_id.startswith("org_level_"):
        return _org_level(int(attribute_id[10]))
    if attribute_id.startswith("udf_"):
        return _user_defined(attribute_id)
    return _COMPOSED[attribute_id]


def _date(value: object) -> Found:
    return UNSET if value is UNSET else calendar_date(value)


def _no_such_level(name: str) -> Extract:
    def extract(person: Any, employment: Any, lookups: Lookups) -> Found:
        raise UnreadableValue(f"UKG Pro has no organization level called {name}")

    return extract


def _org_level(level: int) -> Extract:
    key = f"orgLevel{level}Code"

    def extract(person: Any, employment: Any, lookups: Lookups) -> Found:
        code = readable_text(getattr(employment, key))
        if not code:
            return code
        description = lookups.org_levels.get((level, code))
        if description is None:
            raise UnreadableValue(f"code '{code}' is not among UKG Pro's organization levels {level}")
        return description

    return extract


def _user_defined(attribute_id: str) -> Extract:
    slot, kind = int(attribute_id[4:]), CATALOGUE[attribute_id].type

    def extract(person: Any, employment: Any, lookups: Lookups) -> Found:
        slots = lookups.user_defined.get(known_text(person.employeeId) or "", {})
        value = slots.get(slot, UNSET)
        if value is UNSET:
            return UNSET
        if kind is AttributeType.DATE:
            return calendar_date(value)
        return number(value) if kind is AttributeType.NUMBER else readable_text(value)

    return extract


def _named(code: object, names: dict[str, Name], what: str) -> Found:
    found = readable_text(code)
    if not found:
        return found
    if found not in names:
        raise UnreadableValue(f"code '{found}' is not among UKG Pro's {what}")
    return names[found]


def _job_title(person: Any, employment: Any, lookups: Lookups) -> Found:
    return readable_text(employment.jobTitle) or readable_text(employment.jobDescription)


def _job_family(person: Any, employment: Any, lookups: Lookups) -> Found:
    return _named(employment.primaryJobCode, lookups.job_families, "jobs")


def _location(person: Any, employment: Any, lookups: Lookups) -> Found:
    return _named(employment.primaryWorkLocationCode, lookups.locations, "locations")


def _company_city(person: Any, employment: Any, lookups: Lookups) -> Found:
    return _named(employment.companyID, lookups.company_cities, "companies")


def _display_name(person: Any, employment: Any, lookups: Lookups) -> Found:
    first = known_text(person.preferredName) or known_text(person.firstName)
    return " ".join(part for part in (first, known_text(person.lastName)) if part) or None


def _manager_name(person: Any, employment: Any, lookups: Lookups) -> Found:
    first, last = readable_text(employment.supervisorFirstName), readable_text(employment.supervisorLastName)
    if first is UNSET and last is UNSET:
        return UNSET
    return " ".join(part for part in (first, last) if part) or None


def _manager_email(person: Any, employment: Any, lookups: Lookups) -> Found:
    key = (known_text(person.employeeId) or "", known_text(employment.companyID))
    return lookups.supervisor_emails.get(key, UNSET)


def _employment_status(person: Any, employment: Any, lookups: Lookups) -> Found:
    code = readable_text(employment.employeeStatusCode)
    return _STATUS_WORDS.get(EmploymentStatus.of(code), code) if code else code


def _full_or_part_time(person: Any, employment: Any, lookups: Lookups) -> Found:
    code = readable_text(employment.fullTimeOrPartTimeCode)
    return _FULL_OR_PART.get(code, code) if code else code


def _termination_reason(person: Any, employment: Any, lookups: Lookups) -> Found:
    return readable_text(employment.terminationReasonDescription) or readable_text(employment.termReason)


def _work_phone(person: Any, employment: Any, lookups: Lookups) -> Found:
    phone, extension = readable_text(employment.workPhoneNumber), known_text(employment.workPhoneExtension)
    return f"{phone} ext. {extension}" if phone and extension else phone


_COMPOSED: dict[str, Extract] = {
    "job_title": _job_title,
    "job_family": _job_family,
    "location": _location,
    "company_city": _company_city,
    "display_name": _display_name,
    "manager_name": _manager_name,
    "manager_email": _manager_email,
    "employment_status": _employment_status,
    "full_or_part_time": _full_or_part_time,
    "termination_reason": _termination_reason,
    "work_phone": _work_phone,
}
