"""Whether a whole answer of UKG Pro can be believed: it is compared with the last one that was."""

from collections import Counter

from core.domain.belief import Reading, doubts
from core.sync.observing import Observation
from core.sync.snapshot import department_of, snapshot_info
from core.sync.vanished import Vanished


async def doubts_about(portal_id: int, seen: Observation, vanished: Vanished) -> tuple[str, ...]:
    """What is hard to believe about this answer, a sentence each; none for the first answer there is."""
    info = await snapshot_info(portal_id)
    last = Reading(info.people + info.strays, info.departments) if info is not None else None
    departments = Counter(department_of(employee) or "" for employee in seen.employees)
    now = Reading(len(seen.employees) + len(seen.strays), dict(departments))
    return doubts(now, last, vanished.departments, shifted=not seen.completeness.complete)
