"""A plan's items in the database: written while planning, read back to be applied, told apart by their state."""

from collections.abc import AsyncIterator

import msgspec

from core.domain.change import Change, Decision, readable_changes
from core.domain.mapping import ValueWarning
from core.domain.outcome import Outcome
from core.store.models import PlanItem
from core.store.transactions import write_transaction

_BATCH = 500


class PlanWriter:
    """Collects the items of a plan and writes them in batches, in the order in which they were added."""

    def __init__(self, plan_id: str) -> None:
        self._plan_id = plan_id
        self._position = 0
        self._waiting: list[PlanItem] = []

    def add(self, decision: Decision, person_id: str | None, digest: str) -> None:
        """Take one decision; it is written by the next `flush`."""
        self._waiting.append(
            PlanItem(
                plan_id=self._plan_id,
                position=self._position,
                employee_id=decision.employee_id,
                person_id=person_id,
                email=decision.email,
                name=decision.name,
                outcome=decision.outcome.value,
                reason=decision.reason.value,
                detail=decision.detail,
                change=msgspec.json.encode(decision.change).decode() if decision.change else None,
                warnings=msgspec.json.encode(decision.warnings).decode(),
                digest=digest,
                due_on=decision.due_on,
                state="planned" if decision.change is not None and decision.outcome is not Outcome.HELD else "noted",
            )
        )
        self._position += 1

    async def flush(self) -> None:
        """Write what was added since."""
        if self._waiting:
            async with write_transaction():
                await PlanItem.bulk_create(self._waiting, batch_size=_BATCH)
            self._waiting = []


async def planned_batches(plan_id: str) -> AsyncIterator[list[PlanItem]]:
    """The items still to be applied, in order; each batch must be settled before the next is read."""
    last = -1
    while True:
        items = (
            await PlanItem.filter(plan_id=plan_id, state="planned", position__gt=last)
            .order_by("position")
            .limit(_BATCH)
        )
        if not items:
            return
        last = items[-1].position
        yield items


def change_of(item: PlanItem) -> Change:
    """The change an item holds."""
    return msgspec.json.decode(item.change or "", type=Change)


def changes_of(item: PlanItem) -> dict[str, tuple[object, object]]:
    """`{"last_name": ("Old", "New")}` for a report; empty for an item without a change."""
    return readable_changes(change_of(item) if item.change else None)


def warnings_of(item: PlanItem) -> list[str]:
    """The sentences about values that could not be used."""
    return [warning.sentence for warning in msgspec.json.decode(item.warnings, type=list[ValueWarning])]
