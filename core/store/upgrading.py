"""Applying migrations one after the other, as an older database needs it."""

from functools import cached_property
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import ConnectionHandler
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.migration import Migration
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BaseSchemaEditor, PsycopgSchemaEditor, SqliteSchemaEditor
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps

_Models = dict[tuple[str, str], ModelState]


class MigrationRecord(MigrationRecorder):
    """The table of applied migrations, as it must be kept within a transaction."""

    def _placeholder(self, pos: int) -> str:
        """Tortoise's own writes `$1` for every PostgreSQL driver (1.1.9), which psycopg does not know."""
        return "%s" if self._dialect == "postgres" else super()._placeholder(pos)

    async def ensure_schema(self, schema_editor: BaseSchemaEditor) -> None:
        """Make the table unless it is there. Tortoise's own would end an open transaction of SQLite (1.1.9)."""
        statement = schema_editor._get_model_sql_data(self.model).table_sql
        await self.connection.execute_query(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))


class _Projected(State):
    """The models as the migrations have made them so far, without what queries need.

    Tortoise (1.1.9) makes every model anew before each operation, queries and all, which took most of an upgrade's
    time. Few operations look at the models of before, so these are made when one does.
    """

    def __init__(self, default_connections: dict[str, str]) -> None:
        super().__init__({}, StateApps(default_connections, ConnectionHandler()))
        self._default_connections = default_connections

    def clone(self) -> State:
        return _Before({key: model.clone() for key, model in self.models.items()}, self._default_connections)


class _Before(State):
    """The models before an operation; code of a migration may query them."""

    def __init__(self, models: _Models, default_connections: dict[str, str]) -> None:
        self.models = models
        self._default_connections = default_connections

    @cached_property
    def apps(self) -> StateApps:  # type: ignore[override]
        return StateApps(self._default_connections).clone(self.models)


class _Executor(MigrationExecutor):
    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        """The models after the applied migrations; we never go back, so `upto` is not asked for."""
        apps = self.loader.apps_config
        state = _Projected({label: configuration["default_connection"] for label, configuration in apps.items()})
        for key in self._full_plan():
            migration = self.loader.graph.nodes[key]
            if key in applied and isinstance(migration, Migration):
                await migration.apply(state, dry_run=True)
        return state


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
    executor = _Executor(connection, apps)
    executor.recorder = executor.loader.recorder = await open_record(connection)
    targets = [MigrationTarget("core", until)] if until else None
    await executor.migrate(targets, direction="forward")
