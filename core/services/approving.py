"""A plan that waits for an approval, as it is shown to whoever decides; and deciding, once, with what follows from it.

`core.services.plans` says what an approval lets through; here an approval is also asked to be applied.
"""

from collections import Counter
from datetime import datetime

import msgspec
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.guard import Tripped
from core.domain.outcome import Reason
from core.domain.roles import Role
from core.jobs.requests import RequestKind
from core.services.acting import current_actor, require
from core.services.plans import WHOLE, Decided, Part, approve_plan, is_of, reject_plan
from core.services.requests import request_run
from core.services.slack_requests import tell_of
from core.services.waiting import what_waits
from core.store.models import Approval, Plan, PlanItem, Portal
from core.store.transactions import write_transaction
from core.store.words import with_words

_FIRST = 10
_MOST_SUGGESTED = 100


class HeldPerson(msgspec.Struct, frozen=True):
    """Someone whose change waits, and what it would be."""

    employee_id: str
    name: str
    email: str | None
    outcome: str


class Decision(msgspec.Struct, frozen=True):
    """What somebody decided. `part` tells in words what of the plan it was, empty for all."""

    decision: str
    by: str
    slack_user: str | None
    at: datetime
    part: str


class ToDecide(msgspec.Struct, frozen=True):
    """A plan to be decided. `state` is `open`, or why it is over: `approved`, `rejected`, `applied`, `replaced` or
    `expired`. `held` counts what still waits by what it would be, `people` are the first of them; `why` are sentences.
    """

    portal: str
    plan: str
    hash: str
    state: str
    asked_by: str
    why: list[str]
    held: dict[str, int]
    people: list[HeldPerson]
    decisions: list[Decision]
    expires_at: datetime | None
    second_approver: bool

    @property
    def number(self) -> int:
        """How many changes still wait."""
        return sum(self.held.values())


async def to_decide(plan_id: str) -> ToDecide:
    """The plan as it stands; raises `SettingsError` if there is none."""
    plan, portal = await _plan(plan_id)
    await require(portal, Role.VIEWER)
    approvals = await Approval.filter(plan_id=plan.id, plan_hash=plan.hash).order_by("id")
    granted = [each for each in approvals if each.decision == "approved" and each.expires_at > now()]
    held, people = await _waiting(plan, [_part(each) for each in granted])
    doubts = msgspec.json.decode(plan.doubts, type=list[str])
    tripped = msgspec.json.decode(plan.tripped, type=list[Tripped])
    return ToDecide(
        portal=portal.slug,
        plan=plan.id,
        hash=plan.hash,
        state=await _state(plan, portal, held, any(not _part(each) for each in granted)),
        asked_by=plan.asked_by,
        why=[*doubts, *(each.sentence for each in tripped)],
        held=dict(held),
        people=people,
        decisions=[_decision(each) for each in approvals],
        expires_at=plan.expires_at,
        second_approver=portal.second_approver,
    )


async def approve_and_apply(plan_id: str, seen: str, *, parts: tuple[Part, ...] = (WHOLE,)) -> Decided:
    """Let the parts through and ask for a run that writes them, both or neither. `seen` is the hash that was shown.

    Raises `SettingsError` when all of it was decided already, and what `core.services.plans.approve_plan` raises.
    """
    plan, portal = await _plan(plan_id)
    await require(portal, Role.ADMIN)
    async with write_transaction():
        await Portal.filter(id=portal.id).select_for_update().first()  # so that two do not decide at the same moment
        await _check_undecided(plan)
        before = await to_decide(plan_id)
        decided = [await approve_plan(plan_id, part, seen=seen) for part in parts]
        after = await to_decide(plan_id)
        request = await request_run(portal.slug, RequestKind.APPLY, plan_id)
        user = current_actor().slack_user
        if user is not None:
            await tell_of(request, portal, user=user, channel=user)
    return msgspec.structs.replace(decided[0], people=before.number - after.number)


async def reject(plan_id: str, seen: str) -> Decided:
    """Close the plan. Raises `SettingsError` when all of it was decided already."""
    plan, portal = await _plan(plan_id)
    await require(portal, Role.ADMIN)
    async with write_transaction():
        await Portal.filter(id=portal.id).select_for_update().first()
        await _check_undecided(plan)
        return await reject_plan(plan_id, seen=seen)


async def still_applies(plan_id: str) -> bool:
    """Whether the plan may be applied as far as its time goes."""
    plan, portal = await _plan(plan_id)
    await require(portal, Role.VIEWER)
    return plan.state == "open" and plan.expires_at is not None and plan.expires_at > now()


async def held_people(plan_id: str, typed: str) -> list[HeldPerson]:
    """The people of the plan whose change waits and whose name, e-mail or employee id has in it what was typed: the
    first hundred, and one more if there are more."""
    plan, portal = await _plan(plan_id)
    await require(portal, Role.ADMIN)
    found = with_words(_held_in(plan), typed, "name", "email", "employee_id")
    return [_person(item) for item in await found.order_by("name", "id").limit(_MOST_SUGGESTED + 1)]


async def _plan(plan_id: str) -> tuple[Plan, Portal]:
    plan = await Plan.get_or_none(id=plan_id).prefetch_related("portal")
    if plan is None:
        raise SettingsError(f"There is no plan '{plan_id[:40]}'; nothing was done.")
    return plan, plan.portal


async def _check_undecided(plan: Plan) -> None:
    whole = Approval.filter(plan_id=plan.id, plan_hash=plan.hash, kinds="[]", employee_ids="[]")
    earlier = await whole.filter(expires_at__gt=now()).order_by("id").first()
    if earlier is not None:
        raise SettingsError(
            f"{earlier.decided_by} {earlier.decision} plan {plan.id} at {earlier.decided_at:%H:%M} UTC on "
            f"{earlier.decided_at:%Y-%m-%d}; nothing was done."
        )


async def _state(plan: Plan, portal: Portal, held: Counter[str], approved: bool) -> str:
    if plan.state != "open":
        return plan.state
    if approved:
        return "approved"
    if plan.expires_at is None or plan.expires_at <= now():
        return "expired"
    if plan.doubts == "[]" and not await _held_in(plan).exists():
        return "open"  # there is nothing to decide about it, and it may be applied
    if plan.id not in {each.plan for each in (await what_waits(portal.slug)).plans}:
        return "replaced"
    return "open" if held or plan.doubts != "[]" else "approved"


async def _waiting(plan: Plan, parts: list[Part]) -> tuple[Counter[str], list[HeldPerson]]:
    """What is held and not let through yet: how many of what, and the first of them."""
    if not parts:
        grouped = _held_in(plan).annotate(people=Count("id")).group_by("planned_outcome")
        rows = await grouped.values("planned_outcome", "people")
        counted = Counter({str(row["planned_outcome"]): int(str(row["people"])) for row in rows})
        return counted, [_person(item) for item in await _held_in(plan).order_by("position").limit(_FIRST)]
    left = [item for item in await _held_in(plan).order_by("position") if not any(is_of(item, part) for part in parts)]
    return Counter(item.planned_outcome for item in left), [_person(item) for item in left[:_FIRST]]


def _held_in(plan: Plan) -> QuerySet[PlanItem]:
    held = PlanItem.filter(plan_id=plan.id, state="held", change__isnull=False)
    return held.exclude(reason__in=[Reason.NOT_RELEASED.value, Reason.SOURCE_INCOMPLETE.value])


def _person(item: PlanItem) -> HeldPerson:
    return HeldPerson(item.employee_id, item.name, item.email, item.planned_outcome)


def _part(approval: Approval) -> Part:
    return Part(
        msgspec.json.decode(approval.kinds, type=tuple[str, ...]),
        msgspec.json.decode(approval.employee_ids, type=tuple[str, ...]),
    )


def _decision(approval: Approval) -> Decision:
    part = _part(approval)
    people = f"{len(part.people)} {'person' if len(part.people) == 1 else 'people'}" if part.people else ""
    slack, _, user = approval.decided_by_id.partition(":")
    return Decision(
        approval.decision,
        approval.decided_by,
        user if slack == "slack" else None,
        approval.decided_at,
        ", ".join([*part.kinds, *([people] if people else [])]),
    )
