"""People who come through Slack: known by their Slack user id alone, whatever they are called there."""

from datetime import timedelta

from tortoise.expressions import Q

from core.clock import now
from core.domain.roles import Role
from core.services.acting import Actor, acting_as
from core.services.audit import audit
from core.store.models import Admin, AuditLine, Portal
from core.store.transactions import write_transaction

_TOLD_AGAIN_AFTER = timedelta(days=1)
_REFUSED = "refused a stranger"


async def actor_of(slack_user: str) -> Actor:
    """Who acts: under the name that an admin gave the Slack user, else under the id."""
    known = await Admin.filter(slack_user=slack_user).order_by("id").first()
    return Actor(known.name if known else f"Slack user {slack_user}", "slack", slack_user=slack_user)


async def portals_of(slack_user: str) -> dict[str, Role]:
    """The portals in which the Slack user has a role, themselves or through the top-level portal, with what they may
    there (as `core.services.acting.role_of` says it, of all portals at once)."""
    held = {row.portal_id: Role(row.role) for row in await Admin.filter(slack_user=slack_user)}
    portals = await Portal.filter(Q(id__in=list(held)) | Q(parent_id__in=list(held))).order_by("slug")
    order = list(Role)
    return {
        portal.slug: max((held[each] for each in (portal.id, portal.parent_id) if each in held), key=order.index)
        for portal in portals
    }


async def record_stranger(actor: Actor, wanted: str, named: str | None) -> None:
    """Let the admins see in their audit trail that somebody without any role asked for something.

    `wanted` is what was asked for, without anything that the stranger wrote; `named` the portal they named, if any: of
    one that exists its admins are told, else those of every top-level portal. Once a day for each person.
    """
    portals = await Portal.filter(slug=named) if named else []
    for portal in portals or await Portal.filter(parent_id__isnull=True).order_by("id"):
        if await _told_of(actor, portal):
            continue
        async with write_transaction():
            await Portal.filter(id=portal.id).select_for_update().first()  # so that two at once are told once
            if not await _told_of(actor, portal):
                with acting_as(actor):
                    await audit(portal, _REFUSED, wanted, after={"slack_user": actor.slack_user})


async def _told_of(actor: Actor, portal: Portal) -> bool:
    lines = AuditLine.filter(portal_id=portal.id, action=_REFUSED, actor=actor.name, face=actor.face)
    return await lines.filter(at__gt=now() - _TOLD_AGAIN_AFTER).exists()
