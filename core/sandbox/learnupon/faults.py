"""Faults a test or a person can put between a request and its answer.

`sandbox.faults.add(lost, "writes", times=3)` loses the answers of the next three writes, after they were done.
"""

from dataclasses import dataclass
from typing import Literal

from core.sandbox.learnupon.routes import Route

KindName = Literal["lost", "cut", "html", "silent", "status", "slow"]


@dataclass(frozen=True)
class Kind:
    """What goes wrong. Made by `status` and `slow`; the others are the constants of this module."""

    name: KindName
    code: int = 0
    seconds: float = 0.0


def status(code: int) -> Kind:
    """Do nothing and answer with this status, as the API words its errors."""
    return Kind("status", code=code)


def slow(seconds: float) -> Kind:
    """Answer as usual, but only after some seconds."""
    return Kind("slow", seconds=seconds)


lost = Kind("lost")
"""Do what was asked, then close the connection without an answer."""
cut = Kind("cut")
"""Close the connection before anything is done."""
html = Kind("html")
"""Do nothing and answer 502 with a page of the gateway."""
silent = Kind("silent")
"""Do nothing and answer 200, as if it were done (facts/learnupon-api, section 1.5)."""


@dataclass
class _Fault:
    kind: Kind
    call: str
    portal: str | None
    left: int | None

    def hits(self, asked: Route, portal: str) -> bool:
        if self.portal not in (None, portal):
            return False
        if self.call in ("writes", "reads"):
            return asked.writes is (self.call == "writes")
        return self.call in ("*", asked.name)


class Faults:
    """The faults still to come, oldest first; one request meets at most one of them."""

    def __init__(self) -> None:
        self._waiting: list[_Fault] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, kind: Kind, call: str = "*", *, portal: str | None = None, times: int | None = 1) -> None:
        """Put a fault in the queue.

        call: a call as in routes.py (`PUT users/#`), "writes", "reads", or "*" for all. portal: only that portal's.
        times: how many requests it hits before it is over; None is for ever.
        """
        self._waiting.append(_Fault(kind, call, portal, times))

    def clear(self) -> None:
        """Forget all faults."""
        self._waiting.clear()

    def take(self, asked: Route, portal: str) -> Kind | None:
        """The fault this request meets, counted down."""
        for fault in self._waiting:
            if not fault.hits(asked, portal):
                continue
            if fault.left is not None:
                fault.left -= 1
                if fault.left <= 0:
                    self._waiting.remove(fault)
            return fault.kind
        return None
