"""Undoing a run: the inverse of each of its changes, but for people who were edited since."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from core.domain.change import Change, Decision
from core.domain.inverse import as_made, inverse, still_holds
from core.domain.learner import AccountStatus, Learner
from core.domain.outcome import SENTENCES, Outcome, Reason
from core.store.models import Link, PlanItem, Run
from core.store.run_lock import Lease
from core.sync.making import Draft, Subject
from core.sync.plan_items import BLOCK, Origin
from core.sync.progress import Step, Watcher


class Undoing:
    """Makes the plan that takes a run back; what was done last is taken back first."""

    source = "run"
    scope = "some"
    requests = 0

    def __init__(self, run: Run) -> None:
        self._run = run

    async def fill(self, draft: Draft, subject: Subject, watcher: Watcher, *, remember: bool) -> None:
        """See `Maker`. What stood in one block was written in one step, and is taken back in one."""
        draft.plan.undoes, draft.plan.complete_source = self._run.id, True
        await draft.plan.save()
        wanted = PlanItem.filter(plan_id=self._run.plan_id, state="done")
        total, sole_admin = await wanted.count(), await subject.portal.sole_admin()
        newest = await wanted.order_by("-position").first()
        block = newest.position // BLOCK if newest is not None else -1
        done = 0
        while block >= 0:
            of_block = wanted.filter(position__gte=block * BLOCK, position__lt=(block + 1) * BLOCK)
            undone = await self._undo(await of_block.order_by("-position"), subject, sole_admin)
            draft.planned.counts.fetched += len(undone)
            for decision, _ in undone:
                if decision.change is None:
                    draft.planned.counts.add(decision.outcome)
            draft.writer.add_together(undone)
            await draft.writer.flush()
            block, done = block - 1, done + len(undone)
            watcher(Step.PLAN, done, total)

    async def remember(self, draft: Draft, run_number: int, lease: Lease) -> None:
        """See `Maker`: the next sync looks afresh at everyone who was changed."""

    async def _undo(
        self, items: Sequence[PlanItem], subject: Subject, sole_admin: str | None
    ) -> list[tuple[Decision, Origin]]:
        changes = [msgspec.json.decode(item.change or "", type=Change) for item in items]
        links = await self._links(subject.row.id, items, changes)
        ids = [
            change.learner_id or (str(links[item.employee_id].learner_id) if item.employee_id in links else None)
            for item, change in zip(items, changes, strict=True)
        ]
        learners = await subject.portal.learners_by_id({each for each in ids if each is not None})
        undone: list[tuple[Decision, Origin]] = []
        for item, change, learner_id in zip(items, changes, ids, strict=True):
            learner, link = learners.get(learner_id or ""), links.get(item.employee_id)
            decision = self._decide(item, change, learner, link, sole_admin)
            linked = learner.linked_employee_id if learner is not None else None
            undone.append((decision, Origin(person_id=item.person_id, linked_before=linked)))
        return undone

    def _decide(
        self, item: PlanItem, change: Change, learner: Learner | None, link: Link | None, sole_admin: str | None
    ) -> Decision:
        decision = _left_alone(item, learner if change.learner_id is None else None)
        if not _is_as_left(item, change, learner, link):
            return decision
        back = inverse(change, learner.id if learner is not None else None)
        if not change.remove and change.learner_id is not None and item.linked_before != item.employee_id:
            back = replace(back, relink=item.linked_before or "")
        outcome = _outcome(back)
        if outcome is Outcome.ENDED and learner is not None and learner.id == sole_admin:
            return replace(
                decision, outcome=Outcome.CONFLICT, reason=Reason.LAST_ADMIN, detail=SENTENCES[Reason.LAST_ADMIN]
            )
        detail = f"Taken back: {item.detail}" if item.detail else SENTENCES[Reason.UNDONE]
        if back.remove:
            detail = "The run made this account and nobody has used it, so it is removed."
        return replace(decision, outcome=outcome, reason=Reason.UNDONE, detail=detail, change=back)

    async def _links(self, portal_id: int, items: Sequence[PlanItem], changes: Sequence[Change]) -> dict[str, Link]:
        """The links, by employee id, of those whose account the run made or removed."""
        pairs = zip(items, changes, strict=True)
        ids = [item.employee_id for item, change in pairs if change.learner_id is None or change.remove]
        rows = await Link.filter(portal_id=portal_id, employee_id__in=ids) if ids else []
        return {row.employee_id: row for row in rows}


def _is_as_left(item: PlanItem, change: Change, learner: Learner | None, link: Link | None) -> bool:
    """Whether the account is as the change left it; `link` is that of the employee if the change made or removed it."""
    if change.remove:
        return link is None
    if learner is None:
        return False
    if change.learner_id is None:
        return link is not None and link.settled_revision == learner.revision and as_made(learner, change)
    expected = item.employee_id if change.relink is None else change.relink or None
    return learner.linked_employee_id == expected and still_holds(learner, change)


def _left_alone(item: PlanItem, made: Learner | None) -> Decision:
    """Nothing is taken back for this person; `made` is their account if the run had made it."""
    reason = Reason.EDITED_SINCE
    detail = SENTENCES[reason]
    if made is not None and made.accepted:
        detail = "The account is in use, so it stays; end the access by hand if need be."
    return Decision(item.employee_id, item.name, item.email, Outcome.SKIPPED, reason, detail)


def _outcome(back: Change) -> Outcome:
    if back.remove:
        return Outcome.ENDED
    if back.learner_id is None:
        return Outcome.INVITED if back.after.status is AccountStatus.PENDING else Outcome.CREATED
    if back.after.status is AccountStatus.DISABLED:
        return Outcome.ENDED
    if back.after.status is not UNSET:
        return Outcome.REACTIVATED
    return Outcome.ENDED if back.after.account_expires else Outcome.UPDATED
