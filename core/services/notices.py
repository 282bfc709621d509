"""What people should know about a portal's runs, said once for as long as it lasts."""

from datetime import datetime
from enum import StrEnum

import msgspec
from tortoise.expressions import F
from tortoise.queryset import QuerySet

from core.clock import now
from core.domain.roles import Role
from core.services.acting import require
from core.services.portals import portal_for
from core.store.models import Notice, Portal
from core.store.transactions import write_transaction


class Kind(StrEnum):
    """What a notice is about; a portal has one open notice of a kind at most."""

    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_FAILING = "connection_failing"
    PORTAL_REFUSED = "portal_refused"
    PORTAL_FAILING = "portal_failing"
    FIELDS_CHANGED = "fields_changed"
    DAY_MISSED = "day_missed"
    DAY_SILENT = "day_silent"
    DAY_FAILED = "day_failed"
    PLAN_HELD = "plan_held"
    SLACK_UNREACHABLE = "slack_unreachable"


class OpenNotice(msgspec.Struct, frozen=True):
    """A notice that still holds: how often it happened, and when first and last."""

    id: int
    portal: str
    kind: Kind
    sentence: str
    times: int
    raised_at: datetime
    last_at: datetime


async def raise_notice(portal: Portal, kind: Kind, sentence: str) -> bool:
    """Say something about the portal, without personal data. Returns whether it is new: while a notice of the kind is
    open, it is only counted that it happened again."""
    moment = now()
    async with write_transaction():
        await Portal.filter(id=portal.id).select_for_update().first()  # one at a time, so that no notice comes twice
        repeated = await _open(portal, kind).update(times=F("times") + 1, last_at=moment)
        if not repeated:
            await Notice.create(
                portal_id=portal.id, kind=kind.value, sentence=sentence, raised_at=moment, last_at=moment
            )
    return not repeated


async def resolve_notice(portal: Portal, kind: Kind) -> bool:
    """What the open notice of the kind said is over. Returns whether there was one."""
    return bool(await _open(portal, kind).update(resolved_at=now()))


async def open_notices(slug: str) -> list[OpenNotice]:
    """The notices of a portal that still hold, oldest first."""
    return await notices_of(await portal_for(slug, Role.VIEWER))


async def notices_of(portal: Portal) -> list[OpenNotice]:
    """The notices of the portal that still hold, oldest first."""
    rows = await Notice.filter(portal_id=portal.id, resolved_at__isnull=True).order_by("id")
    return [_entry(row, portal.slug) for row in rows]


async def raised_since(moment: datetime) -> list[OpenNotice]:
    """The notices of every portal raised since then, oldest first, for the log of the machine's operator."""
    rows = await Notice.filter(raised_at__gte=moment).order_by("id").prefetch_related("portal")
    return [_entry(row, row.portal.slug) for row in rows]


async def find_notice(notice_id: int) -> tuple[OpenNotice, bool]:
    """A notice, and whether it still holds."""
    row = await Notice.get(id=notice_id).prefetch_related("portal")
    await require(row.portal, Role.VIEWER)
    return _entry(row, row.portal.slug), row.resolved_at is None


def _open(portal: Portal, kind: Kind) -> QuerySet[Notice]:
    return Notice.filter(portal_id=portal.id, kind=kind.value, resolved_at__isnull=True)


def _entry(row: Notice, slug: str) -> OpenNotice:
    return OpenNotice(row.id, slug, Kind(row.kind), row.sentence, row.times, row.raised_at, row.last_at)
