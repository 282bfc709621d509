"""How what is to be said in Slack gets there: what waits longer than it should, and what Slack refused for good."""

from datetime import datetime, timedelta

import msgspec
from tortoise.expressions import Q

from core.clock import now
from core.domain.roles import Role
from core.services.portals import portal_for
from core.services.slack_posts import State
from core.store.models import Portal, SlackPost

_SOON = timedelta(minutes=5)
_LATELY = timedelta(days=7)


class Delivery(msgspec.Struct, frozen=True):
    """How many messages of a portal wait since `oldest` (UTC), with Slack's word for why if it said one; and how many
    of the last seven days were given up."""

    waiting: int
    oldest: datetime | None
    error: str | None
    given_up: int

    @property
    def sentence(self) -> str | None:
        """What is wrong with it, None when nothing is."""
        parts = []
        if self.waiting:
            wait = "1 message to Slack waits" if self.waiting == 1 else f"{self.waiting} messages to Slack wait"
            since = f" since {self.oldest:%Y-%m-%d %H:%M} UTC" if self.oldest is not None else ""
            parts.append(f"{wait}{since}{f' ({self.error})' if self.error else ''} and will be sent.")
        if self.given_up:
            were = "1 message was" if self.given_up == 1 else f"{self.given_up} messages were"
            parts.append(
                f"{were} refused by Slack within the last week and will not come; what was to be told is in the list "
                "of runs."
            )
        return " ".join(parts) or None


async def delivery(slug: str) -> Delivery:
    """How the portal's messages get there."""
    return await delivery_of(await portal_for(slug, Role.VIEWER))


async def delivery_of(portal: Portal) -> Delivery:
    """The same, for whoever has looked at the role."""
    moment = now()
    late = SlackPost.filter(Q(attempts__gt=0) | Q(created_at__lt=moment - _SOON))
    late = late.filter(portal_id=portal.id, state=State.WAITING.value)
    oldest = await late.order_by("created_at").first()
    failed = await late.filter(error__isnull=False).order_by("-created_at").first()
    given_up = SlackPost.filter(portal_id=portal.id, state=State.PARKED.value, created_at__gt=moment - _LATELY)
    return Delivery(
        await late.count(),
        oldest.created_at if oldest is not None else None,
        failed.error if failed is not None else None,
        await given_up.count(),
    )
