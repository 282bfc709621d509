"""Bringing a database up to date: forward only, and only when something is missing."""

import asyncio
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import OperationalError

from core.store.errors import DatabaseUnusable

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOOKS = 20
_LOOK_AGAIN_SECONDS = 0.1


async def bring_up_to_date(connection: BaseDBAsyncClient, apps: dict[str, Any]) -> None:
    """Apply the migrations that are missing.

    The migration machinery is only woken when there are any: it takes a while to start. Raises `DatabaseUnusable` for
    a database that knows migrations we do not.
    """
    known = {file.stem for file in _MIGRATIONS.glob("[0-9]*.py")}
    applied = await _applied(connection)
    if applied - known:
        raise DatabaseUnusable(
            "This database was made by a newer version of ukg-sync; it was not changed. Update ukg-sync."
        )
    if known - applied:
        try:
            await migrate(connection, apps)
        except OperationalError:
            # Another process may be at it at the same moment; what it has done is recorded a moment later.
            if not await _done_by_another(connection, known):
                raise


async def _done_by_another(connection: BaseDBAsyncClient, known: set[str]) -> bool:
    for _ in range(_LOOKS):
        if not known - await _applied(connection):
            return True
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    return False


async def migrate(connection: BaseDBAsyncClient, apps: dict[str, Any], until: str | None = None) -> None:
    """Apply what is missing, up to the migration named `until` or to the last one."""
    from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
    from tortoise.migrations.recorder import MigrationRecorder

    class Recorder(MigrationRecorder):
        """Tortoise's own writes `$1` for every PostgreSQL driver (1.1.9), which psycopg does not know."""

        def _placeholder(self, pos: int) -> str:
            return "%s" if self._dialect == "postgres" else super()._placeholder(pos)

    executor = MigrationExecutor(connection, apps)
    executor.recorder = executor.loader.recorder = Recorder(connection)
    targets = [MigrationTarget("core", until)] if until else None
    await executor.migrate(targets, direction="forward")


async def _applied(connection: BaseDBAsyncClient) -> set[str]:
    sqlite = connection.capabilities.dialect == "sqlite"
    tables = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if sqlite
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
    )
    names = {row["name"] for row in await connection.execute_query_dict(tables)}
    if "tortoise_migrations" not in names:
        return set()
    rows = await connection.execute_query_dict("SELECT name FROM tortoise_migrations WHERE app = 'core'")
    return {row["name"] for row in rows}
