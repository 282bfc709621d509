"""How far a run is: its steps, a bar, and how long it takes so far."""

from datetime import datetime

from rich.text import Text

from core.domain.progress import Progress
from tui.words import lasted

_STEPS = ("read UKG Pro", "match", "plan", "guard", "write", "report")
_BAR_CELLS = 30


def drawn_steps(progress: Progress, begun: datetime) -> Text:
    """The steps, a mark before what is done and what is under way; then a bar with its numbers."""
    first, last = _under_way(progress)
    text = Text()
    for place, step in enumerate(_STEPS):
        if place < first:
            text.append(f"✓ {step}   ")
        elif place <= last:
            text.append(f"▸ {step}   ", style="bold reverse" if progress.cut_off else "bold")
        else:
            text.append(f"· {step}   ", style="dim")
    text.append(f"\n{_numbers(progress)}   {lasted(begun, None)}")
    return text


def _under_way(progress: Progress) -> tuple[int, int]:
    """The first and the last of the steps that are under way: matching and planning go on together."""
    over = progress.total is not None and progress.done >= progress.total
    match progress.step:
        case "PLAN":
            return (3, 3) if over else (1, 2)
        case "APPLY":
            return (5, 5) if over else (4, 4)
        case _:
            return (0, 0)


def _numbers(progress: Progress) -> str:
    if progress.step is None:
        return "It begins."
    if progress.total is None:
        return f"{progress.done:,} rows so far"
    share = progress.done / progress.total if progress.total else 1.0
    full = round(share * _BAR_CELLS)
    return f"{'█' * full}{'░' * (_BAR_CELLS - full)} {share:.0%}: {progress.done:,} of {progress.total:,} people"
