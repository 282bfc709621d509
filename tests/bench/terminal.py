"""The terminal UI on a large portal, while another process syncs it."""

import subprocess

from tests.bench.company import UKG, Company
from tests.bench.tables import Line

_SECONDS = 12


def measure_terminal(company: Company, people: str) -> list[Line]:
    """Opening it, its list of people, and its keys while a sync of the next day writes to the same database."""
    company.next_day()
    command = [UKG, "--database", str(company.database), "sync", "bench"]
    syncing = subprocess.Popen(command, env=company.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        beside = company.python("tests.bench.screen", str(company.database), str(_SECONDS))
    finally:
        syncing.wait()
    alone = company.python("tests.bench.screen", str(company.database), "1")
    opened, key, memory = alone["opened"], beside["key_99"] * 1000, beside["peak_megabytes"]
    return [
        Line(
            "terminal UI painted, from the interpreter on",
            f"{alone['painted']:.2f} s",
            "",
            "",
            "0.5 s",
            alone["painted"] <= 0.5,
        ),
        Line(f"its list of {people} open", f"{opened:.2f} s", "", "", "0.3 s", opened <= 0.3),
        Line(
            "a key drawn during a sync, 99 of 100",
            f"{key:.0f} ms",
            f"{beside['key_median'] * 1000:.0f} ms median",
            "",
            "50 ms",
            key <= 50,
        ),
        Line(f"its peak memory, {people}", f"{memory:.0f} MB", "", "", "150 MB", memory <= 150),
    ]
