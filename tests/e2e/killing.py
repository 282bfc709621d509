"""Syncs in processes that can be killed at an exact moment; made quickly, as children of one that has all it needs.

Run as `python -m tests.e2e.killing` it reads orders, a JSON object a line, and answers each with how the child ended.
Nothing of the program is replaced: what is counted are calls of the drivers of the databases and of the HTTP client.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import aiosqlite
import httpx
import msgspec
import psycopg

from core.domain.errors import UkgSyncError
from core.services import plans, syncing
from core.settings import load_settings
from core.store.connection import open_store

_ROOT = Path(__file__).parents[2]
# What is otherwise loaded when it is first needed, in every child again.
_LATER = (
    "anyio._backends._asyncio",
    "cryptography.fernet",
    "httpcore",
    "core.store.sqlite",
    "tortoise.backends.psycopg",
    "tortoise.backends.sqlite",
    "tortoise.contrib.sqlite",
)


class End(msgspec.Struct):
    """How a child ended: `signal` when it was killed; else the exit `code` (2 when it was refused, with its sentence).

    `result` is the id of the run or plan, `moments` how many calls of a driver it made.
    """

    signal: int
    code: int
    result: str = ""
    sentence: str = ""
    moments: int = 0


class Nursery:
    """A process with all that a sync needs in memory, whose children do one thing each; a context manager."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.killing"],
            cwd=_ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def run(self, work: str, database: str, name: str = "", *, die_at: int = 0, die_after: float = 0.0) -> End:
        """Let a child do `sync`, `plan`, `undo RUN` or `apply PLAN`.

        It kills itself in or after its `die_at`-th call of a driver (0: never), or is killed after some seconds.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"work": work, "database": database, "name": name, "die_at": die_at, "die_after": die_after}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return msgspec.json.decode(self._process.stdout.readline(), type=End)


class _Moments:
    """Counts what a process does with others, and kills it at the one chosen: every other one while it is under way."""

    def __init__(self, die_at: int) -> None:
        self.number = 0
        self._die_at = die_at

    def watch(self, owner: type, name: str) -> None:
        """Count the calls of this method of a driver."""
        call: Callable[..., Awaitable[Any]] = getattr(owner, name)

        async def counted(*arguments: Any, **options: Any) -> Any:
            self.number += 1
            if self.number != self._die_at:
                return await call(*arguments, **options)
            doing = asyncio.ensure_future(_awaited(call(*arguments, **options)))
            if self._die_at % 2:
                await doing
            else:
                await asyncio.sleep(0)
            os.kill(os.getpid(), signal.SIGKILL)
            return None

        setattr(owner, name, counted)


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


async def _work(order: dict[str, Any]) -> str:
    database, name = order["database"], order["name"]
    async with open_store(database):
        match order["work"]:
            case "sync":
                return (await syncing.sync_portal("acme", database)).id
            case "plan":
                return (await syncing.plan_portal("acme", database)).id
            case "undo":
                return (await plans.undo_run(name, database)).id
            case "apply":
                return (await plans.apply_saved_plan(name, database)).id
            case other:
                raise ValueError(other)


def _child(order: dict[str, Any]) -> End:
    load_settings.cache_clear()
    moments = _Moments(order["die_at"])
    moments.watch(aiosqlite.Connection, "_execute")
    moments.watch(psycopg.AsyncConnection, "wait")
    moments.watch(httpx.AsyncClient, "send")
    try:
        result = asyncio.run(_work(order))
    except UkgSyncError as error:
        return End(0, 2, sentence=str(error), moments=moments.number)
    return End(0, 0, result=result, moments=moments.number)


def _born(order: dict[str, Any]) -> End:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        end = End(0, 1)
        try:
            end = _child(order)
        finally:
            os.write(writing, msgspec.json.encode(end))
            os._exit(end.code)
    os.close(writing)
    if order["die_after"]:
        time.sleep(order["die_after"])
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    if os.WIFSIGNALED(status):
        return End(os.WTERMSIG(status), 0)
    return msgspec.json.decode(told, type=End)


def _serve() -> None:
    for line in sys.stdin:
        print(msgspec.json.encode(_born(json.loads(line))).decode(), flush=True)


if __name__ == "__main__":
    for module in _LATER:
        import_module(module)
    _serve()
