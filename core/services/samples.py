"""What an attribute looks like: values that people of the last read of UKG Pro have."""

from collections import Counter
from datetime import datetime

import msgspec

from core.domain.attributes import attribute_by_id
from core.domain.roles import Role
from core.services.portals import portal_for
from core.sync.snapshot import snapshot_employees, snapshot_info

_ENOUGH_PEOPLE = 300


class Sample(msgspec.Struct, frozen=True):
    """The most frequent values of `people` people, each with how many have it; None for those who have none.

    `read` tells whether the attribute was asked for at all in the last read, `read_at` when that was, None before it.
    """

    attribute: str
    read_at: datetime | None
    read: bool
    people: int = 0
    values: tuple[tuple[str | None, int], ...] = ()


async def sample_values(slug: str, attribute_id: str, most: int = 8) -> Sample:
    """A sample of the attribute's values, quick whatever the size: of some hundred people, in no order of theirs."""
    portal = await portal_for(slug, Role.ADMIN)
    attribute = attribute_by_id(attribute_id)
    info = await snapshot_info(portal.id)
    if info is None or attribute.id not in info.attribute_ids:
        return Sample(attribute.id, info.read_at if info is not None else None, read=False)
    counted: Counter[str | None] = Counter()
    async for employees in snapshot_employees(portal.id):
        for employee in employees:
            value = employee.attributes.get(attribute.id)
            counted[None if value is None else str(value)] += 1
        if counted.total() >= _ENOUGH_PEOPLE:
            break
    return Sample(
        attribute.id, info.read_at, read=True, people=counted.total(), values=tuple(counted.most_common(most))
    )
