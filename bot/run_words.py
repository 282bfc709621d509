"""Runs in a line of words."""

from bot.content import escaped, moment
from bot.terminal import for_slack
from core.domain.outcome import Counts, Outcome
from core.services.history import RunOverview

_NOTHING_TO_TELL = ("fetched", "unchanged")


def told(run: RunOverview) -> str:
    """When it ran, at whose wish, how it ended and what it did: counts other than zero, then the error if any."""
    numbers = {name: getattr(run.counts, name) for name in run.counts.__struct_fields__ if name not in _NOTHING_TO_TELL}
    did = ", ".join(f"{number} {name}" for name, number in numbers.items() if number) or "nothing to change"
    error = f" {escaped(for_slack(run.error))}" if run.error else ""
    return f"{moment(run.started_at)} ({run.trigger}): {run.status}, {did}.{error}"


def counted(counts: Counts) -> str:
    """The counts other than zero, and of how many people: "2 created, 98 unchanged, of 100 people."."""
    if not counts.fetched:
        return "Nobody was looked at."
    numbers = [(getattr(counts, outcome), outcome.words) for outcome in Outcome]
    words = ", ".join(f"{number:,} {outcome}" for number, outcome in numbers if number)
    return f"{words}, of {counts.fetched:,} {'person' if counts.fetched == 1 else 'people'}."
