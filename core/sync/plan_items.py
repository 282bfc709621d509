"""A plan's items in the database: written while planning, read back to be applied, told apart by their state."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from hashlib import blake2b

import msgspec

from core.domain.change import Change, Decision
from core.domain.fingerprint import encoded_change, fingerprint
from core.domain.guard import Kind, kinds_of, only_marks
from core.domain.outcome import Counts, Outcome
from core.store.bulk import insert_rows, select_rows
from core.store.models import PlanItem
from core.store.transactions import write_transaction

# Items are applied in blocks of this many positions: what must be written in one step never stands in two of them.
BLOCK = 500
_COLUMNS = (
    "plan_id",
    "position",
    "employee_id",
    "person_id",
    "email",
    "name",
    "planned_outcome",
    "planned_reason",
    "outcome",
    "reason",
    "detail",
    "change",
    "also",
    "company",
    "department",
    "linked_before",
    "warnings",
    "digest",
    "due_on",
    "state",
)
_NEXT_ITEMS = """
    SELECT id, position, employee_id, person_id, outcome, change, digest, due_on
      FROM plan_item WHERE plan_id = ? AND state = 'planned' AND position > ? ORDER BY position LIMIT ?
"""
_FINGERPRINTS = """
    SELECT position, employee_id, planned_outcome, planned_reason, change
      FROM plan_item WHERE plan_id = ? AND state IN ('planned', 'held') AND change IS NOT NULL AND position > ?
     ORDER BY position LIMIT ?
"""
_OUTCOMES = "SELECT outcome, COUNT(*) FROM plan_item WHERE plan_id = ? AND change IS NOT NULL GROUP BY outcome"
_ALSO = {Kind.EMAIL_CHANGED: "email", Kind.BLANKED: "blank"}
MARKED = "marked"


class StoredItem(msgspec.Struct, frozen=True, gc=False):
    """An item as read back to be applied. `due_on` is in the database's own form."""

    id: int
    position: int
    employee_id: str
    person_id: str | None
    outcome: str
    change: Change
    digest: str
    due_on: date | str | None


class Origin(msgspec.Struct, frozen=True, gc=False):
    """Where a decision comes from, as far as an item keeps it."""

    person_id: str | None = None
    digest: str = ""
    linked_before: str | None = None
    company: str | None = None
    department: str | None = None


class PlanWriter:
    """Collects the items of a plan and writes them in batches, in the order in which they were added."""

    def __init__(self, plan_id: str) -> None:
        self._plan_id = plan_id
        self._position = 0
        self._waiting: list[tuple[object, ...]] = []
        self._fingerprints = 0
        self._changes = 0

    @property
    def hash(self) -> str:
        """64 hexadecimal digits for all that the plan would do, whatever the order of its items."""
        return blake2b(f"{self._changes} {self._fingerprints:032x}".encode(), digest_size=32).hexdigest()

    def add(self, decision: Decision, origin: Origin) -> None:
        """Take one decision; it is written by the next `flush`. Only one with a change, not held, is to be applied."""
        change = encoded_change(decision.change)
        outcome = decision.held_outcome or decision.outcome
        reason = decision.held_reason or decision.reason
        state = "noted"
        if change is not None:
            state = "held" if decision.outcome is Outcome.HELD else "planned"
            self._fingerprints ^= fingerprint(decision.employee_id, outcome, reason, change)
            self._changes += 1
        kinds = kinds_of(outcome, decision.change)
        also = [word for kind, word in _ALSO.items() if kind in kinds]
        if only_marks(outcome, reason, decision.change):
            also.append(MARKED)
        self._waiting.append(
            (
                self._plan_id,
                self._position,
                decision.employee_id,
                origin.person_id,
                decision.email,
                decision.name,
                outcome.value,
                reason.value,
                decision.outcome.value,
                decision.reason.value,
                decision.detail,
                change,
                " ".join(also),
                origin.company,
                origin.department,
                origin.linked_before,
                msgspec.json.encode(decision.warnings).decode(),
                origin.digest,
                decision.due_on,
                state,
            )
        )
        self._position += 1

    def add_together(self, decisions: Sequence[tuple[Decision, Origin]]) -> None:
        """Take decisions that must be written in one step: their items stand in one block."""
        if self._position % BLOCK + len(decisions) > BLOCK:
            self._position += BLOCK - self._position % BLOCK
        for decision, origin in decisions:
            self.add(decision, origin)

    async def flush(self) -> None:
        """Write what was added since."""
        for start in range(0, len(self._waiting), BLOCK):
            async with write_transaction():
                await insert_rows(PlanItem, _COLUMNS, self._waiting[start : start + BLOCK])
        self._waiting = []


async def with_changes(plan_id: str, others: Counts) -> Counts:
    """The counts of a plan as it stands: `others`, whose `fetched` counts everyone, and those with something to write.

    Raises `AssertionError` when people were lost or counted twice: a fault of ours that must stop a run.
    """
    counts = msgspec.structs.replace(others)
    for outcome, number in await select_rows(PlanItem, _OUTCOMES, [plan_id]):
        counts.add(Outcome(outcome), number)
    counts.check()
    return counts


def stored(row: PlanItem) -> StoredItem:
    """A row with a change, as an item to be applied."""
    change = msgspec.json.decode(row.change or "", type=Change)
    return StoredItem(row.id, row.position, row.employee_id, row.person_id, row.outcome, change, row.digest, row.due_on)


async def planned_batches(plan_id: str) -> AsyncIterator[list[StoredItem]]:
    """The items still to be applied, block by block; each must be settled before the next is read."""
    last = -1
    while True:
        rows = await select_rows(PlanItem, _NEXT_ITEMS, [plan_id, last, BLOCK])
        if not rows:
            return
        block = rows[0][1] // BLOCK
        items = [
            StoredItem(
                item_id,
                position,
                employee_id,
                person_id,
                outcome,
                msgspec.json.decode(change, type=Change),
                digest,
                due_on,
            )
            for item_id, position, employee_id, person_id, outcome, change, digest, due_on in rows
            if position // BLOCK == block
        ]
        last = items[-1].position
        yield items


async def fingerprints_of(plan_id: str) -> dict[str, int]:
    """What the plan would still do to each employee, held changes too, by employee id."""
    found: dict[str, int] = {}
    last = -1
    while rows := await select_rows(PlanItem, _FINGERPRINTS, [plan_id, last, 4 * BLOCK]):
        for position, employee_id, outcome, reason, change in rows:
            found[employee_id] = fingerprint(employee_id, outcome, reason, change)
            last = position
    return found
