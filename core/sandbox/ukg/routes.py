"""Which list a path names.

Source: facts/ukg-pro-api, section 3.
"""

from dataclasses import dataclass

_PERSONNEL = frozenset({"person-details", "employment-details", "employee-supervisor-details", "user-defined-fields"})
_IN_COMPANY = frozenset({"person-details", "employment-details", "user-defined-fields"})
_CONFIGURATION = frozenset({"org-levels", "jobs", "locations", "company-details"})
NOT_PAGED = frozenset({"org-levels", "jobs", "locations"})


@dataclass(frozen=True)
class Route:
    """An endpoint and what the path itself asks for; `single` answers one object instead of an array."""

    endpoint: str
    company: str | None = None
    employee: str | None = None
    single: bool = False

    def narrowed(self, query: dict[str, str]) -> dict[str, str]:
        """The query (lower-case names) with the path's company and employee in it."""
        named = {"companyid": self.company, "employeeid": self.employee}
        return query | {name: value for name, value in named.items() if value is not None}


def route(path: str) -> Route | None:
    """The route of a path, None when UKG has no such path."""
    match path.strip("/").split("/"):
        case ["personnel", "v1", name] if name in _PERSONNEL:
            return Route(name)
        case ["personnel", "v1", "person-details", employee]:
            return Route("person-details", employee=employee, single=True)
        case ["personnel", "v1", "companies", company, name] if name in _IN_COMPANY:
            return Route(name, company=company)
        case ["personnel", "v1", "companies", company, "employees", employee, name] if name in _IN_COMPANY:
            return Route(name, company=company, employee=employee)
        case ["configuration", "v1", name] if name in _CONFIGURATION:
            return Route(name)
    return None
