"""Opening: a database that is not there, is none, is too new, or lost its key; a terminal that is too small."""

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copy

from core.services.portals import list_portals
from core.store.keys import key_file
from tests.tui.terminal import terminal


async def test_a_database_that_is_not_there_is_created_only_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "new.db"
    async with terminal(f"sqlite://{path}") as there:
        await there.sees("There is no database at", "Create it", "Try again (r)", "Quit (q)")
        assert not path.parent.exists()
        await there.press("enter")
        await there.sees("First steps", "Create a portal", "○ to do")
        assert path.exists()
        assert await list_portals() == []


async def test_a_file_of_another_kind_is_left_alone_and_r_tries_again(tmp_path: Path, migrated_file: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("not a database at all, but notes")
    async with terminal(f"sqlite://{path}") as there:
        await there.sees("is not a ukg-sync database; it was not changed")
        assert path.read_text() == "not a database at all, but notes"
        copy(migrated_file, path)
        await there.press("r")
        await there.sees("First steps")


async def test_a_database_of_a_newer_version_is_not_touched(tmp_path: Path, migrated_file: Path) -> None:
    path = tmp_path / "newer.db"
    copy(migrated_file, path)
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('core', '9999_later', '2030-01-01')"
        )
        database.commit()
    before = path.read_bytes()
    async with terminal(f"sqlite://{path}") as there:
        await there.sees("✗", "newer", "Try again (r)")
    assert path.read_bytes() == before


async def test_a_key_that_is_gone_is_told_before_anything_else(connected: str) -> None:
    key_file(connected).unlink()
    async with terminal(connected) as there:
        await there.sees("The secret key is missing", "Go on without it")
        await there.press("enter")
        await there.sees("acme › Dashboard")


async def test_a_terminal_that_is_too_small_says_so_and_loses_nothing(acme: str) -> None:
    async with terminal(acme, size=(80, 24)) as there:
        await there.open("channel")
        await there.sees("Channel's id")
        await there.type("C77")
        await there.resize(50, 12)
        text = await there.sees("This terminal is 50 x 12", "60 x 15")
        assert "Channel" not in text
        await there.resize(60, 15)
        await there.sees("C77", "1 field changed")


async def test_a_terminal_that_is_too_small_from_the_start_grows_into_the_dashboard(acme: str) -> None:
    async with terminal(acme, size=(40, 10)) as there:
        await there.sees("This terminal is 40 x 10")
        await there.resize(80, 24)
        await there.sees("acme › Dashboard")
