"""Portals: create, list, change."""

import re
from typing import Any

import msgspec

from core.clock import now, zone
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow, InviteWhen
from core.store.models import Connection, Portal, Run

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_NAME = 200
_RANGES = {
    "manual_sync_minutes": ("manual sync interval in minutes", 0, 10_080),
    "field_limit": ("number of custom user data fields", 0, 200),
    "page_size": ("page size", 1, 10_000),
    "requests_per_minute": ("number of requests a minute", 1, 100_000),
}


class PortalOverview(msgspec.Struct):
    """A portal as listed. `connection` is `active`, or `none` when it is not connected."""

    slug: str
    name: str
    kind: str
    timezone: str
    sso: bool
    parent: str | None
    integration_enabled: bool
    manual_sync_interval: int
    invites: dict[str, str]
    connection: str
    last_run: str | None


async def create_portal(
    slug: str,
    *,
    name: str | None = None,
    kind: str = "embedded",
    timezone: str = "UTC",
    sso: bool = False,
    parent: str | None = None,
) -> Portal:
    """A new portal with the default settings; raises `SettingsError` for a slug that is taken or not allowed."""
    if not _SLUG.fullmatch(slug):
        raise SettingsError(
            f"'{slug[:70]}' cannot name a portal; nothing was created. Use lower-case letters, digits and hyphens."
        )
    if kind != "embedded":
        raise SettingsError(f"Portals of kind '{kind}' are not in this version; nothing was created. Use embedded.")
    if await Portal.exists(slug=slug):
        raise SettingsError(f"There is a portal {slug} already; nothing was created. Choose another name.")
    zone(timezone)
    _check_name(name)
    parent_row = await find_portal(parent) if parent else None
    if parent_row is not None and parent_row.parent_id is not None:
        raise SettingsError(f"{parent} is a sub-portal itself; nothing was created. Name the top-level portal.")
    return await Portal.create(
        slug=slug,
        name=name or slug,
        kind=kind,
        timezone=timezone,
        sso=sso,
        parent=parent_row,
        invite_when=InviteWhen.ADDED.value,
        invite_how=InviteHow.INVITE.value,
        created_at=now(),
    )


def _check_name(name: str | None) -> None:
    if name is not None and not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise SettingsError(f"A portal's name has 1 to {_LONGEST_NAME} characters; nothing was changed.")


async def find_portal(slug: str) -> Portal:
    """The portal of that name; raises `SettingsError` naming those that there are."""
    portal = await Portal.get_or_none(slug=slug)
    if portal is None:
        slugs = [row.slug for row in await Portal.all().order_by("slug").limit(10)]
        known = f"There are: {', '.join(slugs)}." if slugs else "Create one first: ukg portal create SLUG."
        raise SettingsError(f"There is no portal '{slug[:70]}'; nothing was done. {known}")
    return portal


async def list_portals() -> list[PortalOverview]:
    """Every portal, by name."""
    portals = await Portal.all().order_by("slug").prefetch_related("parent")
    connected = dict(await Connection.all().values_list("portal_id", "status"))
    overviews: list[PortalOverview] = []
    for portal in portals:
        last_run = await Run.filter(portal_id=portal.id).order_by("-number").first()
        overviews.append(
            PortalOverview(
                slug=portal.slug,
                name=portal.name,
                kind=portal.kind,
                timezone=portal.timezone,
                sso=portal.sso,
                parent=portal.parent.slug if portal.parent else None,
                integration_enabled=portal.integration_enabled,
                manual_sync_interval=portal.manual_sync_minutes,
                invites={"when": portal.invite_when, "how": portal.invite_how},
                connection=connected.get(portal.id, "none"),
                last_run=last_run.id if last_run else None,
            )
        )
    return overviews


async def change_portal(slug: str, **changes: Any) -> Portal:
    """Change the settings given (names as in `Portal`; None leaves one as it is); all or none of them."""
    portal = await find_portal(slug)
    wanted = {name: value for name, value in changes.items() if value is not None}
    if not wanted:
        raise SettingsError("Nothing was given to change; see 'ukg portal set --help'.")
    for name, (words, least, most) in _RANGES.items():
        if name in wanted and not least <= wanted[name] <= most:
            raise SettingsError(f"The {words} must be from {least} to {most}; nothing was changed.")
    if "timezone" in wanted:
        zone(wanted["timezone"])
    _check_name(wanted.get("name"))
    portal.update_from_dict(wanted)
    await portal.save(update_fields=list(wanted))
    return portal


async def set_invites(slug: str, *, when: InviteWhen | None, how: InviteHow | None) -> Portal:
    """Change when and how new people get their account; people who have one already are not affected."""
    return await change_portal(slug, invite_when=when.value if when else None, invite_how=how.value if how else None)
