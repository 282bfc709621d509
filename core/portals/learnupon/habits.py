"""What a portal was seen to do where LearnUpon's documents are silent (facts/learnupon-api.md, section 8)."""

from enum import StrEnum

import msgspec
from msgspec import UNSET

from core.portals.learnupon.records import User, UserChange


class Leaving(StrEnum):
    """What becomes of values that an update leaves out."""

    UNKNOWN = "unknown"
    KEPT = "kept"
    EMPTIED = "emptied"


class Habits(msgspec.Struct):
    """Kept with the portal's account. `fields` is about names, language and expiry, `custom` about custom user data
    beside a value that is sent; `shows_expiry` tells that somebody's expiry was ever read."""

    fields: Leaving = Leaving.UNKNOWN
    custom: Leaving = Leaving.UNKNOWN
    shows_expiry: bool = False

    def learnt_for(self, change: UserChange, *, beside: bool) -> bool:
        """Whether it is known what such a change does to the values that it leaves out; `beside` tells that there is
        custom user data among them."""
        return Leaving.UNKNOWN not in (self.fields, self.custom if change.custom and beside else Leaving.KEPT)

    def empties_beside(self, change: UserChange) -> bool:
        """Whether such a change empties what it leaves out, so that everything must be sent along."""
        return self.fields is Leaving.EMPTIED or (self.custom is Leaving.EMPTIED and bool(change.custom))

    def learn(self, before: User, change: UserChange, after: User) -> None:
        """See what the change did to the values that it leaves out; nothing is learnt where there were none."""
        kept = [
            getattr(before, name) == getattr(after, name)
            for name in ("first_name", "last_name", "language")
            if getattr(change, name) is UNSET and getattr(before, name)
        ]
        if kept:
            self.fields = Leaving.KEPT if all(kept) else Leaving.EMPTIED
        if change.account_expires is UNSET and before.account_expires is not None and after.account_expires is None:
            self.fields = Leaving.EMPTIED
        others = [label for label in before.custom if label not in change.custom]
        if others and change.custom:
            held = all(label in after.custom for label in others)
            self.custom = Leaving.KEPT if held else Leaving.EMPTIED
