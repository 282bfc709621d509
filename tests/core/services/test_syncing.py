"""When a sync may start: the hourly rule, the switch, the connection."""

import pytest

from core.domain.errors import BusyError, SettingsError
from core.services.portals import change_portal
from core.services.syncing import plan_portal, sync_portal
from core.store.models import Plan, Run
from core.sync.progress import Step
from core.ukg.errors import WrongCredentials


async def test_a_manual_sync_is_refused_within_the_hour_with_the_moment_it_may_start(connected, store, set_clock):
    set_clock("2026-03-10T10:00:00Z")
    await sync_portal("acme", store)
    set_clock("2026-03-10T10:59:59Z")
    with pytest.raises(BusyError) as busy:
        await sync_portal("acme", store)
    assert str(busy.value) == (
        "acme was synced by hand less than 60 minutes ago; nothing was done. The next manual sync may start at "
        "2026-03-10 07:00:00 (America/New_York)."
    )
    assert await Run.all().count() == 1


async def test_when_the_hour_is_over_the_next_may_start(connected, store, set_clock):
    set_clock("2026-03-10T10:00:00Z")
    await sync_portal("acme", store)
    set_clock("2026-03-10T11:00:00Z")
    assert (await sync_portal("acme", store)).status == "succeeded"


async def test_the_interval_is_the_portals_own_and_0_is_no_limit(connected, store, set_clock):
    await sync_portal("acme", store)
    await change_portal("acme", manual_sync_minutes=0)
    await sync_portal("acme", store)
    await change_portal("acme", manual_sync_minutes=5)
    with pytest.raises(BusyError, match="less than 5 minutes ago"):
        await sync_portal("acme", store)
    set_clock("2026-03-10T12:05:00Z")
    await sync_portal("acme", store)


async def test_a_run_that_failed_does_not_count(connected, store, sandbox):
    sandbox.settings.password = "changed"
    with pytest.raises(WrongCredentials):
        await sync_portal("acme", store)
    sandbox.settings.password = "sandbox-password"
    assert (await sync_portal("acme", store)).status == "succeeded"


async def test_a_run_that_was_cut_off_does_not_count_and_is_closed_by_the_next(connected, store):
    await sync_portal("acme", store)
    await Run.all().update(status="running", finished_at=None)
    assert (await sync_portal("acme", store)).status == "succeeded"
    first = await Run.get(number=1)
    assert (first.status, first.error) == ("failed", "The run was cut off; the next one goes on from there.")


async def test_the_daily_sync_is_neither_limited_nor_counted(connected, store):
    await sync_portal("acme", store, trigger="schedule")
    await sync_portal("acme", store)
    await sync_portal("acme", store, trigger="schedule")
    assert [run.trigger for run in await Run.all().order_by("number")] == ["schedule", "manual", "schedule"]


async def test_plans_are_not_limited_and_are_no_runs(connected, store):
    await sync_portal("acme", store)
    await plan_portal("acme", store)
    await plan_portal("acme", store)
    assert (await Run.all().count(), await Plan.all().count()) == (1, 3)


async def test_a_portal_that_is_switched_off_is_not_synced(connected, store, sandbox):
    await change_portal("acme", integration_enabled=False)
    with pytest.raises(SettingsError, match="The integration of acme is switched off; nothing was done"):
        await sync_portal("acme", store)
    assert sandbox.requests == []


async def test_a_portal_that_is_not_connected_is_told_how_to_connect_it(acme, store):
    for work in (sync_portal, plan_portal):
        with pytest.raises(SettingsError, match=r"acme is not connected to UKG Pro.+ukg connect acme --url URL"):
            await work("acme", store)


async def test_what_is_watched_is_every_step_to_its_end(connected, store):
    seen: dict[str, tuple[int, int | None]] = {}

    def watch(step: Step, done: int, total: int | None, note: str = "") -> None:
        seen[step.value] = (done, total)

    await sync_portal("acme", store, watcher=watch)
    assert seen == {
        "Reading UKG Pro": (6, None),
        "Working out changes": (3, 3),
        "Writing to the portal": (3, 3),
    }
