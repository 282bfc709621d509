"""Lists that give codes their names: organization levels, locations, jobs, companies, supervisors, own fields."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from core.domain.attributes import Source
from core.ukg.client import UkgClient
from core.ukg.completeness import EndpointProof
from core.ukg.paging import read_filtered, read_pages, read_whole
from core.ukg.values import known_text, text
from core.ukg.wire import RowDecoder

PATHS = {
    Source.ORG_LEVELS: "/configuration/v1/org-levels",
    Source.JOBS: "/configuration/v1/jobs",
    Source.LOCATIONS: "/configuration/v1/locations",
    Source.COMPANIES: "/configuration/v1/company-details",
    Source.SUPERVISORS: "/personnel/v1/employee-supervisor-details",
    Source.USER_DEFINED: "/personnel/v1/user-defined-fields",
}
UNPAGED = frozenset({Source.ORG_LEVELS, Source.JOBS, Source.LOCATIONS})
PER_PERSON = frozenset({Source.SUPERVISORS, Source.USER_DEFINED})
_IDS_AT_ONCE = 50  # in one comma list, so that the address stays short

_KEYS = {
    Source.ORG_LEVELS: ("level", "code", "description", "levelDescription"),
    Source.JOBS: ("code", "jobFamilyCode"),
    Source.LOCATIONS: ("locationCode", "description"),
    Source.COMPANIES: ("companyID", "addressCity"),
    Source.SUPERVISORS: ("employeeID", "companyID", "supervisorEmail"),
    Source.USER_DEFINED: ("employeeId", "personnelUserDefinedFields"),
}


# UNSET: the row is there and does not say.
Name = str | UnsetType | None


class Lookups(msgspec.Struct):
    """What the mapped attributes need beyond the two main endpoints; empty where nothing is mapped.

    `org_levels` is keyed by (level, code), since one code may stand on two levels; `level_names` says what a level
    is called (Department, …). `supervisor_emails` is keyed by employee id and company, `user_defined` by employee id,
    its inner dict by slot number.
    """

    org_levels: dict[tuple[int, str], str] = {}
    level_names: dict[int, str] = {}
    job_families: dict[str, Name] = {}
    locations: dict[str, Name] = {}
    company_cities: dict[str, Name] = {}
    supervisor_emails: dict[tuple[str, str | None], Name] = {}
    user_defined: dict[str, dict[int, object]] = {}

    def level_called(self, name: str) -> int | None:
        """The level whose name is `name`, whatever its case; None when the tenant has no such level."""
        for level, level_name in self.level_names.items():
            if level_name.casefold() == name.casefold():
                return level
        return None


async def read_lookups(
    client: UkgClient,
    sources: Collection[Source],
    proofs: list[EndpointProof],
    employee_ids: Sequence[str] | None = None,
) -> Lookups:
    """Read the lists in `sources` and nothing else; a proof of each is added to `proofs`.

    With `employee_ids` only the rows of these people are asked for in the lists that are about people.
    """
    lookups = Lookups()
    for source in PATHS:
        if source in sources:
            proof = EndpointProof(source.value)
            proofs.append(proof)
            for row in await _rows(client, source, proof, employee_ids):
                _ADD[source](lookups, row)
    return lookups


async def _rows(
    client: UkgClient, source: Source, proof: EndpointProof, employee_ids: Sequence[str] | None
) -> list[Any]:
    decoder = RowDecoder(source.value, _KEYS[source])

    def identity(row: Any) -> object:
        return _identity(source, row)

    if source in UNPAGED:
        return await read_whole(client, PATHS[source], proof, decoder.decode, identity)
    rows: list[Any] = []
    if source in PER_PERSON and employee_ids is not None:
        for start in range(0, len(employee_ids), _IDS_AT_ONCE):
            some = employee_ids[start : start + _IDS_AT_ONCE]
            filters = {"employeeId": ",".join(some)}
            belongs = _about(source, some)
            rows += await read_filtered(client, PATHS[source], proof, decoder.decode, identity, filters, belongs)
        return rows
    async for page in read_pages(client, PATHS[source], proof, decoder.decode, identity):
        rows += page
    return rows


def _about(source: Source, employee_ids: Collection[str]) -> Callable[[Any], bool]:
    """Whether a row of a list about people is about one of these."""
    key = _KEYS[source][0]
    return lambda row: known_text(getattr(row, key)) in employee_ids


def _identity(source: Source, row: Any) -> object:
    """What makes a row of a list itself; rows of one person in several companies are several rows."""
    if source is Source.USER_DEFINED:
        return known_text(row.employeeId) or id(row)
    return tuple(known_text(getattr(row, key)) for key in _KEYS[source])


def _add_org_level(lookups: Lookups, row: Any) -> None:
    level, code = known_text(row.level), known_text(row.code)
    if level is None or code is None or not level.isdecimal():
        return
    lookups.org_levels[int(level), code] = known_text(row.description) or code
    name = known_text(row.levelDescription)
    if name:
        lookups.level_names.setdefault(int(level), name)


def _add_job(lookups: Lookups, row: Any) -> None:
    code = known_text(row.code)
    if code:
        lookups.job_families[code] = text(row.jobFamilyCode)


def _add_location(lookups: Lookups, row: Any) -> None:
    code = known_text(row.locationCode)
    if code:
        lookups.locations[code] = text(row.description)


def _add_company(lookups: Lookups, row: Any) -> None:
    company = known_text(row.companyID)
    if company:
        lookups.company_cities[company] = text(row.addressCity)


def _add_supervisor(lookups: Lookups, row: Any) -> None:
    employee = known_text(row.employeeID)
    if employee:
        lookups.supervisor_emails[employee, known_text(row.companyID)] = text(row.supervisorEmail)


def _add_user_defined(lookups: Lookups, row: Any) -> None:
    employee = known_text(row.employeeId)
    fields = row.personnelUserDefinedFields
    if not employee or not isinstance(fields, dict):
        return
    slots = lookups.user_defined.setdefault(employee, {})
    for name, field in fields.items():
        slot = name[-2:]
        if slot.isdecimal() and isinstance(field, dict):
            slots[int(slot)] = next((held for key, held in field.items() if key.casefold() == "value"), UNSET)


_ADD = {
    Source.ORG_LEVELS: _add_org_level,
    Source.JOBS: _add_job,
    Source.LOCATIONS: _add_location,
    Source.COMPANIES: _add_company,
    Source.SUPERVISORS: _add_supervisor,
    Source.USER_DEFINED: _add_user_defined,
}
