"""Everyone in UKG Pro: the two main lists read in full, joined by employee id, one employee per person."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection
from datetime import date
from typing import Any

import msgspec

from core.domain.employee import Employee, Stray
from core.ukg.attribute_values import employment_keys, person_keys, sources_of
from core.ukg.client import UkgClient
from core.ukg.completeness import Completeness, EndpointProof
from core.ukg.errors import NOTHING_WRITTEN, SourceIncomplete
from core.ukg.joining import Joiner
from core.ukg.lookups import read_lookups
from core.ukg.paging import read_pages
from core.ukg.values import known_text
from core.ukg.wire import RowDecoder

PERSON_PATH = "/personnel/v1/person-details"
EMPLOYMENT_PATH = "/personnel/v1/employment-details"

_PERSON_KEYS = ("employeeId", "personId", "companyId", "firstName", "lastName", "emailAddress")
_EMPLOYMENT_KEYS = (
    "employeeID",
    "companyID",
    "employeeStatusCode",
    "lastHireDate",
    "originalHireDate",
    "dateOfTermination",
    "dateTimeChanged",
)
_JOIN_AT_ONCE = 200  # people joined before the event loop gets its turn again

# Rows read so far; called after every page.
Progress = Callable[[int], Awaitable[None]]


class Directory(msgspec.Struct):
    """What a full read gives: the employees, the strays, and the proof that the read was whole."""

    employees: list[Employee]
    strays: list[Stray]
    completeness: Completeness


async def read_directory(
    client: UkgClient, attribute_ids: Collection[str], today: date, progress: Progress | None = None
) -> Directory:
    """Read everyone, with the mapped attributes and nothing else.

    When rows moved between pages while we read, everything is read once more; if they moved again, `completeness`
    says so. Raises `UkgError` when a page cannot be read, or when there is nobody at all.
    """
    directory = await _read_once(client, attribute_ids, today, progress)
    if not directory.completeness.complete:
        directory = await _read_once(client, attribute_ids, today, progress)
    return directory


async def _read_once(
    client: UkgClient, attribute_ids: Collection[str], today: date, progress: Progress | None
) -> Directory:
    persons: dict[str, Any] = {}
    nameless: list[Any] = []
    employments: dict[str, Any] = {}
    further: defaultdict[str, list[Any]] = defaultdict(list)
    person_proof, employment_proof = EndpointProof("person-details"), EndpointProof("employment-details")
    completeness = Completeness([person_proof, employment_proof])

    async def read_persons() -> None:
        decoder = RowDecoder("person-details", [*_PERSON_KEYS, *person_keys(attribute_ids)])
        async for page in read_pages(client, PERSON_PATH, person_proof, decoder.decode, _person_identity):
            for row in page:
                employee_id = known_text(row.employeeId)
                if employee_id is None:
                    nameless.append(row)
                else:
                    persons[employee_id] = row
            await _tell(progress, person_proof, employment_proof)

    async def read_employments() -> None:
        decoder = RowDecoder("employment-details", [*_EMPLOYMENT_KEYS, *employment_keys(attribute_ids)])
        async for page in read_pages(client, EMPLOYMENT_PATH, employment_proof, decoder.decode, _employment_identity):
            for row in page:
                employee_id = known_text(row.employeeID) or ""
                # Nearly everyone has one row; a list for each would be work for the garbage collector.
                if employments.setdefault(employee_id, row) is not row:
                    further[employee_id].append(row)
            await _tell(progress, person_proof, employment_proof)

    await _together(read_persons(), read_employments())
    if not persons or not employments:
        empty = person_proof if not persons else employment_proof
        raise SourceIncomplete(
            f"UKG Pro answered {empty.endpoint} with an empty list, as if nobody worked there. {NOTHING_WRITTEN} "
            "Check what the service account may see."
        )
    lookups = await read_lookups(client, sources_of(attribute_ids), completeness.endpoints)
    joiner = Joiner(attribute_ids, lookups, today)
    await _join(joiner, persons, nameless, employments, further)
    completeness.without_employment = joiner.count_missing("employment-details")
    completeness.without_person = joiner.count_missing("person-details")
    return Directory(joiner.one_per_person(), joiner.strays, completeness)


async def _together(*reads: Awaitable[None]) -> None:
    """Both lists at once; the first failure stops the other and is raised as it is."""
    tasks = [asyncio.ensure_future(read) for read in reads]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _join(
    joiner: Joiner,
    persons: dict[str, Any],
    nameless: list[Any],
    employments: dict[str, Any],
    further: dict[str, list[Any]],
) -> None:
    for row in nameless:
        joiner.add_nameless(row)
    # Popping as we go gives each row's memory back while its employee is made.
    for position, employee_id in enumerate(list(persons)):
        first = employments.pop(employee_id, None)
        rows = [] if first is None else [first, *further.get(employee_id, ())]
        joiner.add(employee_id, persons.pop(employee_id), rows)
        if position % _JOIN_AT_ONCE == 0:
            await asyncio.sleep(0)
    for employee_id in employments:
        joiner.add_without_person(employee_id)


async def _tell(progress: Progress | None, *proofs: EndpointProof) -> None:
    if progress is not None:
        await progress(sum(proof.rows for proof in proofs))


def _person_identity(row: Any) -> object:
    return _identifier(row.employeeId) or id(row)


def _employment_identity(row: Any) -> object:
    return (_identifier(row.employeeID) or id(row), known_text(row.companyID))


def _identifier(value: object) -> str | None:
    return value if isinstance(value, str) else known_text(value)
