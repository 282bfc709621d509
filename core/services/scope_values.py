"""What a condition of the scope can ask for: the values that people of the last read of UKG Pro have."""

from collections import Counter

import msgspec

from core.clock import today_in
from core.domain.employee import EmploymentStatus
from core.domain.lifecycle import is_terminated
from core.domain.roles import Role
from core.domain.scope import ATTRIBUTE_OF, ScopeKind, value_key, value_of
from core.services.portals import portal_for
from core.sync.snapshot import snapshot_employees, snapshot_info

_NAMES: dict[ScopeKind, str] = {
    ScopeKind.COMPANY: "company",
    ScopeKind.LOCATION: "location",
    ScopeKind.ORG_LEVEL_1: "org_level_1",
    ScopeKind.ORG_LEVEL_2: "org_level_2",
    ScopeKind.ORG_LEVEL_3: "org_level_3",
    ScopeKind.ORG_LEVEL_4: "org_level_4",
}


class SeenValue(msgspec.Struct, frozen=True):
    """A value that `people` people have who are still employed; `name` is what UKG Pro calls it, if that was read."""

    value: str
    people: int
    name: str = ""


async def values_seen(slug: str, kind: ScopeKind) -> list[SeenValue] | None:
    """The values of this kind, those of most people first; None where the last read did not ask for them, and for
    people, who are listed one by one. Everyone of the last read is looked at."""
    portal = await portal_for(slug, Role.VIEWER)
    info = await snapshot_info(portal.id)
    if info is None or kind is ScopeKind.PERSON or ATTRIBUTE_OF.get(kind, "") not in {"", *info.attribute_ids}:
        return None
    today, naming = today_in(portal.timezone), _NAMES.get(kind, "")
    people: Counter[str] = Counter()
    written: dict[str, SeenValue] = {}
    async for employees in snapshot_employees(portal.id):
        for employee in employees:
            value = value_of(employee, kind).strip()
            key = value_key(value)
            if not key or is_terminated(employee, today):
                continue
            people[key] += 1
            if key not in written or not written[key].name:
                written[key] = SeenValue(value, 0, str(employee.attributes.get(naming) or _status_name(kind, value)))
    return [SeenValue(written[key].value, number, written[key].name) for key, number in people.most_common()]


def _status_name(kind: ScopeKind, value: str) -> str:
    known = {status.value: status.name.replace("_", " ").lower() for status in EmploymentStatus}
    return known.get(value.upper(), "") if kind is ScopeKind.STATUS else ""
