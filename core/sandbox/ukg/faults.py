"""Faults a test or a person can put between a request and its answer.

`sandbox.faults.add("person-details", page=2, kind=status(500))` makes the next request for page 2 fail;
`times=None` makes it fail every time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.sandbox.faults import FaultQueue

_Name = Literal["status", "drop", "truncate", "cut_body", "html", "empty", "slow", "shift", "drop_page"]


@dataclass(frozen=True)
class Kind:
    """What goes wrong. Made by `status` and `slow`; the others are the constants of this module."""

    name: _Name
    code: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    seconds: float = 0.0


def status(code: int, headers: Mapping[str, str] | None = None, body: bytes | str | None = None) -> Kind:
    """Answer with this status; without a body, the body is the one of `SandboxSettings.error_body`."""
    return Kind("status", code, headers or {}, body.encode() if isinstance(body, str) else body)


def slow(seconds: float) -> Kind:
    """Answer as usual, but only after some seconds."""
    return Kind("slow", seconds=seconds)


drop = Kind("drop")
"""Close the connection without an answer."""
truncate = Kind("truncate")
"""Answer half of the JSON, with the Content-Length of the half."""
cut_body = Kind("cut_body")
"""Promise the whole body, send half of it, close the connection."""
html = Kind("html")
"""Status 200 with a log-in page."""
empty = Kind("empty")
"""Status 200 with no body."""
shift = Kind("shift")
"""From the fault's page on (never the first) every row comes one place later: one is repeated, the last is lost."""
drop_page = Kind("drop_page")
"""Answer `[]` for this page, with the usual `Link`."""


@dataclass
class _Fault:
    endpoint: str
    kind: Kind
    page: int | None
    left: int | None

    def hits(self, endpoint: str, page: int) -> bool:
        if self.endpoint not in (endpoint, "*"):
            return False
        if self.kind.name == "shift":
            return self.page is None or page >= self.page
        return self.page is None or page == self.page


class Faults(FaultQueue[_Fault]):
    """The faults still to come, oldest first; one request meets at most one of them."""

    def add(self, endpoint: str, *, kind: Kind, page: int | None = None, times: int | None = 1) -> None:
        """Put a fault in the queue.

        endpoint: name of the list, e.g. "person-details" (also for its routes with an id), or "*" for all.
        page: only this page; for `shift`, this page and all after it. None is any page.
        times: how many requests it hits before it is over; None is for ever.
        """
        self.put(_Fault(endpoint, kind, page, times))

    def take(self, endpoint: str, page: int) -> Kind | None:
        """The fault this request meets, counted down."""
        fault = self.first(lambda fault: fault.hits(endpoint, page))
        return None if fault is None else fault.kind
