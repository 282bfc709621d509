"""The limits of the guard: what exceeds them, and what no change of them may ever do."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.change import AccountState, Change
from core.domain.guard import (
    DEFAULT_LIMITS,
    FILLED_FROM,
    Kind,
    Limit,
    Span,
    Tally,
    exceeded,
    kinds_of,
    only_marks,
)
from core.domain.learner import AccountStatus
from core.domain.outcome import Outcome, Reason

hundredths = st.integers(0, 10_000)
percents = hundredths.map(lambda number: number / 100)
counts = st.integers(0, 200_000)
limits = st.builds(Limit, st.none() | percents, st.none() | counts)
kinds = st.sampled_from(Kind)
spans = st.sampled_from(Span)
tallies = st.builds(
    Tally, spans, kinds, planned=counts, linked=counts, before=counts, place=st.none(), linked_in_portal=st.none()
)


def trips(limit: Limit, tally: Tally) -> bool:
    return bool(exceeded({tally.span: {tally.kind: limit}}, [tally]))


@pytest.mark.parametrize(
    ("kind", "span", "linked", "passes"),
    [
        (Kind.ENDED, Span.RUN, 60, 5),
        (Kind.ENDED, Span.RUN, 250, 5),
        (Kind.ENDED, Span.RUN, 300, 6),
        (Kind.ENDED, Span.RUN, 10_000, 200),
        (Kind.ENDED, Span.WEEK, 60, 5),
        (Kind.ENDED, Span.WEEK, 10_000, 500),
        (Kind.CREATED, Span.RUN, 50, 25),
        (Kind.CREATED, Span.RUN, 1000, 500),
        (Kind.EMAIL_CHANGED, Span.RUN, 60, 5),
        (Kind.EMAIL_CHANGED, Span.RUN, 1000, 50),
        (Kind.BLANKED, Span.RUN, 60, 6),
        (Kind.BLANKED, Span.RUN, 5, 1),
    ],
)
def test_the_default_limits_let_so_many_through_and_not_one_more(kind, span, linked, passes):
    assert exceeded(DEFAULT_LIMITS, [Tally(span, kind, passes, linked)]) == []
    (tripped,) = exceeded(DEFAULT_LIMITS, [Tally(span, kind, passes + 1, linked)])
    assert (tripped.span, tripped.kind, tripped.number, tripped.allowed) == (span, kind, passes + 1, passes)


def test_by_default_updates_are_not_limited_and_neither_are_companies_and_departments():
    everything = [Tally(span, Kind.UPDATED, 90, 100) for span in Span]
    everything += [Tally(span, kind, 90, 100, place="X") for span in (Span.COMPANY, Span.DEPARTMENT) for kind in Kind]
    assert exceeded(DEFAULT_LIMITS, everything) == []


@given(linked=st.integers(0, FILLED_FROM - 1), planned=counts, limit=limits, span=spans)
def test_a_portal_that_is_being_filled_may_create_anyone(linked, planned, limit, span):
    assert not trips(limit, Tally(span, Kind.CREATED, planned, linked))


def test_a_small_department_of_a_filled_portal_is_not_a_portal_that_is_being_filled():
    limit, small = Limit(people=10), Tally(Span.DEPARTMENT, Kind.CREATED, 11, linked=3, place="D1")
    assert not trips(limit, small)
    assert trips(limit, Tally(Span.DEPARTMENT, Kind.CREATED, 11, linked=3, place="D1", linked_in_portal=50))


@given(percents, counts)
def test_a_percentage_never_stops_a_single_person(percent, linked):
    assert not trips(Limit(percent=percent), Tally(Span.RUN, Kind.ENDED, 1, linked))


def test_a_limit_of_nobody_stops_a_single_person():
    (tripped,) = exceeded({Span.RUN: {Kind.ENDED: Limit(people=0)}}, [Tally(Span.RUN, Kind.ENDED, 1, 100)])
    assert tripped.sentence == ("1 person would lose access of 100 linked learners; the guard lets 0 through (0).")


@given(hundredths, counts)
def test_a_percentage_is_counted_exactly_and_rounded_down(number, linked):
    assert Limit(percent=number / 100).allowed(linked) == max(number * linked // 10_000, 1)


@given(percents, counts, counts)
def test_the_larger_of_percentage_and_number_counts(percent, people, linked):
    both = Limit(percent, people).allowed(linked)
    assert both == max(Limit(percent=percent).allowed(linked), Limit(people=people).allowed(linked))


@given(tallies, limits, percents, counts)
def test_raising_a_limit_never_holds_more(tally, limit, more_percent, more_people):
    percent = None if limit.percent is None else min(100.0, limit.percent + more_percent)
    raised = Limit(percent, (limit.people or 0) + more_people)
    if trips(raised, tally):
        assert trips(limit, tally)


@given(tallies, limits, st.integers(0, 1000), st.integers(0, 1000))
def test_adding_changes_never_holds_fewer(tally, limit, more, earlier):
    larger = Tally(tally.span, tally.kind, tally.planned + more, tally.linked, tally.before + earlier)
    if trips(limit, tally):
        assert trips(limit, larger)


@given(st.lists(tallies), st.dictionaries(spans, st.dictionaries(kinds, limits)))
def test_only_limits_that_there_are_trip_and_only_for_their_own_kind_and_span(found, chosen):
    for tripped in exceeded(chosen, found):
        assert tripped.kind in chosen[tripped.span]
        assert tripped.number > tripped.allowed
        assert any((tally.span, tally.kind) == (tripped.span, tripped.kind) for tally in found)


@given(kinds, spans, limits, counts, counts)
def test_where_nothing_is_planned_nothing_trips(kind, span, limit, linked, before):
    assert not trips(limit, Tally(span, kind, 0, linked, before))


def test_the_week_counts_what_was_written_before():
    limit = Limit(people=5)
    assert not trips(limit, Tally(Span.WEEK, Kind.ENDED, 2, 100, before=3))
    (tripped,) = exceeded({Span.WEEK: {Kind.ENDED: limit}}, [Tally(Span.WEEK, Kind.ENDED, 2, 100, before=4)])
    assert tripped.number == 6
    assert "2 people would lose access, 6 within seven days, of 100 linked learners" in tripped.sentence


def test_a_sentence_names_the_place():
    tally = Tally(Span.DEPARTMENT, Kind.ENDED, 9, 12, place="NURSES")
    (tripped,) = exceeded({Span.DEPARTMENT: {Kind.ENDED: Limit(percent=10)}}, [tally])
    assert tripped.place == "NURSES"
    assert tripped.sentence.startswith("9 people in department NURSES would lose access of 12 linked learners")


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome.ENDED, Kind.ENDED),
        (Outcome.CREATED, Kind.CREATED),
        (Outcome.INVITED, Kind.CREATED),
        (Outcome.REACTIVATED, Kind.CREATED),
        (Outcome.UPDATED, Kind.UPDATED),
    ],
)
def test_every_outcome_that_writes_is_of_a_kind(outcome, kind):
    assert kinds_of(outcome, None) == {kind}


@pytest.mark.parametrize(
    "outcome", [Outcome.UNCHANGED, Outcome.SKIPPED, Outcome.HELD, Outcome.CONFLICT, Outcome.FAILED]
)
def test_what_writes_nothing_is_of_no_kind(outcome):
    assert kinds_of(outcome, None) == frozenset()


def test_a_change_is_of_several_kinds_when_it_changes_the_email_and_blanks_a_value():
    change = Change("7", AccountState(), AccountState(email="new@example.com", custom={"Team": None, "Site": "Cork"}))
    assert kinds_of(Outcome.UPDATED, change) == {Kind.UPDATED, Kind.EMAIL_CHANGED, Kind.BLANKED}


def test_a_new_account_gets_its_first_email_and_no_other():
    change = Change(None, AccountState(), AccountState(email="new@example.com"))
    assert kinds_of(Outcome.INVITED, change) == {Kind.CREATED}


@pytest.mark.parametrize(
    ("outcome", "reason", "expires", "marks"),
    [
        (Outcome.ENDED, Reason.TERMINATED, None, True),
        (Outcome.ENDED, Reason.TERMINATED, date(2026, 3, 9), False),
        (Outcome.ENDED, Reason.TERMINATION_SCHEDULED, date(2026, 3, 20), False),
        (Outcome.ENDED, Reason.VANISHED, None, False),
        (Outcome.UPDATED, Reason.RENAMED, None, False),
    ],
)
def test_only_what_ends_an_access_whose_last_day_was_set_before_marks(outcome, reason, expires, marks):
    after = AccountState(status=AccountStatus.DISABLED)
    if expires is not None:
        after = AccountState(status=AccountStatus.DISABLED, account_expires=expires)
    assert only_marks(outcome, reason, Change("7", AccountState(), after)) is marks
    assert not only_marks(outcome, reason, None)


@pytest.mark.parametrize(
    ("limit", "words"),
    [(Limit(2, 5), "2% or 5"), (Limit(0.5), "0.5%"), (Limit(people=7), "7"), (Limit(12.25), "12.25%")],
)
def test_a_limit_in_words(limit, words):
    assert limit.words == words
