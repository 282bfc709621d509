"""What is known of everyone already linked: enough to tell, without a further look, who is unchanged."""

import asyncio
from collections.abc import Iterable
from datetime import date

import msgspec

from core.domain.employee import Employee
from core.store.bulk import select_rows
from core.store.models import Link

_PAGE = 2000
_PAGE_OF_LINKS = """
    SELECT link.id, link.employee_id, link.learner_id, link.digest, link.due_on,
           link.settled_revision = learner.revision AS settled
      FROM link JOIN learner ON learner.id = link.learner_id
     WHERE link.portal_id = ? AND link.employee_id > ? ORDER BY link.employee_id LIMIT ?
"""


class KnownLink(msgspec.Struct, frozen=True, gc=False):
    """A link as read for a run. `settled` is false when the learner was edited since the last run.

    `due_on` is written YYYY-MM-DD.
    """

    id: int
    learner_id: int
    digest: str
    settled: bool
    due_on: str | None


class Settled(msgspec.Struct, frozen=True, gc=False):
    """A linked employee who was looked at and needs nothing, until the digest changes or `due_on` comes.

    `revision` is that of the learner when looked at.
    """

    link_id: int
    digest: str
    revision: int
    due_on: date | None


class Links:
    """The links of a portal, by employee id."""

    def __init__(self, known: dict[str, KnownLink]) -> None:
        self._known = known

    def __len__(self) -> int:
        return len(self._known)

    def of(self, employee: Employee) -> KnownLink | None:
        """The link of this employee, by any of the person's employee ids."""
        found = self._known.get(employee.employee_id)
        if found is None:
            for other in employee.other_ids:
                found = found or self._known.get(other)
        return found

    def unchanged(self, employee_id: str, digest: str, today: str) -> bool:
        """Whether nothing about this linked employee asks for a decision today (YYYY-MM-DD)."""
        link = self._known.get(employee_id)
        return (
            link is not None and link.digest == digest and link.settled and (link.due_on is None or link.due_on > today)
        )


async def read_links(portal_id: int) -> Links:
    """Every link of the portal, read in pages so that nothing else waits long."""
    known: dict[str, KnownLink] = {}
    last = ""
    while True:
        rows = await select_rows(Link, _PAGE_OF_LINKS, [portal_id, last, _PAGE])
        for link_id, employee_id, learner_id, digest, due_on, settled in rows:
            known[employee_id] = KnownLink(link_id, learner_id, digest, bool(settled), due_on and str(due_on))
        if len(rows) < _PAGE:
            return Links(known)
        last = rows[-1][1]
        await asyncio.sleep(0)


async def learners_by_person(portal_id: int, person_ids: Iterable[str]) -> dict[str, int]:
    """Learner ids by person id, for employees whose employee id is new to us."""
    wanted = list(person_ids)
    if not wanted:
        return {}
    links = await Link.filter(portal_id=portal_id, person_id__in=wanted)
    return {link.person_id: link.learner_id for link in links if link.person_id is not None}
