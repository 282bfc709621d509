"""How far a run is: its steps, a bar, and how long it takes so far."""

from datetime import datetime

from rich.text import Text

from core.domain.progress import STEPS, Progress, bar, numbers, under_way
from tui.words import lasted

_BAR_CELLS = 30


def drawn_steps(progress: Progress, begun: datetime) -> Text:
    """The steps, a mark before what is done and what is under way; then a bar with its numbers."""
    first, last = under_way(progress)
    text = Text()
    for place, step in enumerate(STEPS):
        if place < first:
            text.append(f"✓ {step}   ")
        elif place <= last:
            text.append(f"▸ {step}   ", style="bold reverse" if progress.cut_off else "bold")
        else:
            text.append(f"· {step}   ", style="dim")
    text.append(f"\n{_numbers(progress)}   {lasted(begun, None)}")
    return text


def _numbers(progress: Progress) -> str:
    if progress.step is None:
        return "It begins."
    if progress.total is None:
        return numbers(progress)
    return f"{bar(progress, _BAR_CELLS)} {numbers(progress)}"
