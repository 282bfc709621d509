"""What the flows of the door share about an account: whether it lets in, and taking a password."""

from datetime import date, datetime

import msgspec

from core.domain.learner import AccountStatus
from core.portals.accounts import status_on
from core.portals.embedded.invites import close_invites
from core.services.acting import Actor
from core.services.door.refusals import AccountClosed
from core.store.models import Learner

FACE = "web"
PASSWORD_COLUMNS = ("password_hash", "must_change_password", "session_version")


class Entry(msgspec.Struct, frozen=True):
    """Someone who may come in: what a session is made of. See `Learner.session_version`."""

    learner_id: int
    session_version: int


def entry_of(learner: Learner) -> Entry:
    """The learner as a session knows them."""
    return Entry(learner.id, learner.session_version)


def learner_acting(learner: Learner) -> Actor:
    """The learner as the one who acts, in the audit trail."""
    return Actor(learner.email, FACE)


def is_closed(learner: Learner, today: date) -> bool:
    """Whether the account was ended: disabled, or its last day is over in the portal's time zone."""
    return status_on(learner, today) is AccountStatus.DISABLED


def check_not_closed(learner: Learner, today: date) -> None:
    """Raise `AccountClosed` for an account that was ended."""
    if is_closed(learner, today):
        raise AccountClosed


def put_password(learner: Learner, password_hash: str) -> None:
    """Put the hash into the row; sessions that there are end with it."""
    learner.password_hash = password_hash
    learner.must_change_password = False
    learner.session_version += 1


def put_acceptance(learner: Learner, moment: datetime) -> list[str]:
    """Put into the row that the account has been taken up; returns the columns that changed."""
    if learner.accepted and learner.status == AccountStatus.ACTIVE:
        return []
    learner.status = AccountStatus.ACTIVE.value
    learner.accepted = True
    learner.accepted_at = learner.accepted_at or moment
    learner.revision += 1
    return ["status", "accepted", "accepted_at", "revision"]


async def close_other_links(learner: Learner) -> None:
    """Make the learner's open links useless: their account is in their hands."""
    await close_invites([learner.id], "voided")
