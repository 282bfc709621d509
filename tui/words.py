"""How things are written on the screens: moments, numbers, outcomes, the steps of a run."""

from datetime import UTC, date, datetime

from core.clock import now, zone
from core.domain.outcome import Counts, Outcome
from core.domain.progress import Progress
from tui.rows import Cell, Tone

_STEPS = {"READ": "reading UKG Pro", "PLAN": "working out changes", "APPLY": "writing"}
_TONES = {
    **dict.fromkeys(("created", "invited", "updated", "reactivated", "succeeded", "active", "done", "ok"), Tone.GOOD),
    **dict.fromkeys(("held", "conflict", "partial", "pending", "waiting", "running", "note", "refused"), Tone.WARNING),
    **dict.fromkeys(("failed", "ended", "disabled", "wrong", "expired"), Tone.BAD),
    **dict.fromkeys(("unchanged", "skipped", "none", "cancelled"), Tone.MUTED),
}


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 person`, `2,000 people`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def toned(word: str) -> Cell:
    """A word of the contract (an outcome, a status) in its colour."""
    return Cell(word, _TONES.get(word, Tone.PLAIN))


def moment(at: datetime | None, timezone: str, missing: str = "") -> str:
    """A moment in the portal's time zone, to the minute; today's and yesterday's by name."""
    if at is None:
        return missing
    local, today = at.astimezone(zone(timezone)), now().astimezone(zone(timezone)).date()
    days = (today - local.date()).days
    named = {0: "today", 1: "yesterday", -1: "tomorrow"}.get(days)
    return f"{named} {local:%H:%M}" if named else f"{local:%Y-%m-%d %H:%M}"


def day(value: date | None, missing: str = "") -> str:
    """A date."""
    return missing if value is None else value.isoformat()


def lasted(begun: datetime, ended: datetime | None) -> str:
    """How long something took, or takes so far."""
    seconds = int(((ended or now().astimezone(UTC)) - begun).total_seconds())
    minutes, seconds = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def changes_of(counts: Counts) -> dict[str, int]:
    """The counts of a run by outcome, without those for whom nothing was to be done."""
    return {outcome.value: getattr(counts, outcome.value) for outcome in Outcome if outcome is not Outcome.UNCHANGED}


def counts_words(counts: dict[str, int], none: str = "nothing to change") -> str:
    """`3 invited, 12 updated`, without what is zero."""
    told = [f"{number:,} {outcome}" for outcome, number in counts.items() if number]
    return ", ".join(told) or none


def step_words(progress: Progress) -> str:
    """How far a run is, in a few words."""
    if progress.cut_off:
        return "a run was cut off"
    if progress.step is None:
        return "a run begins"
    words = _STEPS.get(progress.step, progress.step.lower())
    if not progress.total:
        return f"{words}, {progress.done:,} so far" if progress.done else words
    return f"{words} {progress.done:,} of {progress.total:,}"
