"""Where in Slack a portal's runs are told: a channel that an admin chose, and who is spoken to directly."""

import re

import msgspec

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.audit import audit
from core.services.notices import Kind as NoticeKind
from core.services.notices import raise_notice, resolve_notice
from core.services.portals import portal_for
from core.settings import load_settings
from core.store.models import Admin, Portal, SlackPost
from core.store.transactions import write_transaction

_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,38}")


class ToldWhere(msgspec.Struct, frozen=True):
    """Where a portal's runs are told: `channel` is None while there is none. `own` tells whether the portal was given
    it, or it is UKG_SLACK_CHANNEL; with `quiet` only changes and problems are told."""

    portal: str
    channel: str | None
    own: bool
    quiet: bool


def channel_of(portal: Portal) -> str | None:
    """The portal's channel, else that of the settings."""
    return portal.slack_channel or load_settings().ukg_slack_channel or None


def check_channel(channel: str | None) -> None:
    """Raise `SettingsError` for what is no channel's id; empty and None are for none."""
    if channel and not _CHANNEL.fullmatch(channel):
        raise SettingsError(
            "That is no channel's id, so nothing was changed. It looks like C024BE91L and stands at the end of 'View "
            "channel details' in Slack; or write there, in the channel itself: /ukg channel here"
        )


async def told_where(slug: str) -> ToldWhere:
    """Where the portal's runs are told."""
    return _told_where(await portal_for(slug, Role.VIEWER))


async def tell_in(slug: str, *, channel: str | None = None, quiet: bool | None = None) -> ToldWhere:
    """Choose the channel (its id; empty takes the portal's own away), or whether only changes and problems are told;
    None leaves as it is. People's names are shown there from then on. Raises `SettingsError` for what is no channel."""
    portal = await portal_for(slug, Role.ADMIN)
    check_channel(channel)
    wanted: dict[str, object] = {}
    if channel is not None:
        wanted["slack_channel"] = channel or None
    if quiet is not None:
        wanted["slack_quiet"] = quiet
    async with write_transaction():
        portal = await Portal.filter(id=portal.id).select_for_update().get()
        before = {name: getattr(portal, name) for name, value in wanted.items() if getattr(portal, name) != value}
        if before:
            portal.update_from_dict(wanted)
            if portal.slack_since is None:
                portal.slack_since = now()
            await portal.save(update_fields=[*wanted, "slack_since"])
            old = before.get("slack_channel") or load_settings().ukg_slack_channel
            unsent = SlackPost.filter(portal_id=portal.id, channel=old or "", state="waiting", begun=False)
            if channel_of(portal) is not None and "slack_channel" in before:
                await unsent.update(channel=channel_of(portal), due_at=now())
            await audit(portal, "slack channel set", slug, before=before, after={name: wanted[name] for name in before})
    return _told_where(portal)


async def admins_to_tell(slug: str) -> list[str]:
    """The Slack user ids of the portal's admins."""
    return await admins_in_slack(await portal_for(slug, Role.VIEWER))


async def unreachable(slug: str, sentence: str) -> None:
    """Slack does not let us into the portal's channel: the admins are told by other ways until it does."""
    await raise_notice(await portal_for(slug, Role.VIEWER), NoticeKind.SLACK_UNREACHABLE, sentence)


async def reached(slug: str) -> None:
    """Something arrived in the portal's channel."""
    await resolve_notice(await portal_for(slug, Role.VIEWER), NoticeKind.SLACK_UNREACHABLE)


async def admins_in_slack(portal: Portal) -> list[str]:
    """The Slack user ids of the portal's admins, those of the top-level portal above it among them."""
    portals = [each for each in (portal.id, portal.parent_id) if each is not None]
    rows = Admin.filter(portal_id__in=portals, role=Role.ADMIN.value, slack_user__isnull=False).order_by("id")
    return list(dict.fromkeys([str(user) for user in await rows.values_list("slack_user", flat=True)]))


def _told_where(portal: Portal) -> ToldWhere:
    return ToldWhere(portal.slug, channel_of(portal), bool(portal.slack_channel), portal.slack_quiet)
