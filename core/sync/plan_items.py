"""A plan's items in the database: written while planning, read back to be applied, told apart by their state."""

from collections.abc import AsyncIterator
from datetime import date

import msgspec

from core.domain.change import Change, Decision
from core.domain.outcome import Outcome
from core.store.bulk import insert_rows, select_rows
from core.store.models import PlanItem
from core.store.transactions import write_transaction

_BATCH = 500
_COLUMNS = (
    "plan_id",
    "position",
    "employee_id",
    "person_id",
    "email",
    "name",
    "planned_outcome",
    "outcome",
    "reason",
    "detail",
    "change",
    "warnings",
    "digest",
    "due_on",
    "state",
)
_NEXT_ITEMS = """
    SELECT id, position, employee_id, person_id, outcome, change, digest, due_on
      FROM plan_item WHERE plan_id = ? AND state = 'planned' AND position > ? ORDER BY position LIMIT ?
"""


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


class PlanWriter:
    """Collects the items of a plan and writes them in batches, in the order in which they were added."""

    def __init__(self, plan_id: str, first: int = 0) -> None:
        self._plan_id = plan_id
        self._position = first
        self._waiting: list[tuple[object, ...]] = []

    def add(self, decision: Decision, person_id: str | None = None, digest: str = "") -> None:
        """Take one decision; it is written by the next `flush`. Only one with a change, not held, is to be applied."""
        planned = decision.change is not None and decision.outcome is not Outcome.HELD
        self._waiting.append(
            (
                self._plan_id,
                self._position,
                decision.employee_id,
                person_id,
                decision.email,
                decision.name,
                decision.outcome.value,
                decision.outcome.value,
                decision.reason.value,
                decision.detail,
                msgspec.json.encode(decision.change).decode() if decision.change is not None else None,
                msgspec.json.encode(decision.warnings).decode(),
                digest,
                decision.due_on,
                "planned" if planned else "noted",
            )
        )
        self._position += 1

    async def flush(self) -> None:
        """Write what was added since."""
        for start in range(0, len(self._waiting), _BATCH):
            async with write_transaction():
                await insert_rows(PlanItem, _COLUMNS, self._waiting[start : start + _BATCH])
        self._waiting = []


async def planned_batches(plan_id: str) -> AsyncIterator[list[StoredItem]]:
    """The items still to be applied, in order; each batch must be settled before the next is read."""
    last = -1
    while True:
        rows = await select_rows(PlanItem, _NEXT_ITEMS, [plan_id, last, _BATCH])
        if not rows:
            return
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
        ]
        last = items[-1].position
        yield items
