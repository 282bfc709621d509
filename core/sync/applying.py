"""Applying a plan: batch by batch, each item recorded in the transaction that made its change."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from core.clock import now
from core.domain.outcome import Outcome, Reason
from core.portals.base import Applied, NoMoreToday, PortalPort
from core.store.bulk import insert_rows
from core.store.models import Link, Plan, PlanItem
from core.store.run_lock import Lease
from core.store.transactions import write_transaction
from core.sync.links import Settled
from core.sync.plan_items import StoredItem, planned_batches, stored
from core.sync.progress import Step, Watcher

_SETTLED_AT_ONCE = 200
_LOOKED_AT_ONCE = 25
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


async def apply_plan(plan: Plan, portal: PortalPort, lease: Lease, watcher: Watcher) -> None:
    """Make every planned change of the plan, and record each as done or failed.

    Killed at any point, what was recorded is what was done: a change of the embedded portal and its record are one
    transaction; of any other what may have been done is marked as begun, and `finish_begun` looks at it. Where the
    portal takes no more, the rest is left for the next run. Raises `LockLost` when another process took over.
    """
    total = await PlanItem.filter(plan_id=plan.id, state="planned").count()
    done = 0
    if total:
        watcher(Step.APPLY, 0, total, plan.cost)
    async for items in planned_batches(plan.id):
        try:
            await portal.apply([item.change for item in items], _PlanJournal(plan.portal_id, items, lease))
        except NoMoreToday as error:
            await _leave_for_later(plan.id, error)
            return
        done += len(items)
        watcher(Step.APPLY, done, total)
        await asyncio.sleep(0)


async def finish_begun(portal_id: int, portal: PortalPort, lease: Lease) -> None:
    """See what came of the changes of earlier runs that were cut off in the middle of asking the portal."""
    begun = await PlanItem.filter(plan__portal_id=portal_id, state="begun").order_by("plan_id", "position")
    for start in range(0, len(begun), _LOOKED_AT_ONCE):
        items = [stored(item) for item in begun[start : start + _LOOKED_AT_ONCE]]
        await portal.look_again([item.change for item in items], _PlanJournal(portal_id, items, lease))


class _PlanJournal:
    """See `core.portals.base.Journal`; for items of a plan."""

    def __init__(self, portal_id: int, items: Sequence[StoredItem], lease: Lease) -> None:
        self._portal_id = portal_id
        self._items = items
        self._lease = lease

    async def begin(self, positions: Sequence[int]) -> None:
        await self._mark(positions, "begun")

    async def give_up(self, positions: Sequence[int]) -> None:
        await self._mark(positions, "planned")

    async def _mark(self, positions: Sequence[int], state: str) -> None:
        async with write_transaction():
            await self._lease.renew()
            await PlanItem.filter(id__in=[self._items[position].id for position in positions]).update(state=state)

    async def record(self, applied: Sequence[Applied]) -> None:
        await self._lease.renew()
        await _record(self._portal_id, self._items, applied)


async def _leave_for_later(plan_id: str, error: NoMoreToday) -> None:
    """The portal takes no more for now: nobody is amiss, the next run goes on with them."""
    async with write_transaction():
        await PlanItem.filter(plan_id=plan_id, state="planned").update(
            state="noted", outcome=Outcome.SKIPPED.value, reason=Reason.NOT_TODAY.value, detail=str(error)
        )


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


async def _record(portal_id: int, items: Sequence[StoredItem], applied: Sequence[Applied]) -> None:
    done = [(items[result.position], result) for result in applied if result.refused is None]
    await _link(portal_id, done, now())
    if done:
        await PlanItem.filter(id__in=[item.id for item, _ in done]).update(state="done")
    for result in applied:
        item = items[result.position]
        if result.refused is not None:
            outcome = Outcome.CONFLICT if result.refused in _CONFLICTS else Outcome.FAILED
            await PlanItem.filter(id=item.id).update(
                state="failed", outcome=outcome.value, reason=result.refused.value, detail=result.detail
            )
        elif result.outcome is not None:
            await PlanItem.filter(id=item.id).update(outcome=result.outcome.value, detail=result.detail)


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
