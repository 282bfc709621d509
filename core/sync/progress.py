"""What a run tells whoever watches it."""

from enum import StrEnum
from typing import Protocol


class Step(StrEnum):
    """The steps of a run, in words a person reads."""

    READ = "Reading UKG Pro"
    PLAN = "Working out changes"
    APPLY = "Writing to the portal"


class Watcher(Protocol):
    """Told of every bit of progress; `total` is None while it is not known. Must not take long."""

    def __call__(self, step: Step, done: int, total: int | None, note: str = "") -> None:
        """`done` of `total` people (rows, for READ) are through this step. `note` is a sentence worth knowing."""
        ...


def nobody(step: Step, done: int, total: int | None, note: str = "") -> None:
    """The watcher of an unattended run."""
