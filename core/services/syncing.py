"""Syncing a portal now: the run itself, or only its plan."""

from datetime import timedelta

import msgspec

from core.clock import now, today_in, zone
from core.domain.decision import Rules
from core.domain.errors import BusyError, SettingsError
from core.domain.invite_settings import InviteHow, InviteSettings, InviteWhen
from core.domain.roles import Role
from core.portals.embedded.portal import EmbeddedPortal
from core.services.audit import audit
from core.services.connections import client_of
from core.services.history import report_run
from core.services.mappings import current_mappings
from core.services.portals import portal_for
from core.store.models import Plan, Portal, Run
from core.sync.progress import Watcher, nobody
from core.sync.run import Subject, plan_only, run_sync


async def sync_portal(slug: str, database_url: str, *, trigger: str = "manual", watcher: Watcher = nobody) -> Run:
    """Sync a portal. Raises `BusyError` when it is too soon or another run is at work, `UkgError` when UKG Pro
    could not be read in full (nothing was written), `SettingsError` when it is switched off or not connected."""
    portal = await portal_for(slug, Role.OPERATOR)
    _check_enabled(portal)
    client = await client_of(portal, database_url)
    if trigger == "manual":
        await _check_interval(portal)
    last = await _last_run(portal)
    try:
        async with client:
            run = await run_sync(await _subject(portal), client, trigger, watcher)
    except BaseException:
        failed = await _last_run(portal)
        if failed is not None and failed != last:
            await audit(portal, "sync failed", failed.id, after={"trigger": trigger, "error": failed.error})
        raise
    counts = (await report_run(run.id, outcomes=False)).counts
    after = {"trigger": trigger, "status": run.status, "counts": msgspec.to_builtins(counts)}
    await audit(portal, "sync", run.id, after=after)
    return run


def _check_enabled(portal: Portal) -> None:
    if not portal.integration_enabled:
        raise SettingsError(
            f"The integration of {portal.slug} is switched off; nothing was done. The operator switches it on with: "
            f"ukg portal set {portal.slug} --enable-integration"
        )


async def _last_run(portal: Portal) -> Run | None:
    return await Run.filter(portal_id=portal.id).order_by("-number").first()


async def plan_portal(slug: str, database_url: str, *, watcher: Watcher = nobody) -> Plan:
    """What a sync would do now, person by person; saved, and nothing else is written."""
    portal = await portal_for(slug, Role.OPERATOR)
    _check_enabled(portal)
    async with await client_of(portal, database_url) as client:
        return await plan_only(await _subject(portal), client, watcher)


async def _subject(portal: Portal) -> Subject:
    port = EmbeddedPortal(portal)
    rules = Rules(
        mappings=await current_mappings(portal, port),
        invites=InviteSettings(
            InviteWhen(portal.invite_when), InviteHow(portal.invite_how), portal.sso, portal.allow_existing
        ),
        today=today_in(portal.timezone),
    )
    return Subject(portal, port, rules)


async def _check_interval(portal: Portal) -> None:
    """Refuse a manual sync too soon after the last one; an attempt that failed does not count as one."""
    if portal.manual_sync_minutes == 0:
        return
    interval = timedelta(minutes=portal.manual_sync_minutes)
    last = (
        await Run.filter(
            portal_id=portal.id, trigger="manual", started_at__gt=now() - interval, status__not_in=["failed", "running"]
        )
        .order_by("-started_at")
        .first()
    )
    if last is not None:
        allowed = (last.started_at + interval).astimezone(zone(portal.timezone))
        raise BusyError(
            f"{portal.slug} was synced by hand less than {portal.manual_sync_minutes} minutes ago; nothing was done. "
            f"The next manual sync may start at {allowed:%Y-%m-%d %H:%M:%S} ({portal.timezone})."
        )
