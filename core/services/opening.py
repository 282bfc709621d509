"""A database that is kept open while a face is there which has painted itself before."""

import asyncio
from pathlib import Path


async def keep_store_open(database_url: str, opened: "asyncio.Future[None]", leaving: asyncio.Event) -> None:
    """Open the database for every task of the process, tell that by `opened`, and close it once `leaving` is set.

    What stands in the way of opening it is raised to whoever awaits `opened`. Only now its
    libraries are loaded.
    """
    try:
        from core.store.connection import open_store

        async with open_store(database_url, everywhere=True):
            opened.set_result(None)
            await leaving.wait()
    except Exception as error:
        if opened.done():
            return  # it failed while it was in use, which was told where it was used
        opened.set_exception(error)


def missing_file(database_url: str) -> Path | None:
    """The file that opening the database would make; None when there is one, or none is needed.

    Raises `DatabaseUnusable` for a URL of another kind of database.
    """
    from core.store.connection import sqlite_path

    path = sqlite_path(database_url)
    return None if path is None or str(path) == ":memory:" or path.exists() else path


async def missing_key(database_url: str) -> str | None:
    """Why the secrets that are stored in the open database cannot be read, in a sentence; None when they can be."""
    from core.store.errors import SecretKeyMissing
    from core.store.keys import load_keyring, stored_secrets

    try:
        if await stored_secrets():
            await load_keyring(database_url)
    except SecretKeyMissing as error:
        return str(error)
    return None
