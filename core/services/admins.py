"""Who has which role in a portal."""

import re
from datetime import datetime

import msgspec

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.audit import audit
from core.services.names import checked_name, name_key
from core.services.portals import portal_for
from core.store.models import Admin, Portal
from core.store.transactions import write_transaction

_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,30}")


class ListedAdmin(msgspec.Struct):
    """Someone with a role; `slack_user` is their Slack user id, if they work from there."""

    name: str
    role: Role
    slack_user: str | None
    created_at: datetime


async def set_admin(slug: str, name: str, role: Role, *, slack_user: str | None = None) -> ListedAdmin:
    """Give someone a role, or change what they have; a Slack user id that is left out stays as it is."""
    portal = await portal_for(slug, Role.ADMIN)
    name = checked_name("A name", name)
    if slack_user is not None and not _SLACK_USER.fullmatch(slack_user):
        raise SettingsError(
            f"'{slack_user[:40]}' is not a Slack user id; nothing was changed. It begins with U or W and stands in the "
            "person's Slack profile under 'Copy member ID'."
        )
    async with write_transaction():
        row = await Admin.get_or_none(portal_id=portal.id, name_key=name_key(name))
        before = _described(row) if row else None
        if row is None:
            row = Admin(portal_id=portal.id, name=name, name_key=name_key(name), created_at=now())
        elif role is not Role.ADMIN:
            await _keep_an_admin(portal, row, f"be made {role}")
        await _refuse_second_holder(portal, row, slack_user)
        row.name, row.role, row.slack_user = name, role.value, slack_user or row.slack_user
        await row.save()
        await audit(portal, "role given", name, before=before, after=_described(row))
    return _listed(row)


async def remove_admin(slug: str, name: str) -> None:
    """Take someone's role away; the last admin stays."""
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        row = await Admin.get_or_none(portal_id=portal.id, name_key=name_key(name))
        if row is None:
            names = [each.name for each in await Admin.filter(portal_id=portal.id).order_by("name_key")]
            raise SettingsError(
                f"Nobody called '{name[:80]}' has a role in {slug}; nothing was changed. With a role: "
                f"{', '.join(names) or 'nobody'}."
            )
        await _keep_an_admin(portal, row, "be removed")
        await row.delete()
        await audit(portal, "role taken", row.name, before=_described(row))


async def list_admins(slug: str) -> list[ListedAdmin]:
    """Everyone with a role in the portal, by name."""
    portal = await portal_for(slug, Role.VIEWER)
    return [_listed(row) for row in await Admin.filter(portal_id=portal.id).order_by("name_key")]


async def _keep_an_admin(portal: Portal, row: Admin, what: str) -> None:
    # The portal is held, so that two admins who go at the same time do not each take the other for the one who stays.
    await Portal.filter(id=portal.id).select_for_update(no_key=True).get()
    others = Admin.filter(portal_id=portal.id, role=Role.ADMIN.value).exclude(id=row.id)
    if row.role == Role.ADMIN and not await others.exists():
        raise SettingsError(
            f"{row.name} is the last admin of {portal.slug} and cannot {what}; nothing was changed. Make someone else "
            "an admin first."
        )


async def _refuse_second_holder(portal: Portal, row: Admin, slack_user: str | None) -> None:
    if slack_user is None:
        return
    holder = await Admin.get_or_none(portal_id=portal.id, slack_user=slack_user)
    if holder is not None and holder.id != row.id:
        raise SettingsError(f"The Slack user {slack_user} is {holder.name} already; nothing was changed.")


def _described(row: Admin) -> dict[str, object]:
    return {"role": row.role, "slack_user": row.slack_user}


def _listed(row: Admin) -> ListedAdmin:
    return ListedAdmin(row.name, Role(row.role), row.slack_user, row.created_at)
