"""Scope: whom a portal takes from UKG Pro. Everyone, until an admin includes only some, or excludes some."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

import msgspec

from core.domain.employee import Employee, EmploymentStatus

_LONGEST_SHOWN = 80


class ScopeKind(StrEnum):
    """What a condition looks at."""

    COMPANY = "company"
    EMPLOYEE_TYPE = "employee-type"
    STATUS = "status"
    LOCATION = "location"
    ORG_LEVEL_1 = "org-level-1"
    ORG_LEVEL_2 = "org-level-2"
    ORG_LEVEL_3 = "org-level-3"
    ORG_LEVEL_4 = "org-level-4"
    PERSON = "person"


# The attribute of a kind; a status always comes along, and people are listed by employee id or e-mail.
ATTRIBUTE_OF: dict[ScopeKind, str] = {
    ScopeKind.COMPANY: "company_code",
    ScopeKind.EMPLOYEE_TYPE: "employment_type",
    ScopeKind.LOCATION: "location_code",
    ScopeKind.ORG_LEVEL_1: "org_level_1_code",
    ScopeKind.ORG_LEVEL_2: "org_level_2_code",
    ScopeKind.ORG_LEVEL_3: "org_level_3_code",
    ScopeKind.ORG_LEVEL_4: "org_level_4_code",
}
WORDS: dict[ScopeKind, str] = {
    ScopeKind.COMPANY: "company code",
    ScopeKind.EMPLOYEE_TYPE: "employee type",
    ScopeKind.STATUS: "status",
    ScopeKind.LOCATION: "location code",
    ScopeKind.ORG_LEVEL_1: "organization level 1 code",
    ScopeKind.ORG_LEVEL_2: "organization level 2 code",
    ScopeKind.ORG_LEVEL_3: "organization level 3 code",
    ScopeKind.ORG_LEVEL_4: "organization level 4 code",
    ScopeKind.PERSON: "person",
}

Conditions = Mapping[ScopeKind, tuple[str, ...]]


class Scope(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """Conditions by kind; values are compared trimmed and case-folded. The default is everyone.

    A condition holds for any of its values. Someone is inside when every kind of `include` holds and none of
    `exclude` does. People who are listed come first: whoever is excluded by name is outside, whoever is included by
    name inside, whatever else is said; and a list of people as the only `include` lets in nobody else.

    A value that UKG Pro left out of its answer, or that is empty there, holds in no condition: it puts nobody out of
    an `exclude`, and nobody into an `include`.
    """

    include: dict[ScopeKind, tuple[str, ...]] = {}
    exclude: dict[ScopeKind, tuple[str, ...]] = {}

    @property
    def everyone(self) -> bool:
        """Whether there is no condition at all."""
        return not self._included and not self._excluded

    def attribute_ids(self) -> frozenset[str]:
        """The attributes that must be read to tell who is inside."""
        return frozenset(ATTRIBUTE_OF[kind] for kind in self._included | self._excluded if kind in ATTRIBUTE_OF)

    def excludes_by_name(self, employee: Employee) -> bool:
        """Whether this person is one of those listed as excluded: they are left alone wholly."""
        return _lists(self._excluded, employee)

    def outside(self, employee: Employee) -> str | None:
        """The sentence why this person is outside; None for someone inside."""
        if self.excludes_by_name(employee):
            return "Excluded from the scope by name."
        if _lists(self._included, employee):
            return None
        return self._excluded_by(employee) or self._left_out_by(employee)

    def changed(self, include: Conditions, exclude: Conditions) -> "Scope":
        """The scope with the conditions of these kinds replaced; one without values is dropped."""
        return Scope(_tidied({**self.include, **include}), _tidied({**self.exclude, **exclude}))

    @cached_property
    def _included(self) -> dict[ScopeKind, frozenset[str]]:
        return _keys(self.include)

    @cached_property
    def _excluded(self) -> dict[ScopeKind, frozenset[str]]:
        return _keys(self.exclude)

    def _excluded_by(self, employee: Employee) -> str | None:
        for kind, values in self._excluded.items():
            if not values.isdisjoint(keys_of(employee, kind)):
                return f"{_capital(kind)} '{_shown(employee, kind)}' is excluded from the scope."
        return None

    def _left_out_by(self, employee: Employee) -> str | None:
        """Why someone who is not included by name is not included otherwise either."""
        others = [kind for kind in self._included if kind is not ScopeKind.PERSON]
        if self._included and not others:
            return "Not among the people listed in the scope."
        for kind in others:
            if self._included[kind].isdisjoint(keys_of(employee, kind)):
                return _not_included(employee, kind)
        return None


def _lists(conditions: Mapping[ScopeKind, frozenset[str]], employee: Employee) -> bool:
    people = conditions.get(ScopeKind.PERSON)
    return people is not None and not people.isdisjoint(keys_of(employee, ScopeKind.PERSON))


def keys_of(employee: Employee, kind: ScopeKind) -> frozenset[str]:
    """The values that a condition of this kind is held against, trimmed and case-folded; none when there is none."""
    if kind is ScopeKind.PERSON:
        names = (employee.employee_id, *employee.other_ids, employee.email or "")
    else:
        names = (value_of(employee, kind),)
    return frozenset(key for name in names if (key := value_key(name)))


def _not_included(employee: Employee, kind: ScopeKind) -> str:
    if kind in ATTRIBUTE_OF and ATTRIBUTE_OF[kind] not in employee.attributes:
        return f"The {WORDS[kind]} was not in UKG Pro's answer, so it cannot be told whether the scope includes them."
    shown = _shown(employee, kind)
    if not shown:
        return f"The {WORDS[kind]} is empty in UKG Pro, and the scope includes only some."
    return f"{_capital(kind)} '{shown}' is not among those that the scope includes."


def value_key(value: str) -> str:
    """What two spellings of one value share."""
    return value.strip().casefold()


def value_of(employee: Employee, kind: ScopeKind) -> str:
    """What somebody has of this kind, as UKG Pro writes it; empty for none, and for people, who are listed."""
    if kind is ScopeKind.PERSON:
        return ""
    if kind is ScopeKind.STATUS:
        return employee.status_code or ("" if employee.status is EmploymentStatus.UNKNOWN else employee.status.value)
    return str(employee.attributes.get(ATTRIBUTE_OF[kind]) or "")


def _shown(employee: Employee, kind: ScopeKind) -> str:
    return value_of(employee, kind).strip()[:_LONGEST_SHOWN]


def _capital(kind: ScopeKind) -> str:
    return WORDS[kind].capitalize()


def _keys(conditions: Conditions) -> dict[ScopeKind, frozenset[str]]:
    keys = {kind: frozenset(filter(None, map(value_key, values))) for kind, values in conditions.items()}
    return {kind: values for kind, values in keys.items() if values}


def _tidied(conditions: Conditions) -> dict[ScopeKind, tuple[str, ...]]:
    """In one order, without blanks around values and without values that are the same but for their case."""
    tidied: dict[ScopeKind, tuple[str, ...]] = {}
    for kind in ScopeKind:
        values = {value_key(value): value.strip() for value in reversed(conditions.get(kind, ())) if value.strip()}
        if values:
            tidied[kind] = tuple(values[key] for key in sorted(values))
    return tidied
