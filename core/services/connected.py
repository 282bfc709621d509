"""To which outside systems a portal is connected, as far as a person may see it: never a secret."""

from datetime import datetime

import msgspec

from core.domain.roles import Role
from core.services.kinds import LEARNUPON
from core.services.portals import portal_for
from core.store.models import Connection, LearnUponAccount


class Account(msgspec.Struct, frozen=True):
    """An account that is kept: its address, for UKG Pro its user name, whether it is `active` or `refused`, and since
    when it is known (UTC)."""

    url: str
    user: str
    status: str
    since: datetime


class Connected(msgspec.Struct, frozen=True):
    """The accounts of a portal, each None while there is none; `needs_keys` for a portal of LearnUpon."""

    needs_keys: bool
    ukg_pro: Account | None
    learnupon: Account | None

    @property
    def complete(self) -> bool:
        """Whether every account that a sync needs is there and in use."""
        needed = [self.ukg_pro, self.learnupon] if self.needs_keys else [self.ukg_pro]
        return all(account is not None and account.status == "active" for account in needed)


async def connected_to(slug: str) -> Connected:
    """What the portal is connected to; whoever has a role in it may see that."""
    portal = await portal_for(slug, Role.VIEWER)
    connection = await Connection.get_or_none(portal_id=portal.id, secrets__isnull=False)
    keys = await LearnUponAccount.get_or_none(portal_id=portal.id)
    ukg_pro, learnupon = None, None
    if connection is not None:
        ukg_pro = Account(connection.url, connection.user, connection.status, connection.connected_at)
    if keys is not None:
        learnupon = Account(keys.url, "", keys.status, keys.connected_at)
    return Connected(portal.kind == LEARNUPON, ukg_pro, learnupon)
