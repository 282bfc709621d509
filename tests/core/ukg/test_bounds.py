"""How hard UKG Pro is asked: never more requests at once, nor in a minute, than agreed."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from core.sandbox.ukg import faults
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import UkgSandbox
from core.ukg.client import Pace, UkgClient
from core.ukg.directory import PERSON_PATH, Directory
from core.ukg.errors import ServerTrouble

Connect = Callable[..., Awaitable[UkgClient]]
Read = Callable[..., Awaitable[Directory]]
Staff = Callable[[int], Company]


def test_the_pace_is_modest_unless_set_otherwise() -> None:
    pace = Pace()
    assert (pace.page_size, pace.in_flight, pace.requests_per_minute) == (500, 2, 600)


def test_the_waits_outlast_the_minute_of_a_quota_unless_set_otherwise() -> None:
    pace = Pace()
    assert sum(min(pace.first_wait * 2**times, pace.longest_wait) for times in range(pace.attempts - 1)) > 60


async def test_a_full_read_has_two_requests_in_flight_and_never_more(
    sandbox: UkgSandbox, read: Read, generated: Company
) -> None:
    sandbox.company = generated
    sandbox.settings.latency = 0.01
    await read("department", "location", "manager_email", "udf_01", page_size=25)
    assert sandbox.in_flight_peak == 2


@pytest.mark.parametrize("in_flight", [1, 2, 3])
async def test_many_calls_at_once_wait_for_their_turn(sandbox: UkgSandbox, connect: Connect, in_flight: int) -> None:
    sandbox.settings.latency = 0.01
    client = await connect(in_flight=in_flight)
    await asyncio.gather(*(client.check(PERSON_PATH) for _ in range(12)))
    assert sandbox.in_flight_peak == in_flight
    assert client.requests == len(sandbox.requests) == 12


async def test_tries_again_count_among_the_requests_in_flight(sandbox: UkgSandbox, connect: Connect) -> None:
    sandbox.settings.latency = 0.01
    sandbox.faults.add("*", kind=faults.status(500), times=20)
    client = await connect()
    done = await asyncio.gather(*(client.check(PERSON_PATH) for _ in range(8)), return_exceptions=True)
    assert all(result is None or isinstance(result, ServerTrouble) for result in done)
    assert sandbox.in_flight_peak == 2
    assert client.requests == len(sandbox.requests) > 8


async def test_whoever_waits_to_try_again_does_not_keep_others_from_asking(
    sandbox: UkgSandbox, connect: Connect
) -> None:
    sandbox.faults.add("*", kind=faults.status(429, {"Retry-After": "0.8"}), times=1)
    client = await connect(in_flight=1)
    waiting = asyncio.create_task(client.check(PERSON_PATH))
    await asyncio.sleep(0.2)
    assert len(sandbox.requests) == 1
    began = time.monotonic()
    await client.check(PERSON_PATH)
    assert time.monotonic() - began < 0.5
    assert not waiting.done()
    await waiting


async def test_requests_beyond_a_minutes_worth_are_spread_over_the_minute_tries_again_included(
    sandbox: UkgSandbox, read: Read, staff: Staff
) -> None:
    # 40 a minute is one every second and a half once the first 40 are spent.
    sandbox.company = staff(20)
    sandbox.faults.add("person-details", page=5, kind=faults.status(500))
    began = time.monotonic()
    await read(page_size=1, requests_per_minute=40)
    assert len(sandbox.requests) == 41
    assert time.monotonic() - began >= 1.4
