"""Users and invites of a LearnUpon portal, and what may be written about them."""

from datetime import date, datetime
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

from core.domain.custom_fields import CustomValue
from core.domain.learner import UserType
from core.portals.learnupon.values import Definitions
from core.portals.learnupon.wire import (
    InviteRow,
    UserRow,
    day_of,
    flag_of,
    id_text,
    moment_of,
    number_of,
    text_of,
)


class InviteStatus(StrEnum):
    """What became of an invite; `unknown` for a word that is none of LearnUpon's."""

    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


class User(msgspec.Struct, frozen=True):
    """One user of the portal. `user_type` is None for a word that is none of LearnUpon's four.

    `custom` is keyed by field label; `updated_at` is None where the portal does not tell it. `username` is empty where
    people are known by e-mail. `language` is LearnUpon's code for it, empty where it is not told.
    """

    id: str
    email: str
    username: str
    first_name: str
    last_name: str
    user_type: UserType | None
    enabled: bool
    account_expires: date | None
    created_at: datetime | None
    updated_at: datetime | None
    last_sign_in_at: datetime | None
    sign_in_count: int
    language: str
    custom: dict[str, CustomValue]

    @property
    def used(self) -> bool:
        """Whether somebody has ever signed in with the account."""
        return self.sign_in_count > 0 or self.last_sign_in_at is not None


class Invite(msgspec.Struct, frozen=True):
    """One invite; the person is not among the users before it is accepted."""

    id: str
    email: str
    status: InviteStatus
    group_id: str | None
    created_at: datetime | None


class Newcomer(msgspec.Struct, frozen=True):
    """Someone who is to be created or invited. `custom` is keyed by field label; `username` is given where the portal
    knows people by it."""

    email: str
    first_name: str
    last_name: str
    account_expires: date | None = None
    custom: dict[str, CustomValue] = {}
    username: str | None = None


class UserChange(msgspec.Struct, frozen=True):
    """What is to be another value than before: UNSET stays, None is emptied. `custom` is keyed by field label.

    Whether a portal keeps the custom values that are left out is not established (facts/learnupon-api.md, section
    8): who knows the others sends them along.
    """

    email: str | UnsetType = UNSET
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    account_expires: date | None | UnsetType = UNSET
    custom: dict[str, CustomValue] = {}
    language: str | UnsetType = UNSET


def user_of(row: UserRow, definitions: Definitions) -> User | None:
    """The user of a row; None for a row without an id. A user whose `enabled` is missing counts as enabled."""
    user_id = id_text(row.id)
    if user_id is None:
        return None
    return User(
        id=user_id,
        email=text_of(row.email),
        username=text_of(row.username),
        first_name=text_of(row.first_name),
        last_name=text_of(row.last_name),
        user_type=_user_type(text_of(row.user_type).lower()),
        enabled=flag_of(row.enabled) is not False,
        account_expires=day_of(row.account_expires),
        created_at=moment_of(row.created_at),
        updated_at=moment_of(row.updated_at),
        last_sign_in_at=moment_of(row.last_sign_in_at),
        sign_in_count=number_of(row.sign_in_count) or 0,
        language=text_of(row.locale),
        custom=definitions.values_of(row),
    )


def invite_of(row: InviteRow) -> Invite | None:
    """The invite of a row; None for a row without an id."""
    invite_id = id_text(row.id)
    if invite_id is None:
        return None
    return Invite(
        id=invite_id,
        email=text_of(row.invite_email_address),
        status=_invite_status(text_of(row.invite_status).lower()),
        group_id=id_text(row.group_id),
        created_at=moment_of(row.created_at),
    )


def _user_type(word: str) -> UserType | None:
    return UserType(word) if word in set(UserType) else None


def _invite_status(word: str) -> InviteStatus:
    word = {"cancelled": "canceled"}.get(word, word)
    return InviteStatus(word) if word in set(InviteStatus) else InviteStatus.UNKNOWN
