"""What a run works on: a portal with the rules and limits that hold for it today."""

from collections.abc import Sequence

from core.clock import today_in
from core.domain.decision import Rules
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow, InviteSettings, InviteWhen
from core.domain.mapping import Mapping
from core.domain.scope import Scope
from core.portals.embedded.portal import EmbeddedPortal
from core.services.acting import current_actor
from core.services.guard import limits_of
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


async def subject_of(
    portal: Portal,
    *,
    mappings: Sequence[Mapping] | None = None,
    invites: InviteSettings | None = None,
    scope: Scope | None = None,
) -> Subject:
    """The portal as it is set up now, or with some settings that are only being tried."""
    port = EmbeddedPortal(portal)
    rules = Rules(
        mappings=await current_mappings(portal) if mappings is None else mappings,
        invites=invites_of(portal) if invites is None else invites,
        today=today_in(portal.timezone),
        scope=scope_of(portal) if scope is None else scope,
    )
    actor = current_actor()
    return Subject(portal, port, rules, limits_of(portal), Asked(actor.name, actor.identity))
