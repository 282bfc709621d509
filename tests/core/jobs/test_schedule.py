"""The clock of the schedule: looks again and again, one look at a time, and does not give up at the first trouble."""

import asyncio

import pytest

from core.jobs.schedule import look_forever

OFTEN = 0.02


async def test_it_looks_at_once_and_again_until_it_is_stopped():
    stop, looks = asyncio.Event(), 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            stop.set()

    await asyncio.wait_for(look_forever(look, stop, seconds=OFTEN), 20)
    assert looks == 3
    await asyncio.sleep(OFTEN * 3)
    assert looks == 3


async def test_a_look_that_takes_long_is_not_overtaken():
    stop, at_work, most = asyncio.Event(), 0, 0

    async def look() -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(OFTEN * 10)
        at_work -= 1

    asyncio.get_running_loop().call_later(OFTEN * 40, stop.set)
    await asyncio.wait_for(look_forever(look, stop, seconds=OFTEN), 20)
    assert (most, at_work) == (1, 0)


async def test_the_look_in_hand_is_finished_when_it_is_stopped():
    stop, finished = asyncio.Event(), False

    async def look() -> None:
        nonlocal finished
        stop.set()
        await asyncio.sleep(OFTEN * 5)
        finished = True

    await asyncio.wait_for(look_forever(look, stop, seconds=60), 20)
    assert finished


async def test_trouble_is_waited_out_but_not_for_ever():
    stop, looks = asyncio.Event(), 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks != 3:
            raise OSError(f"trouble {looks}")

    with pytest.raises(OSError, match="trouble 6"):
        await asyncio.wait_for(look_forever(look, stop, seconds=OFTEN), 20)
    assert not stop.is_set()
