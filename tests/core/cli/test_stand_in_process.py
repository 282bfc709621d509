"""A portal and `ukg sandbox ukg` in a process of its own, as a person tries them out."""

import json
import sqlite3
import urllib.request
from collections import Counter
from contextlib import closing

import pytest

# All that a sync may write to, but the record of the run itself.
KEPT = ["learner", "invite", "link", "note", "connection", "custom_field", "mapping", "portal"]


def ask(url: str, *, post: bool = False) -> dict:
    with urllib.request.urlopen(urllib.request.Request(url, method="POST" if post else "GET"), timeout=10) as answer:
        return json.load(answer)


def tables(database) -> dict[str, list]:
    with closing(sqlite3.connect(database)) as connection:
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY id").fetchall() for name in KEPT}


@pytest.fixture
def told(start_ukg) -> list[str]:
    """What a stand-in of 200 people says of itself, while it runs."""
    process = start_ukg("sandbox", "ukg", "--employees", "200", "--port", "0", "--start", "2026-03-09", "--day", "1")
    return [process.stdout.readline() for _ in range(4)]


@pytest.fixture
def url(told) -> str:
    """Where it listens."""
    return told[0].split()[-1]


@pytest.fixture
def acme(told, database, ukg):
    """A portal that was connected as the stand-in says; the path of its database."""
    for command in (
        "portal create acme",
        "portal set acme --manual-sync-interval 0",
        "field add acme Job --type string",
    ):
        assert ukg(*command.split()).code == 0
    assert ukg("map", "acme", "job_title=Job").code == 0
    password, command = told[2].split("|")
    words = command.replace("SLUG", "acme").split()
    assert (words[0], password.split()[0]) == ("ukg", "echo")
    assert ukg(*words[1:], stdin=password.split()[1]).code == 0
    return database


def test_it_serves_and_moves_to_the_next_day(url):
    about = ask(f"{url}/sandbox")
    assert (about["day"], about["date"], about["people"]) == (1, "2026-03-10", about["people"])
    assert about["people"] >= 200
    assert ask(f"{url}/sandbox/next-day", post=True) == {"day": 2, "date": "2026-03-11"}
    assert ask(f"{url}/sandbox")["date"] == "2026-03-11"


def test_the_second_of_two_syncs_writes_nothing_and_the_next_day_only_what_changed(acme, ukg, url):
    clock = {"UKG_NOW": "2026-03-10T09:00:00Z"}
    first = ukg("sync", "acme", "--json", **clock)
    assert first.code == 1  # two of the company share an address
    counts = first.document["counts"]
    assert counts["fetched"] > counts["invited"] > 100
    before = tables(acme)
    assert len(before["learner"]) == counts["invited"]

    second = ukg("sync", "acme", "--json", **clock)
    assert second.code == 1
    assert tables(acme) == before
    again = Counter(second.document["counts"])
    assert again["unchanged"] == counts["invited"]
    assert again["skipped"] + again["conflict"] == counts["skipped"] + counts["conflict"]
    assert second.document["counts"]["fetched"] == counts["fetched"]

    ask(f"{url}/sandbox/next-day", post=True)
    later = ukg("sync", "acme", "--json", UKG_NOW="2026-03-11T09:00:00Z").document
    changed = [row for row in later["outcomes"] if row["outcome"] not in ("skipped", "conflict")]
    assert 0 < len(changed) < 20
    assert tables(acme) != before


def test_a_port_that_is_taken_is_told(url, ukg_process):
    port = url.rpartition(":")[2]
    result = ukg_process("sandbox", "ukg", "--employees", "5", "--port", port)
    assert f"Port {port} of 127.0.0.1 cannot be used" in result.sentence
    assert result.code == 2
