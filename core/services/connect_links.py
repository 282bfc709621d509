"""Links through which an admin gives credentials on a page of ours: good once, and for ten minutes.

They are for admins who work where no secret may be typed. Whoever has the link acts in the name of the admin who made
it, and what that admin may do is looked up anew.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

import msgspec
from tortoise.expressions import F

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.acting import Actor, current_actor
from core.services.audit import audit
from core.services.door.attempts import Limit, address_of, check_limit, count_attempt
from core.services.kinds import LEARNUPON
from core.services.portals import find_portal, portal_for
from core.settings import load_settings
from core.store.models import ConnectLink
from core.store.transactions import write_transaction

LASTS = timedelta(minutes=10)
MOST_TRIES = 5
_LONGEST_TOKEN = 200


class State(StrEnum):
    """What stands in the way of using a link."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    SPENT = "spent"


class ConnectLinkUnusable(SettingsError):
    """The link connects nothing any more, or never did."""

    def __init__(self, state: State) -> None:
        super().__init__(f"This link is {state}; nothing was changed. Ask for another one: /ukg connect")
        self.state = state


class MadeLink(msgspec.Struct, frozen=True):
    """A link for the admin who asked for it alone, good until `expires_at` (UTC). `reachable` tells whether the machine
    has an address of which the world knows, `learnupon` whether LearnUpon's API keys are given there too."""

    url: str
    expires_at: datetime
    reachable: bool
    learnupon: bool


async def make_connect_link(slug: str) -> MadeLink:
    """A link for whoever acts; the one they made before for this portal is dead."""
    portal = await portal_for(slug, Role.ADMIN)
    actor, token, moment = current_actor(), secrets.token_urlsafe(32), now()
    settings = load_settings()
    async with write_transaction():
        earlier = ConnectLink.filter(portal_id=portal.id, made_by=actor.name[:200], slack_user=actor.slack_user)
        await earlier.filter(used_at__isnull=True, expires_at__gt=moment).update(expires_at=moment)
        link = await ConnectLink.create(
            portal_id=portal.id,
            token_hash=_hash(token),
            made_by=actor.name[:200],
            slack_user=actor.slack_user,
            is_owner=actor.owner,
            made_at=moment,
            expires_at=moment + LASTS,
        )
        await audit(portal, "connect link made", slug, after={"expires_at": link.expires_at})
    url = f"{settings.public_url}/{slug}/connect/{token}"
    is_learnupon = portal.kind == LEARNUPON
    return MadeLink(url, link.expires_at, reachable=bool(settings.ukg_public_url), learnupon=is_learnupon)


@asynccontextmanager
async def using(link: ConnectLink) -> AsyncIterator[None]:
    """Use the link, which nobody else can meanwhile; when that fails it is open again, unless it failed too often."""
    free = ConnectLink.filter(id=link.id, used_at__isnull=True, expires_at__gt=now(), tries__lt=MOST_TRIES)
    if not await free.update(used_at=now(), tries=F("tries") + 1):
        await link.refresh_from_db()
        raise ConnectLinkUnusable(_state(link) or State.USED)
    try:
        yield
    except BaseException:
        await ConnectLink.filter(id=link.id).update(used_at=None)
        raise


async def open_link(slug: str, token: str, remote: str) -> ConnectLink:
    """The link, fit to be used; raises `ConnectLinkUnusable` when it is not, `DoorRefusal` for who tries too often."""
    moment = now()
    await check_limit(Limit.ADDRESS, address_of(remote), moment)
    link = None
    if len(token) <= _LONGEST_TOKEN and token.isascii():
        portal = await find_portal(slug)
        link = await ConnectLink.get_or_none(token_hash=_hash(token), portal_id=portal.id)
    if link is None:
        await count_attempt(Limit.ADDRESS, address_of(remote), moment)
        raise ConnectLinkUnusable(State.UNKNOWN)
    state = _state(link)
    if state is not None:
        raise ConnectLinkUnusable(state)
    return link


def _state(link: ConnectLink) -> State | None:
    """Why the link cannot be used; None when it can."""
    if link.used_at is not None:
        return State.USED
    if link.tries >= MOST_TRIES:
        return State.SPENT
    return State.EXPIRED if link.expires_at <= now() else None


def actor_of(link: ConnectLink) -> Actor:
    """In whose name it is used."""
    return Actor(link.made_by, "web", link.is_owner, link.slack_user)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
