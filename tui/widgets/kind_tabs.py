"""Which kind of outcome a list shows: a line of them with their numbers, one of which is chosen."""

from collections.abc import Mapping

from rich.style import Style
from rich.text import Text
from textual.message import Message
from textual.widgets import Static

ALL = ""


class KindTabs(Static):
    """`all 120 [held 12] invited 3`; moved with the arrows, or by a click."""

    class Chosen(Message):
        """Another kind is wanted; empty for all."""

        def __init__(self, kind: str) -> None:
            self.kind = kind
            super().__init__()

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._numbers: dict[str, int] = {}
        self.kind = ALL

    def show(self, numbers: Mapping[str, int]) -> None:
        """Show these kinds with their numbers; a kind that is no longer there is no longer chosen."""
        self._numbers = {kind: number for kind, number in numbers.items() if number or kind == self.kind}
        self._draw()

    def move(self, by: int) -> None:
        """To the next kind, or the one before."""
        kinds = [ALL, *self._numbers]
        self.action_choose(kinds[(kinds.index(self.kind) + by) % len(kinds)])

    def action_choose(self, kind: str) -> None:
        """To this kind."""
        self.kind = kind
        self._draw()
        self.post_message(self.Chosen(kind))

    def _draw(self) -> None:
        text = Text(no_wrap=True)
        for kind, number in ({ALL: sum(self._numbers.values())} | self._numbers).items():
            words = f"{kind or 'all'} {number:,}"
            shown = f"[{words}]" if kind == self.kind else f" {words} "
            text.append(shown, Style(bold=kind == self.kind, meta={"@click": f"choose({kind!r})"}))
            text.append(" ")
        self.update(text)
