"""The JSON documents: keys and words that programs rely on, and nothing else on stdout."""

import re
from collections.abc import Callable

import pytest

from tests.core.cli.conftest import Result

REPORT = [
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
]
# Told beside the contract: choice values no field knows, and the sentence of a run that failed.
BESIDE_THE_REPORT = ["unknown_values", "error", "doubts", "tripped", "hash", "state", "expires_at", "undoes", "cost"]
COUNTS = [
    "fetched",
    "created",
    "invited",
    "updated",
    "reactivated",
    "ended",
    "unchanged",
    "skipped",
    "held",
    "conflict",
    "failed",
]
OUTCOME = ["employee_id", "email", "name", "outcome", "reason", "detail", "changes", "warnings", "held_as"]
LEARNER = [
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
]
BESIDE_A_LEARNER = ["created_by", "invited_by"]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def check_report(document: dict) -> None:
    """The keys, their order, and sums that add up."""
    assert list(document) == REPORT + BESIDE_THE_REPORT
    assert list(document["counts"]) == COUNTS
    assert list(document["requests"]) == ["ukg", "portal"]
    assert sum(document["counts"][name] for name in COUNTS[1:]) == document["counts"]["fetched"]
    for row in document["outcomes"]:
        assert list(row) == OUTCOME
        assert row["outcome"] in COUNTS[1:]
        assert row["outcome"] != "unchanged"
    for name in set(COUNTS[1:]) - {"unchanged"}:
        assert sum(row["outcome"] == name for row in document["outcomes"]) == document["counts"][name]
    assert MOMENT.fullmatch(document["started_at"])
    assert MOMENT.fullmatch(document["finished_at"])


@pytest.fixture
def synced(acme, ukg, change) -> Callable[..., Result]:
    """A first sync is done; since then one person was renamed and one has no e-mail any more."""
    for command in ("field add acme Job --type string", "map acme job_title=Job"):
        assert ukg(*command.split()).code == 0
    assert ukg("sync", "acme", "--json").code == 0
    change("E1", lastName="Stone")
    change("E2", emailAddress=None)
    return ukg


def test_a_sync(synced):
    result = synced("sync", "acme", "--json")
    assert (result.code, result.err) == (0, "")
    document = result.document
    check_report(document)
    assert (document["portal"], document["trigger"], document["status"]) == ("acme", "manual", "succeeded")
    assert (document["complete_source"], document["requests"]) == (True, {"ukg": 2, "portal": 0})
    renamed, without_email = document["outcomes"]
    assert renamed == {
        "employee_id": "E1",
        "email": "e1@example.com",
        "name": "Pat Stone",
        "outcome": "updated",
        "reason": "renamed",
        "detail": "The name changed in UKG Pro.",
        "changes": {"last_name": ["NoE1", "Stone"]},
        "warnings": [],
        "held_as": None,
    }
    assert (without_email["outcome"], without_email["reason"], without_email["changes"]) == ("skipped", "no_email", {})


def test_a_plan(synced):
    result = synced("plan", "acme", "--json")
    assert (result.code, result.err) == (0, "")
    document = result.document
    check_report(document)
    assert (document["run"], document["trigger"], document["status"]) == (None, "plan", "succeeded")
    assert (document["counts"]["updated"], document["counts"]["skipped"]) == (1, 1)


def test_a_run_shown_again(synced):
    done = synced("sync", "acme", "--json").document
    assert synced("run", "show", done["run"], "--json").document == done


def test_the_runs_of_a_portal(synced):
    (row,) = synced("runs", "acme", "--json").document
    assert list(row) == ["run", "plan", "trigger", "status", "started_at", "finished_at", "counts", "error"]
    assert list(row["counts"]) == COUNTS
    check_report(synced("run", "show", row["run"], "--json").document)


def test_learners(synced):
    rows = synced("learners", "acme", "--json").document
    assert [list(row) for row in rows] == [LEARNER + BESIDE_A_LEARNER] * 8
    first = rows[0]
    assert MOMENT.fullmatch(first.pop("invited_at"))
    assert MOMENT.fullmatch(first.pop("created_at"))
    assert first == {
        "email": "e1@example.com",
        "first_name": "Pat",
        "last_name": "NoE1",
        "user_type": "learner",
        "status": "pending",
        "source": "ukg",
        "employee_id": "E1",
        "account_expires": None,
        "custom": {"Job": None},
        "groups": [],
        "courses": [],
        "created_by": "UKG Pro sync",
        "invited_by": "UKG Pro sync",
    }
    assert synced("learners", "acme", "--source", "manual", "--json").document == []
    assert len(synced("learners", "acme", "--created-after", "2020-01-01", "--json").document) == 8
    assert synced("learners", "acme", "--created-after", "2999-01-01", "--json").document == []


def test_pending_users(synced):
    rows = synced("pending", "acme", "--json").document
    assert len(rows) == 8
    assert list(rows[0]) == [
        "email",
        "first_name",
        "last_name",
        "invited_at",
        "sent_at",
        "expires_at",
        "expired",
        "cancelled",
        "resent",
        "source",
    ]


def test_the_doctor(synced):
    result = synced("doctor", "--json")
    assert result.code == 0
    assert [list(row) for row in result.document] == [["subject", "status", "sentence"]] * 4
    statuses = {row["subject"]: row["status"] for row in result.document}
    assert statuses.pop("mail") == "note"
    assert set(statuses.values()) == {"ok"}


def test_a_failure_is_a_document_too_and_a_sentence_on_stderr(synced, stand_in):
    stand_in.settings.password = "changed"
    result = synced("sync", "acme", "--json")
    assert result.document == {"status": "failed", "error": result.sentence}
    (newest, *_) = synced("runs", "acme", "--json").document
    document = synced("run", "show", newest["run"], "--json").document
    assert list(document) == REPORT + BESIDE_THE_REPORT
    assert (document["status"], document["error"]) == ("failed", result.sentence)


def test_what_a_person_reads_says_the_same(synced):
    plan = synced("plan", "acme")
    assert re.search(r"updated +Pat Stone +e1@example\.com +last_name: NoE1 -> Stone", plan.out)
    assert "1 skipped  (1 no email)" in plan.out
    sync = synced("sync", "acme").out
    assert re.match(r"Run run-\w+ of acme: succeeded\. 8 employees in UKG Pro:", sync)
    assert re.search(r"\b1 updated  \(1 renamed\)", sync)
    (newest, *_) = synced("runs", "acme", "--json").document
    shown = synced("run", "show", newest["run"]).out
    assert "There is no e-mail in UKG Pro; add one there." in shown
    assert "1 updated" in synced("runs", "acme").out
    assert "8 learners." in synced("learners", "acme").out
    assert "8 pending." in synced("pending", "acme").out


def test_an_export_is_a_csv_on_stdout_or_in_a_file(synced, tmp_path):
    on_stdout = synced("export", "acme")
    assert (on_stdout.code, on_stdout.err) == (0, "")
    assert on_stdout.out.startswith("email,first_name,last_name,user_type,status,source,employee_id,")
    assert len(on_stdout.out.splitlines()) == 9
    in_file = synced("export", "acme", "-o", "users.csv")
    assert (in_file.out, in_file.err) == ("", "8 people are in users.csv.\n")
    assert (tmp_path / "users.csv").read_text(encoding="utf-8-sig").splitlines() == on_stdout.out.splitlines()
