"""What a change of settings would do: the same people decided twice, under the rules of today and under others."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from core.domain.change import Decision
from core.domain.decision import Rules
from core.domain.difference import Difference, Moved
from core.domain.employee import Employee
from core.domain.outcome import Counts, Outcome
from core.sync.links import Links, read_links
from core.sync.making import Subject
from core.sync.notes import KnownNote
from core.sync.observing import Observation
from core.sync.planning import Finding, Planner
from core.sync.progress import nobody

_MOST_EXAMPLES = 10


async def compare(subject: Subject, rules: Rules, seen: Observation, read_at: datetime | None) -> Difference:
    """Decide for everyone seen, under the subject's rules and under `rules`; nothing is written."""
    links = await read_links(subject.row.id)
    before = await _decide(subject, subject.rules, seen, links)
    after = await _decide(subject, rules, seen, links)
    moved: Counter[tuple[tuple[str, str], tuple[str, str]]] = Counter()
    examples: dict[tuple[tuple[str, str], tuple[str, str]], list[str]] = {}
    values = 0
    for employee_id, (was, change, name) in before.found.items():
        now_is, other_change, _ = after.found[employee_id]
        if was != now_is:
            key = (was, now_is)
            moved[key] += 1
            named = examples.setdefault(key, [])
            if len(named) < _MOST_EXAMPLES:
                named.append(name)
        elif change != other_change:
            values += 1
    return Difference(
        read_at,
        before.counts,
        after.counts,
        [Moved(key[0], key[1], people, examples[key]) for key, people in moved.most_common()],
        values,
    )


class _Outcomes:
    """Takes findings only to tell them from others: outcome, reason and a mark of the change, by employee id."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.found: dict[str, tuple[tuple[str, str], int, str]] = {}

    def take(self, finding: Finding) -> None:
        """See `Taker`."""
        self.note(finding.decision)

    def take_together(self, findings: Sequence[Finding]) -> None:
        """See `Taker`."""
        for finding in findings:
            self.note(finding.decision)

    def keep(self, employee: Employee, note: KnownNote | None, outcome: Outcome) -> None:
        """See `Taker`; without notes nobody is kept."""

    def note(self, decision: Decision) -> None:
        """See `Taker`."""
        self.counts.add(decision.outcome)
        self.counts.fetched += 1
        mark = hash(msgspec.json.encode(decision.change)) if decision.change is not None else 0
        key = (decision.outcome.value, decision.reason.value)
        self.found[decision.employee_id] = (key, mark, decision.name or decision.employee_id)

    async def flush(self) -> None:
        """See `Taker`."""


async def _decide(subject: Subject, rules: Rules, seen: Observation, links: Links) -> _Outcomes:
    outcomes = _Outcomes()
    planner = Planner(subject.row.id, subject.portal, links, rules, seen.emails, outcomes)
    await planner.plan(list(seen.employees), seen.strays, nobody)
    return outcomes
