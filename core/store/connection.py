"""Opening the database: SQLite or PostgreSQL by its URL, migrated when it needs to be, never downgraded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tortoise import Tortoise
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException, ConfigurationError

from core.store.errors import DatabaseUnusable
from core.store.migrating import bring_up_to_date

_APP = "core"
_BUSY_MILLISECONDS = 15_000


def tortoise_url(url: str) -> str:
    """The Tortoise form of a database URL; raises `DatabaseUnusable` for another kind of database."""
    scheme, separator, rest = url.partition("://")
    if scheme in ("postgres", "postgresql", "psycopg") and separator:
        return f"psycopg://{rest}"
    if scheme == "sqlite" and separator:
        path = rest.partition("?")[0]
        if not path:
            raise DatabaseUnusable("The database URL names no file. Write sqlite:// and the path of the file.")
        return f"sqlite://{path}?busy_timeout={_BUSY_MILLISECONDS}"
    if not separator:
        return f"sqlite://{url}?busy_timeout={_BUSY_MILLISECONDS}"
    raise DatabaseUnusable(f"'{scheme}' is not a database we know. Use a SQLite file or postgres://…")


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL, or None for PostgreSQL."""
    scheme, _, rest = tortoise_url(url).partition("://")
    return Path(rest.partition("?")[0]) if scheme == "sqlite" else None


def tortoise_configuration(url: str) -> dict[str, Any]:
    """Tortoise's own configuration. The connection is named after its kind: two kinds in one process must differ,
    since Tortoise keeps prepared SQL by connection name."""
    name = "sqlite" if sqlite_path(url) is not None else "postgresql"
    return {
        "connections": {name: tortoise_url(url)},
        "apps": {
            _APP: {
                "models": ["core.store.models"],
                "default_connection": name,
                "migrations": "core.store.migrations",
            }
        },
    }


MIGRATION_CONFIGURATION = tortoise_configuration("sqlite://:memory:")


@asynccontextmanager
async def open_store(url: str, *, must_exist: bool = False) -> AsyncIterator[TortoiseContext]:
    """The database at `url`, ready for use in this task and those it starts.

    Raises `DatabaseUnusable` with what to do, for instance for a file that is no database.
    """
    path = sqlite_path(url)
    if path is not None and str(path) != ":memory:":
        if must_exist and not path.exists():
            raise DatabaseUnusable(f"There is no database at {path}. Create a portal first: ukg portal create SLUG.")
        _check_folder(path)
    configuration = tortoise_configuration(url)
    async with TortoiseContext() as context:
        try:
            await context.init(config=configuration)
            await bring_up_to_date(
                Tortoise.get_connection(next(iter(configuration["connections"]))), configuration["apps"]
            )
        except (BaseORMException, ConfigurationError, OSError, ValueError) as error:
            raise _unusable(path, error) from error
        except Exception as error:
            if type(error).__module__.partition(".")[0] in ("sqlite3", "psycopg", "psycopg_pool"):
                raise _unusable(path, error) from error
            raise
        yield context


def _check_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnusable(f"The folder {path.parent} cannot be made ({error.strerror}).") from error


def _unusable(path: Path | None, error: Exception) -> DatabaseUnusable:
    if path is None:
        return DatabaseUnusable(
            "The PostgreSQL database cannot be reached or used. Nothing was changed. Check UKG_DATABASE_URL and that "
            "the server is running."
        )
    if "not a database" in str(error):
        return DatabaseUnusable(f"{path} is not a ukg-sync database; it was not changed. Name another file.")
    if "locked" in str(error):
        return DatabaseUnusable(f"{path} is in use by another program and stayed locked. Try again in a moment.")
    return DatabaseUnusable(f"{path} cannot be opened as a database; it was not changed. Check path and rights.")
