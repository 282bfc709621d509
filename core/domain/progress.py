"""What faces are told of runs at work, and whether anything moved at all."""

import msgspec


class Progress(msgspec.Struct, frozen=True):
    """How far a run is: the name of a `core.sync.progress.Step`, None before the first; see `RunProgress`. `cut_off`
    tells that its process is gone; the next run goes on from there."""

    step: str | None
    done: int
    total: int | None
    cut_off: bool


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
