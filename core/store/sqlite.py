"""SQLite as Tortoise's backend, but for one thing: who only reads does not wait until a transaction is over."""

import asyncio
from collections.abc import Sequence
from itertools import cycle
from typing import Any

from tortoise.backends.base.client import ConnectionWrapper
from tortoise.backends.sqlite.client import SqliteClient

_CONNECTIONS_TO_READ = 3


class _Connection(ConnectionWrapper[Any]):
    """Given back too by whoever is cancelled while it is opened: left alone, Tortoise's would be kept for ever."""

    async def __aenter__(self) -> Any:
        await self._lock.acquire()
        opening = asyncio.ensure_future(self.ensure_connection())
        try:
            await asyncio.shield(opening)
        except BaseException:
            await asyncio.wait({opening})
            self._lock.release()
            raise
        return self.connection


class _OpenedLate(SqliteClient):
    def acquire_connection(self) -> _Connection:
        return _Connection(self._lock, self)


class ReadingBeside(_OpenedLate):
    """Tortoise (1.1.9) has one connection to the file, which a transaction keeps from everybody else; a question would
    wait for it, and each of the next ones again, behind a sync that writes without a break. While that connection is
    in use, what is read outside of transactions is read over others, opened once they are needed: SQLite shows there
    what was committed last, which is what it would have shown on the first.
    """

    def __init__(self, file_path: str, **settings: Any) -> None:
        super().__init__(file_path, **settings)
        number = 0 if file_path == ":memory:" else _CONNECTIONS_TO_READ
        self._beside = [_OpenedLate(file_path, **settings, query_only="ON") for _ in range(number)]
        self._in_turn = cycle(self._beside)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[dict[Any, Any]]]:
        """As the class above it says."""
        other = self._beside_for(query)
        asked = super().execute_query(query, values) if other is None else other.execute_query(query, values)
        answer: tuple[int, Sequence[dict[Any, Any]]] = await asked  # Tortoise's decorator hides the type
        return answer

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[Any, Any]]:
        """As the class above it says."""
        other = self._beside_for(query)
        asked = super().execute_query_dict(query, values) if other is None else other.execute_query_dict(query, values)
        answer: list[dict[Any, Any]] = await asked
        return answer

    async def close(self) -> None:
        """Close every connection that is open."""
        for each in self._beside:
            await each.close()
        await super().close()

    def _beside_for(self, query: str) -> SqliteClient | None:
        """Whose connection takes the query sooner than this one's; None if it writes, or need not wait here."""
        if not self._beside or not self._lock.locked() or not query.startswith("SELECT "):
            return None
        return next((each for each in self._beside if not each._lock.locked()), None) or next(self._in_turn)


client_class = ReadingBeside
