"""The table that a bench prints."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Line:
    """One measurement: ours, the floor it is held against, their ratio, and what it is meant to stay below."""

    what: str
    ours: str
    floor: str
    ratio: str
    aim: str
    met: bool


def show(lines: Sequence[Line]) -> None:
    """Print the lines as a plain table."""
    rows = [("", "measured", "floor", "ratio", "aim", "")]
    rows += [(*astuple(line)[:-1], "met" if line.met else "MISSED") for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    for row in rows:
        print(
            "  ".join(
                cell.ljust(width) if not column else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
        )
