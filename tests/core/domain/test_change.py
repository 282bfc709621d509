"""Changes as they are kept and shown."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from core.domain.change import AccountState, Change, Decision, readable_changes
from core.domain.learner import AccountStatus
from core.domain.mapping import ValueWarning
from core.domain.outcome import Outcome, Reason

states = st.builds(
    AccountState,
    email=st.just(UNSET) | st.text(max_size=9),
    first_name=st.just(UNSET) | st.text(max_size=9),
    last_name=st.just(UNSET) | st.text(max_size=9),
    status=st.just(UNSET) | st.sampled_from(AccountStatus),
    account_expires=st.just(UNSET) | st.none() | st.dates(),
    custom=st.dictionaries(st.text(max_size=5), st.none() | st.text(max_size=5) | st.integers(), max_size=3),
)
changes = st.builds(Change, st.none() | st.text(max_size=3), states, states, st.booleans(), st.booleans())


def kept(change):
    return msgspec.json.decode(msgspec.json.encode(change), type=Change)


@given(change=changes)
def test_a_change_comes_back_from_json_as_it_was(change):
    assert kept(change) == change
    assert readable_changes(kept(change)) == readable_changes(change)


def test_emptied_and_not_touched_stay_two_things_in_json():
    cleared = kept(Change("7", AccountState(account_expires=date(2026, 3, 1)), AccountState(account_expires=None)))
    assert cleared.after.account_expires is None
    untouched = kept(Change("7", AccountState(), AccountState()))
    assert untouched.after.account_expires is UNSET
    assert readable_changes(cleared) == {"account_expires": (date(2026, 3, 1), None)}
    assert readable_changes(untouched) == {}


def test_text_and_numbers_stay_what_they_are_in_json():
    custom = {"Room": "007", "Size": 38, "Since": "2026-03-01", "Gone": None}
    assert kept(Change("7", AccountState(), AccountState(custom=custom))).after.custom == custom


def test_a_whole_number_of_any_size_survives_json():
    change = Change("7", AccountState(), AccountState(custom={"Badge": 10**40}))
    assert kept(change) == change


def test_every_value_touched_is_shown_with_before_and_after():
    change = Change(
        "7",
        AccountState(email="a@example.com", status=AccountStatus.DISABLED, custom={"Job": "Cook"}),
        AccountState(email="b@example.com", status=AccountStatus.ACTIVE, custom={"Job": "Welder", "Site": None}),
    )
    assert readable_changes(change) == {
        "email": ("a@example.com", "b@example.com"),
        "status": (AccountStatus.DISABLED, AccountStatus.ACTIVE),
        "Job": ("Cook", "Welder"),
        "Site": (None, None),
    }


def test_a_new_account_is_shown_as_coming_from_nothing():
    change = Change(None, AccountState(), AccountState(email="a@example.com", first_name="", custom={"Job": "Cook"}))
    assert readable_changes(change) == {
        "email": (None, "a@example.com"),
        "first_name": (None, ""),
        "Job": (None, "Cook"),
    }


@pytest.mark.parametrize("name", ["email", "first_name", "last_name", "status", "account_expires"])
def test_no_value_is_left_out_of_what_is_shown(name):
    value = {"status": AccountStatus.PENDING, "account_expires": date(2026, 3, 1)}.get(name, "x")
    assert readable_changes(Change("7", AccountState(), AccountState(**{name: value}))) == {name: (None, value)}


def test_no_change_shows_nothing():
    assert readable_changes(None) == {}


def test_two_changes_do_not_share_their_custom_data():
    one, other = AccountState(), AccountState()
    one.custom["Job"] = "Cook"
    assert other.custom == {}


def test_a_decision_comes_back_from_json_as_it_was():
    decision = Decision(
        "E1",
        "Ann Lee",
        None,
        Outcome.ENDED,
        Reason.TERMINATED,
        change=Change("7", AccountState(status=AccountStatus.ACTIVE), AccountState(status=AccountStatus.DISABLED)),
        warnings=(ValueWarning("'Paris' is not a choice of Site", "Site", "Paris"),),
        due_on=date(2026, 3, 1),
        link=True,
    )
    assert msgspec.json.decode(msgspec.json.encode(decision), type=Decision) == decision
