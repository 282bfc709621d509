"""Applying a reviewed plan: what is decided now must be what was planned then, and nothing else is written."""

from collections.abc import Collection, Mapping

import msgspec

from core.domain.errors import SettingsError
from core.domain.outcome import SENTENCES, Outcome, Reason
from core.store.models import Plan, PlanItem, Run
from core.store.transactions import write_transaction
from core.sync.plan_items import fingerprints_of

_AT_ONCE = 500
_MOST_NAMED = 10


class StalePlan(SettingsError):
    """The plan is no longer what would be done; nothing was written."""


class Release(msgspec.Struct, frozen=True):
    """What is let through of a saved plan: `wanted` by employee id with the fingerprint of what was planned; of those,
    `approved` were held and an admin let them through. `planned` are all employee ids of the plan, `vouched` the doubts
    about UKG Pro's answer that an admin has set aside."""

    plan_id: str
    wanted: Mapping[str, int]
    approved: frozenset[str]
    planned: frozenset[str]
    vouched: frozenset[str] = frozenset()


async def release(plan: Plan, asked: Release) -> None:
    """Let only what is asked stand in a plan made anew. Raises `StalePlan` naming whose record moved since; also when
    the reviewed plan was closed meanwhile, or UKG Pro's answer raises other doubts than those that were set aside."""
    if not await Plan.filter(id=asked.plan_id, state="open").exists():
        raise StalePlan(f"Plan {asked.plan_id} was closed before it was applied; nothing was written.")
    others = [doubt for doubt in msgspec.json.decode(plan.doubts, type=list[str]) if doubt not in asked.vouched]
    if asked.vouched and others:
        raise StalePlan(
            f"Plan {asked.plan_id} is stale: UKG Pro's answer is another than the one that was approved. "
            f"{' '.join(others)} Nothing was written. Make a new plan and look at it again."
        )
    found = await fingerprints_of(plan.id)
    moved = [employee_id for employee_id, expected in asked.wanted.items() if found.get(employee_id) != expected]
    if moved:
        raise StalePlan(await _sentence(asked.plan_id, moved))
    await _let_through(plan.id, asked.approved)
    rest = found.keys() - asked.wanted.keys()
    await _keep_back(plan.id, rest & asked.planned, Outcome.HELD)
    await _keep_back(plan.id, rest - asked.planned, Outcome.SKIPPED)


async def _let_through(plan_id: str, employee_ids: Collection[str]) -> None:
    """An admin's word lets held changes through, but not those that an answer not proved whole asks for."""
    for some in _parts(employee_ids):
        async with write_transaction():
            rows = PlanItem.filter(plan_id=plan_id, employee_id__in=some)
            await rows.filter(state="planned").update(released=True)
            for row in await rows.filter(state="held").exclude(reason=Reason.SOURCE_INCOMPLETE.value):
                row.state, row.released = "planned", True
                row.outcome, row.reason = row.planned_outcome, row.planned_reason
                row.detail = SENTENCES[Reason(row.reason)]
                await row.save(update_fields=["state", "released", "outcome", "reason", "detail"])


async def _keep_back(plan_id: str, employee_ids: Collection[str], outcome: Outcome) -> None:
    for some in _parts(employee_ids):
        async with write_transaction():
            await PlanItem.filter(plan_id=plan_id, employee_id__in=some, state="planned").update(
                state="held" if outcome is Outcome.HELD else "noted",
                outcome=outcome.value,
                reason=Reason.NOT_RELEASED.value,
                detail=SENTENCES[Reason.NOT_RELEASED],
            )


async def note_what_was_applied(plan_id: str) -> int:
    """Mark in a reviewed plan what runs have applied of it; returns how many of its changes are left.

    What is `done` was done by the run of the plan itself, if it had one; what another run did of it is `applied`. Runs
    that were killed before they could say so are seen here too.
    """
    made = await Run.filter(plan__based_on=plan_id).values_list("plan_id", flat=True)
    for again in made:
        done = await PlanItem.filter(plan_id=again, state="done").values_list("employee_id", flat=True)
        for some in _parts([str(employee_id) for employee_id in done]):
            async with write_transaction():
                rows = PlanItem.filter(plan_id=plan_id, employee_id__in=some, change__isnull=False)
                await rows.filter(state__in=["planned", "held"]).update(state="applied")
    left = await PlanItem.filter(plan_id=plan_id, state__in=["planned", "held"], change__isnull=False).count()
    if not left and made:
        await Plan.filter(id=plan_id, state="open").update(state="applied")
    return left


def _parts(employee_ids: Collection[str]) -> list[list[str]]:
    everyone = sorted(employee_ids)
    return [everyone[start : start + _AT_ONCE] for start in range(0, len(everyone), _AT_ONCE)]


async def _sentence(plan_id: str, moved: list[str]) -> str:
    some = sorted(moved)[:_MOST_NAMED]
    rows = await PlanItem.filter(plan_id=plan_id, employee_id__in=some).order_by("position")
    names = ", ".join(f"{row.name or 'someone'} ({row.employee_id})" for row in rows)
    more = f" and {len(moved) - len(some)} more" if len(moved) > len(some) else ""
    people = "1 person" if len(moved) == 1 else f"{len(moved)} people"
    return (
        f"Plan {plan_id} is stale: UKG Pro, the portal or its settings moved since for {people}: {names}{more}. "
        "Nothing was written. Make a new plan and look at it again."
    )
