"""Bringing a database up to date: forward only, and only when something is missing."""

from pathlib import Path
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from core.store.errors import DatabaseUnusable
from core.store.upgrade_lock import upgrade_transaction

_MIGRATIONS = Path(__file__).parent / "migrations"
_RECORD = "tortoise_migrations"


async def bring_up_to_date(connection: BaseDBAsyncClient, apps: dict[str, Any]) -> None:
    """Make what is missing: all tables of an empty database at once, or the migrations that an older one lacks.

    It happens in one transaction, while other processes that want the same wait. The machinery for it is only loaded
    when something is missing: that takes a while. Raises `DatabaseUnusable` for a database that knows migrations we
    do not, or that has tables of ours of an unknown version.
    """
    if not await _missing(connection):
        return
    async with upgrade_transaction(connection) as alone:
        missing = await _missing(alone)  # another process may have been quicker
        if missing == known_migrations():
            await _make_all(alone, missing)
        elif missing:
            from core.store.upgrading import migrate

            await migrate(alone, apps)


def known_migrations() -> list[str]:
    """The names of our migrations, in their order."""
    return sorted(file.stem for file in _MIGRATIONS.glob("[0-9]*.py"))


async def _make_all(connection: BaseDBAsyncClient, migrations: list[str]) -> None:
    from core.store import models
    from core.store.founding import make_tables

    ours = {getattr(models, name)._meta.db_table for name in models.__all__}
    if ours & await _tables(connection):
        raise DatabaseUnusable(
            "This database holds tables with names of ours, but no note of the version that made them; it was not "
            "changed. Name an empty database, or restore this one from a backup."
        )
    await make_tables(connection, migrations)


async def _missing(connection: BaseDBAsyncClient) -> list[str]:
    known, applied = known_migrations(), await _applied(connection)
    if applied - set(known):
        raise DatabaseUnusable(
            "This database was made by a newer version of ukg-sync; it was not changed. Update ukg-sync."
        )
    return [name for name in known if name not in applied]


async def _applied(connection: BaseDBAsyncClient) -> set[str]:
    if _RECORD not in await _tables(connection):
        return set()
    rows = await connection.execute_query_dict("SELECT name FROM tortoise_migrations WHERE app = 'core'")
    return {row["name"] for row in rows}


async def _tables(connection: BaseDBAsyncClient) -> set[str]:
    sqlite = connection.capabilities.dialect == "sqlite"
    rows = await connection.execute_query_dict(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if sqlite
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
    )
    return {row["name"] for row in rows}
