"""What a run works on: a portal with the rules and limits that hold for it today."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from msgspec.structs import replace

from core.clock import today_in
from core.domain.decision import Rules
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow, InviteSettings, InviteWhen
from core.domain.mapping import Mapping
from core.domain.scope import Scope
from core.portals.base import PortalPort
from core.portals.embedded.portal import EmbeddedPortal
from core.portals.learnupon.portal import LearnUponPortal
from core.services.acting import current_actor
from core.services.guard import limits_of
from core.services.kinds import EMBEDDED
from core.services.learnupon_access import writing_port
from core.services.learnupon_fields import tell_what_was_seen
from core.services.mappings import current_mappings
from core.services.scope import scope_of
from core.store.models import Portal
from core.sync.making import Asked, Subject


def check_enabled(portal: Portal) -> None:
    """Raise `SettingsError` when the operator has switched the portal's integration off."""
    if not portal.integration_enabled:
        raise SettingsError(
            f"The integration of {portal.slug} is switched off; nothing was done. The operator switches it on with: "
            f"ukg portal set {portal.slug} --enable-integration"
        )


def invites_of(portal: Portal) -> InviteSettings:
    """The portal's invite settings."""
    return InviteSettings(
        InviteWhen(portal.invite_when), InviteHow(portal.invite_how), portal.sso, portal.allow_existing
    )


def port_of(portal: Portal) -> PortalPort:
    """The portal to be read: from the tables, whatever its kind."""
    return EmbeddedPortal(portal) if portal.kind == EMBEDDED else LearnUponPortal(portal)


async def subject_of(
    portal: Portal,
    *,
    port: PortalPort | None = None,
    mappings: Sequence[Mapping] | None = None,
    invites: InviteSettings | None = None,
    scope: Scope | None = None,
) -> Subject:
    """The portal as it is set up now, or with some settings that are only being tried."""
    rules = Rules(
        mappings=await current_mappings(portal) if mappings is None else mappings,
        invites=invites_of(portal) if invites is None else invites,
        today=today_in(portal.timezone),
        scope=scope_of(portal) if scope is None else scope,
    )
    actor = current_actor()
    return Subject(portal, port or port_of(portal), rules, limits_of(portal), Asked(actor.name, actor.identity))


@asynccontextmanager
async def subject_to_write(portal: Portal, database_url: str, *, reconcile: bool = False) -> AsyncIterator[Subject]:
    """The portal as it is set up now, ready to be written to. `reconcile` compares what is known of a portal outside
    the database with all that it really holds."""
    if portal.kind == EMBEDDED:
        yield await subject_of(portal)
        return
    async with writing_port(portal, database_url) as (port, looking):

        async def look() -> Subject:
            await tell_what_was_seen(portal, await looking.look(fully=reconcile))
            return await subject_of(portal, port=port)

        yield replace(await subject_of(portal, port=port), look=look)
