"""A few people in UKG Pro: only their own records, asked for by employee id or e-mail with the documented filters.

person-details and employment-details take one id or e-mail at a time; the lists of supervisors and user-defined fields
take several (facts/ukg-pro-api.md, sections 3.1, 3.2, 3.6 and 3.7). No list can be asked by person id, so further
records of a person are found only under ids that the caller knows.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from core.domain.email import email_key
from core.ukg.attribute_values import sources_of
from core.ukg.client import UkgClient
from core.ukg.completeness import Completeness, EndpointProof
from core.ukg.directory import together
from core.ukg.lookups import Lookups, read_lookups
from core.ukg.paging import read_filtered
from core.ukg.records import (
    EMPLOYMENT_PATH,
    PERSON_PATH,
    Directory,
    Records,
    employment_identity,
    person_identity,
)
from core.ukg.values import known_text

_NO_OTHER_IDS: Mapping[str, Collection[str]] = {}


async def read_people(
    client: UkgClient,
    attribute_ids: Collection[str],
    today: date,
    *,
    employee_ids: Iterable[str] = (),
    emails: Iterable[str] = (),
    other_ids: Mapping[str, Collection[str]] = _NO_OTHER_IDS,
) -> Directory:
    """Read these people, with the mapped attributes and nothing else; whoever UKG Pro does not know is left out.

    `other_ids` tells what else is known to be the same person, by any of their employee ids: those records are read
    too and joined as in a full read. Raises `UkgError` when something cannot be read, `SourceIncomplete` among them
    when UKG Pro does not heed the filters.
    """
    reading = _Reading(client, attribute_ids)
    await together(*(reading.persons_by_email(email) for email in _askable(emails, email_key)))
    found = _askable([*employee_ids, *reading.records.person_ids], _id_key)
    wanted = _with_other_ids(found, other_ids)
    known = {_id_key(employee_id) for employee_id in reading.records.person_ids}
    unread = [employee_id for employee_id in wanted if _id_key(employee_id) not in known]
    await together(
        *(reading.persons_by_id(employee_id) for employee_id in unread),
        *(reading.employments_by_id(employee_id) for employee_id in wanted),
    )
    lookups, records = Lookups(), reading.records
    employed = set(records.employment_ids)
    joinable = [employee_id for employee_id in records.person_ids if employee_id in employed]
    if joinable:
        sources = sources_of(attribute_ids)
        lookups = await read_lookups(client, sources, reading.completeness.endpoints, joinable)
    return await records.joined(lookups, today, reading.completeness)


class _Reading:
    """The requests of one reading, and what came of them."""

    def __init__(self, client: UkgClient, attribute_ids: Collection[str]) -> None:
        self.records = Records(attribute_ids)
        self._client = client
        self._person_proof = EndpointProof("person-details", end_reached="nobody asked for")
        self._employment_proof = EndpointProof("employment-details", end_reached="nobody asked for")
        self.completeness = Completeness([self._person_proof, self._employment_proof])

    async def persons_by_email(self, email: str) -> None:
        await self._persons({"emailAddress": email}, partial(_has_email, email_key(email)))

    async def persons_by_id(self, employee_id: str) -> None:
        await self._persons({"employeeId": employee_id}, lambda row: _is(employee_id, row.employeeId))

    async def _persons(self, filters: Mapping[str, str], belongs: Callable[[Any], bool]) -> None:
        decode = self.records.person_decoder.decode
        self.records.take_persons(
            await read_filtered(
                self._client, PERSON_PATH, self._person_proof, decode, person_identity, filters, belongs
            )
        )

    async def employments_by_id(self, employee_id: str) -> None:
        decode = self.records.employment_decoder.decode
        self.records.take_employments(
            await read_filtered(
                self._client,
                EMPLOYMENT_PATH,
                self._employment_proof,
                decode,
                employment_identity,
                {"employeeId": employee_id},
                lambda row: _is(employee_id, row.employeeID),
            )
        )


def _askable(values: Iterable[str], key: Callable[[str], str]) -> list[str]:
    """Each value once, trimmed. An empty one would ask for everyone, one with a comma for several people."""
    by_key: dict[str, str] = {}
    for value in values:
        trimmed = value.strip()
        if trimmed and "," not in trimmed:
            by_key.setdefault(key(trimmed), trimmed)
    return list(by_key.values())


def _with_other_ids(employee_ids: list[str], other_ids: Mapping[str, Collection[str]]) -> list[str]:
    """The ids, each followed by those known to be the same person, whichever of them the mapping is keyed by."""
    together_with: dict[str, list[str]] = {}
    for one, others in other_ids.items():
        group = [one, *others]
        for member in group:
            together_with.setdefault(_id_key(member), []).extend(group)
    wanted = [
        each for employee_id in employee_ids for each in (employee_id, *together_with.get(_id_key(employee_id), ()))
    ]
    return _askable(wanted, _id_key)


def _id_key(employee_id: str) -> str:
    return employee_id.strip().casefold()


def _is(employee_id: str, value: object) -> bool:
    return _id_key(known_text(value) or "") == _id_key(employee_id)


def _has_email(key: str, row: Any) -> bool:
    email = known_text(row.emailAddress)
    return email is not None and email_key(email) == key
