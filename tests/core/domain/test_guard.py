"""What must wait when UKG Pro's answer could not be proved whole."""

import pytest

from core.domain.change import AccountState, Change, Decision
from core.domain.guard import hold_back
from core.domain.learner import AccountStatus
from core.domain.outcome import SENTENCES, Outcome, Reason


def planned(outcome):
    change = Change("7", AccountState(status=AccountStatus.ACTIVE), AccountState(status=AccountStatus.DISABLED))
    return Decision("E1", "Ann Lee", "ann@example.com", outcome, Reason.TERMINATED, "why", change, link=True)


@pytest.mark.parametrize("outcome", Outcome)
def test_with_a_whole_answer_nothing_is_held(outcome):
    assert hold_back(planned(outcome), complete_source=True) == planned(outcome)


def test_without_a_whole_answer_nobodys_access_is_ended():
    held = hold_back(planned(Outcome.ENDED), complete_source=False)
    assert (held.outcome, held.reason) == (Outcome.HELD, Reason.SOURCE_INCOMPLETE)
    assert held.detail == SENTENCES[Reason.SOURCE_INCOMPLETE]


def test_what_is_held_can_still_be_seen():
    held = hold_back(planned(Outcome.ENDED), complete_source=False)
    assert held.change == planned(Outcome.ENDED).change
    assert (held.employee_id, held.name, held.email) == ("E1", "Ann Lee", "ann@example.com")


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.ENDED])
def test_without_a_whole_answer_everything_else_goes_through(outcome):
    assert hold_back(planned(outcome), complete_source=False) == planned(outcome)


@pytest.mark.parametrize(
    "leaving", [{"status": "T"}, {"termination_date": "yesterday"}, {"termination_date": "tomorrow"}]
)
def test_every_way_of_leaving_is_held(leaving, day, employee, learner, decided):
    dates = {"yesterday": day(-1), "tomorrow": day(1)}
    person = employee(**{name: dates.get(value, value) for name, value in leaving.items()})
    decision = hold_back(decided(person, learner()), complete_source=False)
    assert decision.outcome is Outcome.HELD
