"""Opening the database: SQLite or PostgreSQL by its URL, migrated when it needs to be, never downgraded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tortoise import Tortoise
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException, DBConnectionError, OperationalError

from core.store.database_file import BUSY_SECONDS, check_file, unusable_file
from core.store.errors import DatabaseUnusable
from core.store.migrating import bring_up_to_date
from core.store.pool_check import check_now_and_then

_APP = "core"
_CONNECT_SECONDS = 10  # also how long one wait for a connection of the pool may last
_UNREACHABLE = (
    "The PostgreSQL database cannot be reached or used. Nothing was changed. Check UKG_DATABASE_URL and that the "
    "server is running."
)


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL or of a plain path, or None for PostgreSQL.

    Raises `DatabaseUnusable` for another kind of database.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return Path(url)
    if scheme == "sqlite":
        path = rest.partition("?")[0]
        if not path:
            raise DatabaseUnusable("The database URL names no file. Write sqlite:// and the path of the file.")
        return Path(path)
    if scheme not in ("postgres", "postgresql"):
        raise DatabaseUnusable(f"'{scheme}' is not a database we know. Use a SQLite file or postgres://…")
    return None


def tortoise_configuration(url: str) -> dict[str, Any]:
    """Tortoise's own configuration. The connection is named after its kind: two kinds in one process must differ,
    since Tortoise keeps prepared SQL by connection name."""
    path = sqlite_path(url)
    if path is not None:
        name, credentials = "sqlite", {"file_path": str(path), "busy_timeout": int(BUSY_SECONDS * 1000)}
        engine = "core.store.sqlite"
    else:
        name, credentials = "postgresql", _postgresql_credentials(url)
        engine = "tortoise.backends.psycopg"
    return {
        "connections": {name: {"engine": engine, "credentials": credentials}},
        "apps": {
            _APP: {
                "models": ["core.store.models"],
                "default_connection": name,
                "migrations": "core.store.migrations",
            }
        },
    }


def _postgresql_credentials(url: str) -> dict[str, Any]:
    """Tortoise's form of a PostgreSQL URL. PostgreSQL's own library reads it, so that all it knows may stand there,
    for instance `sslmode`; Tortoise reads only the parts it has names for."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.rows import dict_row

    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(url))
        port = int(parts.pop("port", None) or 5432)
    except (ProgrammingError, ValueError):
        raise DatabaseUnusable(
            "The PostgreSQL address cannot be read; nothing was changed. Write postgres://USER:PASSWORD@HOST:PORT/NAME "
            "with %-codes for special characters in the password."
        ) from None
    return {
        "host": parts.pop("host", None),
        "port": port,
        "user": parts.pop("user", None),
        "password": parts.pop("password", None),
        "database": parts.pop("dbname", None),
        "timeout": _CONNECT_SECONDS,
        "check": check_now_and_then,
        # Replaces what Tortoise gives each new connection of its pool, so its two own settings are repeated.
        "kwargs": {"connect_timeout": _CONNECT_SECONDS, **parts, "autocommit": True, "row_factory": dict_row},
    }


MIGRATION_CONFIGURATION = tortoise_configuration("sqlite://:memory:")


@asynccontextmanager
async def open_store(url: str, *, must_exist: bool = False, everywhere: bool = False) -> AsyncIterator[TortoiseContext]:
    """The database at `url`, ready for use in this task and those it starts; `everywhere` for tasks that were begun
    earlier too, of which one store at a time is for.

    Raises `DatabaseUnusable` with what to do, for instance for a file that is no database, or when the database fails
    in the middle.
    """
    path = sqlite_path(url)
    if path is not None and str(path) != ":memory:":
        if must_exist and not path.exists():
            raise DatabaseUnusable(f"There is no database at {path}. Create a portal first: ukg portal create SLUG.")
        await asyncio.to_thread(check_file, path)
    configuration = tortoise_configuration(url)
    if path is None:
        await _check_server(configuration["connections"]["postgresql"]["credentials"])
    async with TortoiseContext() as context:
        try:
            await context.init(config=configuration, _enable_global_fallback=everywhere)
            await bring_up_to_date(
                Tortoise.get_connection(next(iter(configuration["connections"]))), configuration["apps"]
            )
        except (BaseORMException, OSError, ValueError) as error:
            raise _unusable(path, error) from error
        except Exception as error:
            if _is_from_driver(error):
                raise _unusable(path, error) from error
            raise
        try:
            yield context
        except Exception as error:
            if type(error) in (OperationalError, DBConnectionError) or _is_from_driver(error):
                raise _failed(path, error) from error
            raise


async def _check_server(credentials: dict[str, Any]) -> None:
    """Connect once and leave: a pool would try for half a minute, and log each failure, before it gives up."""
    import psycopg

    try:
        connection = await psycopg.AsyncConnection.connect(
            host=credentials["host"],
            port=credentials["port"],
            user=credentials["user"],
            password=credentials["password"],
            dbname=credentials["database"],
            **credentials["kwargs"],
        )
        await connection.close()
    except psycopg.Error as error:
        raise DatabaseUnusable(_UNREACHABLE) from error


def _is_from_driver(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in ("sqlite3", "psycopg", "psycopg_pool")


def _unusable(path: Path | None, error: Exception) -> DatabaseUnusable:
    return DatabaseUnusable(_UNREACHABLE) if path is None else unusable_file(path, error)


def _failed(path: Path | None, error: Exception) -> DatabaseUnusable:
    name = "The PostgreSQL database" if path is None else f"The database {path}"
    reason = "" if path is None else f" ({error})"
    return DatabaseUnusable(
        f"{name} failed while it was in use{reason}. What was written before stays; see that it is there, has room and "
        "may be written, then try again."
    )
