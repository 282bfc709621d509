"""What is known of everyone already linked: enough to tell, without a further look, who is unchanged."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import blake2b

import msgspec

from core.domain.employee import Employee
from core.domain.mapping import Mapping
from core.store.models import Link

# Part of every digest: a change of the rules of decision (or of what an Employee holds) must be a new number here,
# so that everyone is looked at afresh after an update of the program.
_RULES = 1
_PAGE = 2000


class KnownLink(msgspec.Struct, frozen=True, gc=False):
    """A link as read for a run. `settled` is false when the learner was edited since the last run."""

    id: int
    learner_id: int
    digest: str
    settled: bool
    due_on: date | None


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

    def unchanged(self, employee: Employee, digest: str, today: date) -> bool:
        """Whether nothing about this employee asks for a decision today."""
        link = self._known.get(employee.employee_id)
        return (
            link is not None and link.digest == digest and link.settled and (link.due_on is None or link.due_on > today)
        )


async def read_links(portal_id: int) -> Links:
    """Every link of the portal, read in pages so that nothing else waits long."""
    known: dict[str, KnownLink] = {}
    last_id = 0
    while True:
        rows: Sequence[tuple[int, str, int, str, int, int, date | None]] = (
            await Link.filter(portal_id=portal_id, id__gt=last_id)
            .order_by("id")
            .limit(_PAGE)
            .values_list("id", "employee_id", "learner_id", "digest", "settled_revision", "learner__revision", "due_on")
        )
        for link_id, employee_id, learner_id, digest, settled, revision, due_on in rows:
            known[employee_id] = KnownLink(link_id, learner_id, digest, settled == revision, due_on)
            last_id = link_id
        if len(rows) < _PAGE:
            return Links(known)
        await asyncio.sleep(0)


async def learners_by_person(portal_id: int, person_ids: Iterable[str]) -> dict[str, int]:
    """Learner ids by person id, for employees whose employee id is new to us."""
    wanted = list(person_ids)
    if not wanted:
        return {}
    pairs: Sequence[tuple[str, int]] = await Link.filter(portal_id=portal_id, person_id__in=wanted).values_list(
        "person_id", "learner_id"
    )
    return dict(pairs)


class Digests:
    """Digests of employees under one mapping: equal digests, equal decisions (but for dates)."""

    def __init__(self, mappings: Iterable[Mapping]) -> None:
        self._key = blake2b(msgspec.json.encode([_RULES, list(mappings)]), digest_size=32).digest()
        self._encoder = msgspec.msgpack.Encoder()

    def of(self, employee: Employee) -> str:
        """32 hexadecimal digits."""
        return blake2b(self._encoder.encode(employee), digest_size=16, key=self._key).hexdigest()
