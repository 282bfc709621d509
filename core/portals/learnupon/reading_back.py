"""Whether a write did what it said: LearnUpon may answer well and change nothing (facts/learnupon-api.md, 1.5).

Such a fault belongs to a kind of write, not to a person. So the first of each kind in a week is read back, then one in
a hundred, and in a run every one of a kind that was seen to do nothing.
"""

from collections import Counter
from datetime import datetime, timedelta

from msgspec import UNSET

from core.domain.email import email_key
from core.portals.learnupon.habits import Habits
from core.portals.learnupon.records import User, UserChange

_ONE_IN = 100
_PROVED_FOR = timedelta(days=7)


class Trust:
    """Which kinds of write are known to work, as of a moment; what is proved is kept with the portal's habits."""

    def __init__(self, habits: Habits, moment: datetime) -> None:
        self._habits = habits
        self._moment = moment
        self._writes: Counter[str] = Counter()
        self._proved = {kind for kind, last in habits.proved.items() if moment - last < _PROVED_FOR}
        self._broken: set[str] = set()

    def knows(self, change: UserChange, *, new: bool = False) -> bool:
        """Whether every kind of value that it writes was judged already, one way or the other."""
        return kinds_of(change, new=new) <= self._proved | self._broken

    def wants_proof(self, change: UserChange, *, new: bool = False) -> bool:
        """Whether this change is to be read back; counts it. `new` is for what an account is made with."""
        kinds = kinds_of(change, new=new)
        self._writes.update(kinds)
        sample = any(self._writes[kind] % _ONE_IN == 0 for kind in kinds)
        return sample or not kinds <= self._proved or bool(kinds & self._broken)

    def judge(self, change: UserChange, user: User, *, new: bool = False) -> bool:
        """Whether the user is as the change said; what is found counts for later writes of the same kinds."""
        kinds = kinds_of(change, new=new)
        if not holds(user, change, self._habits):
            self._broken |= kinds
            for kind in kinds:
                self._habits.proved.pop(kind, None)
            return False
        self._proved |= kinds
        self._habits.proved |= dict.fromkeys(kinds, self._moment)
        return True


def kinds_of(change: UserChange, *, new: bool) -> set[str]:
    """The kinds of value that a change writes, to an account that is there or as one is made."""
    kinds = {name for name in ("email", "enabled", "account_expires") if getattr(change, name) is not UNSET}
    if change.first_name is not UNSET or change.last_name is not UNSET:
        kinds.add("name")
    if change.custom:
        kinds.add("custom")
    return {f"new {kind}" for kind in kinds} if new else kinds


def holds(user: User, change: UserChange, habits: Habits, *, unseen: bool = True) -> bool:
    """Whether the user has every value that the change gives. `unseen` is what to say of an expiry where the portal was
    never seen to show one."""
    if change.email is not UNSET and email_key(user.email) != email_key(change.email):
        return False
    for name in ("first_name", "last_name"):
        wanted = getattr(change, name)
        if wanted is not UNSET and getattr(user, name).strip() != wanted.strip():
            return False
    if change.enabled is not UNSET and user.enabled is not change.enabled:
        return False
    if change.account_expires is not UNSET:
        habits.shows_expiry = habits.shows_expiry or user.account_expires is not None
        if habits.shows_expiry and user.account_expires != change.account_expires:
            return False
        if not (habits.shows_expiry or unseen):
            return False
    return all(user.custom.get(label) == value for label, value in change.custom.items())
