"""How far a run is, in words and as a bar."""

from core.domain.progress import STEPS, Progress, bar, numbers, under_way

_BAR_CELLS = 12


def told(progress: Progress) -> str:
    """The steps, what is under way in bold; and how many people are through it."""
    first, last = under_way(progress)
    words = [
        f"✓ {step}" if place < first else f"*▸ {step}*" if place <= last else step for place, step in enumerate(STEPS)
    ]
    return f"{'   '.join(words)}\n{_numbers(progress)}"


def _numbers(progress: Progress) -> str:
    if progress.step is None:
        return "It begins."
    if progress.total is None:
        return f"{numbers(progress)}."
    return f"`{bar(progress, _BAR_CELLS)}` {numbers(progress)}"
