"""Who reads does not wait until somebody else's transaction is over, and sees what was committed last."""

import asyncio
import shutil

import pytest

from core.services.portals import change_portal, create_portal
from core.store.connection import open_store
from core.store.models import Portal
from core.store.transactions import write_transaction


async def name_of_acme():
    return (await Portal.get()).name


@pytest.fixture
async def writing(portal):
    """Somebody is in the middle of a transaction that names acme anew; call to let it come to its end."""
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def write():
        async with write_transaction():
            await Portal.all().update(name="newer")
            assert await name_of_acme() == "newer"
            begun.set()
            await may_end.wait()

    writer = asyncio.create_task(write())
    await begun.wait()

    async def end():
        may_end.set()
        await writer

    yield end
    await end()


async def test_a_reader_sees_what_was_before_until_the_writer_is_done(writing):
    async with asyncio.timeout(10):
        assert await name_of_acme() == "acme"
    await writing()
    assert await name_of_acme() == "newer"


async def test_many_readers_get_their_answers_while_somebody_writes(writing):
    async with asyncio.timeout(10):
        assert set(await asyncio.gather(*(name_of_acme() for _ in range(20)))) == {"acme"}


async def test_who_writes_waits_until_the_other_is_done(writing):
    second = asyncio.create_task(change_portal("acme", manual_sync_minutes=7))
    for _ in range(5):
        await name_of_acme()
    assert not second.done()
    await writing()
    await second
    portal = await Portal.get()
    assert (portal.name, portal.manual_sync_minutes) == ("newer", 7)


async def test_what_one_task_wrote_it_reads_at_once_however_much_goes_on(portal):
    async def count(number):
        for step in range(20):
            await create_portal(f"portal-{number}-{step}")
            assert await Portal.filter(slug__startswith=f"portal-{number}-").count() == step + 1

    await asyncio.gather(*(count(number) for number in range(5)))


async def hold_the_connection(begun, may_end):
    async with write_transaction():
        begun.set()
        await may_end.wait()


async def number_of_portals():
    return await Portal.all().count()


async def test_closed_no_connection_is_left_open(tmp_path):
    path = tmp_path / "own.db"
    async with open_store(str(path)):
        begun, may_end = asyncio.Event(), asyncio.Event()
        writer = asyncio.create_task(hold_the_connection(begun, may_end))
        await begun.wait()
        assert await number_of_portals() == 0
        may_end.set()
        await writer
    assert not path.with_name("own.db-wal").exists(), "SQLite takes it away when the last connection is closed"


@pytest.mark.parametrize("milliseconds", [0, 0.2, 0.5, 1, 2, 4])
async def test_who_is_cancelled_while_a_connection_is_opened_leaves_it_to_the_others(
    migrated_file, tmp_path, milliseconds
):
    path = tmp_path / "own.db"
    shutil.copy(migrated_file, path)
    async with open_store(str(path)):
        begun, may_end = asyncio.Event(), asyncio.Event()
        writer = asyncio.create_task(hold_the_connection(begun, may_end))
        await begun.wait()
        for _ in range(5):
            reader = asyncio.create_task(number_of_portals())
            await asyncio.sleep(milliseconds / 1000)
            reader.cancel()
            await asyncio.wait({reader})
        async with asyncio.timeout(10):
            assert [await number_of_portals() for _ in range(6)] == [0] * 6
        may_end.set()
        await writer
