"""The daily sync, in real processes: `ukg serve` runs it once per day, and `ukg schedule` tells of it."""

import asyncio
import re
import signal
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.settings import load_settings
from core.store.connection import open_store
from core.store.models import Connection, Learner, Portal, Run, RunRequest
from tests.core.store.databases import on_sqlite

LONG = 60.0


@pytest.fixture
def in_database(database_url: str) -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    """Call with a coroutine function to have it done in the database, from outside the processes."""

    def work(what: Callable[[], Awaitable[Any]]) -> Any:
        async def with_store() -> Any:
            async with open_store(database_url):
                return await what()

        return asyncio.run(with_store())

    return work


@pytest.fixture
def noon() -> str:
    """A time zone in which it is about noon."""
    ahead = 12 - datetime.now(UTC).hour
    return "UTC" if ahead == 0 else f"Etc/GMT{-ahead:+d}"


@pytest.fixture
def acme(database_url, ukg, connection, noon, monkeypatch, in_database):
    """A portal that was synced yesterday for the first time; today's sync was due shortly after midnight."""
    monkeypatch.setenv("UKG_DATABASE_URL", database_url)
    load_settings.cache_clear()
    assert ukg("portal", "create", "acme", "--timezone", noon).code == 0
    assert ukg(*connection, "--consent", stdin="sandbox-password\n").code == 0
    assert ukg("sync", "acme").code == 0
    assert ukg("schedule", "acme", "--at", "00:05").code == 0
    since_days_ago(in_database, 1)


def since_days_ago(in_database, number):
    async def work():
        await Portal.all().update(schedule_since=datetime.now(UTC) - timedelta(days=number))

    in_database(work)


def wait_until(in_database, condition):
    """Wait until the condition holds in the database."""
    deadline = time.monotonic() + LONG
    while not in_database(condition):
        assert time.monotonic() < deadline
        time.sleep(0.2)


async def nothing_to_do():
    return await RunRequest.exists() and not await RunRequest.exists(state__in=["waiting", "running"])


async def scheduled_runs():
    return await Run.filter(trigger="schedule").order_by("number").values_list("status", flat=True)


def stop(process):
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=LONG)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err
    return err


def test_todays_sync_runs_once_at_the_start_however_many_serve_and_however_often(acme, start_ukg, in_database, change):
    change("E1", firstName="Renamed")
    processes = [start_ukg("serve", "--port", "0") for _ in range(2)]
    wait_until(in_database, nothing_to_do)
    said = [stop(process) for process in processes]
    assert any("The schedule runs for 1 portal; next is acme, at once." in err for err in said)
    again = start_ukg("serve", "--port", "0")
    assert any("next is acme, at 20" in line for line in again.stderr)
    time.sleep(3)
    stop(again)
    assert in_database(scheduled_runs) == ["succeeded"]
    assert in_database(lambda: Learner.exists(first_name="Renamed"))


def test_what_schedule_tells_is_what_happened(acme, ukg, start_ukg, in_database):
    due = ukg("schedule", "acme")
    assert re.search(r"^Next: as soon as 'ukg serve' runs \(it was due on \S+ 00:05\)$", due.out, re.MULTILINE)
    process = start_ukg("serve", "--port", "0")
    wait_until(in_database, nothing_to_do)
    stop(process)
    found = ukg("schedule", "acme", "--json").document
    assert list(found) == ["portal", "on", "at", "timezone", "next_run", "last_run", "paused", "notices"]
    assert (found["on"], found["at"], found["paused"], found["notices"]) == (True, "00:05", None, [])
    assert (found["last_run"]["state"], found["last_run"]["status"]) == ("done", "succeeded")
    assert datetime.fromisoformat(found["next_run"]) > datetime.now(UTC)
    shown = ukg("schedule", "acme").out
    assert f"Last: {found['last_run']['date']}, succeeded ({found['last_run']['run']}).\n" in shown
    assert "is synced every day at 00:05 (" in shown


def test_missed_days_and_a_refused_account_are_said_once_each(acme, ukg, start_ukg, in_database, stand_in):
    since_days_ago(in_database, 3)
    stand_in.settings.password = "changed"
    process = start_ukg("serve", "--port", "0")
    wait_until(in_database, lambda: Connection.exists(status="refused"))
    told = [line for line in stop(process).splitlines() if line.startswith("Notice: ")]
    missed, refused = told
    expected = r"Notice: The daily sync of acme did not run on \S+, \S+, since ukg serve was not running then\."
    assert re.fullmatch(expected, missed)
    assert "UKG Pro refused the service account (401)" in refused
    shown = ukg("schedule", "acme")
    assert "It does not run now. UKG Pro refused the service account." in shown.out
    assert shown.out.count("Notice of ") == 2
    again = start_ukg("serve", "--port", "0")
    assert any("The schedule runs for no portal" in line for line in again.stderr)
    time.sleep(2)
    assert "Notice" not in stop(again)


def test_a_sync_that_is_killed_in_the_middle_is_made_up_for(acme, start_ukg, in_database, stand_in):
    stand_in.settings.latency = 4.0
    killed = start_ukg("serve", "--port", "0")
    wait_until(in_database, lambda: Run.exists(status="running"))
    killed.kill()
    killed.wait()
    stand_in.settings.latency = 0.0

    async def let_the_lease_lapse():
        await RunRequest.filter(state="running").update(not_before=datetime.now(UTC) - timedelta(seconds=1))

    in_database(let_the_lease_lapse)
    process = start_ukg("serve", "--port", "0")
    wait_until(in_database, nothing_to_do)
    stop(process)
    assert in_database(scheduled_runs) == ["failed", "succeeded"]


def test_told_to_end_in_the_middle_of_a_sync_it_ends_soon_and_goes_on_next_time(acme, start_ukg, in_database, stand_in):
    stand_in.settings.latency = 4.0
    process = start_ukg("serve", "--port", "0")
    wait_until(in_database, lambda: Run.exists(status="running"))
    began = time.monotonic()
    stop(process)
    assert time.monotonic() - began < 20
    assert in_database(lambda: RunRequest.filter(kind="sync", state="waiting").count()) == 1
    stand_in.settings.latency = 0.0
    process = start_ukg("serve", "--port", "0")
    wait_until(in_database, nothing_to_do)
    stop(process)
    assert in_database(scheduled_runs) == ["failed", "succeeded"]


@on_sqlite
def test_a_time_that_is_none_is_one_sentence(acme, ukg):
    result = ukg("schedule", "acme", "--at", "25:00", "--json")
    assert (result.code, result.sentence[:31]) == (2, "'25:00' is not a time of day; n")
    assert ukg("schedule", "acme", "--json").document["at"] == "00:05"


@on_sqlite
def test_switched_off_nothing_runs(acme, ukg, start_ukg, in_database):
    off = ukg("schedule", "acme", "--off")
    assert off.out.startswith("The daily sync of acme is off. Switch it on with: ukg schedule acme --on\n")
    process = start_ukg("serve", "--port", "0")
    assert any("The schedule runs for no portal" in line for line in process.stderr)
    time.sleep(2)
    stop(process)
    assert in_database(scheduled_runs) == []
    assert ukg("schedule", "acme", "--json").document["next_run"] is None


@on_sqlite
def test_only_an_admin_changes_it(acme, ukg):
    assert ukg("admin", "add", "acme", "Otto", "--role", "operator").code == 0
    result = ukg("--as", "Otto", "schedule", "acme", "--off")
    assert (result.code, "this takes admin" in result.sentence) == (2, True)
    assert ukg("--as", "Otto", "schedule", "acme").code == 0
    assert ukg("--as", "Otto", "serve", "--port", "0").code == 2
