"""A look at a SQLite file before the ORM opens it, which at once changes the journal mode of whatever it is given."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from core.store.errors import DatabaseUnusable

BUSY_SECONDS = 15.0


def check_file(path: Path) -> None:
    """Raise `DatabaseUnusable` unless there is, or can be made, a database of ours at `path`.

    The folder is made if it is missing, and a new file for its owner alone; a file that is there is not changed.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnusable(f"The folder {path.parent} cannot be made ({error.strerror}).") from error
    if path.is_dir():
        raise DatabaseUnusable(f"{path} is a folder, not a database. Name a file in it.")
    try:
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))  # people's names and addresses will be in it
    except OSError as error:
        raise unusable_file(path, error) from error
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as database:
            foreign = _is_foreign(database)
    except sqlite3.Error as error:
        raise unusable_file(path, error) from error
    if foreign:
        raise DatabaseUnusable(f"{path} is a database of another program; it was not changed. Name another file.")


def _is_foreign(database: sqlite3.Connection) -> bool:
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "run_lock" in tables or not tables - {"tortoise_migrations", "sqlite_sequence"}:
        return False
    if "tortoise_migrations" not in tables:
        return True
    return database.execute("SELECT 1 FROM tortoise_migrations WHERE app = 'core'").fetchone() is None


def unusable_file(path: Path, error: Exception) -> DatabaseUnusable:
    """The sentence for a file that could not be opened."""
    if "not a database" in str(error):
        return DatabaseUnusable(f"{path} is not a ukg-sync database; it was not changed. Name another file.")
    if "locked" in str(error):
        return DatabaseUnusable(f"{path} is in use by another program and stayed locked. Try again in a moment.")
    return DatabaseUnusable(f"{path} cannot be opened as a database; it was not changed. Check path and rights.")
