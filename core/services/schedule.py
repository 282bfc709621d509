"""A portal's daily sync: when it runs, whether anything stands in its way, and how it went."""

from datetime import datetime
from typing import Any

import msgspec
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from core.clock import now, zone
from core.domain.roles import Role
from core.domain.schedule import Daily, last_due, next_due, time_of_day
from core.jobs.requests import RequestKind, State
from core.services.audit import audit
from core.services.kinds import LEARNUPON
from core.services.notices import OpenNotice, open_notices
from core.services.portals import portal_for
from core.services.standing import waits_until
from core.store.models import Connection, LearnUponAccount, Portal, Run, RunRequest
from core.store.transactions import write_transaction


class LastRun(msgspec.Struct, frozen=True):
    """The daily sync of a business date, as far as it came: the `state` of what was asked, and of its `run`, if there
    was one, the `status`. `error` is the sentence for what went wrong."""

    date: str
    state: str
    run: str | None
    status: str | None
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None


class Schedule(msgspec.Struct, frozen=True):
    """The schedule of a portal. `at` is HH:MM in its time zone.

    `next_run` lies in the past when the sync of that moment has not been started yet; it is None while the schedule is
    off or `paused` (then a sentence says why).
    """

    portal: str
    on: bool
    at: str
    timezone: str
    next_run: datetime | None
    last_run: LastRun | None
    paused: str | None
    notices: list[OpenNotice]


async def show_schedule(slug: str) -> Schedule:
    """The schedule of a portal as it stands."""
    portal = await portal_for(slug, Role.VIEWER)
    paused = await obstacle(portal) if portal.schedule_on else None
    return Schedule(
        portal=slug,
        on=portal.schedule_on,
        at=portal.schedule_at,
        timezone=portal.timezone,
        next_run=None if paused or not portal.schedule_on else await next_run(portal),
        last_run=await _last_run(portal),
        paused=paused,
        notices=await open_notices(slug),
    )


async def set_schedule(slug: str, *, at: str | None = None, on: bool | None = None) -> Schedule:
    """Change when the daily sync runs (HH:MM in the portal's time zone), or whether; None leaves as it is.

    A time that has passed today starts today's sync soon, unless it has been already. Days on which the schedule was
    off do not count as missed. Raises `SettingsError` for a time that is none.
    """
    portal = await portal_for(slug, Role.ADMIN)
    wanted: dict[str, Any] = {}
    if at is not None:
        wanted["schedule_at"] = f"{time_of_day(at):%H:%M}"
    if on is not None:
        wanted["schedule_on"] = on
    async with write_transaction():
        portal = await Portal.filter(id=portal.id).select_for_update().get()
        before = {name: getattr(portal, name) for name, value in wanted.items() if getattr(portal, name) != value}
        if before:
            if before.get("schedule_on") is False and await _synced_before(portal):
                portal.schedule_since = now()
            portal.update_from_dict(wanted)
            await portal.save(update_fields=[*wanted, "schedule_since"])
            await audit(portal, "schedule changed", slug, before=before, after={name: wanted[name] for name in before})
    return await show_schedule(slug)


async def schedule_begins(portal: Portal) -> None:
    """A sync has succeeded: if it is the first, days count from now on."""
    await Portal.filter(id=portal.id, schedule_since__isnull=True).update(schedule_since=now())


async def obstacle(portal: Portal) -> str | None:
    """Why nothing runs by itself for the portal, as a sentence; None when nothing stands in the way."""
    connection = await Connection.get_or_none(portal_id=portal.id)
    if not portal.schedule_on:
        return f"The schedule is off; switch it on with: ukg schedule {portal.slug} --on"
    if not portal.integration_enabled:
        return (
            "The integration is switched off; the operator switches it on with: "
            f"ukg portal set {portal.slug} --enable-integration"
        )
    if connection is None or connection.secrets is None:
        return f"{portal.slug} is not connected to UKG Pro; connect it with: ukg connect {portal.slug}"
    if connection.status != "active":
        return (
            "UKG Pro refused the service account. Mend that, then connect it again (ukg connect "
            f"{portal.slug}) or sync it by hand (ukg sync {portal.slug})."
        )
    account = await LearnUponAccount.get_or_none(portal_id=portal.id)
    if portal.kind == LEARNUPON and account is None:
        return f"The API keys of LearnUpon are not known; give them with: ukg learnupon {portal.slug}"
    if account is not None and account.status != "active":
        return (
            "LearnUpon refused the API keys. Mend that, then give them again (ukg learnupon "
            f"{portal.slug}) or sync it by hand (ukg sync {portal.slug})."
        )
    if portal.schedule_since is None:
        return f"It begins with the first sync that succeeds: ukg sync {portal.slug}"
    return None


async def next_run(portal: Portal) -> datetime:
    """When the daily sync of a portal that nothing stands in the way of starts next (UTC)."""
    moment, daily = now(), daily_of(portal)
    due, newest = last_due(daily, moment), await newest_day(portal)
    if newest is not None and newest.state == State.WAITING:
        return newest.not_before or newest.requested_at
    requested = newest is not None and newest.slot is not None and newest.slot >= due.date.isoformat()
    counts = portal.schedule_since is not None and due.moment > portal.schedule_since
    following = due if counts and not requested else next_due(daily, moment)
    waits = await waits_until(portal.id)
    return max(following.moment, waits) if waits else following.moment


async def running_schedules() -> list[tuple[str, datetime]]:
    """The portals whose schedule runs, each with the moment (UTC) of its next sync; the soonest first."""
    portals = await Portal.filter(schedule_on=True)
    running = [(portal.slug, await next_run(portal)) for portal in portals if await obstacle(portal) is None]
    return sorted(running, key=lambda entry: entry[1])


async def newest_day(portal: Portal) -> RunRequest | None:
    """The request of the latest business date whose sync was requested."""
    return await _days(portal).order_by("-slot").first()


def daily_of(portal: Portal) -> Daily:
    """The portal's time of day, in its zone."""
    return Daily(time_of_day(portal.schedule_at), zone(portal.timezone))


def _days(portal: Portal) -> QuerySet[RunRequest]:
    return RunRequest.filter(portal_id=portal.id, kind=RequestKind.SYNC.value, slot__isnull=False)


async def _synced_before(portal: Portal) -> bool:
    if portal.schedule_since is not None:
        return True
    return await Run.exists(portal_id=portal.id, status__in=["succeeded", "partial"])


async def _last_run(portal: Portal) -> LastRun | None:
    begun = Q(started_at__isnull=False) | Q(finished_at__isnull=False)
    newest = await _days(portal).filter(begun).order_by("-slot").first()
    if newest is None:
        return None
    run = await Run.get_or_none(id=newest.run_id) if newest.run_id else None
    return LastRun(
        date=newest.slot or "",
        state=newest.state,
        run=newest.run_id,
        status=run.status if run else None,
        started_at=newest.started_at,
        finished_at=newest.finished_at,
        error=newest.error,
    )
