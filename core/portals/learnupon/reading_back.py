"""Whether a write did what it said: LearnUpon may answer well and change nothing (facts/learnupon-api.md, 1.5).

Such a fault belongs to a kind of write, not to a person. So the first of each kind in a run is read back, then one in
a hundred, and every one of a kind that was once seen to do nothing.
"""

from collections import Counter

from msgspec import UNSET

from core.domain.email import email_key
from core.portals.learnupon.habits import Habits
from core.portals.learnupon.records import User, UserChange

_ONE_IN = 100


class Trust:
    """Which kinds of write are known to work in this run."""

    def __init__(self) -> None:
        self._writes: Counter[str] = Counter()
        self._proved: set[str] = set()
        self._broken: set[str] = set()

    def wants_proof(self, change: UserChange) -> bool:
        """Whether this change is to be read back; counts it."""
        kinds = kinds_of(change)
        self._writes.update(kinds)
        sample = any(self._writes[kind] % _ONE_IN == 0 for kind in kinds)
        return sample or not kinds <= self._proved or bool(kinds & self._broken)

    def judge(self, change: UserChange, user: User, habits: Habits) -> bool:
        """Whether the user is as the change said; what is found counts for later writes of the same kinds."""
        good = holds(user, change, habits)
        (self._proved if good else self._broken).update(kinds_of(change))
        return good


def kinds_of(change: UserChange) -> set[str]:
    """The kinds of value that a change writes."""
    kinds = {name for name in ("email", "enabled", "account_expires") if getattr(change, name) is not UNSET}
    if change.first_name is not UNSET or change.last_name is not UNSET:
        kinds.add("name")
    return kinds | ({"custom"} if change.custom else set())


def holds(user: User, change: UserChange, habits: Habits) -> bool:
    """Whether the user has every value that the change gives; an expiry only where the portal shows such."""
    if change.email is not UNSET and email_key(user.email) != email_key(change.email):
        return False
    for name in ("first_name", "last_name"):
        wanted = getattr(change, name)
        if wanted is not UNSET and getattr(user, name).strip() != wanted.strip():
            return False
    if change.enabled is not UNSET and user.enabled is not change.enabled:
        return False
    if change.account_expires is not UNSET and (habits.shows_expiry or user.account_expires is not None):
        habits.shows_expiry = True
        if user.account_expires != change.account_expires:
            return False
    return all(user.custom.get(label) == value for label, value in change.custom.items())
