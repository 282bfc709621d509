"""What is to be done before a portal keeps itself up to date, and how far that is."""

import msgspec

from core.domain.roles import Role
from core.services.connected import connected_to
from core.services.mappings import list_mappings
from core.services.portals import portal_for
from core.store.models import Run


class FirstSteps(msgspec.Struct, frozen=True):
    """Which of the first steps are done. `connected` and `keys` tell whether an account is there that was not refused;
    `keys` is None for a portal that needs none. `mapped` counts the fields that UKG Pro fills."""

    portal: bool
    connected: bool
    keys: bool | None
    mapped: int
    synced: bool

    @property
    def all_done(self) -> bool:
        """Whether nothing is left."""
        return self.portal and self.connected and self.keys is not False and bool(self.mapped) and self.synced


NOTHING_YET = FirstSteps(portal=False, connected=False, keys=None, mapped=0, synced=False)


async def first_steps(slug: str) -> FirstSteps:
    """How far the portal is; whoever has a role in it may see that. An empty name stands for no portal."""
    if not slug:
        return NOTHING_YET
    portal = await portal_for(slug, Role.VIEWER)
    held = await connected_to(slug)
    return FirstSteps(
        portal=True,
        connected=held.ukg_pro is not None and held.ukg_pro.status == "active",
        keys=held.learnupon is not None and held.learnupon.status == "active" if held.needs_keys else None,
        mapped=len(await list_mappings(slug)),
        synced=await Run.exists(portal_id=portal.id, status__in=["succeeded", "partial"]),
    )
