"""Many rows at once, past the model layer: where a run handles everyone, building a model object each costs most."""

from collections.abc import Sequence
from typing import Any

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model


def connection_of(model: type[Model]) -> BaseDBAsyncClient:
    """The connection a model uses here and now: inside a transaction, that transaction's."""
    return Tortoise.get_connection(model._meta.default_connection or "default")


async def insert_rows(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows given as values in the order of `columns` (database columns, all that have no default)."""
    if not rows:
        return
    connection = connection_of(model)
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join([_mark(connection)] * len(columns))
    # Names come from our own models and literals, never from outside.
    statement = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})'  # noqa: S608
    await connection.execute_many(statement, [list(row) for row in rows])


async def select_rows(model: type[Model], statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a SELECT written with `?` for its values; dates are text on SQLite, dates on PostgreSQL."""
    connection = connection_of(model)
    _, rows = await connection.execute_query(_marked(statement, connection), list(values))
    return [tuple(row.values()) if isinstance(row, dict) else tuple(row) for row in rows]


async def execute(model: type[Model], statement: str, values: Sequence[Any]) -> None:
    """A statement that gives no rows back, written with `?` for its values, where `model` lives."""
    connection = connection_of(model)
    await connection.execute_query(_marked(statement, connection), list(values))


def _marked(statement: str, connection: BaseDBAsyncClient) -> str:
    """The statement with the marks of the driver, for which a percent sign of its own is written twice."""
    mark = _mark(connection)
    return statement if mark == "?" else statement.replace("%", "%%").replace("?", mark)


def _mark(connection: BaseDBAsyncClient) -> str:
    return "?" if connection.capabilities.dialect == "sqlite" else "%s"
