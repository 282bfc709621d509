"""Real processes: the `ukg` command and a stand-in of UKG Pro, as a person starts them."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

UKG = str(Path(sys.executable).parent / "ukg")
PASSWORD = "sandbox-password"


class CommandLine:
    """`ukg` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "test.db"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("UKG_")}
        self.environment["XDG_DATA_HOME"] = str(folder / "data")

    def __call__(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end; it must never show a traceback or the password."""
        result = subprocess.run(
            self.words(*words),
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert "Traceback" not in result.stdout + result.stderr
        assert PASSWORD not in result.stdout + result.stderr
        return result

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            self.words(*words),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def words(self, *words: str) -> list[str]:
        return [UKG, "--database", str(self.database), *words]

    def json(self, *words: str) -> Any:
        """The one JSON document of a command that went well."""
        result = self(*words, "--json")
        assert result.returncode in (0, 1), result.stderr
        return json.loads(result.stdout)

    def connect(self, url: str, slug: str = "acme", password: str = PASSWORD, **options: str) -> Any:
        """Connect a portal to a stand-in."""
        given = {"user": "svc-ukg-sync", "customer-api-key": "SBX01"} | options
        words = [word for name, value in given.items() for word in (f"--{name}", value)]
        return self("connect", slug, "--url", url, *words, "--password-stdin", "--consent", stdin=f"{password}\n")


@pytest.fixture
def ukg(tmp_path: Path) -> CommandLine:
    """The command line."""
    return CommandLine(tmp_path)


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A stand-in with sixty people, as `ukg sandbox ukg` serves it; yields its address."""
    words = [UKG, "sandbox", "ukg", "--employees", "60", "--port", "0"]
    with subprocess.Popen(
        words, cwd=tmp_path_factory.mktemp("stand-in"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        (url,) = re.findall(r"http://\S+", line)
        yield url
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


@pytest.fixture(scope="module")
def connected_portal(tmp_path_factory: pytest.TempPathFactory, stand_in: str) -> Path:
    """A folder with the database (and key) of a portal that has a field, a mapping and a connection."""
    ukg = CommandLine(tmp_path_factory.mktemp("connected"))
    assert ukg("portal", "create", "acme").returncode == 0
    assert ukg("portal", "set", "acme", "--manual-sync-interval", "0").returncode == 0
    assert ukg("field", "add", "acme", "Job title", "--type", "string").returncode == 0
    assert ukg("map", "acme", "job_title=Job title").returncode == 0
    assert ukg.connect(stand_in).returncode == 0
    return ukg.folder


@pytest.fixture
def acme(ukg: CommandLine, connected_portal: Path) -> CommandLine:
    """A portal connected to the stand-in, without a limit on manual syncs; each test has its own copy."""
    for file in connected_portal.glob("*.*"):
        shutil.copy(file, ukg.folder)
    return ukg
