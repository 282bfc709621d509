"""People whose change the portal refused: tried again ever more seldom, and at once when another change is due."""

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec

from core.clock import now
from core.domain.change import Decision
from core.domain.fingerprint import fingerprint, fingerprint_of
from core.domain.outcome import Outcome, Reason
from core.store.models import Failure, PlanItem
from core.store.run_lock import Lease
from core.store.transactions import write_transaction

_HOURS = (6, 12, 24)
_LAST_DAY = timedelta(days=28)
_AT_ONCE = 500
# What a later try may mend by itself; any other refusal is decided afresh in every run.
TRIED_AGAIN = frozenset({Reason.LICENCE_LIMIT, Reason.PORTAL_REFUSED})


def next_try(tries: int, first_at: datetime, last_at: datetime) -> datetime | None:
    """When to try again after so many tries: 6, 12, 24 hours later, then daily until the 28th day; then not at all."""
    hours = _HOURS[min(tries, len(_HOURS)) - 1]
    moment = last_at + timedelta(hours=hours)
    return moment if moment <= first_at + _LAST_DAY else None


class Failures:
    """The failures of a portal at the start of a run. With `obeyed` false everyone is tried again."""

    def __init__(self, known: dict[str, Failure], *, obeyed: bool = True) -> None:
        self._known = known
        self._obeyed = obeyed
        self._moment = now()
        self._judged: set[str] = set()

    def judge(self, decision: Decision) -> Decision:
        """The decision, or the failure again while its next try is not due."""
        failure = self._known.get(decision.employee_id)
        if failure is None:
            return decision
        if not self._obeyed or failure.digest != f"{fingerprint_of(decision):032x}" or self._is_due(failure):
            self._judged.add(decision.employee_id)
            return decision
        return msgspec.structs.replace(
            decision, outcome=Outcome.FAILED, reason=Reason(failure.reason), detail=sentence_of(failure), change=None
        )

    def forget_missing(self, present: Collection[str], asked_for: Collection[str] | None) -> None:
        """Whoever was asked for (None: everyone) and is no longer in UKG Pro has nothing left that could fail."""
        asked = self._known if asked_for is None else [each for each in asked_for if each in self._known]
        self._judged.update(employee_id for employee_id in asked if employee_id not in present)

    def _is_due(self, failure: Failure) -> bool:
        return failure.next_at is not None and failure.next_at <= self._moment

    async def write(self, plan_id: str, portal_id: int, lease: Lease) -> None:
        """Remember who was refused in this plan, and forget those who were let try again and were not, or are gone."""
        refused = await PlanItem.filter(
            plan_id=plan_id, state="failed", reason__in=[reason.value for reason in TRIED_AGAIN]
        )
        for start in range(0, len(refused), _AT_ONCE):
            async with write_transaction():
                await lease.renew()
                for item in refused[start : start + _AT_ONCE]:
                    await self._remember(portal_id, item)
        over = [self._known[each].id for each in self._judged - {item.employee_id for item in refused}]
        if over:
            async with write_transaction():
                await lease.renew()
                await Failure.filter(id__in=over).delete()

    async def _remember(self, portal_id: int, item: PlanItem) -> None:
        moment, known = now(), self._known.get(item.employee_id)
        tried = fingerprint(item.employee_id, item.planned_outcome, item.planned_reason, item.change)
        digest = f"{tried:032x}"
        again = known is not None and known.digest == digest
        first_at, tries = (known.first_at, known.tries + 1) if known is not None and again else (moment, 1)
        values = {
            "email": item.email,
            "name": item.name,
            "digest": digest,
            "reason": item.reason,
            "detail": item.detail,
            "tries": tries,
            "first_at": first_at,
            "next_at": next_try(tries, first_at, moment),
        }
        await Failure.update_or_create(defaults=values, portal_id=portal_id, employee_id=item.employee_id)


def sentence_of(failure: Failure) -> str:
    """Why it failed, how often it was tried and what comes next."""
    times = "once" if failure.tries == 1 else f"{failure.tries} times"
    if failure.next_at is None:
        after = "no further try before the record changes in UKG Pro or a sync is started by hand"
    else:
        after = f"next try {failure.next_at:%Y-%m-%d %H:%M} UTC, or with a sync by hand"
    return f"{failure.detail} Tried {times}; {after}."


async def read_failures(portal_id: int, *, obeyed: bool) -> Failures:
    """Everyone in the portal who waits for another try."""
    known = {failure.employee_id: failure for failure in await Failure.filter(portal_id=portal_id)}
    return Failures(known, obeyed=obeyed)
