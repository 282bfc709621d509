"""What attributes look like: values that people of the last read of UKG Pro have."""

from collections import Counter
from collections.abc import Sequence
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
    return (await sample_several(slug, [attribute_id], most))[attribute_id]


async def sample_several(slug: str, attribute_ids: Sequence[str], most: int = 8) -> dict[str, Sample]:
    """The same of several attributes, by their ids, in one go."""
    portal = await portal_for(slug, Role.ADMIN)
    wanted = [attribute_by_id(each).id for each in attribute_ids]
    info = await snapshot_info(portal.id)
    if info is None:
        return {each: Sample(each, None, read=False) for each in wanted}
    counted: dict[str, Counter[str | None]] = {each: Counter() for each in wanted if each in info.attribute_ids}
    people = 0
    if counted:
        async for employees in snapshot_employees(portal.id):
            people += len(employees)
            for each, counter in counted.items():
                values = (employee.attributes.get(each) for employee in employees)
                counter.update(None if value is None else str(value) for value in values)
            if people >= _ENOUGH_PEOPLE:
                break
    return {
        each: Sample(each, info.read_at, read=True, people=people, values=tuple(counted[each].most_common(most)))
        if each in counted
        else Sample(each, info.read_at, read=False)
        for each in wanted
    }
