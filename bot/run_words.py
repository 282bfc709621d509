"""Runs in a line of words."""

from bot.content import escaped, moment
from core.services.history import RunOverview

_NOTHING_TO_TELL = ("fetched", "unchanged")


def told(run: RunOverview) -> str:
    """When it ran, at whose wish, how it ended and what it did: counts other than zero, then the error if any."""
    numbers = {name: getattr(run.counts, name) for name in run.counts.__struct_fields__ if name not in _NOTHING_TO_TELL}
    did = ", ".join(f"{number} {name}" for name, number in numbers.items() if number) or "nothing to change"
    error = f" {escaped(run.error)}" if run.error else ""
    return f"{moment(run.started_at)} ({run.trigger}): {run.status}, {did}.{error}"
