"""Links of mails: their paths, and what one of them still opens."""

from datetime import datetime

import msgspec

from core.portals.embedded.invites import token_hash
from core.services.door.attempts import Limit, address_of, check_limit, count_attempt
from core.services.door.refusals import LinkState, LinkUnusable
from core.store.models import Invite, Learner, Portal

FIRST_PASSWORD = ("invitation", "welcome")
RESET = ("reset",)

# A token is 43 characters; what is far longer is not looked up.
_LONGEST_TOKEN = 200


def accept_path(slug: str, token: str) -> str:
    """The path, below the door's public address, of an invitation's or a welcome's link."""
    return f"/{slug}/accept/{token}"


def reset_path(slug: str, token: str) -> str:
    """The path, below the door's public address, of a link to choose a new password."""
    return f"/{slug}/reset/{token}"


class OpenLink(msgspec.Struct, frozen=True):
    """A link that works, and whom it is for. `kind` is as in `Invite`; `corrects_name` tells whether they may put
    their own name right: not where it comes from UKG Pro."""

    kind: str
    learner_id: int
    email: str
    first_name: str
    last_name: str
    corrects_name: bool


async def open_link(portal: Portal, token: str, kinds: tuple[str, ...], *, remote: str, moment: datetime) -> OpenLink:
    """What the link opens; nothing is changed by looking, however often.

    Raises `LinkUnusable` with the reason; an unknown one counts as a failed attempt of the address `remote`, and after
    too many of those comes `TooManyAttempts`.
    """
    await check_limit(Limit.ADDRESS, address_of(remote), moment)
    try:
        invite, learner = await find_invite(portal, token, kinds)
    except LinkUnusable:
        await count_attempt(Limit.ADDRESS, address_of(remote), moment)
        raise
    check_open(invite, moment)
    return OpenLink(
        kind=invite.kind,
        learner_id=learner.id,
        email=learner.email,
        first_name=learner.first_name,
        last_name=learner.last_name,
        corrects_name=learner.source == "manual" and invite.kind in FIRST_PASSWORD,
    )


async def find_invite(portal: Portal, token: str, kinds: tuple[str, ...]) -> tuple[Invite, Learner]:
    """The invite of a token and its learner; raises `LinkUnusable` (unknown)."""
    invite = None
    if len(token) <= _LONGEST_TOKEN and token.isascii():
        invite = await Invite.get_or_none(token_hash=token_hash(token), kind__in=kinds).prefetch_related("learner")
    if invite is None or invite.learner.portal_id != portal.id:
        raise LinkUnusable(LinkState.UNKNOWN)
    return invite, invite.learner


def check_open(invite: Invite, moment: datetime) -> None:
    """Raise `LinkUnusable` unless the invite still opens something."""
    state = _state(invite, moment)
    if state is not LinkState.OPEN:
        raise LinkUnusable(state, invite.kind)


def _state(invite: Invite, moment: datetime) -> LinkState:
    match invite.status:
        case "accepted":
            return LinkState.USED
        case "cancelled":
            return LinkState.CANCELLED
        case "voided":
            return LinkState.VOIDED
    # Without an end yet, its mail is just being sent.
    if invite.expires_at is not None and invite.expires_at <= moment:
        return LinkState.EXPIRED
    return LinkState.OPEN
