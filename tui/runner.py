"""`python -m tui.runner`: carries out what waits in the database of UKG_DATABASE_URL, and ends when nothing does.

Each run goes in the name of whoever asked for it. What makes that impossible is said in one sentence on stderr.
"""

import asyncio
import logging
import signal
import sys

from core.domain.errors import SettingsError
from tui.faults import sentence_of


async def carry_out() -> None:
    """Carry out what waits; SIGTERM and SIGINT let the run in hand wait again."""
    from core.services.opening import keep_store_open, missing_file
    from core.services.runner import carry_out_what_waits
    from core.settings import load_settings

    stop, leaving = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    url = load_settings().database_url
    missing = missing_file(url)
    if missing is not None:  # opening it would make an empty one, in which nothing waits
        raise SettingsError(f"There is no database at {missing} any more; nothing was carried out. Put it back.")
    opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    store = asyncio.create_task(keep_store_open(url, opened, leaving))
    await opened
    try:
        await carry_out_what_waits(url, stop)
    finally:
        leaving.set()
        await asyncio.wait({store})


def main() -> int:
    """Carry out; gives the exit code."""
    logging.getLogger("psycopg").addHandler(logging.NullHandler())  # what goes wrong is told in our sentence
    try:
        asyncio.run(carry_out())
    except Exception as error:
        sys.stderr.write(f"{sentence_of(error)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
