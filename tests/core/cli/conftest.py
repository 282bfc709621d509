"""The `ukg` command, in this process or in one of its own, and a stand-in of UKG Pro in a thread beside it."""

import asyncio
import functools
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from core.cli.main import app
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.settings import load_settings

UKG = Path(sys.executable).with_name("ukg")


class Result(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one line on stderr with which a command failed; there must be nothing else, and no traceback."""
        assert self.code != 0
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        if self.out:
            assert self.document == {"status": "failed", "error": self.err.strip()}
        return self.err.strip()


@pytest.fixture
def ukg(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Call with arguments (and `stdin`) to run the command in this process; `environment` as keywords."""

    def run(*arguments: object, stdin: str = "", **environment: str) -> Result:
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            load_settings.cache_clear()
            result = CliRunner().invoke(app, [str(word) for word in arguments], input=stdin, catch_exceptions=False)
        load_settings.cache_clear()
        return Result(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def start_ukg(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Call with arguments to start the command in a process of its own; it ends with the test at the latest."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object, **options: Any) -> subprocess.Popen[str]:
        defaults = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [UKG, *map(str, arguments)]
        process = subprocess.Popen(command, cwd=tmp_path, **defaults | {"encoding": "utf-8"} | options)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def ukg_process(start_ukg: Callable[..., subprocess.Popen[str]]) -> Callable[..., Result]:
    """Call with arguments to run the command in a process of its own, to its end; `environment` as keywords."""

    def run(*arguments: object, stdin: str = "", **environment: str) -> Result:
        process = start_ukg(*arguments, stdin=subprocess.PIPE, env=os.environ | environment)
        out, err = process.communicate(stdin, timeout=60)
        return Result(process.returncode, out, err)

    return run


class Terminal:
    """A command on a terminal of its own; `seen` is all that appeared on it."""

    def __init__(self, start_ukg: Callable[..., Any], *arguments: object, stdout: Any = None) -> None:
        self._end, other = pty.openpty()
        self.process = start_ukg(*arguments, stdin=other, stdout=stdout or other, stderr=other, start_new_session=True)
        os.close(other)
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Read until the text appeared."""
        while text not in self.seen:
            assert self._read(), self.seen

    def type_unseen(self, text: str) -> None:
        """Press keys once the terminal no longer shows them."""
        deadline = time.monotonic() + 30
        while termios.tcgetattr(self._end)[3] & termios.ECHO:
            assert time.monotonic() < deadline, self.seen
            time.sleep(0.01)
        self.type(text)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._end, text.encode())

    def end(self) -> int:
        """The exit code, once the command has ended."""
        while self._read():
            pass
        os.close(self._end)
        return self.process.wait(timeout=30)

    def _read(self) -> bool:
        readable, _, _ = select.select([self._end], [], [], 30)
        assert readable, f"silent for long, after: {self.seen}"
        try:
            data = os.read(self._end, 65536)
        except OSError:  # nobody is at the other end any more
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)


@pytest.fixture
def on_terminal(start_ukg: Callable[..., subprocess.Popen[str]]) -> Callable[..., Terminal]:
    """Call with arguments to start the command on a terminal."""
    return functools.partial(Terminal, start_ukg)


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty database, which the commands of the test use."""
    path = tmp_path / "ukg.db"
    shutil.copy(migrated_file, path)
    monkeypatch.setenv("UKG_DATABASE_URL", f"sqlite://{path}")
    load_settings.cache_clear()
    return path


@pytest.fixture
def serve() -> Iterator[Callable[..., UkgSandbox]]:
    """Call with a company to have it served, in a thread with an event loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running: list[UkgSandbox] = []

    def await_in_thread(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(timeout=20)

    def start(company: Company) -> UkgSandbox:
        running.append(await_in_thread(UkgSandbox(company).__aenter__()))
        return running[-1]

    yield start
    for sandbox in running:
        await_in_thread(sandbox.__aexit__(None, None, None))
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def stand_in(serve: Callable[..., UkgSandbox]) -> UkgSandbox:
    """UKG Pro with eight people, E1 to E8."""
    keys = [f"E{number}" for number in range(1, 9)]
    people = [
        person_row(employeeId=key, firstName="Pat", lastName=f"No{key}", emailAddress=f"{key.lower()}@example.com")
        for key in keys
    ]
    return serve(Company.of(people, [employment_row(employeeID=key) for key in keys]))


@pytest.fixture
def change(stand_in: UkgSandbox) -> Callable[..., None]:
    """Call with an employee id and fields to change them in whichever of the two lists has them."""

    def put(employee_id: str, **values: Any) -> None:
        company = stand_in.company
        for rows, key in ((company.people, "employeeId"), (company.employments, "employeeID")):
            for row in rows:
                if row[key] == employee_id:
                    row.update({name: value for name, value in values.items() if name in row})
        company.touch()

    return put


@pytest.fixture
def connection(stand_in: UkgSandbox) -> list[str]:
    """The arguments that connect acme to the stand-in; the password goes to stdin."""
    return connection_to(stand_in)


def connection_to(sandbox: UkgSandbox) -> list[str]:
    """The arguments of `connect` for a stand-in, but for `--consent`."""
    settings = sandbox.settings
    words = ["--url", sandbox.url, "--user", settings.user, "--customer-api-key", settings.customer_api_key]
    return ["connect", "acme", *words, "--password-stdin"]


@pytest.fixture
def acme(database: Path, ukg: Callable[..., Result], connection: list[str]) -> Path:
    """A portal `acme` connected to the stand-in, with no limit on manual syncs; the path of its database."""
    assert ukg("portal", "create", "acme").code == 0
    assert ukg("portal", "set", "acme", "--manual-sync-interval", "0").code == 0
    assert ukg(*connection, "--consent", stdin="sandbox-password\n").code == 0
    return database
