"""Databases for tests by the hundred: up to date and empty at the start of each test, without the making of one."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.context import TortoiseContext

from core.store.connection import open_store, tortoise_configuration

# Deleting a few rows is many times quicker than TRUNCATE; as a replica, the order of the tables does not matter.
_EMPTY_EVERYTHING = """
    DO $$ DECLARE name text; BEGIN
      PERFORM set_config('session_replication_role', 'replica', true);
      FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations'
      LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    END $$
"""

# Those that empty a shared database before each test: to make one takes longer than the work.
_connected: dict[str, psycopg.Connection] = {}

# For tests of what is refused before it comes to any database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database to be copied: making one takes longer than many a test."""
    path = tmp_path_factory.mktemp("migrated") / "migrated.db"

    async def migrate() -> None:
        async with open_store(str(path)):
            pass

    asyncio.run(migrate())
    return path


@pytest.fixture(scope="session")
def shared_postgresql(postgresql_server: str) -> Iterator[str]:
    """The URL of a PostgreSQL database that one test after the other has for itself."""
    name = f"shared_{uuid4().hex}"
    with psycopg.connect(postgresql_server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE migrated STRATEGY file_copy")
    url = postgresql_server.format(name)
    with psycopg.connect(url, autocommit=True) as _connected[url]:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, on SQLite and on PostgreSQL; its tables must not be changed."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "test.db")
        yield f"sqlite://{tmp_path / 'test.db'}"
        return
    url = request.getfixturevalue("shared_postgresql")
    _connected[url].execute(_EMPTY_EVERYTHING, prepare=False)
    yield url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[str]:
    """The database opened for the test; yields its URL."""
    async with open_store(database_url):
        yield database_url


@asynccontextmanager
async def as_it_is(url: str) -> AsyncIterator[BaseDBAsyncClient]:
    """A connection to a database that is neither made nor brought up to date by it."""
    configuration = tortoise_configuration(url)
    async with TortoiseContext() as context:
        await context.init(config=configuration)
        yield Tortoise.get_connection(next(iter(configuration["connections"])))
