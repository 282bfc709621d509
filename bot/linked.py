"""How this process stands with Slack, for whoever asks: an admin in Slack, or a machine that watches `/health`."""

from collections.abc import Awaitable, Callable
from enum import StrEnum


class State(StrEnum):
    """The ways to stand with Slack."""

    HTTP = "http"
    CONNECTING = "connecting"
    LINKED = "linked"
    BROKEN = "broken"


SENTENCES = {
    State.HTTP: "Slack reaches ukg-sync over HTTP.",
    State.CONNECTING: "The link to Slack is being made.",
    State.LINKED: "Linked to Slack.",
    State.BROKEN: "The link to Slack is broken and being mended.",
}


class Linked:
    """The way on which Slack reaches us: over HTTP, or a link. Whoever holds the link sets `is_open`."""

    def __init__(self, *, over_http: bool = False) -> None:
        self._over_http = over_http
        self._was_open = False
        self.is_open: Callable[[], Awaitable[bool]] | None = None

    async def state(self) -> State:
        """How it stands now."""
        if self._over_http:
            return State.HTTP
        if self.is_open is not None and await self.is_open():
            self._was_open = True
            return State.LINKED
        return State.BROKEN if self._was_open else State.CONNECTING
