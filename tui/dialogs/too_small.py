"""What is seen while the terminal is too small for anything else."""

from textual.app import ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

LEAST = Size(60, 15)


def is_too_small(size: Size) -> bool:
    """Whether a screen would be broken in it."""
    return size.width < LEAST.width or size.height < LEAST.height


class TooSmall(ModalScreen[None]):
    """A sentence; it goes by itself once there is room, and what was under it is as it was."""

    DEFAULT_CSS = """
    TooSmall { align: center middle; background: $background; }
    TooSmall Static { width: auto; max-width: 100%; text-align: center; }
    """

    def compose(self) -> ComposeResult:
        """The sentence."""
        yield Static(markup=False)

    def on_resize(self, event: Resize) -> None:
        """Say it anew, or go."""
        if is_too_small(event.size):
            self.query_one(Static).update(
                f"This terminal is {event.size.width} x {event.size.height}; ukg-sync needs {LEAST.width} x "
                f"{LEAST.height}. Make it larger, or press q to quit."
            )
        elif self.is_current:
            self.dismiss()
