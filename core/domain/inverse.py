"""The inverse of a change: what gives back the state before it."""

from msgspec import UNSET

from core.domain.change import AccountState, Change
from core.domain.email import email_key
from core.domain.learner import AccountStatus, Learner, UserType


def inverse(change: Change, learner_id: str | None) -> Change:
    """What takes `change` back; `learner_id` is the account it concerned, None when it was removed.

    An account that was made is removed, one that was removed is made again, with a link if it had been given one.
    """
    if change.learner_id is None:
        return Change(learner_id, change.after, AccountState(), cancel_invite=change.invite, remove=True)
    if change.remove:
        return Change(None, AccountState(), change.before, invite=change.cancel_invite)
    back = change.before
    return Change(
        learner_id,
        change.after,
        back,
        invite=change.cancel_invite and back.status is AccountStatus.PENDING,
        cancel_invite=change.invite,
    )


def still_holds(learner: Learner, change: Change) -> bool:
    """Whether the account still has every value that the change gave it."""
    after = change.after
    if after.email is not UNSET and email_key(after.email) != email_key(learner.email):
        return False
    for name in ("first_name", "last_name", "status", "account_expires"):
        value = getattr(after, name)
        if value is not UNSET and value != getattr(learner, name):
            return False
    return all(learner.custom.get(label) == value for label, value in after.custom.items())


def as_made(learner: Learner, change: Change) -> bool:
    """Whether the account is exactly as the change made it, and nobody has used it."""
    return (
        still_holds(learner, change)
        and not learner.accepted
        and learner.user_type is UserType.LEARNER
        and learner.account_expires == (change.after.account_expires or None)
        and learner.custom == change.after.custom
    )
