"""Syncing a portal: now, only as a plan, by the dates that have come, or for people who were refused before."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import msgspec

from core.clock import now, today_in, zone
from core.domain.errors import BusyError, SettingsError
from core.domain.roles import Role
from core.services.audit import audit
from core.services.connections import client_of
from core.services.history import report_run
from core.services.portals import portal_for
from core.services.schedule import schedule_begins
from core.services.standing import UKG_PRO, failed, worked
from core.services.subjects import check_enabled, subject_of, subject_to_write
from core.store.models import Failure, Plan, Portal, Run
from core.sync.making import FromEmployees
from core.sync.observing import FromSnapshot, SomeRead, WholeRead, people_due
from core.sync.progress import Watcher, nobody
from core.sync.run import plan_only, run_sync
from core.sync.snapshot import SnapshotInfo, snapshot_info
from core.ukg.client import UkgClient
from core.ukg.errors import UkgError


async def sync_portal(
    slug: str, database_url: str, *, trigger: str = "manual", reconcile: bool = False, watcher: Watcher = nobody
) -> Run:
    """Sync a portal; with `reconcile` also against all that a portal outside the database really holds.

    Raises `BusyError` when it is too soon or another run is at work, `OutsideError` when UKG Pro could not be read in
    full or the portal cannot be used, `SettingsError` when it is switched off or not connected.
    """
    portal = await portal_for(slug, Role.OPERATOR)
    check_enabled(portal)
    async with (
        reading(portal, database_url) as client,
        subject_to_write(portal, database_url, reconcile=reconcile) as subject,
    ):
        if trigger == "manual":
            await _check_interval(portal)
        maker = FromEmployees(WholeRead(client))
        run = await recorded(portal, "sync", lambda: run_sync(subject, maker, trigger, watcher))
    await schedule_begins(portal)
    return run


async def plan_portal(slug: str, database_url: str, *, offline: bool = False, watcher: Watcher = nobody) -> Plan:
    """What a sync would do now, person by person; saved, and nothing else is written.

    `offline` takes the employees from the last snapshot, with no network. Raises `SettingsError` if there is none.
    """
    portal = await portal_for(slug, Role.OPERATOR)
    check_enabled(portal)
    if offline:
        maker = FromEmployees(FromSnapshot(await needed_snapshot(portal)))
        return await plan_only(await subject_of(portal), maker, watcher)
    async with reading(portal, database_url) as client, subject_to_write(portal, database_url) as subject:
        return await plan_only(subject, FromEmployees(WholeRead(client)), watcher)


async def apply_due_dates(slug: str, database_url: str) -> Run | None:
    """Do what the dates that have come ask for, from the last snapshot; None when none has come."""
    portal = await portal_for(slug, Role.OPERATOR)
    check_enabled(portal)
    info = await snapshot_info(portal.id)
    if info is None:
        return None
    due = await people_due(portal.id, today_in(portal.timezone))
    if not due:
        return None
    maker = FromEmployees(FromSnapshot(info, due))
    async with subject_to_write(portal, database_url) as subject:
        return await recorded(portal, "dates applied", lambda: run_sync(subject, maker, "dates", nobody))


async def retry_failed(slug: str, database_url: str) -> Run | None:
    """Try those again whose next try is due, reading only their records; None when there are none."""
    portal = await portal_for(slug, Role.OPERATOR)
    check_enabled(portal)
    due = await Failure.filter(portal_id=portal.id, next_at__lte=now()).values_list("employee_id", flat=True)
    if not due:
        return None
    async with reading(portal, database_url) as client, subject_to_write(portal, database_url) as subject:
        maker = FromEmployees(SomeRead(client, [str(employee_id) for employee_id in due]))
        return await recorded(portal, "retried", lambda: run_sync(subject, maker, "retry", nobody))


@asynccontextmanager
async def reading(portal: Portal, database_url: str) -> AsyncIterator[UkgClient]:
    """A client of the portal's UKG Pro; whether that works is remembered with the connection."""
    async with await client_of(portal, database_url) as client:
        try:
            yield client
        except UkgError as error:
            await failed(UKG_PRO, portal, error)
            raise
        if client.requests:
            await worked(UKG_PRO, portal)


async def recorded(portal: Portal, action: str, work: Callable[[], Awaitable[Run]]) -> Run:
    """A run with its line in the audit trail, also when it fails."""
    last = await _last_run(portal)
    try:
        run = await work()
    except BaseException:
        failed = await _last_run(portal)
        if failed is not None and failed != last:
            after = {"trigger": failed.trigger, "error": failed.error}
            await audit(portal, f"{action} failed", failed.id, after=after)
        raise
    counts = (await report_run(run.id, outcomes=False)).counts
    after = {"trigger": run.trigger, "status": run.status, "counts": msgspec.to_builtins(counts)}
    await audit(portal, action, run.id, after=after)
    return run


async def needed_snapshot(portal: Portal) -> SnapshotInfo:
    """The last snapshot; raises `SettingsError` when there is none yet."""
    info = await snapshot_info(portal.id)
    if info is None:
        raise SettingsError(
            f"Nothing of UKG Pro is known for {portal.slug} yet; nothing was done. Sync it once: ukg sync {portal.slug}"
        )
    return info


async def _last_run(portal: Portal) -> Run | None:
    return await Run.filter(portal_id=portal.id).order_by("-number").first()


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
