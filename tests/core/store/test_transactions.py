"""Processes that read and then write on one database wait for each other."""

import asyncio

from core.services.portals import change_portal
from core.store.models import Portal
from core.store.transactions import write_transaction

COUNT_UP = """
    import asyncio, sys
    from core.store.connection import open_store
    from core.store.models import Portal
    from core.store.transactions import write_transaction

    async def main(url, times):
        async with open_store(url):
            print("ready", flush=True)
            sys.stdin.readline()
            for _ in range(times):
                async with write_transaction():
                    portal = await Portal.get().select_for_update()
                    await asyncio.sleep(0)
                    await Portal.filter(id=portal.id).update(manual_sync_minutes=portal.manual_sync_minutes + 1)

    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


async def test_two_processes_that_read_then_write_lose_nothing_and_never_meet_a_locked_database(
    store, portal, other_process
):
    await change_portal("acme", manual_sync_minutes=0)
    processes = [other_process(COUNT_UP, store, 100) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    assert (await Portal.get()).manual_sync_minutes == 200


async def test_a_writer_that_is_cancelled_at_any_moment_leaves_the_database_to_the_others(portal):
    async def write() -> None:
        async with write_transaction():
            await Portal.all().update(name="half")
            await asyncio.sleep(0.001)
            raise ZeroDivisionError

    for moments in range(60):
        writer = asyncio.create_task(write())
        for _ in range(moments):
            await asyncio.sleep(0)
        writer.cancel()
        (outcome,) = await asyncio.gather(writer, return_exceptions=True)
        assert isinstance(outcome, asyncio.CancelledError | ZeroDivisionError), repr(outcome)
        async with asyncio.timeout(5), write_transaction():
            assert (await Portal.get()).name == "acme"
