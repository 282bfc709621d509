"""Tables and the progress bar: rich on a terminal, plain text in a pipe."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from core.sync.progress import Step, Watcher


def show_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on stdout. Cells are shown as they are: nothing in them is taken for markup."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    table = Table(box=SIMPLE, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=not sys.stdout.isatty())
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    if not console.is_terminal:
        console.width = 10_000
    console.print(table)


def printable(cell: str, longest: int = 120) -> str:
    """The text shortened, without anything that could move the cursor of a terminal."""
    text = "".join(letter if letter.isprintable() else "·" for letter in cell)
    return text if len(text) <= longest else text[: longest - 1] + "…"


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[Watcher]:
    """A watcher that draws a bar on stderr when it is a terminal, and in a pipe only says what is worth a sentence."""
    if quiet or not sys.stderr.isatty():
        yield _say_note
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks = {}

        def watch(step: Step, done: int, total: int | None, note: str = "") -> None:
            if note:
                progress.console.print(note)
            if step not in tasks:
                tasks[step] = progress.add_task(step.value, total=total)
            progress.update(tasks[step], completed=done, total=total)

        yield watch


def _say_note(step: Step, done: int, total: int | None, note: str = "") -> None:
    if note:
        sys.stderr.write(f"{note}\n")


def source_mark(source: str) -> str:
    """How a list shows where an account comes from."""
    return "UKG" if source == "ukg" else source
