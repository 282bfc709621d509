"""What the door refuses, each with the sentence that a learner reads.

DoorRefusal
├── LinkUnusable        the link is unknown, expired, used, cancelled or voided
├── AccountClosed       the account was disabled, or its time is over
├── PortalFull          the portal has as many accounts as it may have
├── SingleSignOn        this portal has no passwords
├── WrongCredentials    no such account, or not its password
├── TooManyAttempts     wait until a moment
└── EntriesRefused      something in the form must be put right, by the name of its input
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from core.domain.errors import UkgSyncError


class DoorRefusal(UkgSyncError):
    """The door does not do what was asked; nothing was changed."""


class LinkState(StrEnum):
    """Whether a link opens anything, and if not, why."""

    OPEN = "open"
    EXPIRED = "expired"
    USED = "used"
    CANCELLED = "cancelled"
    VOIDED = "voided"
    UNKNOWN = "unknown"


class LinkUnusable(DoorRefusal):
    """The link does not open anything; `kind` as in `Invite`, empty for a link that is not known."""

    def __init__(self, state: LinkState, kind: str = "") -> None:
        super().__init__(f"This link is {state}; nothing was changed. Ask your admin for another one.")
        self.state = state
        self.kind = kind


class AccountClosed(DoorRefusal):
    """The account was disabled, or its last day is over."""

    def __init__(self) -> None:
        super().__init__("Your account is not active any more; nothing was changed. Ask your admin to open it again.")


class PortalFull(DoorRefusal):
    """The portal has as many accounts as its licence allows."""

    def __init__(self) -> None:
        super().__init__(
            "There is no free place in this portal right now; nothing was changed, and your link stays good. "
            "Ask the people who run your training to make room, then open the link again."
        )


class SingleSignOn(DoorRefusal):
    """People sign in through their company's own sign-in."""

    def __init__(self) -> None:
        super().__init__("This portal has no passwords; nothing was changed. Use your company's own sign-in.")


class WrongCredentials(DoorRefusal):
    """No account with this e-mail and password; which of the two is wrong is not told."""

    def __init__(self) -> None:
        super().__init__("That e-mail and password do not go together here. Check both and try again.")


class TooManyAttempts(DoorRefusal):
    """Too many failures in a short time; `until` is the moment from which to try again, in UTC."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"There were too many tries; nothing was changed. Try again after {until:%H:%M} UTC.")
        self.until = until


class EntriesRefused(DoorRefusal):
    """Some entries of a form cannot be taken; `sentences` says why by the name of the entry."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(" ".join(sentences.values()))
        self.sentences = dict(sentences)
