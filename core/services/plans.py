"""Saved plans: approving what is held, applying exactly what was reviewed, taking a run back."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

import msgspec

from core.clock import now
from core.domain.email import email_key
from core.domain.errors import HeldError, SettingsError
from core.domain.guard import Kind
from core.domain.outcome import WRITTEN, Reason
from core.domain.roles import Role
from core.services.acting import NotAllowed, current_actor, require
from core.services.audit import audit
from core.services.guard import admins_of
from core.services.notices import Kind as Notice
from core.services.notices import resolve_notice
from core.services.schedule import schedule_begins
from core.services.subjects import check_enabled, subject_to_write
from core.services.syncing import reading, recorded
from core.store.models import Approval, Plan, PlanItem, Portal, Run
from core.store.transactions import write_transaction
from core.sync.making import FromEmployees
from core.sync.observing import SomeRead, WholeRead
from core.sync.plan_items import fingerprints_of
from core.sync.progress import Watcher, nobody
from core.sync.releasing import Release, note_what_was_applied
from core.sync.run import plan_only, run_sync
from core.sync.undoing import Undoing

APPROVAL_LASTS = timedelta(hours=24)
_ALSO = {Kind.EMAIL_CHANGED.value: "email", Kind.BLANKED.value: "blank"}
KINDS = (*(outcome.value for outcome in WRITTEN), *_ALSO)


class Part(msgspec.Struct, frozen=True):
    """A part of a plan: `kinds` (of `KINDS`) and `people` (employee ids or e-mails); empty is no restriction."""

    kinds: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.kinds or self.people)


WHOLE = Part()


class Decided(msgspec.Struct):
    """What an admin decided about a plan: `people` held changes are let through (0 when rejected)."""

    plan: str
    portal: str
    decision: str
    people: int
    decided_by: str


async def apply_saved_plan(plan_id: str, database_url: str, *, part: Part = WHOLE, watcher: Watcher = nobody) -> Run:
    """Apply exactly what the plan says, or a part of it; what is held only as far as an admin approved it.

    Raises `SettingsError` for a plan that is over, `HeldError` when all that is asked waits for approval, `StalePlan`
    when UKG Pro, the portal or its settings moved since; then nothing was written.
    """
    plan, portal = await _open_plan(plan_id, Role.OPERATOR)
    check_enabled(portal)
    left = await note_what_was_applied(plan.id)
    release = await _released(plan, part)
    if not left and not release.vouched:
        raise SettingsError(f"Plan {plan.id} holds nothing that is still to be written; nothing was done.")
    if plan.source == "run":
        maker = Undoing(await Run.get(id=plan.undoes))
        async with subject_to_write(portal, database_url) as undone:
            return await recorded(
                portal, "undo applied", lambda: run_sync(undone, maker, "undo", watcher, asked=release)
            )
    async with reading(portal, database_url) as client, subject_to_write(portal, database_url) as subject:
        source = WholeRead(client) if plan.scope == "everyone" else SomeRead(client, sorted(release.planned))
        of_employees = FromEmployees(source, vouched=release.vouched)
        run = await recorded(
            portal, "plan applied", lambda: run_sync(subject, of_employees, "apply", watcher, asked=release)
        )
    if run.status != "held":
        await resolve_notice(portal, Notice.PLAN_HELD)
    if plan.scope == "everyone":
        await schedule_begins(portal)
    return run


async def undo_run(run_id: str, database_url: str, *, watcher: Watcher = nobody) -> Plan:
    """A saved plan that takes a run back, leaving alone whoever was edited since; it is applied like any other."""
    run = await Run.get_or_none(id=run_id).prefetch_related("portal")
    if run is None:
        raise SettingsError(f"There is no run '{run_id[:40]}'; nothing was done. See 'ukg runs SLUG'.")
    portal: Portal = run.portal
    await require(portal, Role.OPERATOR)
    if run.plan_id is None or not await PlanItem.filter(plan_id=run.plan_id, state="done").exists():
        raise SettingsError(f"Run {run.id} wrote nothing, so there is nothing to take back.")
    async with subject_to_write(portal, database_url) as subject:
        return await plan_only(subject, Undoing(run), watcher)


async def approve_plan(plan_id: str, part: Part = WHOLE, *, seen: str | None = None) -> Decided:
    """Let held changes of the plan through, all or a part; `apply_saved_plan` then writes them. Approving the whole of
    a plan made of an answer that is hard to believe vouches for that answer, whether it holds changes or not.

    The approval names the plan's hash and counts for 24 hours; `seen` is the hash of what was looked at. Raises
    `NotAllowed` when the portal asks that another admin approves than the one who asked for the plan.
    """
    plan, portal = await _open_plan(plan_id, Role.ADMIN)
    _check_seen(plan, seen)
    await _check_second_approver(plan, portal)
    waiting = PlanItem.filter(plan_id=plan.id, state="held", change__isnull=False)
    items = [item for item in await waiting if item.reason != Reason.SOURCE_INCOMPLETE]
    if not items and not (_is_doubtful(plan) and not part):
        raise SettingsError(f"Plan {plan.id} holds nothing that an approval could let through; nothing was changed.")
    chosen = _named(items, part, f"Nothing of plan {plan.id} that is held")
    await _decide(plan, portal, "approved", part, len(chosen))
    return Decided(plan.id, portal.slug, "approved", len(chosen), current_actor().name)


async def reject_plan(plan_id: str, *, seen: str | None = None) -> Decided:
    """Close the plan: nothing more of it can be applied. `seen` is the hash of what was looked at."""
    plan, portal = await _open_plan(plan_id, Role.ADMIN)
    _check_seen(plan, seen)
    await _decide(plan, portal, "rejected", WHOLE, 0)
    return Decided(plan.id, portal.slug, "rejected", 0, current_actor().name)


async def _decide(plan: Plan, portal: Portal, decision: str, part: Part, people: int) -> None:
    actor, moment = current_actor(), now()
    async with write_transaction():
        if decision == "rejected":
            await Plan.filter(id=plan.id).update(state="rejected")
        await Approval.create(
            plan_id=plan.id,
            plan_hash=plan.hash,
            decision=decision,
            kinds=msgspec.json.encode(part.kinds).decode(),
            employee_ids=msgspec.json.encode(part.people).decode(),
            decided_by=actor.name[:200],
            decided_by_id=actor.identity[:400],
            decided_at=moment,
            expires_at=moment + APPROVAL_LASTS,
        )
        if decision == "rejected":
            await resolve_notice(portal, Notice.PLAN_HELD)
        after = {"hash": plan.hash, "people": people, "kinds": part.kinds or "all", "asked_by": plan.asked_by}
        await audit(portal, f"plan {decision}", plan.id, after=after)


def _check_seen(plan: Plan, seen: str | None) -> None:
    if seen is not None and seen != plan.hash:
        raise SettingsError(f"Plan {plan.id} is no longer what was shown; nothing was done. Look at it again.")


async def _check_second_approver(plan: Plan, portal: Portal) -> None:
    if not portal.second_approver:
        return
    admins, both = await admins_of(portal), {current_actor().identity, plan.asked_by_id}
    same = len(both) == 1 or any(both <= person for person in admins)
    if same and any(plan.asked_by_id not in person for person in admins):
        raise NotAllowed(
            f"{current_actor().name} asked for plan {plan.id}, and {portal.slug} wants another admin to approve it; "
            "nothing was changed. Ask one of the others."
        )


async def _open_plan(plan_id: str, role: Role) -> tuple[Plan, Portal]:
    plan = await Plan.get_or_none(id=plan_id).prefetch_related("portal")
    if plan is None:
        raise SettingsError(f"There is no plan '{plan_id[:40]}'; nothing was done.")
    portal: Portal = plan.portal
    await require(portal, role)
    again = f"Make a new one: ukg undo {plan.undoes}" if plan.undoes else f"Make a new one: ukg plan {portal.slug}"
    if plan.state != "open":
        raise SettingsError(f"Plan {plan.id} was {plan.state} already; nothing was done. {again}")
    if plan.finished_at is None or not plan.hash:
        raise SettingsError(f"Plan {plan.id} was never finished; nothing was done. {again}")
    if plan.expires_at is None or plan.expires_at <= now():
        raise SettingsError(f"Plan {plan.id} has expired; nothing was done. {again}")
    return plan, portal


async def _released(plan: Plan, part: Part) -> Release:
    fingerprints = await fingerprints_of(plan.id)
    items = await PlanItem.filter(plan_id=plan.id, state__in=["planned", "held"], change__isnull=False)
    chosen = _named(items, part, f"Nothing of plan {plan.id}")
    held = [item for item in chosen if item.state == "held"]
    approved: set[str] = set()
    vouched: frozenset[str] = frozenset()
    approvals = Approval.filter(plan_id=plan.id, plan_hash=plan.hash, decision="approved", expires_at__gt=now())
    for approval in await approvals:
        allowed = Part(
            msgspec.json.decode(approval.kinds, type=tuple[str, ...]),
            msgspec.json.decode(approval.employee_ids, type=tuple[str, ...]),
        )
        if not allowed and _is_doubtful(plan):
            vouched = frozenset(msgspec.json.decode(plan.doubts, type=list[str]))
        approved.update(item.employee_id for item in _chosen(held, allowed))
    approved -= {item.employee_id for item in held if item.reason == Reason.SOURCE_INCOMPLETE}
    wanted = [item.employee_id for item in chosen if item.state == "planned" or item.employee_id in approved]
    if held and not wanted:
        changes = "1 change waits" if len(held) == 1 else f"{len(held)} changes wait"
        raise HeldError(
            f"Plan {plan.id} is held: {changes} for an admin's approval; nothing was written. Give it: "
            f"ukg approve {plan.id}"
        )
    if not items and _is_doubtful(plan) and not vouched:
        raise HeldError(
            f"Plan {plan.id} is held: an admin has to say that UKG Pro's answer is to be believed; nothing was "
            f"written. Say so: ukg approve {plan.id}"
        )
    return Release(
        plan.id,
        {employee_id: fingerprints[employee_id] for employee_id in wanted},
        frozenset(approved),
        frozenset(fingerprints),
        vouched=vouched,
    )


def _is_doubtful(plan: Plan) -> bool:
    """Whether the plan was made of an answer that is whole but hard to believe."""
    return plan.complete_source and plan.doubts != "[]"


def _named(items: Collection[PlanItem], part: Part, nothing: str) -> list[PlanItem]:
    """The items that are of the part. Raises `SettingsError` if none is, or if anybody named is not among them, so that
    nobody is left out by a slip of the pen; `nothing` begins the sentence."""
    known = {item.employee_id for item in items} | {email_key(item.email) for item in items if item.email}
    for person in part.people if items else ():
        if person not in known and email_key(person) not in known:
            raise SettingsError(f"{nothing} is a change of '{person[:80]}'; nothing was done. Check the spelling.")
    chosen = _chosen(items, part)
    if items and not chosen:
        counted = Counter(item.planned_outcome for item in items)
        numbers = ", ".join(f"{number} {outcome}" for outcome, number in counted.items())
        raise SettingsError(f"{nothing} is what you named; nothing was done. There are: {numbers}.")
    return chosen


def _chosen(items: Collection[PlanItem], part: Part) -> list[PlanItem]:
    return [item for item in items if is_of(item, part)]


def is_of(item: PlanItem, part: Part) -> bool:
    """Whether the item is of the part."""
    if part.kinds:
        also = item.also.split()
        if item.planned_outcome not in part.kinds and not any(_ALSO.get(kind) in also for kind in part.kinds):
            return False
    if not part.people:
        return True
    keys = {email_key(person) for person in part.people}
    return item.employee_id in part.people or (item.email is not None and email_key(item.email) in keys)
