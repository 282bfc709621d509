"""What a LearnUpon portal is asked: requests a change, the use of its minute, how fast writing is without a limit."""

import json
import re
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.company import UKG, Company, company_of
from tests.bench.tables import Line

_PEOPLE_IN_MINUTES = 750
_PER_MINUTE = 300
_WRITTEN = ("created", "invited", "updated", "reactivated", "ended")


class Distant:
    """A stand-in of LearnUpon in a process of its own, and a portal that is synced onto it from a company."""

    def __init__(self, company: Company, url: str, username: str, password: str, database: Path) -> None:
        self._company = company
        self._url = url
        self.database = database
        self._command("portal", "create", "far", "--kind", "learnupon")
        self._command("portal", "set", "far", "--manual-sync-interval", "0", "--requests-per-minute", "100000")
        self._command("invites", "far", "--how", "active")
        self._command(
            "learnupon", "far", "--url", url, "--username", username, "--password-stdin", stdin=f"{password}\n"
        )
        for label, attribute in (("Department", "department"), ("Job Title", "job_title"), ("Hire Date", "hire_date")):
            self._command("map", "far", f"{attribute}={label}")
        account = ("--url", company.url, "--user", "svc-ukg-sync", "--customer-api-key", "SBX01")
        self._command("connect", "far", *account, "--password-stdin", "--consent", stdin="sandbox-password\n")

    def sync(self) -> tuple[int, int, float]:
        """A whole sync: people written, requests to the portal, seconds."""
        started = time.perf_counter()
        report = json.loads(self._command("sync", "far", "--json"))
        seconds = time.perf_counter() - started
        return sum(report["counts"][outcome] for outcome in _WRITTEN), report["requests"]["portal"], seconds

    def answers(self) -> Counter[int]:
        """How many of the latest requests had which status."""
        with urllib.request.urlopen(f"{self._url}/sandbox/requests") as answer:
            return Counter(request["status"] for request in json.load(answer)["requests"])

    def _command(self, *words: str, stdin: str = "") -> str:
        return self._company.output(self.database, *words, stdin=stdin)


@contextmanager
def distant(company: Company, folder: Path, name: str, rate_limit: int) -> Iterator[Distant]:
    """An empty LearnUpon portal that is fed by the company."""
    words = ("sandbox", "learnupon", "--users", "0", "--sub-portals", "0", "--port", "0")
    process = subprocess.Popen(
        [UKG, *words, "--rate-limit", str(rate_limit)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=company.environment(clock=False) | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        while "ukg learnupon" not in (line := process.stdout.readline()):
            assert line, "the stand-in ended"
        found = re.search(r"echo (\S+) \| ukg learnupon SLUG --url (\S+) --username (\S+)", line)
        assert found is not None
        yield Distant(company, found[2], found[3], found[1], folder / f"{name}.db")
    finally:
        process.terminate()
        process.wait()


def measure_learnupon(employees: int, folder: Path) -> list[Line]:
    """Writing without a limit, a day without changes, a day with 1 % changed, and minutes with a limit."""
    with company_of(employees, folder, "near") as company, distant(company, folder, "far", 10_000_000) as far:
        written, _, seconds = far.sync()
        fastest = written / seconds
        _, quiet, _ = far.sync()
        for _ in range(2):  # the first time that something of a kind is written, it is read back
            company.next_day()
            changed, asked, _ = far.sync()
    each = asked / changed
    people = f"{employees:,} people"
    lines = [
        Line(f"LearnUpon: writes a second, {people}, no limit", f"{fastest:.0f}", "", "", "200", fastest >= 200),
        Line(f"LearnUpon: requests of a day without changes, {people}", f"{quiet}", "", "", "2", quiet <= 2),
        Line(f"LearnUpon: requests a change, {changed} changed", f"{each:.3f}", "", "", "1.05", each <= 1.05),
    ]
    return lines + _measure_minutes(folder)


def _measure_minutes(folder: Path) -> list[Line]:
    with (
        company_of(_PEOPLE_IN_MINUTES, folder, "few", clock=False) as company,
        distant(company, folder, "limited", _PER_MINUTE) as far,
    ):
        _, requests, seconds = far.sync()
        refused = far.answers()[429]
    used = requests / (seconds / 60 * _PER_MINUTE)
    what = f"LearnUpon: use of {_PER_MINUTE} requests a minute over {seconds:.0f} s"
    return [
        Line(what, f"{used:.0%}", "", "", "95%", used >= 0.95),
        Line("LearnUpon: refused as too many (429)", f"{refused}", "", "", "0", refused == 0),
    ]
