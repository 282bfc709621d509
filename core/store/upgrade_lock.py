"""One process at a time makes or upgrades a database, in one transaction: all of it happens, or nothing.

The lock is the database's own, so it goes with its holder, however that ends; who comes second waits.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

from core.store.errors import DatabaseUnusable

WAIT_SECONDS = 120.0
_POSTGRESQL_LOCK = 7_501_956_327_518_344  # no meaning; it only has to differ from other programs' locks


@asynccontextmanager
async def upgrade_transaction(
    connection: BaseDBAsyncClient, wait_seconds: float = WAIT_SECONDS
) -> AsyncIterator[BaseDBAsyncClient]:
    """A transaction that nobody else who makes or upgrades this database shares; `connection` has none open.

    Raises `DatabaseUnusable` or `OperationalError` when another process keeps the lock for longer than that.
    """
    sqlite = connection.capabilities.dialect == "sqlite"
    if sqlite:
        # To alter a column the table is made anew and the old one dropped; its children must not go with it. Within
        # a transaction this cannot be set, and a database whose upgrade failed is not used any further.
        await connection.execute_query("PRAGMA foreign_keys = OFF")
    async with in_transaction(connection.connection_name) as alone:
        await (_lock_sqlite if sqlite else _lock_postgresql)(alone, wait_seconds)
        yield alone
    if sqlite:
        await connection.execute_query("PRAGMA foreign_keys = ON")


async def _lock_sqlite(connection: BaseDBAsyncClient, wait_seconds: float) -> None:
    """Begin anew with the right to write, which Tortoise's transaction would only ask for with its first change."""
    await connection.execute_query("COMMIT")
    until = time.monotonic() + wait_seconds
    while True:
        try:
            await connection.execute_query("BEGIN IMMEDIATE")  # waits itself, for the connection's busy timeout
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
        else:
            return


async def _lock_postgresql(connection: BaseDBAsyncClient, wait_seconds: float) -> None:
    from psycopg.errors import LockNotAvailable

    await connection.execute_query(f"SET LOCAL lock_timeout = {max(1, int(wait_seconds * 1000))}")
    try:
        await connection.execute_query(f"SELECT pg_advisory_xact_lock({_POSTGRESQL_LOCK})")
    except LockNotAvailable:
        raise DatabaseUnusable(
            "Another process has been making or upgrading this database for a long time; this one changed nothing. "
            "Wait until the other is done, then try again."
        ) from None
    await connection.execute_query("SET LOCAL lock_timeout TO DEFAULT")
