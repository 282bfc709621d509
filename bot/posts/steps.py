"""How far a run is, in words and as a bar."""

from core.domain.progress import Progress

STEPS = ("read UKG Pro", "match", "plan", "guard", "write", "report")
_LENGTH = 12


def under_way(progress: Progress) -> tuple[int, int]:
    """The first and the last of the steps that are under way. Matching and planning go on together, person by
    person."""
    over = progress.total is not None and progress.done >= progress.total
    match progress.step:
        case "PLAN":
            return (3, 3) if over else (1, 2)
        case "APPLY":
            return (5, 5) if over else (4, 4)
        case _:
            return (0, 0)


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
        return f"{progress.done:,} rows so far."
    share = progress.done / progress.total if progress.total else 1.0
    full = round(share * _LENGTH)
    bar = "█" * full + "░" * (_LENGTH - full)
    return f"`{bar}` {share:.0%}: {progress.done:,} of {progress.total:,} people"
