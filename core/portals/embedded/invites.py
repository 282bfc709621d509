"""Invites: links that are single-use and live for hours, and the mails that carry them.

A link's token is made from a random seed with the secret key, when its mail is sent; what is stored then is a hash.
So neither the database nor a copy of it holds anything that opens an account, a mail that is tried again carries the
same link, and whoever changes an account needs no key to write its invite down.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from core.domain.learner import AccountStatus
from core.store import models
from core.store.bulk import execute, insert_rows
from core.store.secrets import Keyring

LIFETIME = timedelta(hours=72)
_RESET_LIFETIME = timedelta(hours=2)

_MAILS_OF_NEW_INVITES = """
    INSERT INTO mail (portal_id, learner_id, invite_id, kind, state, message_id, attempts, due_at, created_at)
    SELECT ?, learner_id, id, kind, 'waiting', seed, 0, ?, ? FROM invite WHERE seed IN ({marks})
"""
_MOST_VALUES = 500


def lifetime(kind: str) -> timedelta:
    """How long a link of that kind can be used, counted from the sending of its mail."""
    return _RESET_LIFETIME if kind == "reset" else LIFETIME


def token_hash(token: str) -> str:
    """The hash a token is kept as. Tokens are random with full entropy, so no key or salt could add to it, and links
    that were sent outlive a rotation of the secret key."""
    return sha256(token.encode()).hexdigest()


def token_of(invite: models.Invite, keyring: Keyring) -> str:
    """The token of an invite that has not been sent, or is being sent once more.

    With the newest key, but for an invite whose hash was made with an earlier one: its token stays the same.
    """
    tokens = keyring.derived(f"invite:{invite.seed}")
    return next((token for token in tokens if token_hash(token) == invite.token_hash), tokens[0])


async def add_invites(portal_id: int, learners: Sequence[tuple[int, str]], moment: datetime) -> None:
    """A link and its mail for each learner, given by id and status: an invitation for someone pending, else a
    welcome."""
    pending = AccountStatus.PENDING.value
    await _add(
        portal_id,
        [(learner_id, "invitation" if status == pending else "welcome") for learner_id, status in learners],
        moment,
    )


async def add_reset(portal_id: int, learner_id: int, moment: datetime) -> None:
    """A link to choose a new password, and its mail."""
    await _add(portal_id, [(learner_id, "reset")], moment)


async def _add(portal_id: int, wanted: Sequence[tuple[int, str]], moment: datetime) -> None:
    seeds = [secrets.token_hex(16) for _ in wanted]
    await insert_rows(
        models.Invite,
        ("learner_id", "kind", "status", "seed", "created_at"),
        [(learner_id, kind, "open", seed, moment) for (learner_id, kind), seed in zip(wanted, seeds, strict=True)],
    )
    for start in range(0, len(seeds), _MOST_VALUES):
        some = seeds[start : start + _MOST_VALUES]
        statement = _MAILS_OF_NEW_INVITES.format(marks=", ".join("?" * len(some)))
        await execute(models.Mail, statement, [portal_id, moment, moment, *some])


async def close_invites(learner_ids: Sequence[int], status: str, *, only: str | None = None) -> None:
    """Make the open links of these learners useless: `cancelled` for good, `voided` by a newer one or since they went
    to an address of old. Mails that would carry them are not sent any more. `only` names the one kind to be closed."""
    for start in range(0, len(learner_ids), _MOST_VALUES):
        some = learner_ids[start : start + _MOST_VALUES]
        found = models.Invite.filter(learner_id__in=some, status="open", **({"kind": only} if only else {}))
        invites = [row.id for row in await found.only("id")]
        if invites:
            await models.Invite.filter(id__in=invites).update(status=status)
            await models.Mail.filter(invite_id__in=invites, state="waiting").update(state="void")


async def never_accepted(learners: Sequence[models.Learner]) -> set[int]:
    """The ids of those whose account has only ever been an invitation that they did not accept."""
    ids = [row.id for row in learners if not row.accepted and row.password_hash is None]
    invited = models.Invite.filter(learner_id__in=ids, kind="invitation")
    return {int(str(key)) for key in await invited.values_list("learner_id", flat=True)} if ids else set()


async def use_up(invite: models.Invite) -> None:
    """The link has done its work; a mail that would still carry it is not sent."""
    invite.status = "accepted"
    await invite.save(update_fields=["status"])
    await models.Mail.filter(invite_id=invite.id, state="waiting").update(state="void")
