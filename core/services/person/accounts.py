"""The account of one person, and the last change that a run wrote to it."""

from datetime import datetime

import msgspec

from core.clock import today_in
from core.domain.change import Change, readable_changes
from core.domain.decision import Situation
from core.domain.learner import Learner as DomainLearner
from core.portals.accounts import status_on
from core.services.kinds import LEARNUPON
from core.services.person.steps import LastChange, Linked
from core.store.models import Learner, LearnUponAccount, Link, PlanItem, Portal, Run


async def linked_to(portal: Portal, situation: Situation) -> Linked:
    """Step 2 for someone who is in UKG Pro."""
    learner, holder = situation.learner, situation.email_holder
    taken = f"the e-mail in UKG Pro belongs to {_whose(holder)}" if holder is not None else None
    if learner is None:
        return await no_account(portal, f"No account: {taken}." if taken else "No account in the portal yet.")
    sentence = "This account has the same e-mail; a sync would link it."
    if situation.linked:
        sentence = f"Linked to this account; {taken}." if taken else "Linked to this account."
    return await account_step(portal, await Learner.get(id=int(learner.id)), sentence)


async def account_step(portal: Portal, row: Learner, sentence: str) -> Linked:
    """Step 2 for this account."""
    link = await Link.get_or_none(learner_id=row.id)
    read_at, as_seen = await _as_seen(portal)
    return Linked(
        f"{sentence}{as_seen}",
        row.email,
        f"{row.first_name} {row.last_name}".strip(),
        status_on(row, today_in(portal.timezone)).value,
        row.account_expires,
        link.linked_at if link is not None else None,
        read_at,
    )


async def no_account(portal: Portal, sentence: str) -> Linked:
    """Step 2 for someone without one."""
    read_at, as_seen = await _as_seen(portal)
    return Linked(f"{sentence}{as_seen}", read_at=read_at)


async def _as_seen(portal: Portal) -> tuple[datetime | None, str]:
    """When a portal outside the database was last read as a whole, and that as another sentence."""
    if portal.kind != LEARNUPON:
        return None, ""
    account = await LearnUponAccount.get_or_none(portal_id=portal.id)
    if account is None or account.reconciled_at is None:
        return None, f" LearnUpon was not read yet; the next sync does: ukg sync {portal.slug}"
    return account.reconciled_at, (
        f" As LearnUpon had it on {account.reconciled_at:%Y-%m-%d %H:%M} UTC, and with what was written there since."
    )


def _whose(holder: DomainLearner) -> str:
    employee_id = holder.linked_employee_id
    return f"the account of employee {employee_id}" if employee_id else "an account that no employee is linked to"


async def last_change(portal: Portal, employee_id: str) -> LastChange | None:
    """What a run wrote last for this employee."""
    item = (
        await PlanItem.filter(
            plan__portal_id=portal.id, plan__run__id__not_isnull=True, employee_id=employee_id, state="done"
        )
        .order_by("-id")
        .first()
    )
    if item is None:
        return None
    run = await Run.get(plan_id=item.plan_id)
    change = msgspec.json.decode(item.change or "", type=Change)
    return LastChange(run.id, run.finished_at or run.started_at, item.outcome, item.reason, readable_changes(change))
