"""What waits: held changes of plans that can still be approved, and people whose change the portal refused."""

from datetime import datetime

import msgspec
from tortoise.functions import Count

from core.clock import now
from core.domain.guard import Tripped
from core.domain.outcome import Reason
from core.domain.roles import Role
from core.services.portals import portal_for
from core.store.models import Failure, Plan, PlanItem
from core.sync.failures import sentence_of


class HeldPlan(msgspec.Struct):
    """A plan with held changes. `held` counts them by what they would be; `why` are sentences."""

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
    for plan in await Plan.filter(portal_id=portal.id, state="open", expires_at__gt=now()).order_by("-created_at"):
        held = PlanItem.filter(plan_id=plan.id, state="held").exclude(reason=Reason.NOT_RELEASED.value)
        grouped = held.annotate(people=Count("id")).group_by("planned_outcome")
        counted = await grouped.values("planned_outcome", "people")
        if counted:
            tripped = msgspec.json.decode(plan.tripped, type=list[Tripped])
            why = [*msgspec.json.decode(plan.doubts, type=list[str]), *(each.sentence for each in tripped)]
            numbers = {str(row["planned_outcome"]): int(str(row["people"])) for row in counted}
            plans.append(HeldPlan(plan.id, plan.asked_by, plan.created_at, plan.expires_at, numbers, why))
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
