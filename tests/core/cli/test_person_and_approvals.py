"""`ukg person`, `held`, `approve`, `reject` and `apply` as they are typed: what is shown, and the exit codes."""

import pytest


@pytest.fixture
def held(acme, ukg, change):
    """E1 left and E2 was renamed, and nobody may end without an approval; the id of the plan that says so."""
    assert ukg("sync", "acme").code == 0
    assert ukg("guard", "acme", "--ended", "0").code == 0
    change("E1", employeeStatusCode="T", dateOfTermination="2020-02-02T00:00:00")
    change("E2", lastName="Stone")
    result = ukg("plan", "acme", "--json")
    assert result.code == 3
    return result.document["plan"]


def test_what_is_held_is_refused_with_3_until_it_is_approved(ukg, held):
    assert ukg("apply", held, "--only", "updated").code == 3
    refused = ukg("apply", held)
    assert refused.code == 3
    assert (
        f"1 change waits for an admin's approval; nothing was written. Give it: ukg approve {held}" in refused.sentence
    )
    approved = ukg("approve", held)
    assert (approved.code, approved.out.split(" approved by ")[0]) == (0, "1 held change is")
    applied = ukg("apply", held, "--json")
    assert (applied.code, applied.document["counts"]["ended"]) == (0, 1)
    assert ukg("sync", "acme").code == 0


def test_what_waits_is_listed_with_what_to_do(ukg, held):
    listed = ukg("held", "acme").out
    assert f"Plan {held} of " in listed
    assert "holds 1 ended." in listed
    assert "1 person would lose access of 8 linked learners; the guard lets 0 through (0)." in listed
    assert f"Let it through: ukg approve {held}." in listed
    assert ukg("reject", held).code == 0
    assert ukg("held", "acme").out == "Nothing waits in acme.\n"
    assert ukg("apply", held).code == 2


def test_a_person_is_explained_in_five_steps(ukg, held):
    shown = ukg("person", "acme", "E2")
    assert shown.code == 0
    steps = [line.split()[:2] for line in shown.out.splitlines() if line[:1].isdigit()]
    assert steps == [["1", "Found"], ["2", "Linked"], ["3", "Mapped"], ["4", "Decided"], ["5", "Writes"]]
    assert "5 Writes   last_name: NoE2 -> Stone" in shown.out
    assert "Write it now: ukg person acme E2 --apply" in shown.out
    document = ukg("person", "acme", "e2@example.com", "--json").document
    assert document["would_write"] == {"last_name": ["NoE2", "Stone"]}
    offline = ukg("person", "acme", "E2", "--offline", "--json").document
    assert (offline["decided"]["reason"], offline["would_write"]) == ("up_to_date", {})


def test_a_person_is_written_alone_and_the_exit_code_tells_what_came_of_it(ukg, held):
    assert f"Held in plan {held}" in ukg("person", "acme", "E1").out
    assert ukg("person", "acme", "E2", "--apply").code == 0
    alone = ukg("person", "acme", "E1", "--apply", "--json")
    assert (alone.code, alone.document["counts"]["held"]) == (3, 1)
    assert f"Held in plan {alone.document['plan']}" in ukg("person", "acme", "E1").out
    nobody = ukg("person", "acme", "E99", "--apply")
    assert (nobody.code, "UKG Pro has nobody with the employee id 'E99'" in nobody.sentence) == (2, True)


def test_whether_the_access_of_vanished_people_ends_is_set_and_shown(ukg, acme):
    assert [row["end_vanished"] for row in ukg("portal", "list", "--json").document] == [False]
    assert ukg("portal", "set", "acme", "--end-vanished").code == 0
    assert [row["end_vanished"] for row in ukg("portal", "list", "--json").document] == [True]
    assert ukg("portal", "set", "acme", "--keep-vanished").code == 0
    assert [row["end_vanished"] for row in ukg("portal", "list", "--json").document] == [False]
