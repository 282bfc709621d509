"""The members of a group, read as far as they are looked at."""

from tortoise.queryset import QuerySet

from core.domain.roles import Role
from core.services.groups import GroupMember, find_group
from core.services.portals import portal_for
from core.store import models
from core.store.words import with_words

_COLUMNS = (
    "learner__email",
    "learner__first_name",
    "learner__last_name",
    "learner__status",
    "origin",
    "joined_at",
    "learner__source",
)


async def count_members(slug: str, title: str, text: str = "") -> int:
    """How many members the group has, of those with each word of `text` in their name or e-mail."""
    return await (await _selected(slug, title, text)).count()


async def members_page(slug: str, title: str, text: str, offset: int, limit: int) -> list[GroupMember]:
    """Up to `limit` of these members after the first `offset`, by e-mail."""
    selected = (await _selected(slug, title, text)).order_by("learner__email_key").offset(offset).limit(limit)
    return [
        GroupMember(email, f"{first} {last}".strip(), status, origin, joined, source)
        for email, first, last, status, origin, joined, source in await selected.values_list(*_COLUMNS)
    ]


async def _selected(slug: str, title: str, text: str) -> QuerySet[models.Membership]:
    portal = await portal_for(slug, Role.VIEWER)
    group = await find_group(portal, title)
    named = ("learner__first_name", "learner__last_name", "learner__email")
    return with_words(models.Membership.filter(group_id=group.id), text, *named)
