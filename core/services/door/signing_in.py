"""Coming in with a password, and staying in."""

from tortoise.expressions import F

from core.clock import now, today_in
from core.domain.email import email_key
from core.domain.learner import AccountStatus
from core.services.door.accounts import Entry, check_not_closed, entry_of, is_closed
from core.services.door.attempts import (
    Limit,
    account_of,
    address_of,
    count_attempt,
    forget_attempts,
    forgive_attempt,
)
from core.services.door.passwords import hash_password, is_outdated, is_password
from core.services.door.refusals import SingleSignOn, WrongCredentials
from core.store.models import Learner, Portal

# The longest that the column holds; a longer one belongs to nobody.
_LONGEST_KEY = 400


async def sign_in(portal: Portal, email: str, password: str, *, remote: str) -> Entry:
    """Let in whoever knows the password of an account of this portal.

    Raises `WrongCredentials`, the same and after the same work whether the account exists or not; `AccountClosed`, only
    to someone who knows the password; `TooManyAttempts`; `SingleSignOn`.
    """
    if portal.sso:
        raise SingleSignOn
    key = email_key(email)
    address = address_of(remote)
    await count_attempt(Limit.ADDRESS, address, now())
    await count_attempt(Limit.ACCOUNT, account_of(portal, key), now())
    learner = await find_learner(portal, key)
    password_hash = learner.password_hash if learner is not None and learner.status != AccountStatus.PENDING else None
    fits = await is_password(password_hash, password)
    if learner is None or password_hash is None or not fits:
        raise WrongCredentials
    await forgive_attempt(Limit.ADDRESS, address)
    await forget_attempts(Limit.ACCOUNT, account_of(portal, key))
    check_not_closed(learner, today_in(portal.timezone))
    # By columns and only where the password is still the same: it may have been changed elsewhere in this moment.
    same = Learner.filter(id=learner.id, password_hash=password_hash)
    if is_outdated(password_hash):
        await same.update(last_sign_in_at=now(), password_hash=await hash_password(password))
    else:
        await same.update(last_sign_in_at=now())
    return entry_of(learner)


async def still_in(portal: Portal, entry: Entry) -> Learner | None:
    """The learner of a session, or None when it no longer counts: the password was changed, the account ended."""
    learner = await Learner.get_or_none(id=entry.learner_id, portal_id=portal.id)
    if learner is None or learner.session_version != entry.session_version:
        return None
    if learner.status != AccountStatus.ACTIVE or is_closed(learner, today_in(portal.timezone)):
        return None
    return learner


async def find_learner(portal: Portal, key: str) -> Learner | None:
    """The learner of an e-mail as typed by anybody; `key` is the e-mail trimmed and case-folded."""
    if not key.isprintable() or len(key) > _LONGEST_KEY:  # PostgreSQL refuses some characters
        return None
    return await Learner.get_or_none(portal_id=portal.id, email_key=key)


async def sign_out(learner: Learner) -> None:
    """End the learner's sessions, wherever they are signed in: a copy of the cookie is worth nothing afterwards."""
    await Learner.filter(id=learner.id).update(session_version=F("session_version") + 1)
