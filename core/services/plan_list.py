"""A portal's saved plans, newest first: what they are of, what they hold, and whether they can still be applied."""

from datetime import datetime

import msgspec
from tortoise.functions import Count

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.outcome import Counts
from core.domain.roles import Role
from core.services.acting import require
from core.services.portals import portal_for
from core.services.waiting import what_waits
from core.store.models import Plan, PlanItem, Run

LATEST = 200


class PlanOverview(msgspec.Struct, frozen=True):
    """One line of the list. `state` is `open`, `applied`, `rejected`, `expired`, or `replaced` by a newer look at
    everyone; `of` is `sync` for what a run held, else what it was made of: `read`, `snapshot`, or the `run` it takes
    back. `counts` are those of the plan; `held` counts what waits for an approval by what it would be."""

    plan: str
    of: str
    undoes: str | None
    state: str
    created_at: datetime
    expires_at: datetime | None
    asked_by: str
    counts: Counts
    held: dict[str, int]


async def list_plans(slug: str, limit: int = LATEST) -> list[PlanOverview]:
    """The portal's plans that were made to be looked at, or that hold changes of a sync."""
    portal = await portal_for(slug, Role.VIEWER)
    made = Plan.filter(portal_id=portal.id, finished_at__not_isnull=True, based_on__isnull=True)
    plans = await made.order_by("-created_at", "-run_number").limit(limit)
    counted = {plan.id: msgspec.convert(plan.counts, Counts) for plan in plans}
    of_runs = {run.plan_id for run in await Run.filter(plan_id__in=[*counted])} if counted else set()
    plans = [plan for plan in plans if plan.id not in of_runs or counted[plan.id].held]
    held = await _held([plan.id for plan in plans if counted[plan.id].held])
    waiting = {each.plan for each in (await what_waits(slug)).plans}
    return [
        PlanOverview(
            plan.id,
            "sync" if plan.id in of_runs else plan.source,
            plan.undoes,
            _state(plan, waiting=plan.id in waiting, asks=bool(held.get(plan.id)) or plan.doubts != "[]"),
            plan.created_at,
            plan.expires_at,
            plan.asked_by,
            counted[plan.id],
            held.get(plan.id, {}),
        )
        for plan in plans
    ]


def _state(plan: Plan, *, waiting: bool, asks: bool) -> str:
    if plan.state != "open":
        return plan.state
    if plan.expires_at is None or plan.expires_at <= now():
        return "expired"
    return "replaced" if asks and not waiting else "open"


async def _held(plans: list[str]) -> dict[str, dict[str, int]]:
    """What is held in each of the plans."""
    found: dict[str, dict[str, int]] = {}
    items = PlanItem.filter(plan_id__in=plans, state="held", change__isnull=False) if plans else PlanItem.filter(id=0)
    grouped = items.annotate(people=Count("id")).group_by("plan_id", "planned_outcome")
    for row in await grouped.values("plan_id", "planned_outcome", "people"):
        found.setdefault(str(row["plan_id"]), {})[str(row["planned_outcome"])] = int(str(row["people"]))
    return found


async def to_be_written(plan_id: str) -> dict[str, int]:
    """What applying the plan writes without anybody's approval, counted by outcome; raises `SettingsError` if there is
    no such plan."""
    plan = await Plan.get_or_none(id=plan_id).prefetch_related("portal")
    if plan is None:
        raise SettingsError(f"There is no plan '{plan_id[:40]}'.")
    await require(plan.portal, Role.VIEWER)
    items = PlanItem.filter(plan_id=plan.id, state="planned", change__isnull=False)
    grouped = items.annotate(people=Count("id")).group_by("planned_outcome")
    rows = await grouped.values("planned_outcome", "people")
    return {str(row["planned_outcome"]): int(str(row["people"])) for row in rows}
