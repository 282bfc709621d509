"""One of several steps in which something is explained: its name at the left, its lines beside it."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.rows import Cell, Tone

_STYLES = {
    Tone.PLAIN: "",
    Tone.GOOD: "$text-success",
    Tone.WARNING: "$text-warning",
    Tone.BAD: "$text-error",
    Tone.MUTED: "$text-muted",
}

Line = str | Cell | Sequence[str | Cell]


class Step(Horizontal):
    """Empty until `show`."""

    DEFAULT_CSS = """
    Step { height: auto; margin-bottom: 1; }
    Step .step-name { width: 15; text-style: bold; }
    Step .step-lines { width: 1fr; }
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._title = name

    def compose(self) -> ComposeResult:
        """The name, and room for the lines."""
        yield Static(self._title, classes="step-name", markup=False)
        yield Static(classes="step-lines", markup=False)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines; a line of several pieces has each in its tone."""
        self.query_one(".step-lines", Static).update(Content("\n").join(map(content_of, lines)))


def content_of(line: Line) -> Content:
    """A line with its tones in the theme's colours."""
    pieces = [line] if isinstance(line, str | Cell) else line
    return Content.assemble(*map(_piece, pieces))


def _piece(piece: str | Cell) -> str | tuple[str, str]:
    return (piece.text, _STYLES[piece.tone]) if isinstance(piece, Cell) and _STYLES[piece.tone] else str_of(piece)


def str_of(piece: str | Cell) -> str:
    """The words alone."""
    return piece.text if isinstance(piece, Cell) else piece
