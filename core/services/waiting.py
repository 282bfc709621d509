"""What waits: held changes of plans that can still be approved, and people whose change the portal refused."""

from collections import Counter
from datetime import datetime

import msgspec
from tortoise.queryset import QuerySet

from core.clock import now
from core.domain.guard import Tripped
from core.domain.outcome import Reason
from core.domain.roles import Role
from core.services.portals import portal_for
from core.store.models import Failure, Plan, PlanItem, Portal
from core.sync.failures import sentence_of


class HeldPlan(msgspec.Struct):
    """A plan that an approval is wanted for. `held` counts its held changes by what they would be, and is empty if
    nothing but UKG Pro's answer is hard to believe; `why` are sentences."""

    plan: str
    asked_by: str
    created_at: datetime
    expires_at: datetime | None
    held: dict[str, int]
    why: list[str]


class Refused(msgspec.Struct):
    """Someone whose change was refused. `next_at` is None when only a changed record or a sync by hand tries again."""

    employee_id: str
    name: str
    email: str | None
    reason: str
    sentence: str
    tries: int
    first_at: datetime
    next_at: datetime | None


class Waiting(msgspec.Struct):
    """All that waits in a portal, newest plan first."""

    portal: str
    plans: list[HeldPlan]
    people: list[Refused]


async def what_waits(slug: str) -> Waiting:
    """Held plans that have not expired, and everyone who waits for another try."""
    portal = await portal_for(slug, Role.VIEWER)
    plans: list[HeldPlan] = []
    listed: set[str] = set()
    for plan in await _still_open(portal):
        outcome_of = dict(await _held_in(plan).values_list("employee_id", "planned_outcome"))
        held = Counter(str(outcome) for employee_id, outcome in outcome_of.items() if employee_id not in listed)
        doubts = msgspec.json.decode(plan.doubts, type=list[str]) if plan.complete_source else []
        if held or doubts:
            tripped = msgspec.json.decode(plan.tripped, type=list[Tripped])
            why = [*doubts, *(each.sentence for each in tripped)]
            plans.append(HeldPlan(plan.id, plan.asked_by, plan.created_at, plan.expires_at, dict(held), why))
        listed.update(map(str, outcome_of))
    people = [
        Refused(
            failure.employee_id,
            failure.name,
            failure.email,
            failure.reason,
            sentence_of(failure),
            failure.tries,
            failure.first_at,
            failure.next_at,
        )
        for failure in await Failure.filter(portal_id=portal.id).order_by("first_at", "id")
    ]
    return Waiting(slug, plans, people)


async def why_held(portal: Portal, employee_id: str) -> str | None:
    """The sentence why a change of this person is held, by the newest plan that says so and can be approved."""
    for plan in await _still_open(portal):
        item = await _held_in(plan).filter(employee_id=employee_id).first()
        if item is not None:
            return f"Held in plan {plan.id}: {item.detail} Let it through: ukg approve {plan.id}"
    return None


def _held_in(plan: Plan) -> QuerySet[PlanItem]:
    held = PlanItem.filter(plan_id=plan.id, state="held", change__isnull=False)
    return held.exclude(reason__in=[Reason.NOT_RELEASED.value, Reason.SOURCE_INCOMPLETE.value])


async def _still_open(portal: Portal) -> list[Plan]:
    """Plans that can be approved, newest first; the newest look at everyone takes the place of all that came before,
    but for plans that take a run back."""
    found: list[Plan] = []
    everyone = False
    plans = Plan.filter(portal_id=portal.id, finished_at__not_isnull=True, based_on__isnull=True)
    plans = plans.filter(expires_at__gt=now(), state__in=["open", "applied"])
    for plan in await plans.order_by("-created_at", "-run_number"):
        if plan.state == "open" and (plan.source == "run" or not everyone):
            found.append(plan)
        everyone = everyone or (plan.scope == "everyone" and plan.source == "read")
    return found
