"""Invites as records: a link is single-use, lives 72 hours, and is stored only as a hash."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from core.domain.learner import AccountStatus
from core.store import models

LIFETIME = timedelta(hours=72)


def token_hash(token: str) -> str:
    """The hash a token is kept as. Tokens are random with full entropy, so no key or salt could add to it, and links
    outlive a rotation of the secret key."""
    return sha256(token.encode()).hexdigest()


def new_invite(learner: models.Learner, moment: datetime) -> models.Invite:
    """A link for a learner: an invitation for someone pending, else a welcome with which to set a password."""
    kind = "invitation" if learner.status == AccountStatus.PENDING.value else "welcome"
    return models.Invite(
        learner_id=learner.id,
        kind=kind,
        status="open",
        token_hash=token_hash(secrets.token_urlsafe(32)),
        created_at=moment,
        expires_at=moment + LIFETIME,
    )


async def close_invites(learner_ids: Sequence[int], status: str) -> None:
    """Make the open links of these learners useless: `cancelled` for good, `voided` by a newer one."""
    if learner_ids:
        await models.Invite.filter(learner_id__in=learner_ids, status="open").update(status=status)
