"""Portals: create, list, change."""

import re
from typing import Any

import msgspec

from core.clock import now, zone
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow, InviteWhen
from core.domain.roles import Role
from core.services.acting import current_actor, require, require_owner, role_of
from core.services.audit import audit
from core.services.kinds import EMBEDDED, KINDS, LEARNUPON, Own
from core.store.models import Connection, LearnUponAccount, Portal, Run
from core.store.transactions import write_transaction

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_NAME = 200
_RANGES = {
    "manual_sync_minutes": ("manual sync interval in minutes", 0, 10_080),
    "field_limit": ("number of custom user data fields", 0, 200),
    "page_size": ("page size", 1, 10_000),
    "requests_per_minute": ("number of requests a minute", 1, 100_000),
    "licence_limit": ("licence limit", 0, 10_000_000),
}
_EMBEDDED_ONLY = frozenset({"allow_existing", "field_limit", "licence_limit"})


class PortalOverview(msgspec.Struct):
    """A portal as listed. `connection` is `active`, or `none` when it is not connected; `learnupon` tells the same of
    LearnUpon's API keys, or `refused`, and is None for an embedded portal. `end_vanished` tells whether access ends for
    people who are no longer in UKG Pro."""

    slug: str
    name: str
    kind: str
    timezone: str
    sso: bool
    parent: str | None
    integration_enabled: bool
    allow_existing: bool
    licence_limit: int | None
    manual_sync_interval: int
    end_vanished: bool
    invites: dict[str, str]
    connection: str
    learnupon: str | None
    last_run: str | None


async def create_portal(
    slug: str,
    *,
    name: str | None = None,
    kind: str = EMBEDDED,
    timezone: str = "UTC",
    sso: bool = False,
    parent: str | None = None,
) -> Portal:
    """A new portal with the default settings; raises `SettingsError` for a slug that is taken or not allowed."""
    if not _SLUG.fullmatch(slug):
        raise SettingsError(
            f"'{slug[:70]}' cannot name a portal; nothing was created. Use lower-case letters, digits and hyphens."
        )
    if kind not in KINDS:
        raise SettingsError(f"'{kind[:40]}' is no kind of portal; nothing was created. Use embedded or learnupon.")
    if parent and kind != EMBEDDED:
        raise SettingsError(
            "Which portals belong together is LearnUpon's own knowledge; nothing was created. Leave --parent out: each "
            "portal has API keys of its own."
        )
    if await Portal.exists(slug=slug):
        raise SettingsError(f"There is a portal {slug} already; nothing was created. Choose another name.")
    zone(timezone)
    _check_name(name)
    parent_row = await find_portal(parent) if parent else None
    if parent_row is None:
        require_owner("Creating a top-level portal")
    else:
        await require(parent_row, Role.ADMIN)
        if parent_row.kind != EMBEDDED:
            raise SettingsError(f"{parent} is a portal of LearnUpon, which has its own; nothing was created.")
        if parent_row.parent_id is not None:
            raise SettingsError(f"{parent} is a sub-portal itself; nothing was created. Name the top-level portal.")
    async with write_transaction():
        portal = await Portal.create(
            slug=slug,
            name=name.strip() if name else slug,
            kind=kind,
            timezone=timezone,
            sso=sso,
            parent=parent_row,
            invite_when=InviteWhen.ADDED.value,
            invite_how=InviteHow.INVITE.value,
            created_at=now(),
        )
        settings = {"name": portal.name, "kind": kind, "timezone": timezone, "sso": sso, "parent": parent}
        await audit(portal, "portal created", slug, after=settings)
    return portal


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


async def portal_for(slug: str, role: Role) -> Portal:
    """The portal of that name, if whoever acts has at least this role in it."""
    portal = await find_portal(slug)
    await require(portal, role)
    return portal


async def embedded_portal_for(slug: str, role: Role, what: Own) -> Portal:
    """The same for what only an embedded portal has here: raises `SettingsError` for one of LearnUpon, which has `what`
    itself."""
    portal = await portal_for(slug, role)
    what.refuse(portal)
    return portal


async def kept_by_learnupon(slug: str, what: Own) -> str | None:
    """Where `what` is to be found, in a sentence, for a portal of LearnUpon; None for one that has it here."""
    portal = await portal_for(slug, Role.VIEWER)
    return what.sentence(portal) if portal.kind == LEARNUPON else None


async def list_portals() -> list[PortalOverview]:
    """Every portal in which the one who acts has a role, by name."""
    portals = await Portal.all().order_by("slug").prefetch_related("parent")
    actor = current_actor()
    if not actor.owner:
        portals = [portal for portal in portals if await role_of(actor, portal)]
    connected = dict(await Connection.all().values_list("portal_id", "status"))
    keys = dict(await LearnUponAccount.all().values_list("portal_id", "status"))
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
                allow_existing=portal.allow_existing,
                licence_limit=portal.licence_limit,
                manual_sync_interval=portal.manual_sync_minutes,
                end_vanished=portal.end_vanished,
                invites={"when": portal.invite_when, "how": portal.invite_how},
                connection=connected.get(portal.id, "none"),
                learnupon=keys.get(portal.id, "none") if portal.kind == LEARNUPON else None,
                last_run=last_run.id if last_run else None,
            )
        )
    return overviews


async def change_portal(slug: str, **changes: Any) -> Portal:
    """Change the settings given (names as in `Portal`; None leaves one as it is); all or none of them.

    A licence limit of 0 means none. Whether the integration is on at all is for the operator of the machine to say.
    """
    portal = await portal_for(slug, Role.ADMIN)
    wanted = {name: value for name, value in changes.items() if value is not None}
    if "integration_enabled" in wanted:
        require_owner("Switching the integration on or off")
    if not wanted:
        raise SettingsError("Nothing was given to change; see 'ukg portal set --help'.")
    if wanted.keys() & _EMBEDDED_ONLY:
        Own.LIMITS.refuse(portal)
    for name, (words, least, most) in _RANGES.items():
        if name in wanted and not least <= wanted[name] <= most:
            raise SettingsError(f"The {words} must be from {least} to {most}; nothing was changed.")
    if "timezone" in wanted:
        zone(wanted["timezone"])
    _check_name(wanted.get("name"))
    if "licence_limit" in wanted:
        if portal.parent_id is None and wanted["licence_limit"]:
            raise SettingsError(f"{slug} is a top-level portal, and only sub-portals have licences; nothing changed.")
        wanted["licence_limit"] = wanted["licence_limit"] or None
    before = {name: getattr(portal, name) for name, value in wanted.items() if getattr(portal, name) != value}
    async with write_transaction():
        portal.update_from_dict(wanted)
        await portal.save(update_fields=list(wanted))
        if before:
            await audit(portal, "settings changed", slug, before=before, after={name: wanted[name] for name in before})
    return portal


async def set_invites(slug: str, *, when: InviteWhen | None, how: InviteHow | None) -> Portal:
    """Change when and how new people get their account; people who have one already are not affected."""
    return await change_portal(slug, invite_when=when.value if when else None, invite_how=how.value if how else None)
