"""Outcomes, reasons, and counts that must add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.outcome import SENTENCES, Counts, Outcome, Reason


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence(reason):
    sentence = SENTENCES[reason]
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert reason.value == reason.name.lower()


def test_no_two_reasons_read_the_same():
    assert len(set(SENTENCES.values())) == len(SENTENCES) == len(Reason)


def test_outcomes_are_the_words_that_reports_are_promised():
    assert [outcome.value for outcome in Outcome] == [
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


def test_every_outcome_has_its_count():
    assert set(Counts.__struct_fields__) == {"fetched", *Outcome}


@given(outcomes=st.lists(st.sampled_from(Outcome)))
def test_counts_of_everyone_add_up(outcomes):
    counts = Counts(fetched=len(outcomes))
    for outcome in outcomes:
        counts.add(outcome)
    counts.check()
    for outcome in Outcome:
        assert counts.of([outcome]) == outcomes.count(outcome)
    assert counts.of(Outcome) == len(outcomes)


def test_nobody_at_all_adds_up_too():
    Counts().check()


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("counted", [0, 2])
def test_a_person_lost_or_counted_twice_is_a_fault(outcome, counted):
    counts = Counts(fetched=1)
    counts.add(outcome, counted)
    with pytest.raises(AssertionError, match=f"1 people were fetched, yet {counted} have an outcome"):
        counts.check()


def test_a_change_that_was_refused_moves_from_one_count_to_another():
    counts = Counts(fetched=3, updated=3)
    counts.move(Outcome.UPDATED, Outcome.FAILED)
    counts.check()
    assert counts == Counts(fetched=3, updated=2, failed=1)
