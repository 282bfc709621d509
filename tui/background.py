"""Work beside the painting: it ends with the screen it was begun for, and its faults never end the app."""

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode


def in_background(
    node: DOMNode, work: Callable[[], Coroutine[Any, Any, None]], *, group: str, exclusive: bool = False
) -> None:
    """Begin the work; `exclusive` ends what is under way in the same group. The work tells its own failures."""
    node.run_worker(work, group=group, exclusive=exclusive, exit_on_error=False)  # type: ignore[arg-type]
