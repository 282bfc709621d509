"""The line at the top of every screen: which portal, where in it, and what is at work."""

from rich.text import Text
from textual.reactive import reactive
from textual.widgets import Static

from core.domain.progress import AtWork
from tui.words import step_words


class TitleBar(Static):
    """`ukg-sync  PORTAL › PLACE`, and at the right a run of the portal while there is one."""

    at_work: reactive[tuple[AtWork, ...]] = reactive(())

    def __init__(self, portal: str | None, place: str) -> None:
        super().__init__(markup=False)
        self._portal, self._place = portal, place

    def on_mount(self) -> None:
        """Draw for the first time."""
        self._draw()

    def on_resize(self) -> None:
        """Keep the run at the right edge."""
        self._draw()

    def watch_at_work(self) -> None:
        """Draw the progress."""
        self._draw()

    def _draw(self) -> None:
        left = Text.assemble((" ukg-sync ", "bold"), f" {self._portal} › " if self._portal else " ", self._place)
        right = self._run()
        space = max(1, self.size.width - left.cell_len - len(right) - 1)
        left.append(" " * space + right)
        left.no_wrap = True
        self.update(left)

    def _run(self) -> str:
        ours = [each for each in self.at_work if each.portal == self._portal]
        if not ours:
            return f"{len(self.at_work)} at work elsewhere" if self.at_work else ""
        return f"⟳ {step_words(ours[0].progress)}"
