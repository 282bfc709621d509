"""Who owns a field: what is cleared, what stays, and that what stays is said; choices that stand for other values."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.domain.attributes import CATALOGUE
from core.domain.change import AccountState, readable_changes
from core.domain.mapping import Mapping, Owner, choice_text, map_values, unknown_choice
from core.domain.outcome import Outcome, Reason

_texts = st.none() | st.sampled_from(["Welder", "Cook", "Baker"])


def sentences(decision):
    return [(warning.sentence, warning.field, warning.value) for warning in decision.warnings]


@pytest.fixture
def decide_job(employee, learner, rules, decided, job):
    """The decision when UKG Pro says one job and the account holds another, by owner of the field."""

    def decide(owner, value, held):
        custom = {} if held is None else {"Job": held}
        under = rules(mappings=[replace(job, owner=owner)])
        return decided(employee(attributes={"job_title": value}), learner(custom=custom), under=under)

    return decide


def test_a_value_that_is_cleared_is_a_change_to_nothing(decide_job):
    decision = decide_job(Owner.HR, None, "Cook")
    assert readable_changes(decision.change) == {"Job": ("Cook", None)}
    assert sentences(decision) == []


def test_a_value_left_because_ukg_pro_holds_none_is_said_and_is_no_change(decide_job):
    decision = decide_job(Owner.LEAVE_IF_BLANK, None, "Cook")
    assert (decision.outcome, decision.change) == (Outcome.UNCHANGED, None)
    assert sentences(decision) == [("Job: empty in UKG Pro; 'Cook' stays (leave if blank)", None, None)]


def test_leave_if_blank_takes_over_every_other_value(decide_job):
    decision = decide_job(Owner.LEAVE_IF_BLANK, "Welder", "Cook")
    assert readable_changes(decision.change) == {"Job": ("Cook", "Welder")}
    assert sentences(decision) == []


@pytest.mark.parametrize("held", [None, ""])
def test_the_first_value_is_taken_over_while_the_field_is_empty(held, decide_job):
    decision = decide_job(Owner.FIRST, "Welder", held)
    assert decision.change.after == AccountState(custom={"Job": "Welder"})


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("Welder", "Job: 'Welder' in UKG Pro is not taken over; 'Cook' stays (first value only)"),
        (None, "Job: empty in UKG Pro; 'Cook' stays (first value only)"),
    ],
)
def test_after_the_first_value_the_field_is_left_alone_and_a_difference_is_said(value, sentence, decide_job):
    decision = decide_job(Owner.FIRST, value, "Cook")
    assert (decision.outcome, decision.reason) == (Outcome.UNCHANGED, Reason.UP_TO_DATE)
    assert sentences(decision) == [(sentence, None, None)]


@pytest.mark.parametrize("owner", Owner)
@pytest.mark.parametrize("held", ["Cook", None])
def test_where_both_sides_agree_there_is_nothing_to_do_or_say(owner, held, decide_job):
    decision = decide_job(owner, held, held)
    assert (decision.change, sentences(decision)) == (None, [])


@pytest.mark.parametrize("owner", Owner)
def test_a_new_account_gets_the_value_whoever_owns_the_field(owner, employee, rules, decided, job):
    decision = decided(employee(attributes={"job_title": "Welder"}), under=rules(mappings=[replace(job, owner=owner)]))
    assert decision.change.after.custom == {"Job": "Welder"}


@given(owner=st.sampled_from(Owner), value=_texts, held=_texts)
def test_what_is_decided_is_settled_once_it_is_done(owner, value, held, employee, job):
    mappings = [replace(job, owner=owner)]
    person = employee(attributes={"job_title": value})
    after = {"Job": held} | map_values(person, mappings, {"Job": held}).values
    assert {"Job": None} | after | map_values(person, mappings, after).values == after


@given(value=_texts, held=_texts, owner=st.sampled_from([Owner.FIRST, Owner.LEAVE_IF_BLANK]))
def test_only_hr_ever_clears_and_first_never_changes_what_is_held(value, held, owner, employee, job):
    mapped = map_values(employee(attributes={"job_title": value}), [replace(job, owner=owner)], {"Job": held})
    if held is not None:
        assert mapped.values.get("Job", held) is not None
        assert owner is Owner.LEAVE_IF_BLANK or mapped.values == {}


def test_a_long_value_is_shortened_in_the_sentence(decide_job):
    ((sentence, _, _),) = sentences(decide_job(Owner.FIRST, "x" * 500, "Cook"))
    assert len(sentence) < 160


def test_a_field_that_holds_several_choices_is_left_with_all_of_them(employee, site):
    several = replace(site, owner=Owner.FIRST, field=replace(site.field, multiple=True))
    mapped = map_values(employee(attributes={"location": "Boston"}), [several], {"Site": ["Dublin", "Boston"]})
    assert mapped.values == {}
    assert "'Dublin, Boston' stays" in mapped.warnings[0].sentence


def test_an_unknown_choice_is_not_asked_for_where_the_field_is_left_alone_anyway(employee, site):
    first = replace(site, owner=Owner.FIRST)
    (warning,) = map_values(employee(attributes={"location": "Paris"}), [first], {"Site": "Boston"}).warnings
    assert (warning.field, warning.value) == (None, None)
    (warning,) = map_values(employee(attributes={"location": "Paris"}), [first], {}).warnings
    assert (warning.field, warning.value) == ("Site", "Paris")


def test_a_translated_value_is_stored_as_the_choice_that_stands_for_it(employee, site):
    translated = replace(site, translations=(("Baile Átha Cliath", "Dublin"),))
    mapped = map_values(employee(attributes={"location": "Baile Átha Cliath"}), [translated], {})
    assert (mapped.values, mapped.warnings) == ({"Site": "Dublin"}, ())
    several = replace(translated, field=replace(site.field, multiple=True))
    assert map_values(employee(attributes={"location": "Baile Átha Cliath"}), [several], {}).values == {
        "Site": ["Dublin"]
    }


@pytest.mark.parametrize("value", ["baile átha cliath", "Baile Átha Cliath ", "Baile"])
def test_only_the_very_value_is_translated(value, employee, site):
    translated = replace(site, translations=(("Baile Átha Cliath", "Dublin"),))
    mapped = map_values(employee(attributes={"location": value}), [translated], {})
    assert mapped.values == {}
    assert mapped.warnings[0].value == value


def test_a_translation_whose_choice_is_gone_makes_the_value_unknown_again(employee, site):
    stale = replace(site, translations=(("Paris", "Lyon"),))
    mapped = map_values(employee(attributes={"location": "Paris"}), [stale], {"Site": "Boston"})
    assert mapped.values == {}
    (warning,) = mapped.warnings
    assert (warning.field, warning.value) == ("Site", "Paris")
    assert warning.sentence == "'Paris' stands for 'Lyon', which is no longer a choice of Site; the stored value stays"


def test_a_value_that_has_become_a_choice_stands_for_itself(employee, site):
    overtaken = replace(site, translations=(("Boston", "Dublin"),))
    assert map_values(employee(attributes={"location": "Boston"}), [overtaken], {}).values == {"Site": "Boston"}


def test_a_field_without_choices_is_never_translated(employee, job):
    translated = replace(job, translations=(("Cook", "Chef"),))
    assert map_values(employee(attributes={"job_title": "Cook"}), [translated], {}).values == {"Job": "Cook"}


@pytest.mark.parametrize("spelled", ["3", "3.0", "3.00"])
def test_a_number_is_translated_however_it_is_spelled(spelled, employee, field):
    grade = Mapping(CATALOGUE["udf_03"], field("decimal-choice", "1", "2", label="Grade"))
    assert unknown_choice(grade, Decimal(spelled)) == choice_text(grade.field, spelled) == "3"
    translated = replace(grade, translations=(("3", "2"),))
    assert map_values(employee(attributes={"udf_03": Decimal(spelled)}), [translated], {}).values == {"Grade": "2"}
    assert unknown_choice(translated, Decimal(spelled)) is None


def test_nothing_and_fields_without_choices_have_no_unknown_choice(job, site):
    assert unknown_choice(site, None) is None
    assert unknown_choice(site, "Dublin") is None
    assert unknown_choice(job, "Anything") is None
