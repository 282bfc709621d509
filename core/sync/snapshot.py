"""The snapshot: everyone as UKG Pro had them at the last believable read, kept in the database.

Employees are kept in buckets by their employee id, so that a day on which little changed rewrites little, and one
person is found by reading one bucket.
"""

import asyncio
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b

import msgspec

from core.clock import now
from core.domain.attributes import CATALOGUE, AttributeType
from core.domain.employee import AttributeValue, Employee, EmploymentStatus
from core.store.models import Snapshot, SnapshotPart
from core.store.transactions import write_transaction
from core.sync.emails import Emails

BUCKETS = 128
_PEOPLE_AT_ONCE = 500
_FASTEST = 1  # zlib's level: a fifth of the size for little time


class _Kept(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An employee as kept: `Employee` in its order, every attribute as text, since texts, numbers and dates could not
    be told apart otherwise."""

    employee_id: str
    person_id: str | None
    other_ids: tuple[str, ...]
    first_name: str | None
    last_name: str | None
    email: str | None
    status: EmploymentStatus
    status_code: str | None
    hire_date: date | None
    termination_date: date | None
    attributes: dict[str, str | None]
    termination_unreadable: bool
    problems: tuple[str, ...]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[_Kept])
_READERS: dict[str, Callable[[str], AttributeValue]] = {
    attribute.id: Decimal if attribute.type is AttributeType.NUMBER else date.fromisoformat
    for attribute in CATALOGUE.values()
    if attribute.type is not AttributeType.TEXT
}


class SnapshotInfo(msgspec.Struct, frozen=True):
    """What is known of a snapshot without reading its people.

    `departments` counts people by department (see `department_of`). `emails` are those that several people have.
    """

    read_at: datetime
    people: int
    strays: int
    attribute_ids: frozenset[str]
    departments: dict[str, int]
    emails: Emails


def department_of(employee: Employee) -> str | None:
    """The department by which people are counted: the mapped attribute, or the code of the first organization level."""
    found = employee.attributes.get("department") or employee.attributes.get("org_level_1_code")
    return str(found) if found else None


def company_of(employee: Employee) -> str | None:
    """The company by which people are counted: its code."""
    found = employee.attributes.get("company_code")
    return str(found) if found else None


async def snapshot_info(portal_id: int) -> SnapshotInfo | None:
    """What is known of the portal's snapshot; None before the first believable read."""
    row = await Snapshot.get_or_none(portal_id=portal_id)
    if row is None:
        return None
    shared, repeated = (msgspec.json.decode(text, type=list[str]) for text in (row.shared_emails, row.repeated_emails))
    return SnapshotInfo(
        row.read_at,
        row.people,
        row.strays,
        msgspec.json.decode(row.attribute_ids, type=frozenset[str]),
        msgspec.json.decode(row.departments, type=dict[str, int]),
        Emails(shared, repeated),
    )


async def snapshot_employees(portal_id: int) -> AsyncIterator[list[Employee]]:
    """Everyone in the snapshot, bucket by bucket."""
    filled = SnapshotPart.filter(portal_id=portal_id).order_by("bucket").values_list("bucket", flat=True)
    for bucket in await filled:
        yield await _members(portal_id, int(str(bucket)))


async def find_in_snapshot(portal_id: int, employee_ids: Collection[str]) -> dict[str, Employee]:
    """Those of the employees that the snapshot holds, by employee id."""
    wanted = set(employee_ids)
    found: dict[str, Employee] = {}
    for bucket in sorted({_bucket(employee_id) for employee_id in wanted}):
        for employee in await _members(portal_id, bucket):
            if employee.employee_id in wanted:
                found[employee.employee_id] = employee
    return found


async def put_in_snapshot(portal_id: int, employees: Collection[Employee]) -> None:
    """Take newer readings of a few people into the snapshot if there is one; what is counted of everyone stays."""
    if not await Snapshot.filter(portal_id=portal_id).exists():
        return
    newer = {employee.employee_id: employee for employee in employees}
    for bucket in sorted({_bucket(employee_id) for employee_id in newer}):
        async with write_transaction():
            members = {employee.employee_id: employee for employee in await _members(portal_id, bucket)}
            members |= {key: employee for key, employee in newer.items() if _bucket(key) == bucket}
            await _write(portal_id, bucket, *_packed(members.values()))


async def save_snapshot(
    portal_id: int, employees: Sequence[Employee], strays: int, attribute_ids: Collection[str], emails: Emails
) -> None:
    """Keep this reading of everyone as the portal's snapshot; only the buckets that changed are written, and none in
    which there never was anybody."""
    buckets: list[list[Employee]] = [[] for _ in range(BUCKETS)]
    departments: Counter[str] = Counter()
    for position, employee in enumerate(employees):
        buckets[_bucket(employee.employee_id)].append(employee)
        department = department_of(employee)
        if department is not None:
            departments[department] += 1
        if position % _PEOPLE_AT_ONCE == 0:
            await asyncio.sleep(0)
    stored = dict(await SnapshotPart.filter(portal_id=portal_id).values_list("bucket", "digest"))
    for bucket, members in enumerate(buckets):
        packed, digest = _packed(members)
        if stored.get(bucket) != digest and (members or bucket in stored):
            async with write_transaction():
                await _write(portal_id, bucket, packed, digest)
        await asyncio.sleep(0)
    values = {
        "read_at": now(),
        "people": len(employees),
        "strays": strays,
        "attribute_ids": msgspec.json.encode(sorted(attribute_ids)).decode(),
        "departments": msgspec.json.encode(departments).decode(),
        "shared_emails": msgspec.json.encode(sorted(emails.shared_keys)).decode(),
        "repeated_emails": msgspec.json.encode(sorted(emails.repeated_keys)).decode(),
    }
    async with write_transaction():
        await Snapshot.update_or_create(defaults=values, portal_id=portal_id)


async def _members(portal_id: int, bucket: int) -> list[Employee]:
    part = await SnapshotPart.get_or_none(portal_id=portal_id, bucket=bucket)
    return [] if part is None else [_as_employee(kept) for kept in _decoder.decode(zlib.decompress(part.content))]


def _as_employee(kept: _Kept) -> Employee:
    attributes: dict[str, AttributeValue] = dict(kept.attributes)
    for attribute_id in _READERS.keys() & attributes.keys():
        text = kept.attributes[attribute_id]
        attributes[attribute_id] = None if text is None else _READERS[attribute_id](text)
    return Employee(
        kept.employee_id,
        kept.person_id,
        kept.other_ids,
        kept.first_name,
        kept.last_name,
        kept.email,
        kept.status,
        kept.status_code,
        kept.hire_date,
        kept.termination_date,
        attributes,
        kept.termination_unreadable,
        kept.problems,
    )


def _packed(members: Collection[Employee]) -> tuple[bytes, str]:
    """The members as kept, in the order of their ids, and the digest of that."""
    packed = _encoder.encode([msgspec.structs.astuple(one) for one in sorted(members, key=_employee_id)])
    return packed, blake2b(packed, digest_size=16).hexdigest()


def _employee_id(employee: Employee) -> str:
    return employee.employee_id


async def _write(portal_id: int, bucket: int, packed: bytes, digest: str) -> None:
    values = {"digest": digest, "content": zlib.compress(packed, _FASTEST)}
    await SnapshotPart.update_or_create(defaults=values, portal_id=portal_id, bucket=bucket)


def _bucket(employee_id: str) -> int:
    return zlib.crc32(employee_id.encode()) % BUCKETS
