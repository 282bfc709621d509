"""Making an empty database at once, straight from the models: to migrate it step by step takes many times longer.

What comes out is the same, which the tests see to.
"""

from collections.abc import Iterable
from importlib import import_module

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations.operations import RunPython, RunSQL
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.utils import get_schema_sql

from core.store import models
from core.store.upgrading import open_record, schema_editor


async def make_tables(connection: BaseDBAsyncClient, migrations: Iterable[str]) -> None:
    """Make every table in the transaction of `connection`, and record the named migrations, in their order, as applied.

    What a migration does beside the models (`RunPython`, `RunSQL`: triggers, for instance) is done too. It meets the
    newest tables, without a row in them.
    """
    for statement in get_schema_sql(connection, safe=False).split(";\n"):
        await connection.execute_query(statement)
    record, editor, state = await open_record(connection), schema_editor(connection), _newest_state()
    for name in migrations:
        for operation in import_module(f"core.store.migrations.{name}").Migration.operations:
            if isinstance(operation, RunPython | RunSQL):
                await operation.database_forward("core", state, state, editor)
        await record.record_applied("core", name)


def _newest_state() -> State:
    """The models of today, in the form in which a migration asks for those of its own time."""
    apps = StateApps()
    for name in models.__all__:
        apps.register_model("core", getattr(models, name))
    return State(models={}, apps=apps)
