"""One run per portal at a time: in one process, between processes, and past the death of a holder."""

import asyncio
import time

import pytest

from core.domain.errors import BusyError
from core.services.portals import create_portal
from core.store.models import RunLock
from core.store.run_lock import LockLost, hold_run_lock

HOLD = """
    import asyncio, sys
    from core.domain.errors import BusyError
    from core.store.connection import open_store
    from core.store.run_lock import hold_run_lock

    async def main(url, portal_id):
        async with open_store(url):
            try:
                async with hold_run_lock(portal_id, "acme"):
                    print("held", flush=True)
                    await asyncio.to_thread(sys.stdin.readline)
            except BusyError as error:
                print(error, flush=True)

    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""
BUSY = "Portal acme is being synced right now; nothing was started. Try again later."


async def test_a_second_holder_in_the_same_process_is_refused(portal):
    async with hold_run_lock(portal.id, "acme"):
        with pytest.raises(BusyError) as busy:
            async with hold_run_lock(portal.id, "acme"):
                pytest.fail("two held it")
    assert str(busy.value) == BUSY


async def test_of_several_that_ask_at_the_same_moment_one_gets_it(portal):
    async def hold() -> str:
        async with hold_run_lock(portal.id, "acme"):
            await asyncio.sleep(0.3)
        return "held"

    results = await asyncio.gather(*(hold() for _ in range(5)), return_exceptions=True)
    assert results.count("held") == 1
    assert [str(result) for result in results if isinstance(result, BusyError)] == [BUSY] * 4


async def test_after_the_holder_is_done_or_has_failed_the_lock_is_free(portal):
    with pytest.raises(ZeroDivisionError):
        async with hold_run_lock(portal.id, "acme"):
            raise ZeroDivisionError
    async with hold_run_lock(portal.id, "acme"):
        assert await RunLock.all().count() == 1
    assert await RunLock.all().count() == 0


async def test_another_portal_is_another_lock(portal):
    other = await create_portal("other")
    async with hold_run_lock(portal.id, "acme"), hold_run_lock(other.id, "other"):
        assert await RunLock.all().count() == 2


async def test_another_process_is_refused_while_we_hold_it(store, portal, other_process):
    async with hold_run_lock(portal.id, "acme"):
        process = other_process(HOLD, store, portal.id)
        assert await asyncio.to_thread(process.stdout.readline) == f"{BUSY}\n"


async def test_we_are_refused_while_another_process_holds_it_and_not_once_it_is_killed(store, portal, other_process):
    process = other_process(HOLD, store, portal.id)
    assert await asyncio.to_thread(process.stdout.readline) == "held\n"
    with pytest.raises(BusyError):
        async with hold_run_lock(portal.id, "acme"):
            pytest.fail("two held it")
    process.kill()
    process.wait()
    began = time.monotonic()
    async with hold_run_lock(portal.id, "acme"):
        assert time.monotonic() - began < 5


async def test_a_lock_of_another_machine_is_respected_until_its_lease_is_over(portal):
    lock = await RunLock.create(
        portal_id=portal.id, holder="someone", host="elsewhere.example", pid=2**22 + 1, expires_at=time.time() + 30
    )
    with pytest.raises(BusyError):
        async with hold_run_lock(portal.id, "acme"):
            pytest.fail("two held it")
    lock.expires_at = time.time() - 0.001
    await lock.save()
    async with hold_run_lock(portal.id, "acme"):
        assert (await RunLock.get()).host != "elsewhere.example"


async def test_whoever_was_taken_over_learns_it_and_leaves_the_new_holder_alone(portal):
    async with hold_run_lock(portal.id, "acme") as first:
        await RunLock.all().update(expires_at=time.time() - 1)
        second = hold_run_lock(portal.id, "acme")
        lease = await second.__aenter__()
        with pytest.raises(LockLost, match="Another process took this run over"):
            await first.renew()
        await lease.renew()
    assert [lock.holder for lock in await RunLock.all()] == [lease.holder]
    await second.__aexit__(None, None, None)
    assert await RunLock.all().count() == 0


async def test_renewing_makes_the_lease_last_longer(portal):
    async with hold_run_lock(portal.id, "acme") as lease:
        await RunLock.all().update(expires_at=time.time() + 1)
        await lease.renew()
        assert (await RunLock.get()).expires_at > time.time() + 30
