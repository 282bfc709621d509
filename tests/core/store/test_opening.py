"""Opening a database: it is brought up to date, and never more than once or backwards."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tortoise import Tortoise

from core.services.portals import create_portal, list_portals
from core.store.connection import open_store
from core.store.errors import DatabaseUnusable
from core.store.models import Portal, RunLock

ROOT = Path(__file__).parents[3]

OPEN_AT_THE_SIGNAL = """
    import asyncio, sys
    from core.store.connection import open_store
    from core.store.models import Portal

    async def main():
        async with open_store(sys.argv[1]):
            print(await Portal.all().count())

    print("ready", flush=True)
    sys.stdin.readline()
    asyncio.run(main())
"""


async def test_an_empty_database_is_migrated_on_opening(empty_database_url):
    async with open_store(empty_database_url):
        assert await Portal.all().count() == 0
        assert await RunLock.all().count() == 0


async def test_opening_twice_is_harmless(empty_database_url):
    async with open_store(empty_database_url):
        await create_portal("acme")
    async with open_store(empty_database_url):
        assert [portal.slug for portal in await list_portals()] == ["acme"]


async def test_an_empty_file_becomes_a_database(tmp_path):
    (tmp_path / "made-by-touch.db").touch()
    async with open_store(str(tmp_path / "made-by-touch.db")):
        assert await Portal.all().count() == 0


async def test_a_missing_folder_is_made(tmp_path):
    async with open_store(f"sqlite://{tmp_path}/not/there/yet.db"):
        assert (tmp_path / "not" / "there" / "yet.db").exists()


def test_processes_that_open_an_empty_database_at_the_same_moment_all_succeed(empty_database_url, other_process):
    processes = [other_process(OPEN_AT_THE_SIGNAL, empty_database_url) for _ in range(3)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        out, err = process.communicate(timeout=30)
        assert (out, process.returncode) == ("0\n", 0), err


async def test_a_database_of_a_newer_version_is_refused_and_not_changed(empty_database_url):
    async with open_store(empty_database_url):
        await create_portal("acme")
        await _connection().execute_script(
            "INSERT INTO tortoise_migrations (app, name, applied_at) "
            "VALUES ('core', '9999_of_the_future', CURRENT_TIMESTAMP)"
        )
    before = _bytes(empty_database_url)
    with pytest.raises(DatabaseUnusable, match=r"newer version of ukg-sync; it was not changed\. Update ukg-sync\."):
        async with open_store(empty_database_url):
            pytest.fail("it opened")
    assert _bytes(empty_database_url) == before


def _connection():
    return Tortoise.get_connection(Portal._meta.default_connection)


def _bytes(url: str) -> bytes | None:
    return Path(url.removeprefix("sqlite://")).read_bytes() if url.startswith("sqlite") else None


def test_models_and_migrations_say_the_same(tmp_path):
    shutil.copytree(ROOT / "core", tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__"))
    migrations = tmp_path / "core" / "store" / "migrations"
    before = sorted(path.name for path in migrations.glob("*.py"))
    command = [Path(sys.executable).with_name("tortoise"), "-c", "core.store.connection.MIGRATION_CONFIGURATION"]
    result = subprocess.run(
        [*command, "makemigrations"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "No changes" in result.stdout + result.stderr
    assert sorted(path.name for path in migrations.glob("*.py")) == before


@pytest.mark.parametrize("name", ["my data #1.db", "100%41.db", "what?.db", "Überstunden 事.db", "with:colon.db"])
async def test_a_file_may_have_any_name(tmp_path, migrated_file, name):
    shutil.copy(migrated_file, tmp_path / name)
    async with open_store(str(tmp_path / name)):
        await create_portal("acme")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == [name]
    async with open_store(str(tmp_path / name), must_exist=True):
        assert [portal.slug for portal in await list_portals()] == ["acme"]
