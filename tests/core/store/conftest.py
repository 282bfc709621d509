"""What the tests of the database share: a portal, other processes, an empty PostgreSQL database."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from core.services.portals import create_portal
from core.store.models import Portal

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def portal(store: str) -> Portal:
    """A portal in the open database."""
    return await create_portal("acme")


@pytest.fixture
def other_process(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Call with Python code (and arguments for it) to run it in a process of its own, with pipes; it ends with the
    test at the latest."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database in which there is nothing at all yet, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite://{tmp_path / 'empty.db'}"
    else:
        with _empty_on_server(request.getfixturevalue("postgresql_server")) as url:
            yield url


@pytest.fixture
def other_empty_database_url(empty_database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a second database of the same kind as `empty_database_url`, just as empty."""
    if empty_database_url.startswith("sqlite"):
        yield f"sqlite://{tmp_path / 'other.db'}"
    else:
        with _empty_on_server(request.getfixturevalue("postgresql_server")) as url:
            yield url


@contextmanager
def _empty_on_server(pattern: str) -> Iterator[str]:
    import psycopg

    name = f"empty_{uuid4().hex}"
    with psycopg.connect(pattern.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield pattern.format(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
