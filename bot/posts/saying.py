"""What a message says at this moment."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

import msgspec

from bot.content import Content
from core.services.slack_posts import Kind


class Saying(msgspec.Struct, frozen=True):
    """What a message says now. `settled` tells that this is final, then `replies` belong into its thread; otherwise it
    is looked at again after `look_after`. `live` tells that it only says how far a run is, and may wait for its turn.
    `loud` lets a reply be seen in the channel too.
    """

    content: Content
    settled: bool = True
    replies: Sequence[Kind] = ()
    look_after: timedelta = timedelta(0)
    live: bool = False
    loud: bool = False

    @property
    def digest(self) -> str:
        """What tells one content from another."""
        return sha256(msgspec.json.encode(self.content)).hexdigest()


class NotYet(Exception):
    """There is nothing to say yet."""


class NothingToSay(Exception):
    """There is nothing to say any more."""
