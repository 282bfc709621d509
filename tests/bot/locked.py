"""A database that answers nothing for a while. What is read waits on PostgreSQL only; SQLite always lets it pass."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from core.store.bulk import execute
from core.store.models import Admin
from core.store.transactions import write_transaction

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@asynccontextmanager
async def nobody_reads() -> AsyncIterator[None]:
    """Inside, nobody else learns who may do what, nor anything of a portal."""
    async with write_transaction():
        await execute(Admin, "LOCK TABLE admin, portal IN ACCESS EXCLUSIVE MODE", [])
        yield
