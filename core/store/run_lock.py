"""One run per portal at a time, across processes: a lease that is renewed, and that a dead holder loses at once."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import msgspec
from tortoise.exceptions import IntegrityError

from core.domain.errors import BusyError
from core.store.models import RunLock, SlackSender
from core.store.transactions import write_transaction

LEASE_SECONDS = 60.0
RENEW_SECONDS = 15.0


class LockLost(BusyError):
    """Another process took the lock over while this one was not answering."""


class Lease(msgspec.Struct, frozen=True):
    """The right to write to a portal for a while."""

    portal_id: int
    holder: str

    async def renew(self) -> None:
        """Make the lease last longer; within a transaction this also proves that it is still ours.

        Raises `LockLost` when it is not: then nothing more may be written.
        """
        renewed = await RunLock.filter(portal_id=self.portal_id, holder=self.holder).update(
            expires_at=time.time() + LEASE_SECONDS
        )
        if not renewed:
            raise LockLost(
                "Another process took this run over, since this one did not answer for a while. What was written "
                "stays written; the other run goes on from there."
            )


@asynccontextmanager
async def hold_run_lock(portal_id: int, slug: str) -> AsyncIterator[Lease]:
    """The portal's lock for the time of a run. Raises `BusyError` when another living run holds it."""
    lease = Lease(portal_id, uuid4().hex)
    try:
        await _take(lease, slug)
        renewing = asyncio.create_task(_keep_renewing(lease))
        try:
            yield lease
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
    finally:
        await _give_back(lease)


async def _give_back(lease: Lease) -> None:
    """Whatever is cancelled, and when: a lock that stays behind would keep everybody out while this process lives."""
    giving = asyncio.ensure_future(RunLock.filter(portal_id=lease.portal_id, holder=lease.holder).delete())
    try:
        await asyncio.shield(giving)
    except asyncio.CancelledError:
        await giving
        raise


async def _take(lease: Lease, slug: str) -> None:
    busy = BusyError(f"Portal {slug} is being synced right now; nothing was started. Try again later.")
    try:
        async with write_transaction():
            held = await RunLock.filter(portal_id=lease.portal_id).select_for_update().first()
            if held is not None:
                if is_alive(held):
                    raise busy
                await held.delete()
            await RunLock.create(
                portal_id=lease.portal_id,
                holder=lease.holder,
                host=socket.gethostname(),
                pid=os.getpid(),
                expires_at=time.time() + LEASE_SECONDS,
            )
    except IntegrityError:  # another process came between our look and our writing
        raise busy from None


def is_alive(held: RunLock | SlackSender) -> bool:
    """Whether whoever holds a lease still counts: it has not run out, and on this machine its process is there."""
    if held.expires_at < time.time():
        return False
    if held.host != socket.gethostname():
        return True
    try:
        os.kill(held.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def _keep_renewing(lease: Lease) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        await lease.renew()
