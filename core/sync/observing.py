"""Where a plan's employees come from: all of UKG Pro, some people's records, or the last snapshot."""

from collections.abc import Awaitable, Callable, Collection
from datetime import date
from typing import Protocol

import msgspec

from core.domain.attributes import ALWAYS_READ_ATTRIBUTES
from core.domain.decision import Rules
from core.domain.employee import Employee, Stray
from core.store.models import Note, PlanItem
from core.sync.emails import Emails, count_emails
from core.sync.links import links_due
from core.sync.snapshot import SnapshotInfo, find_in_snapshot, snapshot_employees, snapshot_info
from core.ukg.client import UkgClient
from core.ukg.completeness import Completeness
from core.ukg.directory import read_directory
from core.ukg.people import read_people

Told = Callable[[int], Awaitable[None]]


class Observation(msgspec.Struct):
    """What was seen. `everyone` tells whether it covers the whole company, `fresh` whether it was read just now.

    `asked_for` are the employee ids of those who were looked for, None for everyone.
    """

    employees: list[Employee]
    strays: list[Stray]
    emails: Emails
    completeness: Completeness
    everyone: bool
    fresh: bool
    asked_for: Collection[str] | None = None


class Source(Protocol):
    """Where employees come from; `name` as `Plan.source` has it. `everyone`: it gives the whole company."""

    name: str
    everyone: bool

    @property
    def requests(self) -> int:
        """How many requests were sent to UKG Pro so far."""
        ...

    async def observe(self, portal_id: int, attribute_ids: Collection[str], today: date, told: Told) -> Observation:
        """Look, telling how many rows have been read. Raises `UkgError` when it cannot be seen in full."""
        ...


def attributes_to_read(rules: Rules) -> list[str]:
    """The ids of the attributes that these rules need."""
    wanted = [mapping.attribute.id for mapping in rules.mappings]
    return list(dict.fromkeys([*wanted, *sorted(rules.scope.attribute_ids()), *ALWAYS_READ_ATTRIBUTES]))


class WholeRead:
    """Everyone, read from UKG Pro now."""

    name = "read"
    everyone = True

    def __init__(self, client: UkgClient) -> None:
        self._client = client

    @property
    def requests(self) -> int:
        """See `Source`."""
        return self._client.requests

    async def observe(self, portal_id: int, attribute_ids: Collection[str], today: date, told: Told) -> Observation:
        """See `Source`."""
        directory = await read_directory(self._client, attribute_ids, today, told)
        emails = await count_emails(directory.employees, today)
        return Observation(
            directory.employees, directory.strays, emails, directory.completeness, everyone=True, fresh=True
        )


class SomeRead:
    """Some people, read from UKG Pro now: nobody else's record is asked for."""

    name = "read"
    everyone = False

    def __init__(self, client: UkgClient, employee_ids: Collection[str] = (), emails: Collection[str] = ()) -> None:
        self._client = client
        self._employee_ids = employee_ids
        self._emails = emails

    @property
    def requests(self) -> int:
        """See `Source`."""
        return self._client.requests

    async def observe(self, portal_id: int, attribute_ids: Collection[str], today: date, told: Told) -> Observation:
        """See `Source`. E-mails that people share are known from the last snapshot, and from those read now."""
        known = await find_in_snapshot(portal_id, self._employee_ids)
        directory = await read_people(
            self._client,
            attribute_ids,
            today,
            employee_ids=self._employee_ids,
            emails=self._emails,
            other_ids={employee_id: employee.other_ids for employee_id, employee in known.items()},
        )
        info = await snapshot_info(portal_id)
        emails = await count_emails(directory.employees, today)
        return Observation(
            directory.employees,
            directory.strays,
            emails if info is None else emails.joined(info.emails),
            directory.completeness,
            everyone=False,
            fresh=True,
            asked_for=self._employee_ids,
        )


class SeenAlready:
    """What another source saw a moment ago, so that nobody is read twice."""

    name = "read"

    def __init__(self, observation: Observation, requests: int) -> None:
        self.everyone = observation.everyone
        self.requests = requests
        self._observation = observation

    async def observe(self, portal_id: int, attribute_ids: Collection[str], today: date, told: Told) -> Observation:
        """See `Source`."""
        return self._observation


class FromSnapshot:
    """Everyone as at the last believable read, or only those with these employee ids; needs no network."""

    name = "snapshot"
    requests = 0

    def __init__(self, info: SnapshotInfo, employee_ids: Collection[str] | None = None) -> None:
        self.everyone = employee_ids is None
        self._info = info
        self._employee_ids = employee_ids

    async def observe(self, portal_id: int, attribute_ids: Collection[str], today: date, told: Told) -> Observation:
        """See `Source`."""
        if self._employee_ids is None:
            employees = [employee async for part in snapshot_employees(portal_id) for employee in part]
        else:
            employees = list((await find_in_snapshot(portal_id, self._employee_ids)).values())
        await told(len(employees))
        return Observation(
            employees,
            [],
            self._info.emails,
            Completeness(),
            everyone=self._employee_ids is None,
            fresh=False,
            asked_for=self._employee_ids,
        )


async def people_due(portal_id: int, today: date) -> list[str]:
    """The employee ids of those for whom a date that has come asks for a fresh decision; each once a day."""
    linked = await links_due(portal_id, today)
    noted = Note.filter(portal_id=portal_id, until__isnull=True, due_on__lte=today)
    due = dict.fromkeys([*linked, *[str(each) for each in await noted.values_list("employee_id", flat=True)]])
    seen = PlanItem.filter(plan__portal_id=portal_id, plan__today=today, plan__run__trigger="dates")
    for employee_id in await seen.values_list("employee_id", flat=True) if due else []:
        due.pop(str(employee_id), None)
    return list(due)
