"""What is known of everyone already linked: enough to tell, without a further look, who is unchanged."""

import asyncio
from collections.abc import Collection, Iterable, Iterator
from datetime import date

import msgspec

from core.domain.employee import Employee
from core.store.bulk import select_rows
from core.store.models import Link

_PAGE = 2000
_AT_ONCE = 500
_COLUMNS = """
    SELECT link.id, link.employee_id, link.learner_id, link.digest, link.due_on,
           link.settled_revision = learner.revision AS settled, link.missed_runs,
           learner.status <> 'disabled' AS has_access
      FROM link JOIN learner ON learner.id = link.learner_id
"""
_PAGE_OF_LINKS = f"{_COLUMNS} WHERE link.portal_id = ? AND link.employee_id > ? ORDER BY link.employee_id LIMIT ?"
_DUE = "SELECT employee_id FROM link WHERE portal_id = ? AND due_on <= ?"
_WITH_ACCESS = """
    SELECT COUNT(*) FROM link JOIN learner ON learner.id = link.learner_id
     WHERE link.portal_id = ? AND learner.status <> 'disabled'
"""


class KnownLink(msgspec.Struct, frozen=True, gc=False):
    """A link as read for a run. `settled` is false when the learner was edited since the last run.

    `due_on` is written YYYY-MM-DD; `missed_runs` counts the runs in a row without this employee. `has_access` tells
    that the account is not disabled.
    """

    id: int
    learner_id: int
    digest: str
    settled: bool
    due_on: str | None
    missed_runs: int = 0
    has_access: bool = True


class Settled(msgspec.Struct, frozen=True, gc=False):
    """A linked employee who was looked at and needs nothing, until the digest changes or `due_on` comes.

    `revision` is that of the learner when looked at.
    """

    link_id: int
    digest: str
    revision: int
    due_on: date | None


class Links:
    """The links of a portal, by employee id. `any_persons` tells whether others may be found by their person id."""

    def __init__(self, known: dict[str, KnownLink], *, any_persons: bool) -> None:
        self._known = known
        self.any_persons = any_persons

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

    def unmet(self, met: Collection[str]) -> dict[str, KnownLink]:
        """The links of those who are not among the employee ids that were met."""
        return {employee_id: link for employee_id, link in self._known.items() if employee_id not in met}

    def back(self, met: Collection[str]) -> list[int]:
        """The ids of links that had missed a run and are met again."""
        return [link.id for employee_id, link in self._known.items() if link.missed_runs and employee_id in met]


async def read_links(portal_id: int) -> Links:
    """Every link of the portal, read in pages so that nothing else waits long."""
    known: dict[str, KnownLink] = {}
    last = ""
    while True:
        rows = await select_rows(Link, _PAGE_OF_LINKS, [portal_id, last, _PAGE])
        known.update(_known(rows))
        if len(rows) < _PAGE:
            return Links(known, any_persons=bool(known))
        last = rows[-1][1]
        await asyncio.sleep(0)


async def read_links_of(portal_id: int, employees: Collection[Employee]) -> Links:
    """The links of some employees, by any of their employee ids."""
    wanted = [each for employee in employees for each in (employee.employee_id, *employee.other_ids)]
    known: dict[str, KnownLink] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        statement = f"{_COLUMNS} WHERE link.portal_id = ? AND link.employee_id IN ({marks})"
        known.update(_known(await select_rows(Link, statement, [portal_id, *some])))
    return Links(known, any_persons=True)


def _known(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[str, KnownLink]]:
    for link_id, employee_id, learner_id, digest, due_on, settled, missed, has_access in rows:
        due = due_on and str(due_on)
        link = KnownLink(link_id, learner_id, digest, bool(settled), due, missed, bool(has_access))  # type: ignore[arg-type]
        yield str(employee_id), link


async def linked_with_access(portal_id: int) -> int:
    """How many linked learners have an account that is not disabled."""
    ((number,),) = await select_rows(Link, _WITH_ACCESS, [portal_id])
    return int(number)


async def links_due(portal_id: int, today: date) -> list[str]:
    """The employee ids of the linked for whom dates alone ask for a fresh decision by this day."""
    return [str(employee_id) for (employee_id,) in await select_rows(Link, _DUE, [portal_id, today])]


async def learners_by_person(portal_id: int, person_ids: Iterable[str]) -> dict[str, int]:
    """Learner ids by person id, for employees whose employee id is new to us."""
    wanted = list(person_ids)
    if not wanted:
        return {}
    links = await Link.filter(portal_id=portal_id, person_id__in=wanted)
    return {link.person_id: link.learner_id for link in links if link.person_id is not None}
