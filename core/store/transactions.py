"""Transactions that write, on either database."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction


@asynccontextmanager
async def write_transaction() -> AsyncIterator[BaseDBAsyncClient]:
    """A transaction that has its right to write from the start.

    SQLite gives a transaction that first reads and then writes up at once when another process wrote in between;
    taking the write lock first makes it wait its turn instead.
    """
    try:
        async with _transaction() as connection:
            if connection.capabilities.dialect == "sqlite":
                await connection.execute_query("UPDATE run_lock SET pid = pid WHERE 0")
            yield connection
    except Exception as error:
        if _is_untranslated(error):
            raise OperationalError(error) from error
        raise


@asynccontextmanager
async def _transaction() -> AsyncIterator[BaseDBAsyncClient]:
    """Tortoise's transaction, ended too when it is cancelled while it begins: left alone (1.1.9), it would then keep
    the connection from everybody else for ever."""
    transaction = in_transaction()
    try:
        connection = await transaction.__aenter__()
    except BaseException as error:
        if hasattr(transaction, "token"):  # it has taken the connection
            with suppress(Exception):  # psycopg has one of its own for rolling back what never began
                await transaction.__aexit__(type(error), error, error.__traceback__)
        raise
    async with AsyncExitStack() as stack:
        stack.push_async_exit(transaction)
        yield connection


def _is_untranslated(error: Exception) -> bool:
    """Whether PostgreSQL refuses a value; Tortoise (1.1.9) lets most such errors of its driver through as they are."""
    psycopg = sys.modules.get("psycopg")
    return psycopg is not None and isinstance(error, psycopg.DataError)
