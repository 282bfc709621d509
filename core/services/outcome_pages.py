"""The people of a run or a plan by pages, of those wanted only: as quick for 100,000 as for ten."""

from collections.abc import Sequence

import msgspec
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from core.domain.outcome import Outcome
from core.services.history import BROKEN_OFF, NOT_DONE, Report, ReportedOutcome, not_done, notes_of, plan_of, reported
from core.store.models import Note, Plan, PlanItem
from core.store.words import with_words

_NAMES = ("name", "email", "employee_id")


class WantedOutcomes(msgspec.Struct, frozen=True):
    """Which people: with this outcome (None: all but the unchanged), and every word of `text` in name, e-mail or
    employee id."""

    outcome: Outcome | None = None
    text: str = ""


class OutcomePages:
    """Those of a report who are wanted, in the order of the report. Whoever got the report may see them. They are
    counted before a page is asked for."""

    def __init__(self, report: Report, wanted: WantedOutcomes) -> None:
        self._report, self._wanted = report, wanted
        self._items = 0

    async def count(self) -> int:
        """How many people."""
        if self._report.plan is None:
            return 0
        plan = await plan_of(self._report)
        self._items = await self._items_of(plan).count()
        return self._items + await (await self._notes_of(plan)).count()

    async def page(self, offset: int, limit: int) -> list[ReportedOutcome]:
        """Up to `limit` people after the first `offset`, as they were counted."""
        if self._report.plan is None:
            return []
        plan = await plan_of(self._report)
        items: Sequence[PlanItem] = []
        if offset < self._items:
            items = await self._items_of(plan).order_by("position").offset(offset).limit(limit)
        found = [self._reported(item) for item in items]
        if len(found) < limit:
            notes = (await self._notes_of(plan)).order_by("id").offset(max(0, offset - self._items))
            found += [reported(note) for note in await notes.limit(limit - len(found))]
        return found

    def _items_of(self, plan: Plan) -> QuerySet[PlanItem]:
        """Who has something to write: of a run that broke off, those it did not come to have failed."""
        found, wanted = with_words(PlanItem.filter(plan_id=plan.id), self._wanted.text, *_NAMES), self._wanted.outcome
        if self._report.status != BROKEN_OFF or self._report.run is None or wanted is None:
            return found.filter(outcome=wanted.value) if wanted else found.exclude(outcome=Outcome.UNCHANGED.value)
        if wanted is Outcome.FAILED:
            return found.filter(Q(outcome=wanted.value) | Q(state__in=[*NOT_DONE]))
        return found.filter(outcome=wanted.value).exclude(state__in=[*NOT_DONE])

    async def _notes_of(self, plan: Plan) -> QuerySet[Note]:
        """Who was noted with nothing to write."""
        found, wanted = with_words(notes_of(plan), self._wanted.text, *_NAMES), self._wanted.outcome
        found = found.filter(outcome=wanted.value) if wanted else found.exclude(outcome=Outcome.UNCHANGED.value)
        return found.exclude(id__in=plan.outdated_notes) if plan.outdated_notes else found

    def _reported(self, item: PlanItem) -> ReportedOutcome:
        row = reported(item, item.change)
        if self._report.run is not None and self._report.status == BROKEN_OFF and item.state in NOT_DONE:
            not_done(row, item)
        return row
