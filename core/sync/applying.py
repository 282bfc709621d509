"""Applying a plan: batch by batch, each item recorded in the transaction that made its change."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from core.clock import now
from core.domain.outcome import Outcome, Reason
from core.portals.base import Applied, PortalPort
from core.store.bulk import insert_rows
from core.store.models import Link, PlanItem
from core.store.run_lock import Lease
from core.store.transactions import write_transaction
from core.sync.links import Settled
from core.sync.plan_items import StoredItem, planned_batches
from core.sync.progress import Step, Watcher

_SETTLED_AT_ONCE = 200
_CONFLICTS = frozenset({Reason.EMAIL_TAKEN, Reason.LAST_ADMIN})
_LINK_COLUMNS = (
    "portal_id",
    "employee_id",
    "person_id",
    "learner_id",
    "digest",
    "settled_revision",
    "due_on",
    "linked_at",
)


async def apply_plan(plan_id: str, portal_id: int, portal: PortalPort, lease: Lease, watcher: Watcher) -> None:
    """Make every planned change of the plan, and record each as done or failed.

    Killed at any point, what was recorded is what was done: a change of the embedded portal and its record are one
    transaction. Raises `LockLost` when another process took over.
    """
    total = await PlanItem.filter(plan_id=plan_id, state="planned").count()
    done = 0
    async for items in planned_batches(plan_id):

        async def record(applied: Sequence[Applied], items: list[StoredItem] = items) -> None:
            await lease.renew()
            await _record(portal_id, items, applied)

        await portal.apply([item.change for item in items], record)
        done += len(items)
        watcher(Step.APPLY, done, total)
        await asyncio.sleep(0)


async def settle(settled: Sequence[Settled], lease: Lease) -> None:
    """Remember of those who need nothing that they were looked at, so that the next run need not."""
    for start in range(0, len(settled), _SETTLED_AT_ONCE):
        links = [
            Link(id=each.link_id, digest=each.digest, settled_revision=each.revision, due_on=each.due_on)
            for each in settled[start : start + _SETTLED_AT_ONCE]
        ]
        async with write_transaction():
            await lease.renew()
            await Link.bulk_update(links, fields=["digest", "settled_revision", "due_on"], batch_size=_SETTLED_AT_ONCE)
        await asyncio.sleep(0)


async def _record(portal_id: int, items: list[StoredItem], applied: Sequence[Applied]) -> None:
    done = [(items[result.position], result) for result in applied if result.refused is None]
    await _link(portal_id, done, now())
    if done:
        await PlanItem.filter(id__in=[item.id for item, _ in done]).update(state="done")
    for result in applied:
        if result.refused is not None:
            outcome = Outcome.CONFLICT if result.refused in _CONFLICTS else Outcome.FAILED
            await PlanItem.filter(id=items[result.position].id).update(
                state="failed", outcome=outcome.value, reason=result.refused.value, detail=result.detail
            )


async def _link(portal_id: int, done: list[tuple[StoredItem, Applied]], moment: datetime) -> None:
    """Tie each employee to the learner that now holds their values; an older tie of that learner is replaced."""
    existing = [int(result.learner_id) for item, result in done if item.change.learner_id and result.learner_id]
    if existing:
        await Link.filter(portal_id=portal_id, learner_id__in=existing).delete()
    done = [(item, result) for item, result in done if result.learner_id is not None and item.change.relink != ""]
    await insert_rows(
        Link,
        _LINK_COLUMNS,
        [
            (
                portal_id,
                item.change.relink or item.employee_id,
                item.person_id,
                int(result.learner_id or 0),
                item.digest,
                result.revision,
                item.due_on,
                moment,
            )
            for item, result in done
        ],
    )
