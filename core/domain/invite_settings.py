"""Invite settings: when someone new gets an account, and how they learn of it."""

from enum import StrEnum

import msgspec


class InviteWhen(StrEnum):
    """The moment a new employee gets an account."""

    ADDED = "added"
    HIRE_DATE = "hire-date"


class InviteHow(StrEnum):
    """`welcome`: active, with a welcome mail. `active`: active, silently. `invite`: pending until they accept."""

    WELCOME = "welcome"
    ACTIVE = "active"
    INVITE = "invite"


class InviteSettings(msgspec.Struct, frozen=True):
    """When and how; `sso` is the portal's: with it there is no password step and no mail, so nobody is pending.

    `allow_existing` lets an account be created for someone who has one elsewhere in the realm; else they are invited.
    """

    when: InviteWhen = InviteWhen.ADDED
    how: InviteHow = InviteHow.INVITE
    sso: bool = False
    allow_existing: bool = False

    @property
    def pending(self) -> bool:
        """Whether a new person waits for their own acceptance."""
        return self.how is InviteHow.INVITE and not self.sso

    @property
    def link_needed(self) -> bool:
        """Whether a new person is sent a link (to accept, or to set a password)."""
        return self.how is not InviteHow.ACTIVE and not self.sso

    def for_someone(self, *, known_elsewhere: bool) -> "InviteSettings":
        """The settings as they hold for one person: someone who has an account elsewhere in the realm is invited."""
        if not known_elsewhere or self.allow_existing:
            return self
        return msgspec.structs.replace(self, how=InviteHow.INVITE)
