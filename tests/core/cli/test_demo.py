"""`ukg demo`: the main job with nothing outside, again and again, on no database but its own."""

import re
import sqlite3
from contextlib import closing

import pytest

from core.settings import load_settings
from core.store.secrets import new_key


def learners(path) -> list:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT email FROM learner ORDER BY email").fetchall()


def test_the_demo_does_the_main_job_and_a_second_time_too(ukg, tmp_path):
    first = ukg("demo", "--json", "--employees", "60")
    assert (first.code, first.err) == (0, "")
    document = first.document
    assert document["database"] == "ukg-demo.db"
    assert document["counts"]["fetched"] >= 60
    assert document["counts"]["invited"] > 30
    training = document["training"]
    assert len(training["accepted"]) == 12
    members = {row["title"]: (row["members"], row["automatic"]) for row in training["groups"]}
    assert members["Everybody"] == (12, 12)
    assert training["enrolments"]["Welcome aboard"] == 12
    assert 0 < min(number for number, _ in members.values()) < 12
    assert training["waiting_mails"] == document["counts"]["invited"] - 12
    assert training["accept_heading"] == "Welcome to Demo academy"
    assert training["accept_page"].startswith("http://localhost:8080/demo/accept/")
    again = document["again"]["counts"]
    assert [again[name] for name in ("created", "invited", "updated", "reactivated", "ended")] == [0] * 5
    assert again["fetched"] == document["counts"]["fetched"]
    before = learners(tmp_path / "ukg-demo.db")
    assert len(before) == document["counts"]["invited"]

    second = ukg("demo", "--json", "--employees", "60")
    assert second.code == 0
    assert second.document["counts"] == document["counts"]
    assert learners(tmp_path / "ukg-demo.db") == before


def test_a_person_is_shown_both_syncs_and_what_to_try_next(ukg, tmp_path, monkeypatch):
    result = ukg("--database", tmp_path / "shown.db", "demo", "--employees", "60")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("First sync:\nRun run-")
    assert "The same again, nothing having changed in UKG Pro:" in result.out
    for command in (
        "group list demo",
        "course list demo",
        "outbox list demo",
        "audit demo",
        "learners demo",
        "pending demo",
        "runs demo",
        "map list demo",
        "export demo",
    ):
        line = f"ukg --database {tmp_path / 'shown.db'} {command}"
        assert f"  {line}\n" in result.out
        assert ukg(*line.split()[1:]).code == 0
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == ["shown.db"]
    assert result.out.splitlines()[-2].startswith(f"  ukg-tui --database {tmp_path / 'shown.db'} --company 60 --since ")
    (a_month_later,) = set(re.findall(r"UKG_NOW=(\S+)", result.out))
    monkeypatch.setenv("UKG_NOW", a_month_later)
    load_settings.cache_clear()
    assert ukg("--database", tmp_path / "shown.db", "upcoming", "demo").code == 0


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_a_database_that_is_not_a_demos_is_not_touched(acme, ukg, as_json):
    assert ukg("sync", "acme").code == 0
    before, key = learners(acme), acme.with_suffix(".key").read_text()
    result = ukg("--database", acme, "demo", "--employees", "60", *as_json)
    assert f"{acme} holds something other than a demo; it was not touched. Name another file." in result.sentence
    assert result.code == 2
    assert (learners(acme), acme.with_suffix(".key").read_text()) == (before, key)


def test_a_portal_of_ones_own_that_is_called_demo_is_not_touched(database, ukg):
    assert ukg("portal", "create", "demo").code == 0
    assert "holds something other than a demo" in ukg("--database", database, "demo", "--employees", "60").sentence
    assert [row["slug"] for row in ukg("portal", "list", "--json").document] == ["demo"]


@pytest.mark.parametrize("content", [b"Dear Ann, this is a letter.", b"SQLite format 3\x00 and nothing more"])
def test_a_file_that_is_something_else_is_not_touched(ukg, tmp_path, content):
    (tmp_path / "letter.db").write_bytes(content)
    assert "it was not touched" in ukg("--database", tmp_path / "letter.db", "demo").sentence
    assert (tmp_path / "letter.db").read_bytes() == content


def test_a_key_that_lay_there_before_any_demo_is_not_thrown_away(ukg, tmp_path):
    key = new_key()
    (tmp_path / "server.key").write_text(key)
    assert ukg("--database", tmp_path / "server.db", "demo", "--employees", "60", "--json").code == 0
    assert (tmp_path / "server.key").read_text() == key


def test_the_demo_wants_a_file(ukg):
    assert "The demo makes a SQLite file of its own" in ukg("--database", "postgres://x/y", "demo", "--json").sentence
    assert "is not a database we know" in ukg("--database", "mysql://x/y", "demo").sentence


def test_the_demo_does_not_touch_the_database_of_the_environment(acme, ukg, tmp_path):
    assert ukg("demo", "--json", "--employees", "60").code == 0
    assert [row["slug"] for row in ukg("portal", "list", "--json").document] == ["acme"]
    assert (tmp_path / "ukg-demo.db").exists()
