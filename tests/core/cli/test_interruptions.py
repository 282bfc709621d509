"""A sync that is interrupted or killed in the middle: said plainly, and the next one goes on from there."""

import json
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from core.sandbox.ukg.company import Company
from tests.core.cli.conftest import connection_to

INTERRUPTED = "Interrupted. What was written so far stays; the next sync goes on from there.\n"


def wait_until(reached: Callable[[], bool], process) -> None:
    """Wait for a moment in the life of a process, which must not have ended by then."""
    deadline = time.monotonic() + 60
    while not reached():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)


def count(database, table: str) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return number


def doubles(database) -> list:
    """What may be there only once and is there twice: addresses, links, open invites of one learner."""
    queries = [
        "SELECT email_key FROM learner GROUP BY portal_id, email_key HAVING count(*) > 1",
        "SELECT learner_id FROM link GROUP BY learner_id HAVING count(*) > 1",
        "SELECT employee_id FROM link GROUP BY portal_id, employee_id HAVING count(*) > 1",
        "SELECT learner_id FROM invite WHERE status = 'open' GROUP BY learner_id HAVING count(*) > 1",
        "SELECT id FROM learner WHERE id NOT IN (SELECT learner_id FROM link)",
    ]
    with closing(sqlite3.connect(database)) as connection:
        return [row for query in queries for row in connection.execute(query).fetchall()]


def test_ctrl_c_in_the_middle_of_reading_says_so_and_a_following_sync_works(acme, ukg, start_ukg, stand_in):
    stand_in.settings.latency = 5.0
    stand_in.in_flight_peak = 0
    process = start_ukg("sync", "acme", "--json")
    wait_until(lambda: stand_in.in_flight_peak > 0, process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, INTERRUPTED)
    assert json.loads(out) == {"status": "failed", "error": INTERRUPTED.strip()}
    stand_in.settings.latency = 0.0
    assert ukg("learners", "acme", "--json").document == []
    (run,) = ukg("runs", "acme", "--json").document
    assert (run["status"], run["error"].startswith("The run was interrupted")) == ("failed", True)
    after = ukg("sync", "acme", "--json")
    assert (after.code, after.document["counts"]["invited"]) == (0, 8)


@pytest.fixture
def big(serve, database, ukg):
    """A portal `acme` and a company of two thousand, who take several batches to write."""
    sandbox = serve(Company.generate(2000))
    assert ukg("portal", "create", "acme").code == 0
    assert ukg("portal", "set", "acme", "--page-size", "2000").code == 0
    assert ukg(*connection_to(sandbox), "--consent", stdin="sandbox-password\n").code == 0
    return database


@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl+C"])
def test_a_sync_cut_off_in_the_middle_of_writing_is_finished_by_the_next_without_doubles(big, ukg, start_ukg, kill):
    process = start_ukg("sync", "acme")
    wait_until(lambda: count(big, "learner") > 0, process)
    process.send_signal(kill)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == ((-9, "") if kill is signal.SIGKILL else (130, INTERRUPTED))
    assert out == ""
    written = count(big, "learner")
    assert written > 0
    assert doubles(big) == []

    report = ukg("sync", "acme", "--json")  # within the hour, since the run that was cut off does not count
    counts = report.document["counts"]
    assert report.code == 1  # some of the company share an address
    assert counts["invited"] > 0, "it was cut off too late to be of use"
    assert counts["invited"] + counts["unchanged"] == count(big, "learner")
    assert counts["unchanged"] == written
    assert doubles(big) == []
    newest, cut_off = ukg("runs", "acme", "--json").document
    assert (newest["status"], cut_off["status"]) == ("partial", "failed")
    assert count(big, "run_lock") == 0


def test_a_stand_in_stops_on_ctrl_c(start_ukg):
    process = start_ukg("sandbox", "ukg", "--employees", "5", "--port", "0")
    assert "listens at http://127.0.0.1:" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
