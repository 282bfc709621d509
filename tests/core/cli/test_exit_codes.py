"""Exit codes 0 to 5, each reached by a real situation; 130 is in `test_interruptions`."""

import subprocess
import sys

import pytest

from core.sandbox.ukg import faults

HOLD_THE_LOCK = """
import asyncio, sys
from core.store.connection import open_store
from core.store.run_lock import hold_run_lock

async def main():
    async with open_store(sys.argv[1]), hold_run_lock(1, "acme"):
        print("held", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main())
"""


def test_0_when_it_is_done(acme, ukg):
    result = ukg("sync", "acme")
    assert (result.code, result.err) == (0, "")
    assert "8 invited  (8 new)" in result.out
    again = ukg("sync", "acme")
    assert again.code == 0
    assert "8 unchanged" in again.out
    assert "Nothing was written." in again.out


@pytest.mark.parametrize("command", ["plan", "sync"])
def test_1_when_some_people_are_in_conflict_and_the_rest_is_done(acme, ukg, change, command):
    change("E1", emailAddress="same@example.com")
    change("E2", emailAddress="Same@example.com")
    result = ukg(command, "acme", "--json")
    assert (result.code, result.document["status"]) == (1, "partial")
    assert (result.document["counts"]["conflict"], result.document["counts"]["invited"]) == (2, 6)
    assert {row["reason"] for row in result.document["outcomes"] if row["outcome"] == "conflict"} == {"duplicate_email"}
    assert len(ukg("learners", "acme", "--json").document) == (6 if command == "sync" else 0)


@pytest.mark.parametrize("command", ["plan", "sync"])
def test_3_when_an_answer_not_proved_whole_would_end_somebodys_access(acme, ukg, change, stand_in, command):
    assert ukg("portal", "set", "acme", "--page-size", "3").code == 0
    assert ukg("sync", "acme").code == 0
    change("E1", employeeStatusCode="T", dateOfTermination="2024-02-01T00:00:00")
    change("E2", lastName="Stone")
    stand_in.faults.add("person-details", page=2, kind=faults.shift, times=None)
    result = ukg(command, "acme", "--json")
    document = result.document
    assert (result.code, document["status"], document["complete_source"]) == (3, "held", False)
    assert (document["counts"]["held"], document["counts"]["ended"], document["counts"]["updated"]) == (1, 0, 1)
    (held,) = [row for row in document["outcomes"] if row["outcome"] == "held"]
    assert (held["employee_id"], held["reason"]) == ("E1", "source_incomplete")
    learners = {row["email"]: row for row in ukg("learners", "acme", "--json").document}
    assert learners["e1@example.com"]["status"] == "pending"
    assert learners["e2@example.com"]["last_name"] == ("Stone" if command == "sync" else "NoE2")


def test_3_is_over_once_the_answer_is_whole_again(acme, ukg, change, stand_in):
    assert ukg("portal", "set", "acme", "--page-size", "3").code == 0
    assert ukg("sync", "acme").code == 0
    change("E1", employeeStatusCode="T", dateOfTermination="2024-02-01T00:00:00")
    stand_in.faults.add("person-details", page=2, kind=faults.shift, times=None)
    held = ukg("sync", "acme")
    assert held.code == 3
    assert "UKG Pro's answer could not be proved whole, so nobody's access was ended." in held.out
    assert "held: Pat NoE1 (E1):" in held.out
    stand_in.faults.clear()
    assert ukg("sync", "acme", "--json").document["counts"]["ended"] == 1


@pytest.mark.parametrize("command", ["plan", "sync"])
def test_4_when_ukg_pro_refuses_the_account_and_nothing_is_written(acme, ukg, stand_in, command):
    stand_in.settings.customer_api_key = "OTHER"
    result = ukg(command, "acme", "--json")
    assert "UKG Pro refused the service account (401)" in result.sentence
    assert result.code == 4
    assert ukg("learners", "acme", "--json").document == []


def test_4_when_a_permission_is_missing(acme, ukg, stand_in):
    for command in ("field add acme Site --type string", "map acme location=Site"):
        assert ukg(*command.split()).code == 0
    stand_in.settings.denied = {"Company Configuration Integration"}
    result = ukg("sync", "acme")
    assert "may not read locations (403)" in result.sentence
    assert "tick View for 'Company Configuration Integration'" in result.sentence
    assert result.code == 4


def test_4_when_nobody_seems_to_work_there(acme, ukg, stand_in):
    stand_in.company.people = []
    stand_in.company.touch()
    result = ukg("sync", "acme", "--json")
    assert "answered person-details with an empty list" in result.sentence
    assert result.code == 4


def test_5_when_a_manual_sync_comes_too_soon(acme, ukg):
    assert ukg("portal", "set", "acme", "--manual-sync-interval", "60").code == 0
    assert ukg("sync", "acme").code == 0
    result = ukg("sync", "acme", "--json")
    assert "acme was synced by hand less than 60 minutes ago" in result.sentence
    assert "The next manual sync may start at " in result.sentence
    assert result.code == 5
    assert ukg("plan", "acme").code == 0


def test_5_when_another_process_is_at_it(acme, ukg):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK, str(acme)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        try:
            assert other.stdout.readline() == "held\n"
            result = ukg("sync", "acme", "--json")
            assert result.sentence == "Portal acme is being synced right now; nothing was started. Try again later."
            assert result.code == 5
        finally:
            other.kill()
    assert ukg("sync", "acme").code == 0


def test_the_doctor_ends_with_2_when_something_is_wrong(acme, ukg, stand_in):
    assert ukg("doctor").code == 0
    stand_in.settings.password = "changed"
    result = ukg("doctor", "--json")
    assert result.code == 2
    assert [row["status"] for row in result.document] == ["ok", "ok", "note", "wrong"]
