"""`make bench`: what a sync costs beside the least it could cost, measured in one run, as ratios.

    python -m tests.bench [--employees 100000] [--repeat 3]

The stand-in runs in a process of its own; its pages are rendered before anything is measured. Every ratio is taken
between two processes that ran right after one another, and the median of the repeats is shown.
"""

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

from tests.bench.company import company_of
from tests.bench.learnupon import measure_learnupon
from tests.bench.slack import measure_slack
from tests.bench.tables import Line, show
from tests.bench.terminal import measure_terminal


def _ratio(pairs: list[tuple[float, float]]) -> float:
    return statistics.median(ours / floor for ours, floor in pairs)


def _line(what: str, pairs: list[tuple[float, float]], most: float) -> Line:
    ours, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Line(what, f"{ours:.2f} s", f"{floor:.2f} s", f"{_ratio(pairs):.2f} x", f"{most:g} x", _ratio(pairs) <= most)


def measure_large(employees: int, repeat: int, folder: Path) -> tuple[list[Line], float]:
    """First, second and 1 %-changed sync, memory and the event loop; the lines and the peak memory in MB."""
    with company_of(employees, folder, "large") as company:
        fresh = folder / "fresh.db"
        shutil.copy(company.database, fresh)
        syncs = []
        first = []
        for _ in range(repeat):
            target = folder / "first.db"
            shutil.copy(fresh, target)
            syncs.append(company.sync(target))
            first.append((syncs[-1]["seconds"], company.floor("first", str(target))))
            for leftover in folder.glob("first.db*"):
                leftover.unlink()
        company.sync()
        second, changed = [], []
        for _ in range(repeat + 2):
            floor = company.floor("second", str(company.database))
            syncs.append(company.sync())
            second.append((syncs[-1]["seconds"], floor))
        for _ in range(repeat):
            company.next_day()
            floor = company.floor("second", str(company.database))
            syncs.append(company.sync())
            changed.append((syncs[-1]["seconds"], floor))
        previews = []
        for number in range(repeat):
            copy = folder / f"preview-{number}.db"
            shutil.copy(company.database, copy)
            previews.append(company.preview(copy))
            copy.unlink()
        preview = statistics.median(previews)
        plans = statistics.median(company.offline("plan", folder) for _ in range(repeat))
        persons = statistics.median(company.offline("person", folder) for _ in range(repeat))
        people = f"{employees:,} people"
        terminal_lines = measure_terminal(company, people)
        memory = max(sync["peak_megabytes"] for sync in syncs)
        blocked = max(sync["blocked_milliseconds"] for sync in syncs)
        lines = [
            _line(f"first sync, {people}", first, 3),
            _line(f"second sync, nothing changed, {people}", second, 2),
            _line(f"1 % changed, {people}", changed, 2.5),
            Line(f"preview of a new rule, {people}", f"{preview:.2f} s", "", "", "2 s", preview <= 2),
            Line(f"plan from the snapshot, {people}", f"{plans:.2f} s", "", "", "10 s", plans <= 10),
            Line(f"one person explained, {people}", f"{persons:.2f} s", "", "", "0.3 s", persons <= 0.3),
            Line(f"peak memory, {people}", f"{memory:.0f} MB", "", "", "500 MB", memory <= 500),
            Line("event loop blocked at most", f"{blocked:.0f} ms", "", "", "50 ms", blocked <= 50),
            *terminal_lines,
        ]
        return lines, memory


def measure_plan(employees: int, repeat: int, folder: Path) -> list[Line]:
    """A plan for a company of middling size, with no network."""
    with company_of(employees, folder, "middling") as company:
        company.command("sync", "bench")
        seconds = statistics.median(company.offline("plan", folder) for _ in range(repeat))
    return [Line(f"plan from the snapshot, {employees:,} people", f"{seconds:.2f} s", "", "", "1 s", seconds <= 1)]


def measure_process(employees: int, repeat: int, folder: Path) -> tuple[list[Line], float]:
    """Whole processes, start-up included; the lines and the peak memory of a sync in MB."""
    with company_of(employees, folder, "small") as company:
        company.command("sync", "bench")
        memory = company.sync()["peak_megabytes"]
        inside, whole = [], []
        for _ in range(repeat + 4):
            inside.append(company.sync()["seconds"])
            whole.append(company.command("sync", "bench"))
        helps = [company.command("--help") for _ in range(repeat + 4)]
    seconds, help_seconds = statistics.median(whole), statistics.median(helps)
    what = f"ukg sync, whole process, {employees:,} unchanged"
    return [
        Line(what, f"{seconds:.2f} s", f"{statistics.median(inside):.2f} s inside", "", "1.3 s", seconds <= 1.3),
        Line("ukg --help, whole process", f"{help_seconds:.2f} s", "", "", "0.3 s", help_seconds <= 0.3),
    ], memory


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ukg-bench-") as folder:
        small = max(100, options.employees // 5)
        process_lines, small_memory = measure_process(small, options.repeat, Path(folder))
        plan_lines = measure_plan(max(100, options.employees // 20), options.repeat, Path(folder))
        lines, large_memory = measure_large(options.employees, options.repeat, Path(folder))
        learnupon_lines = measure_learnupon(small, Path(folder))
        slack_lines = measure_slack(options.employees, Path(folder))
    growth = large_memory / small_memory
    lines.append(
        Line(f"memory, {options.employees:,} people to {small:,}", f"{growth:.1f} x", "", "", "5 x", growth <= 5)
    )
    show(lines + plan_lines + process_lines + learnupon_lines + slack_lines)


if __name__ == "__main__":
    main()
