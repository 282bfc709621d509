"""What can go wrong with LearnUpon, sorted by what the engine must do about it.

LearnUponError
├── StopEverything       no further call can succeed
│   ├── KeysRefused          401 or 403 on a call known to be right
│   │   └── KeysReplaced     keys that worked a moment ago are refused
│   ├── WrongAddress         what answers there is not the API of a LearnUpon portal
│   └── WeekSpent            the week's requests are used up, or would be
├── TryAgainLater        nothing was done; tried again already as often as it helps
│   ├── Unreachable          no connection, or no answer to a read in time
│   ├── Throttled            asked too often (429)
│   ├── ServerTrouble        5xx to a read
│   └── UnreadableAnswer     a read was answered with something else than the documented JSON
├── ThisPersonOnly       nothing was done for this person; the next one may well succeed
│   ├── Refused              LearnUpon said no, and why
│   │   └── NoLicence        the portal has no licence left for another user
│   ├── AlreadyExists        the address has an account, here or elsewhere in the realm
│   ├── AlreadyInvited       the address has an open invite
│   └── NoSuchUser           there is no such user in this portal
└── Unsure               the answer to a write was lost: look before repeating it
"""

from collections.abc import Iterator
from contextlib import contextmanager

from core.domain.errors import OutsideError
from core.portals.base import NoMoreToday

NOTHING_CHANGED = "Nothing was changed in the portal."
NOT_FOR_THIS_PERSON = "Nothing was changed for this person."


class LearnUponError(OutsideError):
    """LearnUpon did not do what was asked, or it is not known whether it did."""


class StopEverything(LearnUponError):
    """No further call can succeed until an admin has done something."""


class KeysRefused(StopEverything):
    """The API keys are not accepted, or may not do what every sync needs."""


class KeysReplaced(KeysRefused):
    """The API keys were accepted before and are not any more: a new pair kills the old one."""


class WrongAddress(StopEverything):
    """Somebody answers at the address, but it is not the API of a LearnUpon portal."""


class WeekSpent(StopEverything, NoMoreToday):
    """The portal's requests of a week are used up, or would be. `requests_left` counts what is left."""

    def __init__(self, sentence: str, requests_left: int = 0) -> None:
        super().__init__(sentence)
        self.requests_left = requests_left


class TryAgainLater(LearnUponError):
    """A passing trouble; it is certain that this call changed nothing."""


class Unreachable(TryAgainLater):
    """No connection, or no answer to a read in time."""


class Throttled(TryAgainLater):
    """LearnUpon said that the minute's requests are used up. `wait` is in seconds, until it should take more."""

    def __init__(self, sentence: str, wait: float) -> None:
        super().__init__(sentence)
        self.wait = wait


class ServerTrouble(TryAgainLater):
    """LearnUpon failed inside (5xx) while something was read."""


class UnreadableAnswer(TryAgainLater):
    """The answer is empty, a web page, cut off, or not of the documented shape."""


class ThisPersonOnly(LearnUponError):
    """It concerns one person; the next one may well succeed."""


class Refused(ThisPersonOnly):
    """LearnUpon refused the change. Its own words are in the sentence, shortened and without personal data."""


class NoLicence(Refused):
    """The portal has no licence left for another user."""


class AlreadyExists(ThisPersonOnly):
    """The address has an account in this portal or in another of the same realm (facts, section 2.5)."""


class AlreadyInvited(ThisPersonOnly):
    """The address has an open invite already."""


class NoSuchUser(ThisPersonOnly):
    """There is no user (or invite) with this id in the portal."""


class Unsure(LearnUponError):
    """A write was sent and its answer lost: it may have been done or not. Look before repeating it."""


@contextmanager
def once_written() -> Iterator[None]:
    """For what follows a write of the same change: whatever stops us leaves it open what the portal holds. The `Unsure`
    is raised from what stopped us."""
    try:
        yield
    except (TryAgainLater, StopEverything) as error:
        raise Unsure(
            "LearnUpon could not be asked any more while one person was being written, so a part of it may be done. "
            "The next sync looks at what the portal holds before it writes."
        ) from error
