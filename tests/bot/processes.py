"""`ukg-bot` as a process of its own, on a database with the portal acme."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from core.domain.roles import Role
from core.services.admins import set_admin
from core.services.portals import create_portal
from core.store.connection import open_store
from tests.bot.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack

TOKENS = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
_ROOT = str(Path(__file__).parents[2])
_RUN = "import sys; from bot.__main__ import main; sys.argv[0] = 'ukg-bot'; main()"


class Process:
    """A running `ukg-bot`; `lines` are what it said on stderr so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []

    async def wait_for(self, text: str) -> str:
        """The first line that says so, once it is there."""
        assert self.process.stderr is not None
        while not any(text in line for line in self.lines):
            line = await asyncio.wait_for(self.process.stderr.readline(), 60)
            assert line, self.lines
            self.lines.append(line.decode())
        return next(line for line in self.lines if text in line)

    async def end(self, number: int | None = signal.SIGTERM) -> int | None:
        """Send the signal, if one is given, and wait for the end; gives the exit code."""
        if number is not None:
            self.process.send_signal(number)
        out, err = await asyncio.wait_for(self.process.communicate(), 60)
        self.lines += err.decode().splitlines(keepends=True)
        assert out == b""
        assert "Traceback" not in "".join(self.lines)
        return self.process.returncode


async def start_bot(slack: FakeSlack, database: Path, *words: str, before: str = "", **environment: str) -> Process:
    """Start `ukg-bot` in the folder of the database; `before` is done in its interpreter first, more are settings."""
    given = {"SLACK_API_URL": slack.api_url, "UKG_DATABASE_URL": f"sqlite://{database}", "PYTHONPATH": _ROOT}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        before + _RUN,
        *words,
        cwd=database.parent,
        env={**os.environ, **given, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    return Process(process)


@pytest.fixture
async def database(tmp_path: Path, migrated_file: Path) -> Path:
    """A database with the portal acme, in which Ann is an admin."""
    path = tmp_path / "ukg.db"
    shutil.copy(migrated_file, path)
    async with open_store(str(path)):
        await create_portal("acme")
        await set_admin("acme", "Ann", Role.ADMIN, slack_user="UANN")
    return path


@pytest.fixture
async def start(slack: FakeSlack, database: Path) -> AsyncIterator[Callable[..., Any]]:
    """Call with what `start_bot` takes after the database; what did not end by then is killed."""
    started: list[asyncio.subprocess.Process] = []

    async def run(*words: str, **more: str) -> Process:
        running = await start_bot(slack, database, *words, **more)
        started.append(running.process)
        return running

    yield run
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.communicate()
