"""What faces are told of runs at work: how far they are, step by step, and whether anything moved at all."""

import msgspec

STEPS = ("read UKG Pro", "match", "plan", "guard", "write", "report")
"""The steps of a run in the words of a screen."""


class Progress(msgspec.Struct, frozen=True):
    """How far a run is: the name of a `core.sync.progress.Step`, None before the first; see `RunProgress`. `cut_off`
    tells that its process is gone; the next run goes on from there."""

    step: str | None
    done: int
    total: int | None
    cut_off: bool

    @property
    def share(self) -> float:
        """How much of the step is done, from 0 to 1; 0 while the total is not known."""
        if self.total is None:
            return 0.0
        return self.done / self.total if self.total else 1.0


class AtWork(msgspec.Struct, frozen=True):
    """A run that is at work, of which portal, and how far it is."""

    portal: str
    run: str
    progress: Progress


class Pulse(msgspec.Struct, frozen=True):
    """Two looks are equal when nothing happened between them that a person could see on a screen.

    `steady` changes with everything that is done, but not with the progress of a run, which is in `at_work`.
    """

    steady: tuple[object, ...]
    at_work: tuple[AtWork, ...]


def under_way(progress: Progress) -> tuple[int, int]:
    """The places in `STEPS` of the first and the last that are under way. Matching and planning go on together, person
    by person."""
    over = progress.total is not None and progress.done >= progress.total
    match progress.step:
        case "PLAN":
            return (3, 3) if over else (1, 2)
        case "APPLY":
            return (5, 5) if over else (4, 4)
        case _:
            return (0, 0)


def bar(progress: Progress, cells: int) -> str:
    """How much of the step is done, as a bar that many cells long."""
    full = round(progress.share * cells)
    return "█" * full + "░" * (cells - full)


def numbers(progress: Progress) -> str:
    """How much of the step is done: `500 rows so far`, `25%: 3 of 12 people`."""
    if progress.total is None:
        return f"{progress.done:,} rows so far"
    return f"{progress.share:.0%}: {progress.done:,} of {progress.total:,} people"
