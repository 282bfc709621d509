"""What a test lets go wrong: the next calls of a method, or all until it is mended."""

from dataclasses import dataclass, field
from typing import Any

INTERNAL = "internal_error"
"""HTTP 500, with nothing done."""
CUT = "cut"
"""The connection is closed before anything is done."""
SILENT = "silent"
"""Nothing is done and nothing is answered, until the fault is mended."""
UNANSWERED = "unanswered"
"""All is done and nothing is answered, until the fault is mended."""
LOST = "lost"
"""All is done, then the connection is closed without an answer."""


@dataclass
class Fault:
    """What goes wrong, how many times more (None: until it is mended), and what else the answer says."""

    error: str
    times: int | None
    retry_after: int = 1
    more: dict[str, Any] = field(default_factory=dict)


class Faults:
    """The faults still to come, by method."""

    def __init__(self) -> None:
        self._of: dict[str, list[Fault]] = {}

    def add(self, method: str, error: str, *, times: int | None = 1, retry_after: int = 1, **more: Any) -> None:
        """Let the next calls of the method fail: with an error of Slack's, or with one of this module."""
        self._of.setdefault(method, []).append(Fault(error, times, retry_after, more))

    def mend(self, method: str | None = None) -> None:
        """Let the method work again, or all."""
        if method is None:
            self._of.clear()
        else:
            self._of.pop(method, None)

    def take(self, method: str) -> Fault | None:
        """The fault this call meets, counted down."""
        waiting = self._of.get(method) or self._of.get("*")
        if not waiting:
            return None
        fault = waiting[0]
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                waiting.pop(0)
        return fault
