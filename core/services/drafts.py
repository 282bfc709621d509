"""Drafts: what somebody is editing, kept in the database so that every face can open it and no restart loses it.

A draft is its owner's alone. Faces hand around its id, never what it holds.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import uuid4

import msgspec

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.acting import current_actor
from core.services.names import name_key
from core.services.portals import portal_for
from core.store.models import Admin, Draft, Portal
from core.store.transactions import write_transaction

Content = TypeVar("Content")

_LASTS = timedelta(days=14)


class Kind(StrEnum):
    """What a draft holds."""

    MAPPING = "mapping"
    PEOPLE = "people"
    WORDS = "words"


class Kept(msgspec.Struct, Generic[Content], frozen=True):
    """A draft as it was found: of which portal, and what it holds."""

    id: str
    portal: str
    content: Content


class People(msgspec.Struct, frozen=True):
    """People whom something is to be done with, by e-mail or employee id; `chosen` of them by their place."""

    who: tuple[str, ...]
    chosen: tuple[int, ...] = ()


class Words(msgspec.Struct, frozen=True):
    """What was looked for, which may be somebody's name."""

    text: str


async def keep(slug: str, kind: Kind, content: object, *, role: Role = Role.VIEWER) -> str:
    """Keep something as a draft of whoever acts, for two weeks from its last change; gives its id."""
    portal = await portal_for(slug, role)
    moment = now()
    async with write_transaction():
        await Draft.filter(expires_at__lte=moment).delete()
        draft = await Draft.create(
            id=uuid4().hex,
            portal_id=portal.id,
            kind=kind.value,
            owner=await owner_of(portal),
            content=msgspec.json.encode(content).decode(),
            begun_at=moment,
            changed_at=moment,
            expires_at=moment + _LASTS,
        )
    return str(draft.id)


async def find(draft_id: str, kind: Kind, shape: type[Content], *, role: Role = Role.VIEWER) -> Kept[Content]:
    """The draft; raises `SettingsError` when it is gone or somebody else's, which is said in the same words."""
    draft = await Draft.filter(id=draft_id, kind=kind.value, expires_at__gt=now()).prefetch_related("portal").first()
    if draft is None or draft.owner != await owner_of(draft.portal):
        raise SettingsError("This is no longer kept; nothing was done. Ask for it anew.")
    await portal_for(draft.portal.slug, role)
    return Kept(draft.id, draft.portal.slug, msgspec.json.decode(draft.content, type=shape))


async def change(draft_id: str, content: object) -> None:
    """Let the draft hold something else; it was found in the same transaction, or nothing else changes it."""
    moment = now()
    text = msgspec.json.encode(content).decode()
    await Draft.filter(id=draft_id).update(content=text, changed_at=moment, expires_at=moment + _LASTS)


async def drop(draft_id: str) -> None:
    """Forget the draft."""
    await Draft.filter(id=draft_id).delete()


async def owner_of(portal: Portal) -> str:
    """Whose draft it is that whoever acts makes here: the admin's that stands in the portal's list, or in that of the
    portal above, so that one person has the same drafts in Slack and at a terminal."""
    actor = current_actor()
    known_by = {"slack_user": actor.slack_user} if actor.slack_user else {"name_key": name_key(actor.name)}
    portals = [portal.id] if portal.parent_id is None else [portal.id, portal.parent_id]
    rows = {row.portal_id: row for row in await Admin.filter(portal_id__in=portals, **known_by)}
    row = next((rows[each] for each in portals if each in rows), None)
    return f"admin:{row.id}" if row is not None else actor.identity
