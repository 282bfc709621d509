"""Processes that find a database empty or old wait for the one that is at it, and take its place when it dies."""

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest
from tortoise.exceptions import OperationalError

from core.store.connection import tortoise_configuration
from core.store.errors import DatabaseUnusable
from core.store.migrating import known_migrations
from core.store.upgrade_lock import upgrade_transaction
from core.store.upgrading import migrate
from tests.core.store.databases import as_it_is
from tests.core.store.shapes import shape_of

OPEN = """
    import asyncio, sys
    from core.store.connection import open_store
    from core.store.models import Portal

    async def main():
        async with open_store(sys.argv[1]):
            print(await Portal.all().count())

    print("ready", flush=True)
    asyncio.run(main())
"""

BRING_UP_TO_DATE_AND_WAIT_BEFORE_THE_END = """
    import asyncio, sys
    from core.store.connection import tortoise_configuration
    from core.store.founding import make_tables
    from core.store.migrating import known_migrations
    from core.store.upgrade_lock import upgrade_transaction
    from core.store.upgrading import migrate
    from tests.core.store.databases import as_it_is

    async def main(url, old):
        async with as_it_is(url) as connection, upgrade_transaction(connection) as alone:
            if old:
                await migrate(alone, tortoise_configuration(url)["apps"])
            else:
                await make_tables(alone, known_migrations())
            print("almost", flush=True)
            sys.stdin.readline()

    asyncio.run(main(sys.argv[1], sys.argv[2] == "old"))
"""


async def make_old(url: str) -> None:
    async with as_it_is(url) as connection:
        await migrate(connection, tortoise_configuration(url)["apps"], until="0001_first")


@pytest.mark.parametrize("age", ["empty", "old"])
@pytest.mark.parametrize("end", ["done", "killed"])
async def test_who_comes_while_another_is_at_it_waits_and_then_finds_it_done_or_does_it(
    empty_database_url: str, other_process: Callable[..., subprocess.Popen[str]], age: str, end: str
) -> None:
    if age == "old":
        await make_old(empty_database_url)
    first = other_process(BRING_UP_TO_DATE_AND_WAIT_BEFORE_THE_END, empty_database_url, age)
    assert first.stdin is not None
    assert first.stdout is not None
    assert first.stderr is not None
    assert first.stdout.readline() == "almost\n", first.stderr.read()
    others = [other_process(OPEN, empty_database_url) for _ in range(2)]
    for process in others:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    with pytest.raises(subprocess.TimeoutExpired):
        others[0].wait(timeout=3 if end == "done" else 1)
    if end == "killed":
        first.kill()
    else:
        first.stdin.write("go\n")
        first.stdin.flush()
        assert first.wait(timeout=30) == 0, first.stderr.read()
    for process in others:
        out, err = process.communicate(timeout=60)
        assert (out, process.returncode) == ("0\n", 0), err
    assert applied(empty_database_url) == known_migrations()


def applied(url: str) -> list[str]:
    statement = "SELECT name FROM tortoise_migrations ORDER BY id"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as file:
            return [name for (name,) in file.execute(statement)]
    with psycopg.connect(url) as server:
        return [name for (name,) in server.execute(statement)]


async def test_who_waits_in_vain_says_so_and_changes_nothing(empty_database_url: str) -> None:
    sqlite = empty_database_url.startswith("sqlite")
    sentence = "database is locked" if sqlite else "for a long time; this one changed nothing"
    async with (
        as_it_is(empty_database_url) as first,
        upgrade_transaction(first),
        as_it_is(empty_database_url) as second,
    ):
        if sqlite:
            await second.execute_query("PRAGMA busy_timeout = 10")
        with pytest.raises(OperationalError if sqlite else DatabaseUnusable, match=sentence):
            async with upgrade_transaction(second, wait_seconds=0.1):
                pytest.fail("both had it")
    assert shape_of(empty_database_url) == set()


async def test_an_upgrade_that_fails_in_the_middle_leaves_the_database_as_it_was(empty_database_url: str) -> None:
    async def upgrade_and_fail() -> None:
        async with as_it_is(empty_database_url) as connection, upgrade_transaction(connection) as alone:
            await migrate(alone, tortoise_configuration(empty_database_url)["apps"])
            raise ZeroDivisionError

    await make_old(empty_database_url)
    before = shape_of(empty_database_url)
    with pytest.raises(ZeroDivisionError):
        await upgrade_and_fail()
    assert shape_of(empty_database_url) == before
    assert applied(empty_database_url) == known_migrations()[:1]


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
async def test_what_hangs_on_a_table_stays_when_an_upgrade_of_sqlite_makes_the_table_anew(
    empty_database_url: str,
) -> None:
    async with as_it_is(empty_database_url) as connection:
        for statement in (
            "CREATE TABLE parent (id INT PRIMARY KEY)",
            "CREATE TABLE child (parent_id INT REFERENCES parent (id) ON DELETE CASCADE)",
            "INSERT INTO parent VALUES (1)",
            "INSERT INTO child VALUES (1)",
        ):
            await connection.execute_query(statement)
        async with upgrade_transaction(connection) as alone:
            for statement in (
                "CREATE TABLE new__parent (id INT PRIMARY KEY, name TEXT)",
                "INSERT INTO new__parent (id) SELECT id FROM parent",
                "DROP TABLE parent",
                "ALTER TABLE new__parent RENAME TO parent",
            ):
                await alone.execute_query(statement)
        assert await connection.execute_query_dict("SELECT parent_id FROM child") == [{"parent_id": 1}]
        await connection.execute_query("DELETE FROM parent")
        assert await connection.execute_query_dict("SELECT parent_id FROM child") == []
