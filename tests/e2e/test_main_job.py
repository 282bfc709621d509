"""The main job through the command line, against a stand-in in another process."""

import csv
import json
import signal
import sqlite3
import time
import urllib.request
from contextlib import closing

REPORT_KEYS = {
    "run",
    "plan",
    "portal",
    "trigger",
    "status",
    "started_at",
    "finished_at",
    "complete_source",
    "counts",
    "requests",
    "outcomes",
}
OUTCOME_KEYS = {"employee_id", "email", "name", "outcome", "reason", "detail", "changes", "warnings"}
LEARNER_KEYS = {
    "email",
    "first_name",
    "last_name",
    "user_type",
    "status",
    "source",
    "employee_id",
    "account_expires",
    "custom",
    "groups",
    "courses",
    "invited_at",
    "created_at",
}


def _tables(ukg):
    with sqlite3.connect(ukg.database) as database:
        names = ("learner", "invite", "link", "note", "plan_item")
        return {name: database.execute(f"SELECT * FROM {name} ORDER BY id").fetchall() for name in names}


def _wait_until_running(ukg):
    deadline = time.monotonic() + 60
    while True:
        with closing(sqlite3.connect(ukg.database)) as database:
            if database.execute("SELECT 1 FROM run WHERE status = 'running'").fetchone():
                return
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_two_syncs_in_a_row_bring_everyone_in_and_then_write_nothing(acme):
    first = acme.json("sync", "acme")
    assert set(first) >= REPORT_KEYS
    assert all(set(outcome) == OUTCOME_KEYS | {"held_as"} for outcome in first["outcomes"])
    counts = first["counts"]
    assert counts["fetched"] == sum(number for name, number in counts.items() if name != "fetched") >= 60
    assert counts["invited"] > 30
    assert first["requests"]["ukg"] > 0
    before = _tables(acme)
    second = acme.json("sync", "acme")
    assert second["counts"]["unchanged"] == counts["invited"]
    assert _tables(acme) == before
    assert acme.json("run", "show", first["run"]) == first


def test_everyone_listed_has_the_agreed_shape_and_is_a_learner_from_ukg(acme):
    acme("sync", "acme")
    learners = acme.json("learners", "acme")
    assert set(learners[0]) >= LEARNER_KEYS
    assert {learner["user_type"] for learner in learners} == {"learner"}
    assert acme.json("learners", "acme", "--source", "ukg") == learners
    assert acme.json("learners", "acme", "--source", "manual") == []
    assert acme.json("learners", "acme", "--created-after", "2999-01-01") == []
    assert len(acme.json("pending", "acme")) == len(learners)
    assert any(learner["custom"]["Job title"] for learner in learners)


def test_a_day_later_the_plan_says_what_the_sync_then_does(acme, stand_in):
    acme("sync", "acme")
    off = [word for kind in ("ended", "created", "email-changed", "blanked") for word in (f"--{kind}", "off")]
    acme("guard", "acme", *off)  # in a company this small, five days at once are more than it lets through
    acme("guard", "acme", "--ended", "off", "--per", "week")
    for _ in range(5):
        with urllib.request.urlopen(urllib.request.Request(f"{stand_in}/sandbox/next-day", method="POST")) as answer:
            date = json.load(answer)["date"]
    acme.environment["UKG_NOW"] = f"{date}T12:00:00Z"
    before = _tables(acme)["learner"]
    planned = acme.json("plan", "acme")
    assert (planned["run"], planned["trigger"]) == (None, "plan")
    assert _tables(acme)["learner"] == before
    done = acme.json("sync", "acme")
    assert done["counts"] == planned["counts"]
    assert done["counts"]["unchanged"] < planned["counts"]["fetched"]
    assert "clock stands" in acme("runs", "acme").stderr


def test_the_export_opens_as_csv_and_holds_no_formula(acme):
    acme("sync", "acme")
    assert acme("export", "acme", "-o", "users.csv").returncode == 0
    with (acme.folder / "users.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(acme.json("learners", "acme"))
    names = [learner["last_name"] for learner in acme.json("learners", "acme")]
    for name, row in zip(names, rows, strict=True):
        assert row["last_name"] == (f"'{name}" if name.startswith(("=", "+", "-", "@")) else name)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "@", "+"))]


def test_the_demo_shows_the_main_job_twice_and_can_be_repeated(ukg):
    ukg.database = ukg.folder / "demo.db"
    for _ in range(2):
        document = json.loads(ukg("demo", "--employees", "60", "--json").stdout)
        assert document["counts"]["invited"] > 30
        assert document["again"]["counts"]["unchanged"] == document["counts"]["invited"]
    assert len(ukg.json("learners", "demo")) == document["counts"]["invited"]


def test_the_demo_leaves_a_database_that_is_not_its_own_alone(acme):
    before = acme.database.read_bytes()
    result = acme("demo")
    assert result.returncode == 2
    assert "not touched" in result.stderr
    assert acme.database.read_bytes() == before


def test_interrupted_with_control_c_it_says_so_and_the_next_sync_goes_on(acme, stand_in):
    acme("portal", "set", "acme", "--page-size", "1", "--requests-per-minute", "20")
    process = acme.start("sync", "acme")
    _wait_until_running(acme)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "Interrupted" in errors
    acme("portal", "set", "acme", "--page-size", "500", "--requests-per-minute", "600")
    (run,) = acme.json("runs", "acme")
    assert run["status"] == "failed"
    assert acme.json("sync", "acme")["counts"]["invited"] > 30


def test_killed_in_the_middle_it_blocks_nobody_and_doubles_nobody(acme):
    for wait in (1.0, 1.3, 1.6):
        process = acme.start("sync", "acme")
        time.sleep(wait)
        process.kill()
        process.communicate(timeout=20)
    report = acme.json("sync", "acme")
    emails = [learner["email"].casefold() for learner in acme.json("learners", "acme")]
    assert len(emails) == len(set(emails)) > 30
    assert len(_tables(acme)["link"]) == len(emails) == len(_tables(acme)["invite"])
    assert report["counts"]["fetched"] >= 60


def test_a_sync_while_another_runs_is_refused_with_code_5(acme):
    acme("portal", "set", "acme", "--page-size", "1", "--requests-per-minute", "20")
    process = acme.start("sync", "acme")
    _wait_until_running(acme)
    result = acme("sync", "acme")
    process.kill()
    process.communicate(timeout=20)
    assert result.returncode == 5
    assert "being synced right now" in result.stderr


def test_the_next_manual_sync_within_the_hour_is_refused_with_the_time(acme):
    acme("portal", "set", "acme", "--manual-sync-interval", "60")
    assert acme("sync", "acme").returncode in (0, 1)
    result = acme("sync", "acme")
    assert result.returncode == 5
    assert "may start at" in result.stderr
    assert acme("plan", "acme").returncode in (0, 1)
