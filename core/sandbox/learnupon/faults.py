"""Faults a test or a person can put between a request and its answer.

`sandbox.faults.add(lost, "writes", times=3)` loses the answers of the next three writes, after they were done.
"""

from dataclasses import dataclass
from typing import Literal

from core.sandbox.faults import FaultQueue
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


class Faults(FaultQueue[_Fault]):
    """The faults still to come, oldest first; one request meets at most one of them."""

    def add(self, kind: Kind, call: str = "*", *, portal: str | None = None, times: int | None = 1) -> None:
        """Put a fault in the queue.

        call: a call as in routes.py (`PUT users/#`), "writes", "reads", or "*" for all. portal: only that portal's.
        times: how many requests it hits before it is over; None is for ever.
        """
        self.put(_Fault(kind, call, portal, times))

    def take(self, asked: Route, portal: str) -> Kind | None:
        """The fault this request meets, counted down."""
        fault = self.first(lambda fault: fault.hits(asked, portal))
        return None if fault is None else fault.kind
