"""Who is signed in: a cookie that only our key can make or read, checked against the learner at every request.

Nothing is kept of sessions but the learner's `session_version`: when that moves on, they end, all at once.
"""

import secrets
from datetime import datetime, timedelta

import msgspec

from core.domain.errors import UkgSyncError
from core.services.door.accounts import Entry
from core.store.secrets import Keyring

IDLE_LIMIT = timedelta(hours=8)
WHOLE_LIMIT = timedelta(days=7)
# A cookie is made anew at most this often, for each one takes the learner's idle time from its own beginning.
_RENEWAL = timedelta(minutes=5)


class Session(msgspec.Struct, frozen=True, tag="session"):
    """A session of one portal; its moments are in whole seconds since 1970. `id` ties forms to it."""

    id: str
    portal_id: int
    learner_id: int
    session_version: int
    began: int
    seen: int

    @property
    def entry(self) -> Entry:
        """What of it is checked against the learner."""
        return Entry(self.learner_id, self.session_version)


def begun(portal_id: int, entry: Entry, moment: datetime) -> Session:
    """A new session."""
    seconds = int(moment.timestamp())
    return Session(secrets.token_urlsafe(16), portal_id, entry.learner_id, entry.session_version, seconds, seconds)


def seen(session: Session, moment: datetime) -> Session | None:
    """The session as it is to be kept after this visit; None when its cookie is fresh enough."""
    seconds = int(moment.timestamp())
    if seconds - session.seen < _RENEWAL.total_seconds():
        return None
    return msgspec.structs.replace(session, seen=seconds)


def sealed(session: Session, keyring: Keyring) -> str:
    """The cookie's value, encrypted and authenticated."""
    return keyring.encrypt(msgspec.json.encode(session).decode())


def unsealed(cookie: str, portal_id: int, keyring: Keyring, moment: datetime) -> Session | None:
    """The session of a cookie; None for one that is not ours, of another portal, or whose time is over."""
    try:
        session = msgspec.json.decode(keyring.decrypt(cookie), type=Session)
    except (UkgSyncError, msgspec.DecodeError, ValueError):
        return None
    seconds = moment.timestamp()
    idle = seconds - session.seen > IDLE_LIMIT.total_seconds()
    over = seconds - session.began > WHOLE_LIMIT.total_seconds()
    return None if idle or over or session.portal_id != portal_id else session
