"""What a portal was seen to do where LearnUpon's documents are silent (facts/learnupon-api.md, section 8)."""

from datetime import datetime
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
    beside a value that is sent; `shows_expiry` tells that somebody's expiry was ever read, `usernames` that people
    are known by username. `proved` is when each kind of write was last read back and found to be done (see
    `core.portals.learnupon.reading_back`)."""

    fields: Leaving = Leaving.UNKNOWN
    custom: Leaving = Leaving.UNKNOWN
    shows_expiry: bool = False
    usernames: bool = False
    proved: dict[str, datetime] = {}

    def learnt_for(self, change: UserChange, *, beside: bool) -> bool:
        """Whether it is known what such a change does to the values that it leaves out; `beside` tells that there is
        custom user data among them."""
        if self.fields is Leaving.EMPTIED:
            return True  # everything is sent along anyway
        return Leaving.UNKNOWN not in (self.fields, self.custom if change.custom and beside else Leaving.KEPT)

    def empties_beside(self, change: UserChange) -> bool:
        """Whether such a change empties what it leaves out, so that everything must be sent along."""
        return self.fields is Leaving.EMPTIED or (self.custom is Leaving.EMPTIED and bool(change.custom))

    def learn(self, before: User, change: UserChange, after: User, *, took: bool) -> None:
        """See what the change did to the values that it leaves out; nothing is learnt where there were none.

        What is empty afterwards was emptied. That nothing was shows only if the change `took`, and only in names. Of a
        language nothing can be learnt: what was emptied may be the portal's own again.
        """
        names = [
            name for name in ("first_name", "last_name") if getattr(change, name) is UNSET and getattr(before, name)
        ]
        emptied = [name for name in names if not getattr(after, name)]
        if change.account_expires is UNSET and before.account_expires is not None and after.account_expires is None:
            emptied.append("account_expires")
        others = before.custom.keys() - change.custom.keys()
        if emptied or (not change.custom and others - after.custom.keys()):
            self.fields = Leaving.EMPTIED
        elif took and names:
            self.fields = Leaving.KEPT
        if not (others and change.custom):
            return
        if others - after.custom.keys():
            self.custom = Leaving.EMPTIED
        elif took:
            self.custom = Leaving.KEPT
