"""A portal's settings as they stand, for a form that changes them."""

import msgspec

from core.domain.roles import Role
from core.services.portals import portal_for


class PortalSettings(msgspec.Struct, frozen=True):
    """What `core.services.portals.change_portal` changes, by the same names. `kind`, and whether it is a `sub_portal`,
    say which of them there are. A licence limit of 0 means none."""

    kind: str
    sub_portal: bool
    name: str
    timezone: str
    sso: bool
    end_vanished: bool
    manual_sync_minutes: int
    integration_enabled: bool
    allow_existing: bool
    licence_limit: int
    field_limit: int
    page_size: int
    requests_per_minute: int


async def portal_settings(slug: str) -> PortalSettings:
    """The settings of the portal; whoever has a role in it may see them."""
    portal = await portal_for(slug, Role.VIEWER)
    return PortalSettings(
        kind=portal.kind,
        sub_portal=portal.parent_id is not None,
        name=portal.name,
        timezone=portal.timezone,
        sso=portal.sso,
        end_vanished=portal.end_vanished,
        manual_sync_minutes=portal.manual_sync_minutes,
        integration_enabled=portal.integration_enabled,
        allow_existing=portal.allow_existing,
        licence_limit=portal.licence_limit or 0,
        field_limit=portal.field_limit,
        page_size=portal.page_size,
        requests_per_minute=portal.requests_per_minute,
    )
