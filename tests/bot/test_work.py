"""Work goes on after it was acknowledged, and is waited for at the end, but not for ever."""

import asyncio
import gc

from bot.work import Work


async def test_work_in_hand_comes_to_its_end_first():
    work, go_on, done = Work(), asyncio.Event(), []

    async def do():
        await go_on.wait()
        done.append(True)

    work.start(do())
    ending = asyncio.create_task(work.end(60))
    await asyncio.sleep(0)
    assert not ending.done()
    go_on.set()
    await ending
    assert done == [True]


async def test_work_that_does_not_end_is_broken_off():
    work, broken_off = Work(), []

    async def do():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            broken_off.append(True)
            raise

    work.start(do())
    await work.end(0)
    assert broken_off == [True]
    await work.end(0)


async def test_work_that_nobody_else_holds_does_not_vanish():
    work, ended = Work(), []

    async def do():
        try:
            await asyncio.get_running_loop().create_future()  # known to nobody but this work
        except GeneratorExit:
            ended.append("vanished")
            raise
        except asyncio.CancelledError:
            ended.append("broken off")
            raise

    work.start(do())
    await asyncio.sleep(0)
    gc.collect()
    await work.end(0)
    assert ended == ["broken off"]
