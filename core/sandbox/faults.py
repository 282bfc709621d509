"""Faults that wait for the requests they are meant for, whatever can go wrong with a stand-in."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Fault(Protocol):
    """What goes wrong once a request meets it; `left` counts how many more it hits, None is for ever."""

    left: int | None


FaultT = TypeVar("FaultT", bound=Fault)


class FaultQueue(Generic[FaultT]):
    """The faults still to come, oldest first; one request meets at most one of them."""

    def __init__(self) -> None:
        self._waiting: list[FaultT] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, fault: FaultT) -> None:
        """Let a fault wait behind the others."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        self._waiting.clear()

    def first(self, hits: Callable[[FaultT], bool]) -> FaultT | None:
        """The oldest fault that hits, counted down."""
        fault = next((fault for fault in self._waiting if hits(fault)), None)
        if fault is not None and fault.left is not None:
            fault.left -= 1
            if fault.left <= 0:
                self._waiting.remove(fault)
        return fault
