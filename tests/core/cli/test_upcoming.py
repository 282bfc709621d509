"""`ukg upcoming`: what falls due, as a table and as JSON."""

import pytest

TODAY = "2026-03-10T12:00:00Z"


def test_before_a_first_sync_it_says_that_one_is_needed(acme, ukg):
    result = ukg("upcoming", "acme")
    assert (result.code, result.out) == (
        0,
        "UKG Pro was not read for acme yet; a first sync is needed: ukg sync acme\n",
    )
    document = ukg("upcoming", "acme", "--json").document
    assert document == {"portal": "acme", "as_read_at": None, "days": 14, "due": []}


def test_what_falls_due_is_listed_with_what_is_known_and_from_when(acme, ukg, change):
    assert ukg("invites", "acme", "--when", "hire-date", "--how", "invite").code == 0
    change("E1", lastHireDate="2026-03-12T00:00:00")
    change("E2", dateOfTermination="2026-03-11T00:00:00")
    change("E3", lastHireDate="2026-04-12T00:00:00")
    assert ukg("sync", "acme", UKG_NOW=TODAY).code == 0
    result = ukg("upcoming", "acme", UKG_NOW=TODAY)
    assert result.code == 0
    lines = [line.split() for line in result.out.splitlines() if line.strip().startswith("2026")]
    assert [(line[0], line[1], line[2]) for line in lines] == [
        ("2026-03-11", "ends", "E2"),
        ("2026-03-12", "joins", "E1"),
        ("2026-03-12", "invited", "E1"),
    ]
    assert result.out.splitlines()[-1] == "3 fall due within the next 14 days, as UKG Pro said on 2026-03-10 12:00 UTC."
    document = ukg("upcoming", "acme", "--days", "1", "--json", UKG_NOW=TODAY).document
    assert document == {
        "portal": "acme",
        "as_read_at": "2026-03-10T12:00:00Z",
        "days": 1,
        "due": [
            {
                "date": "2026-03-11",
                "what": "ends",
                "employee_id": "E2",
                "name": "Pat NoE2",
                "email": "e2@example.com",
                "sentence": "Access ends when 2026-03-11 is over.",
            }
        ],
    }


@pytest.mark.parametrize(("days", "span"), [(1, "day"), (7, "7 days")])
def test_nothing_due_is_said_too(acme, ukg, days, span):
    assert ukg("sync", "acme", UKG_NOW=TODAY).code == 0
    result = ukg("upcoming", "acme", "--days", days, UKG_NOW=TODAY)
    assert result.out == f"Nothing falls due within the next {span}, as UKG Pro said on 2026-03-10 12:00 UTC.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("acme", "--days", "0"), "The number of days is 1 to 366, not 0; nothing was looked up."),
        (("nobody",), "There is no portal 'nobody'; nothing was done."),
    ],
)
def test_what_cannot_be_shown_is_answered_in_one_sentence(acme, ukg, words, sentence):
    result = ukg("upcoming", *words)
    assert result.code == 2
    assert result.sentence.startswith(sentence)
