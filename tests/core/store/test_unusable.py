"""A database that cannot be used: one clear sentence, nothing changed, and no long wait."""

import logging
import os
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool
from tortoise import Tortoise

from core.store import pool_check
from core.store.connection import open_store
from core.store.errors import DatabaseUnusable
from core.store.models import Mapping, Portal


async def refusal(url: str, **options: bool) -> str:
    """The sentence with which opening is refused."""
    with pytest.raises(DatabaseUnusable) as refused:
        async with open_store(url, **options):
            pytest.fail("it opened")
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert sentence.endswith((".", "…"))
    return sentence


async def test_a_file_that_is_no_database_is_refused_and_not_changed(tmp_path):
    letter = tmp_path / "letter.db"
    letter.write_text("Dear Ann, this is not a database. " * 50)
    assert await refusal(str(letter)) == f"{letter} is not a ukg-sync database; it was not changed. Name another file."
    assert letter.read_text() == "Dear Ann, this is not a database. " * 50
    assert list(tmp_path.iterdir()) == [letter]


@pytest.mark.parametrize("table", ["recipes", "tortoise_migrations"])
async def test_a_database_of_another_program_is_refused_and_not_changed(tmp_path, table):
    path = tmp_path / "recipes.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE cook (name TEXT)")
        database.execute(f"CREATE TABLE {table} (app TEXT, name TEXT)")
        database.execute(f"INSERT INTO {table} VALUES ('kitchen', 'Soup')")
        database.commit()
    before = path.read_bytes()
    sentence = f"{path} is a database of another program; it was not changed. Name another file."
    assert await refusal(f"sqlite://{path}") == sentence
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


async def test_a_folder_is_refused(tmp_path):
    assert await refusal(str(tmp_path)) == f"{tmp_path} is a folder, not a database. Name a file in it."
    assert list(tmp_path.iterdir()) == []


def _unwritable(tmp_path: Path) -> Path:
    """A folder in which nothing can be made, not even by the superuser, to whom rights mean nothing."""
    if os.geteuid() == 0:
        if not sys.platform.startswith("linux"):
            pytest.skip("the superuser may write everywhere")
        return Path("/proc")
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    return folder


async def test_a_file_in_an_unwritable_folder_is_refused(tmp_path):
    path = _unwritable(tmp_path) / "ukg.db"
    assert await refusal(str(path)) == (
        f"{path} cannot be opened as a database; it was not changed. Check path and rights."
    )


async def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    folder = _unwritable(tmp_path) / "new"
    assert (await refusal(str(folder / "ukg.db"))).startswith(f"The folder {folder} cannot be made (")


async def test_a_path_through_a_file_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("notes")
    assert "cannot be made" in await refusal(str(tmp_path / "notes.txt" / "ukg.db"))


async def test_a_database_that_must_be_there_and_is_not_is_not_made(tmp_path):
    path = tmp_path / "nowhere.db"
    sentence = f"There is no database at {path}. Create a portal first: ukg portal create SLUG."
    assert await refusal(str(path), must_exist=True) == sentence
    assert not path.exists()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://localhost/ukg", "'mysql' is not a database we know. Use a SQLite file or postgres://…"),
        ("sqlite://", "The database URL names no file. Write sqlite:// and the path of the file."),
    ],
)
async def test_an_address_of_another_kind_is_refused(url, sentence):
    assert await refusal(url) == sentence


@pytest.mark.parametrize("rest", ["[bad/ukg", "127.0.0.1:port/ukg", "127.0.0.1/ukg?colour=blue"])
async def test_a_postgresql_address_that_is_none_is_refused_without_quoting_its_password(rest):
    sentence = await refusal(f"postgres://ann:s3cret@{rest}")
    assert sentence.startswith("The PostgreSQL address cannot be read; nothing was changed.")
    assert "s3cret" not in sentence


UNREACHABLE = (
    "The PostgreSQL database cannot be reached or used. Nothing was changed. Check UKG_DATABASE_URL and that the "
    "server is running."
)


async def test_an_unreachable_postgresql_is_told_at_once_and_once(caplog):
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        assert await refusal("postgres://ann:s3cret@127.0.0.1:1/ukg") == UNREACHABLE
    assert time.monotonic() - began < 5
    assert caplog.records == []


async def test_a_postgresql_database_that_does_not_exist_is_refused(postgresql_server):
    assert await refusal(postgresql_server.format("no_such_database")) == UNREACHABLE


async def test_what_postgresql_knows_of_an_address_may_stand_in_it(postgresql_server):
    url = postgresql_server.format("migrated")
    async with open_store(f"{url}{'&' if '?' in url else '?'}sslmode=disable&application_name=tests"):
        rows = await Tortoise.get_connection("postgresql").execute_query_dict("SHOW application_name")
    assert rows == [{"application_name": "tests"}]


async def test_a_database_that_fails_in_the_middle_is_told_in_a_sentence(empty_database_url):
    async def fail_in_the_middle() -> None:
        async with open_store(empty_database_url):
            await Tortoise.get_connection(Portal._meta.default_connection).execute_script("DROP TABLE mapping")
            await Mapping.all()

    with pytest.raises(DatabaseUnusable, match=r"failed while it was in use.+What was written before stays"):
        await fail_in_the_middle()


async def test_a_postgresql_that_goes_away_in_the_middle_is_told_in_a_sentence(postgresql_server):
    async def lose_the_connection() -> None:
        async with open_store(url), Tortoise.get_connection("postgresql").acquire_connection() as own:
            with psycopg.connect(url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [own.info.backend_pid])
            await own.execute("SELECT 1")

    url = postgresql_server.format("migrated")
    with pytest.raises(DatabaseUnusable, match="failed while it was in use"):
        await lose_the_connection()


async def test_a_postgresql_connection_that_was_lost_while_nobody_used_it_is_replaced(postgresql_server, monkeypatch):
    url = postgresql_server.format("migrated")
    async with open_store(url):
        connection = Tortoise.get_connection("postgresql")
        (before,) = await connection.execute_query_dict("SELECT pg_backend_pid() AS pid")
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [before["pid"]])
        monkeypatch.setattr(pool_check, "FRESH_SECONDS", 0.0)  # a moment has passed
        (after,) = await connection.execute_query_dict("SELECT pg_backend_pid() AS pid")
    assert before != after


async def test_a_postgresql_connection_is_not_asked_before_every_statement_whether_it_lives(
    postgresql_server, monkeypatch
):
    asked = []

    async def ask(connection):
        asked.append(connection)

    monkeypatch.setattr(AsyncConnectionPool, "check_connection", staticmethod(ask))
    monkeypatch.setattr(pool_check, "FRESH_SECONDS", 3600.0)
    async with open_store(postgresql_server.format("migrated")):
        for _ in range(5):
            await Portal.all().count()
    assert len(asked) == len(set(asked)) > 0


async def test_a_fault_of_ours_is_not_taken_for_the_databases(database_url):
    with pytest.raises(ZeroDivisionError):
        async with open_store(database_url):
            raise ZeroDivisionError
