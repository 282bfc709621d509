"""When a whole answer is not believed: too few people, departments gone, rows that moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.belief import Reading, doubts

names = st.sampled_from(["Bakery", "Fleet", "Nursing", "Finance", "IT", "Warehouse"])
companies = st.dictionaries(names, st.integers(1, 40), min_size=1)


def reading(people, **departments):
    return Reading(people, departments)


def answer(company, gone):
    """The doubts when `gone` people of each department are no longer in the answer."""
    last = Reading(sum(company.values()), company)
    left = {name: people - gone.get(name, 0) for name, people in company.items()}
    now = Reading(sum(left.values()), {name: people for name, people in left.items() if people})
    return doubts(now, last, gone, shifted=False)


@pytest.mark.parametrize(
    ("last", "now", "sentence"),
    [
        (1000, 780, "UKG Pro named 780 people, 1,000 last time (22 % fewer)."),
        (100_000, 80_000, "UKG Pro named 80,000 people, 100,000 last time (20 % fewer)."),
        (50, 40, "UKG Pro named 40 people, 50 last time (20 % fewer)."),
        (12, 2, "UKG Pro named 2 people, 12 last time (83 % fewer)."),
        (6, 3, "UKG Pro named 3 people, 6 last time (50 % fewer)."),
        (4, 1, "UKG Pro named 1 person, 4 last time (75 % fewer)."),
    ],
)
def test_a_total_a_fifth_below_last_time_is_doubtful(last, now, sentence):
    assert doubts(reading(now), reading(last), {}, shifted=False) == (sentence,)


@pytest.mark.parametrize(
    ("last", "now"),
    [(1000, 801), (100_000, 80_001), (50, 41), (45, 36), (20, 11), (6, 4), (5, 3), (4, 2), (3, 1), (2, 1), (1, 1)],
)
def test_a_smaller_loss_or_one_of_few_people_is_an_ordinary_day(last, now):
    assert doubts(reading(now), reading(last), {}, shifted=False) == ()


def test_a_department_gone_is_doubtful_and_named_with_its_people():
    last = reading(1000, Bakery=12, Fleet=500, Nursing=488)
    found = doubts(reading(988, Fleet=500, Nursing=488), last, {"Bakery": 12}, shifted=False)
    assert found == ("Nobody of last time is left in a whole department: Bakery (12 people last time).",)


def test_several_departments_gone_are_one_sentence_the_largest_first():
    last = Reading(1000, {"Bakery": 5, "Fleet": 9} | {f"Unit {number}": 90 for number in range(10)})
    found = doubts(reading(986), last, {"Bakery": 5, "Fleet": 9}, shifted=False)
    assert found == (
        "Nobody of last time is left in 2 whole departments: Fleet (9 people last time), Bakery (5 people last time).",
    )


@pytest.mark.parametrize("vanished", [{}, {"Bakery": 11}, {"Fleet": 12}, {"Unknown": 50}])
def test_a_department_whose_people_moved_or_partly_stayed_is_believed(vanished):
    last = reading(1000, Bakery=12, Fleet=500, Nursing=488)
    assert doubts(reading(990, Nursing=990), last, vanished, shifted=False) == ()


def test_a_department_of_fewer_than_five_may_go_unnoticed():
    last = reading(1000, Bakery=4, Fleet=500, Nursing=496)
    assert doubts(reading(996), last, {"Bakery": 4}, shifted=False) == ()


def test_half_of_the_departments_gone_is_doubtful_even_if_they_are_small():
    last = reading(1000, Bakery=4, IT=1, Fleet=500, Nursing=495)
    found = doubts(reading(995), last, {"Bakery": 4, "IT": 1}, shifted=False)
    assert found == ("2 of 4 departments have nobody left of last time: Bakery, IT.",)


def test_fewer_than_half_of_the_departments_gone_is_believed_while_they_are_small():
    last = reading(1000, Bakery=4, IT=1, Fleet=500, Nursing=490, Finance=5)
    assert doubts(reading(995), last, {"Bakery": 4, "IT": 1}, shifted=False) == ()


def test_one_small_department_of_two_is_no_half():
    assert doubts(reading(99), reading(100, Bakery=1, Fleet=99), {"Bakery": 1}, shifted=False) == ()


def test_no_more_than_five_departments_are_named():
    last = Reading(100_000, {f"Unit {number}": 2 for number in range(1500)})
    found = doubts(Reading(97_600, {}), last, {f"Unit {number}": 2 for number in range(1200)}, shifted=False)
    assert found == (
        "1,200 of 1,500 departments have nobody left of last time: "
        "Unit 0, Unit 1, Unit 10, Unit 100, Unit 1000 and 1,195 more.",
    )


@pytest.mark.parametrize("last", [None, Reading(10, {"Bakery": 10})])
def test_rows_that_moved_between_pages_are_doubtful_also_on_the_first_read(last):
    (found,) = doubts(reading(10, Bakery=10), last, {}, shifted=True)
    assert found.startswith("Rows moved from page to page")


def test_a_first_answer_is_compared_with_nothing():
    assert doubts(reading(3), None, {}, shifted=False) == ()


@given(company=companies)
def test_the_same_answer_again_is_never_doubtful(company):
    assert answer(company, {}) == ()


@given(company=companies, new=st.integers(0, 1000))
def test_people_who_are_added_are_never_doubtful(company, new):
    last = Reading(sum(company.values()), company)
    assert doubts(Reading(last.people + new, {**company, "New": new}), last, {}, shifted=False) == ()


@given(company=companies, data=st.data())
def test_losing_more_people_never_removes_a_doubt(company, data):
    fewer = {name: data.draw(st.integers(0, people)) for name, people in company.items()}
    more = {name: data.draw(st.integers(fewer[name], people)) for name, people in company.items()}
    assert len(answer(company, fewer)) <= len(answer(company, more))


@given(company=companies, data=st.data())
def test_rows_that_moved_are_one_doubt_more_and_take_no_other_away(company, data):
    gone = {name: data.draw(st.integers(0, people)) for name, people in company.items()}
    last = Reading(sum(company.values()), company)
    now = Reading(last.people - sum(gone.values()), {})
    still, moved = (doubts(now, last, gone, shifted=shifted) for shifted in (False, True))
    assert moved[:-1] == still


@given(company=companies, data=st.data())
def test_one_or_two_people_of_a_department_may_always_disappear(company, data):
    name = data.draw(st.sampled_from(sorted(company)))
    gone = {name: min(company[name], data.draw(st.integers(0, 2)))}
    assert answer(company, gone) == ()


@given(company=companies)
def test_everybody_gone_is_doubtful_from_three_people_on(company):
    assert bool(answer(company, dict(company))) == (sum(company.values()) >= 3 or len(company) >= 2)


@given(company=companies, data=st.data())
def test_every_doubt_is_a_sentence(company, data):
    gone = {name: data.draw(st.integers(0, people)) for name, people in company.items()}
    for sentence in answer(company, gone):
        assert sentence[0].isupper() or sentence[0].isdecimal()
        assert sentence.endswith(".")
        assert "\n" not in sentence
