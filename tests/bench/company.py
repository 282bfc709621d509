"""A generated company in a process of its own, and a portal that is synced from it by whole `ukg` processes."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

from core.store.secrets import new_key

START = date(2026, 1, 5)
UKG = str(Path(sys.executable).parent / "ukg")
KEY = new_key()
FIELDS = (
    ("Job title", "string", "job_title"),
    ("Department", "string", "department"),
    ("Location", "string", "location"),
    ("Hired on", "date", "hire_date"),
    ("Employee number", "string", "employee_number"),
)


class Company:
    """A stand-in with its day, and the portal database that is synced from it."""

    def __init__(self, url: str, folder: Path, name: str, *, clock: bool = True) -> None:
        self._clock = clock
        self.url = url
        self.day = 0
        self.database = folder / f"{name}.db"

    def python(self, module: str, *arguments: str) -> dict[str, float]:
        """Run a module in a process of its own, on the company's day; it prints JSON."""
        result = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise SystemExit(f"{module} failed:\n{result.stderr}")
        return json.loads(result.stdout)

    def floor(self, kind: str, *arguments: str) -> float:
        """Seconds of a floor."""
        return self.python("tests.bench.floor", kind, self.url, *arguments)["seconds"]

    def sync(self, database: Path | None = None) -> dict[str, float]:
        """One sync, measured inside its process."""
        return self.python("tests.bench.subject", str(database or self.database))

    def preview(self, database: Path) -> float:
        """Seconds of previewing a new rule, everyone in the portal being active."""
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("UPDATE learner SET status = 'active' WHERE status = 'pending'")
            connection.commit()
        measured = self.python("tests.bench.subject", str(database), "preview")
        if not measured["matching"]:
            raise SystemExit("The rule that is previewed matches nobody.")
        return measured["seconds"]

    def offline(self, what: str, folder: Path) -> float:
        """Seconds of something done from the last snapshot: a `plan`, or one `person` explained."""
        copy = folder / f"{what}.db"
        shutil.copy(self.database, copy)
        measured = self.python("tests.bench.subject", str(copy), what)
        copy.unlink()
        return measured["seconds"]

    def command(self, *words: str, stdin: str = "") -> float:
        """Seconds of a whole `ukg` process, start-up included."""
        started = time.perf_counter()
        self.output(self.database, *words, stdin=stdin)
        return time.perf_counter() - started

    def output(self, database: Path, *words: str, stdin: str = "") -> str:
        """What a whole `ukg` process prints, on the company's day."""
        result = subprocess.run(
            [UKG, "--database", str(database), *words],
            env=self.environment(),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode not in (0, 1, 3):
            raise SystemExit(f"ukg {' '.join(words)} failed:\n{result.stderr}")
        return result.stdout

    def set_up(self) -> None:
        """Portal, fields, mapping, connection."""
        self.command("portal", "create", "bench")
        self.command("portal", "set", "bench", "--manual-sync-interval", "0", "--requests-per-minute", "100000")
        for label, kind, attribute in FIELDS:
            self.command("field", "add", "bench", label, "--type", kind)
            self.command("map", "bench", f"{attribute}={label}")
        account = ("--url", self.url, "--user", "svc-ukg-sync", "--customer-api-key", "SBX01")
        self.command("connect", "bench", *account, "--password-stdin", "--consent", stdin="sandbox-password\n")

    def next_day(self) -> None:
        """Move the company on by a day (about 1 % of its people change) and let it render its pages."""
        request = urllib.request.Request(f"{self.url}/sandbox/next-day", method="POST")
        with urllib.request.urlopen(request):
            self.day += 1
        self.floor("read")

    def environment(self, *, clock: bool = True) -> dict[str, str]:
        """That of every process; with `clock` on the company's day, unless it is to go by the real one. Modules are
        kept compiled, as where the program is installed."""
        moment = f"{START + timedelta(days=self.day)}T12:00:00Z"
        frozen = {"UKG_NOW": moment} if clock and self._clock else {}
        compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {**compiled, **frozen, "UKG_SECRET_KEY": KEY}


@contextmanager
def company_of(employees: int, folder: Path, name: str, *, clock: bool = True) -> Iterator[Company]:
    """A stand-in process, its pages rendered, and a portal set up against it; with `clock` everything is on its day."""
    words = ("sandbox", "ukg", "--employees", str(employees), "--port", "0", "--start", START.isoformat())
    process = subprocess.Popen(
        [UKG, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        first_line = process.stdout.readline() if process.stdout else ""
        company = Company(re.findall(r"http://\S+", first_line)[0], folder, name, clock=clock)
        company.floor("read")
        company.set_up()
        yield company
    finally:
        process.terminate()
        process.wait()
