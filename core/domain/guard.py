"""The guard: how many changes of a kind may happen before a person has to look (design, section 4).

A limit that trips holds the changes of that kind, in that company or department where the limit is one of those, and
lets everything else through.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from core.domain.change import Change, Decision
from core.domain.outcome import SENTENCES, Outcome, Reason

# A portal with fewer linked learners is being filled: new accounts are what it waits for.
FILLED_FROM = 50


class Kind(StrEnum):
    """The kinds of change that are limited. One person's change may be of several."""

    ENDED = "ended"
    CREATED = "created"
    UPDATED = "updated"
    EMAIL_CHANGED = "email-changed"
    BLANKED = "blanked"


class Span(StrEnum):
    """What a limit counts over: one run, seven days, or one company or department in a run."""

    RUN = "run"
    WEEK = "week"
    COMPANY = "company"
    DEPARTMENT = "department"


WORDS = {
    Kind.ENDED: "would lose access",
    Kind.CREATED: "would get an account or get it back",
    Kind.UPDATED: "would be updated",
    Kind.EMAIL_CHANGED: "would get another e-mail",
    Kind.BLANKED: "would have a value blanked",
}
_KIND_OF = {
    Outcome.ENDED: Kind.ENDED,
    Outcome.CREATED: Kind.CREATED,
    Outcome.INVITED: Kind.CREATED,
    Outcome.REACTIVATED: Kind.CREATED,
    Outcome.UPDATED: Kind.UPDATED,
}


class Limit(msgspec.Struct, frozen=True, omit_defaults=True):
    """At most this percentage of the linked learners, or this many people, whichever is more.

    A percentage never stops a single person: in a small portal one would be more than any percentage.
    """

    percent: float | None = None  # to the hundredth
    people: int | None = None

    def allowed(self, linked: int) -> int:
        """The greatest number of people that passes when `linked` learners are linked."""
        share = 0 if self.percent is None else max(round(self.percent * 100) * linked // 10_000, 1)
        return max(share, self.people or 0)

    @property
    def words(self) -> str:
        """As a person writes it: `2% or 5`."""
        parts = [] if self.percent is None else [f"{self.percent:g}%"]
        return " or ".join(parts + ([] if self.people is None else [str(self.people)]))


Limits = Mapping[Span, Mapping[Kind, Limit]]

DEFAULT_LIMITS: Limits = {
    Span.RUN: {
        Kind.ENDED: Limit(percent=2, people=5),
        Kind.CREATED: Limit(percent=50),
        Kind.EMAIL_CHANGED: Limit(percent=5, people=5),
        Kind.BLANKED: Limit(percent=10),
    },
    Span.WEEK: {Kind.ENDED: Limit(percent=5, people=5)},
    Span.COMPANY: {},
    Span.DEPARTMENT: {},
}


class Tally(msgspec.Struct, frozen=True):
    """How many changes of a kind a plan holds, of one company or department if `place` is set.

    `before` counts those written in the seven days before, `linked` the linked learners that a percentage is of.
    `linked_in_portal` are those of the whole portal, where `linked` are only those of one place; 0 while the portal is
    being filled.
    """

    span: Span
    kind: Kind
    planned: int
    linked: int
    before: int = 0
    place: str | None = None
    linked_in_portal: int | None = None


class Tripped(msgspec.Struct, frozen=True):
    """A limit that a plan exceeds: `number` people where `allowed` would pass; `sentence` is for a person."""

    span: Span
    kind: Kind
    number: int
    allowed: int
    sentence: str
    place: str | None = None


def only_marks(outcome: Outcome, reason: Reason, change: Change | None) -> bool:
    """Whether the change only marks an account whose end an earlier one had set: its last day is over, so nobody loses
    anything by it, and it is no change to be limited."""
    if outcome is not Outcome.ENDED or reason is not Reason.TERMINATED or change is None:
        return False
    return not isinstance(change.after.account_expires, date)


def kinds_of(outcome: Outcome, change: Change | None) -> frozenset[Kind]:
    """The kinds of a change that comes out like this."""
    kinds = {_KIND_OF[outcome]} if outcome in _KIND_OF else set()
    if change is not None and change.learner_id is not None:
        if isinstance(change.after.email, str):
            kinds.add(Kind.EMAIL_CHANGED)
        if any(value is None for value in change.after.custom.values()):
            kinds.add(Kind.BLANKED)
    return frozenset(kinds)


def exceeded(limits: Limits, tallies: Sequence[Tally]) -> list[Tripped]:
    """The limits that the tallies exceed."""
    tripped = [_exceeded(limits.get(tally.span, {}).get(tally.kind), tally) for tally in tallies]
    return [each for each in tripped if each is not None]


def _exceeded(limit: Limit | None, tally: Tally) -> Tripped | None:
    if limit is None or not tally.planned:
        return None
    in_portal = tally.linked if tally.linked_in_portal is None else tally.linked_in_portal
    if tally.kind is Kind.CREATED and in_portal < FILLED_FROM:
        return None
    allowed = limit.allowed(tally.linked)
    number = tally.planned + tally.before
    if number <= allowed:
        return None
    where = f" in {tally.span} {tally.place}" if tally.place else ""
    when = f", {number} within seven days," if tally.span is Span.WEEK else ""
    people = "1 person" if tally.planned == 1 else f"{tally.planned} people"
    sentence = (
        f"{people}{where} {WORDS[tally.kind]}{when} of {tally.linked} linked learners; the guard lets "
        f"{allowed} through ({limit.words})."
    )
    return Tripped(tally.span, tally.kind, number, allowed, sentence, tally.place)


def hold_back(decision: Decision, *, complete_source: bool, believable: bool = True) -> Decision:
    """The decision, or the same held: nobody's access ends by an answer that is not proved whole, or not believable."""
    if decision.outcome is not Outcome.ENDED or (complete_source and believable):
        return decision
    return held(decision, Reason.SOURCE_DOUBTFUL if complete_source else Reason.SOURCE_INCOMPLETE)


def held(decision: Decision, reason: Reason) -> Decision:
    """The decision held for this reason; what it would have been is kept."""
    return msgspec.structs.replace(
        decision,
        outcome=Outcome.HELD,
        reason=reason,
        detail=SENTENCES[reason],
        held_outcome=decision.outcome,
        held_reason=decision.reason,
    )
