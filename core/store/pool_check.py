"""Whether a connection of the PostgreSQL pool still lives: asked of the server now and then, not for every statement.

Tortoise asks each time (1.1.9), which makes two round trips of one. A connection that breaks within a statement is
given up by the pool all the same, so what is left to find are those that broke while nobody used them.
"""

import time
from typing import Any
from weakref import WeakKeyDictionary

FRESH_SECONDS = 1.0

_asked: WeakKeyDictionary[Any, float] = WeakKeyDictionary()


async def check_now_and_then(connection: Any) -> None:
    """Ask the server through a `psycopg.AsyncConnection`, unless it was handed out a moment ago.

    Raises `psycopg.OperationalError` for one that is lost, in whose place the pool then makes another.
    """
    from psycopg_pool import AsyncConnectionPool

    moment = time.monotonic()
    if moment - _asked.get(connection, float("-inf")) >= FRESH_SECONDS:
        await AsyncConnectionPool.check_connection(connection)
    _asked[connection] = moment
