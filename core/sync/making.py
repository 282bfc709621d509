"""Making a plan: observe, judge the answer, decide for everyone, guard; nothing is written but the plan."""

import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from typing import Protocol

import msgspec

from core.clock import now
from core.domain.change import Decision
from core.domain.decision import Rules
from core.domain.guard import Limits, held, hold_back
from core.domain.outcome import Counts, Reason
from core.portals.base import PortalPort
from core.store.models import Plan, PlanItem, Portal
from core.store.run_lock import Lease
from core.sync.applying import settle
from core.sync.believing import doubts_about
from core.sync.failures import Failures
from core.sync.guarding import count_places, guard_plan, limits_places, places_in_snapshot
from core.sync.links import Links, read_links, read_links_of
from core.sync.notes import Notes, read_notes, read_notes_of
from core.sync.observing import Observation, Source, attributes_to_read
from core.sync.plan_items import Origin, PlanWriter, with_changes
from core.sync.planning import Planner
from core.sync.progress import Step, Watcher
from core.sync.snapshot import put_in_snapshot, save_snapshot
from core.sync.taking import Planned, PlanTaker
from core.sync.vanished import Vanished, count_missed, decide_vanished, find_vanished, met

LIFETIME = timedelta(days=3)


class Asked(msgspec.Struct, frozen=True):
    """Who asked for a plan or a run: a name for people, and what they are known by (see `core.services.acting`)."""

    by: str = ""
    by_id: str = ""


class Subject(msgspec.Struct, frozen=True):
    """What is synced: a portal, by its row and as a port, with the rules and limits that hold for it today.

    `look` is there for a portal outside the database: called under the portal's lock at the start of a run, it learns
    what has become of the portal and gives the subject as it is then.
    """

    row: Portal
    portal: PortalPort
    rules: Rules
    limits: Limits
    asked: Asked = Asked()
    look: Callable[[], Awaitable["Subject"]] | None = None


class Draft(msgspec.Struct):
    """A plan in the making. `planned` is what planning found beside the items."""

    plan: Plan
    writer: PlanWriter
    failures: Failures
    planned: Planned
    notes: Notes | None = None


class Maker(Protocol):
    """A way to make a plan. `source` and `scope` as `Plan` has them."""

    source: str
    scope: str

    @property
    def requests(self) -> int:
        """How many requests were sent to UKG Pro so far."""
        ...

    async def fill(self, draft: Draft, subject: Subject, watcher: Watcher, *, remember: bool) -> None:
        """Find what is to be done and add it to the draft; `remember` what was seen unless this is only for looking."""
        ...

    async def remember(self, draft: Draft, run_number: int, lease: Lease) -> None:
        """Keep for the next run what this one found, once its changes are written."""
        ...


async def make_plan(
    subject: Subject,
    maker: Maker,
    failures: Failures,
    run_number: int,
    watcher: Watcher,
    *,
    remember: bool = False,
    based_on: str | None = None,
) -> Draft:
    """A saved plan, its items not yet guarded. `run_number` is that of the run it is for, or of the last one."""
    plan = Plan(
        id=new_id("plan"),
        portal_id=subject.row.id,
        today=subject.rules.today,
        run_number=run_number,
        scope=maker.scope,
        source=maker.source,
        based_on=based_on,
        asked_by=subject.asked.by[:200],
        asked_by_id=subject.asked.by_id[:400],
        created_at=now(),
        expires_at=now() + LIFETIME,
    )
    draft = Draft(plan, PlanWriter(plan.id), failures, Planned(Counts(), [], Counter(), Counter()))
    await maker.fill(draft, subject, watcher, remember=remember)
    await draft.writer.flush()
    plan.hash = draft.writer.hash
    plan.unknown_values = [
        {"field": field, "value": value, "people": people}
        for (field, value), people in draft.planned.unknown_values.most_common()
    ]
    plan.finished_at = now()
    await plan.save()
    return draft


async def guard(draft: Draft, subject: Subject) -> None:
    """Hold what exceeds the limits; count how the plan stands now, and what the rest of it costs."""
    plan = draft.plan
    tripped = await guard_plan(plan.id, subject.row.id, subject.limits, draft.planned.linked_places)
    plan.tripped = msgspec.json.encode(tripped).decode()
    plan.counts = msgspec.to_builtins(await with_changes(plan.id, draft.planned.counts))
    plan.cost = await subject.portal.cost(await PlanItem.filter(plan_id=plan.id, state="planned").count())
    plan.requests_portal = subject.portal.requests
    await plan.save(update_fields=["tripped", "counts", "cost", "requests_portal"])


class FromEmployees:
    """Makes plans from the employees that a source gives. `vouched` are the doubts (sentences) that an admin has set
    aside: an answer that is whole but hard to believe is believed if it raises no others."""

    def __init__(self, source: Source, *, vouched: Collection[str] = ()) -> None:
        self.source = source.name
        self.scope = "everyone" if source.everyone else "some"
        self._source = source
        self._vouched = frozenset(vouched)
        self._believed = True
        self._vanished = Vanished({}, Counter())
        self._back: list[int] = []

    @property
    def requests(self) -> int:
        """See `Maker`."""
        return self._source.requests

    async def fill(self, draft: Draft, subject: Subject, watcher: Watcher, *, remember: bool) -> None:
        """See `Maker`."""
        plan, rules, portal_id = draft.plan, subject.rules, subject.row.id

        async def told(rows: int) -> None:
            watcher(Step.READ, rows, None)

        attribute_ids = attributes_to_read(rules)
        seen = await self._source.observe(portal_id, attribute_ids, rules.today, told)
        links = await (read_links(portal_id) if seen.everyone else read_links_of(portal_id, seen.employees))
        draft.notes = await (read_notes(portal_id) if seen.everyone else read_notes_of(portal_id, seen.employees))
        doubts = await self._compare(portal_id, seen, links)
        complete = seen.completeness.complete
        plan.completeness = msgspec.to_builtins(seen.completeness)
        plan.complete_source, plan.doubts = complete, msgspec.json.encode(doubts).decode()
        plan.requests_ukg = self.requests
        await plan.save()
        believed = self._believed = self._vouched.issuperset(doubts)
        if remember and seen.fresh and complete and believed:
            await self._keep(portal_id, seen, attribute_ids)
        if seen.fresh and complete and believed:
            draft.failures.forget_missing({employee.employee_id for employee in seen.employees}, seen.asked_for)
        by_place = limits_places(subject.limits)
        taker = PlanTaker(draft.writer, draft.notes, everyone=seen.everyone, by_place=by_place)
        draft.planned = taker.planned
        if by_place:
            everyone = count_places(seen.employees, links) if seen.everyone else await places_in_snapshot(portal_id)
            draft.planned.linked_places = everyone

        def judge(decision: Decision) -> Decision:
            return hold_back(
                draft.failures.judge(decision), complete_source=complete or not seen.everyone, believable=believed
            )

        planner = Planner(
            portal_id,
            subject.portal,
            links,
            rules,
            seen.emails,
            taker,
            notes=draft.notes if seen.everyone and seen.fresh else None,
            judge=judge,
        )
        await planner.plan(seen.employees, seen.strays, watcher)
        if seen.everyone and seen.fresh:
            await self._plan_vanished(draft, subject, taker, trusted=complete and believed)

    async def _compare(self, portal_id: int, seen: Observation, links: Links) -> tuple[str, ...]:
        if not (seen.everyone and seen.fresh):
            return ()
        self._vanished = await find_vanished(portal_id, links, seen)
        self._back = links.back(met(seen))
        return await doubts_about(portal_id, seen, self._vanished)

    async def _keep(self, portal_id: int, seen: Observation, attribute_ids: list[str]) -> None:
        if seen.everyone:
            await save_snapshot(portal_id, seen.employees, len(seen.strays), attribute_ids, seen.emails)
        else:
            await put_in_snapshot(portal_id, seen.employees)

    async def _plan_vanished(self, draft: Draft, subject: Subject, taker: PlanTaker, *, trusted: bool) -> None:
        reason = Reason.SOURCE_DOUBTFUL if draft.plan.complete_source else Reason.SOURCE_INCOMPLETE
        for decision, learner in await decide_vanished(
            self._vanished, subject.portal, may_end=subject.row.end_vanished
        ):
            judged = decision if trusted else held(decision, reason)
            taker.absent(judged, Origin(linked_before=learner.linked_employee_id))
        await taker.flush()

    async def remember(self, draft: Draft, run_number: int, lease: Lease) -> None:
        """See `Maker`."""
        await settle(draft.planned.settled, lease)
        if draft.notes is not None:
            await draft.notes.write(run_number, lease)
        if draft.plan.complete_source and self._believed:
            await count_missed(self._vanished, self._back, lease)


def new_id(kind: str) -> str:
    """A new id, like `plan-0123456789`."""
    return f"{kind}-{secrets.token_hex(5)}"
