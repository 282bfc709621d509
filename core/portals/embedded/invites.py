"""Invites as records: a link is single-use, lives 72 hours, and is stored only as a hash."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from core.domain.learner import AccountStatus
from core.store import models
from core.store.bulk import insert_rows

LIFETIME = timedelta(hours=72)


def token_hash(token: str) -> str:
    """The hash a token is kept as. Tokens are random with full entropy, so no key or salt could add to it, and links
    outlive a rotation of the secret key."""
    return sha256(token.encode()).hexdigest()


async def add_invites(learners: Sequence[tuple[int, str]], moment: datetime) -> None:
    """A link for each learner, given by id and status: an invitation for someone pending, else a welcome."""
    pending = AccountStatus.PENDING.value
    await insert_rows(
        models.Invite,
        ("learner_id", "kind", "status", "token_hash", "created_at", "expires_at"),
        [
            (
                learner_id,
                "invitation" if status == pending else "welcome",
                "open",
                token_hash(secrets.token_urlsafe(32)),
                moment,
                moment + LIFETIME,
            )
            for learner_id, status in learners
        ],
    )


async def close_invites(learner_ids: Sequence[int], status: str) -> None:
    """Make the open links of these learners useless: `cancelled` for good, `voided` by a newer one."""
    if learner_ids:
        await models.Invite.filter(learner_id__in=learner_ids, status="open").update(status=status)
