"""A database that is kept open while a face is there which has painted itself before."""

import asyncio


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
