"""Applying migrations one after the other, as an older database needs it."""

from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BaseSchemaEditor, PsycopgSchemaEditor, SqliteSchemaEditor


class MigrationRecord(MigrationRecorder):
    """The table of applied migrations, as it must be kept within a transaction."""

    def _placeholder(self, pos: int) -> str:
        """Tortoise's own writes `$1` for every PostgreSQL driver (1.1.9), which psycopg does not know."""
        return "%s" if self._dialect == "postgres" else super()._placeholder(pos)

    async def ensure_schema(self, schema_editor: BaseSchemaEditor) -> None:
        """Make the table unless it is there. Tortoise's own would end an open transaction of SQLite (1.1.9)."""
        statement = schema_editor._get_model_sql_data(self.model).table_sql
        await self.connection.execute_query(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))


def schema_editor(connection: BaseDBAsyncClient) -> BaseSchemaEditor:
    """What the operations of a migration work with."""
    sqlite = connection.capabilities.dialect == "sqlite"
    return (SqliteSchemaEditor if sqlite else PsycopgSchemaEditor)(connection)


async def open_record(connection: BaseDBAsyncClient) -> MigrationRecord:
    """The table of applied migrations, made if it is missing."""
    record = MigrationRecord(connection)
    await record.ensure_schema(schema_editor(connection))
    return record


async def migrate(connection: BaseDBAsyncClient, apps: dict[str, Any], until: str | None = None) -> None:
    """Apply what is missing, up to the migration named `until` or to the last one."""
    executor = MigrationExecutor(connection, apps)
    executor.recorder = executor.loader.recorder = await open_record(connection)
    targets = [MigrationTarget("core", until)] if until else None
    await executor.migrate(targets, direction="forward")
