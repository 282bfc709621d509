"""Dynamic rules: whom a definition matches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.custom_fields import CustomField, FieldType
from core.domain.rule_words import parse_definition
from core.domain.rules import (
    Condition,
    Definition,
    Operator,
    Person,
    cycle_through,
    decode_definition,
    dependency_order,
    encode_definition,
    labels_of,
    matcher,
    renamed,
    troubles,
    uses,
)

FIELDS = [
    CustomField("1", "Job", FieldType.STRING),
    CustomField("2", "Grade", FieldType.INTEGER),
    CustomField("3", "Rate", FieldType.DECIMAL),
    CustomField("4", "Hired", FieldType.DATE),
    CustomField("5", "Site", FieldType.STRING_CHOICE, ("Plant", "Office", "Home")),
    CustomField("6", "Level", FieldType.INTEGER_CHOICE, ("1", "2")),
]
LABELS = labels_of(FIELDS)


def matches(*where, email="ann@example.com", created="2026-03-10", labels=LABELS, **custom):
    return matcher(parse_definition(where, LABELS), labels).matches(Person(email, created, custom))


@pytest.mark.parametrize(
    ("where", "fitting", "others"),
    [
        ("Job is lead", ["Lead", "LEAD", " lead "], ["Team lead", None, ""]),
        ("Job is not lead", ["Leader", None, "", "  "], ["LEAD"]),
        ("Job contains ea", ["Team Lead", "TEAM"], ["Boss", None]),
        ("Job does not contain ea", ["Boss", None, ""], ["Lead"]),
        ("Job starts with te", ["Team lead"], ["Lead of a team", None]),
        ("Job ends with AD", ["Team lead"], ["Leader", None]),
        ("Job is empty", [None, "", "  "], ["x"]),
        ("Job is not empty", ["x"], [None, ""]),
        ("Job is STRASSE", ["Straße"], ["Strase"]),
        ("Grade is 3", [3], [4, None]),
        ("Grade is not 3", [4, None], [3]),
        ("Grade less than 3", [2, -10], [3, None]),
        ("Grade at most 3", [3], [4, None]),
        ("Grade more than 3", [4, 10], [3, None]),
        ("Grade at least 3", [3, 10], [2, None]),
        ("Grade at least 2.5", [3], [2]),
        ("Grade between 2 and 10", [2, 3, 10], [1, 11, None]),
        ("Grade is empty", [None], [0]),
        ("Grade is not empty", [0], [None]),
        ("Rate is 2.50", ["2.5"], ["2.51", None]),
        ("Rate more than 9", ["10", "9.01"], ["9", "not a number", "NaN", None]),
        ("Hired on 2026-03-10", ["2026-03-10"], ["2026-03-11", None]),
        ("Hired before 2026-03-10", ["2026-03-09"], ["2026-03-10", None]),
        ("Hired after 2026-03-10", ["2026-03-11"], ["2026-03-10", None]),
        ("Hired between 2026-03-10 and 2026-03-12", ["2026-03-10", "2026-03-12"], ["2026-03-09", "2026-03-13", None]),
        ("Hired is empty", [None], ["2026-03-10"]),
        ("Hired is not empty", ["2026-03-10"], [None]),
        ("Site is plant", ["Plant", ["Office", "Plant"]], ["Office", ["Office"], None, []]),
        ("Site is not Plant", ["Office", None, [], ["Office", "Home"]], ["Plant", ["Plant", "Home"]]),
        ("Site any of Plant, Office", ["Office", ["Home", "Plant"]], ["Home", ["Home"], None]),
        ("Site none of Plant, Office", ["Home", ["Home"], None, []], ["Office", ["Home", "Plant"]]),
        ("Site is empty", [None, []], ["Home"]),
        ("Site is not empty", ["Home", ["Home"]], [None, []]),
        ("Level is 2", [2, ["2"]], [1, None]),
    ],
)
def test_an_operator_matches_what_it_says_and_nothing_else(where, fitting, others):
    label = where.split()[0]
    assert [value for value in fitting if not matches(where, **{label: value})] == []
    assert [value for value in others if matches(where, **{label: value})] == []


def test_a_field_that_was_never_filled_is_empty():
    assert matches("Job is empty and Grade is empty and Hired is empty and Site is empty")


def test_an_email_domain_is_the_whole_domain_whatever_its_case():
    assert matches("email domain is EXAMPLE.com")
    assert not matches("email domain is example.com", email="ann@mail.example.com")
    assert not matches("email domain is example.com", email="ann@notexample.com")
    assert matches("email domain is not example.com", email="ann@mail.example.com")
    assert not matches("email domain is not example.com")


def test_created_is_a_day():
    assert matches("created on 2026-03-10")
    assert matches("created after 2026-03-09")
    assert not matches("created before 2026-03-10")


def test_within_a_block_all_conditions_hold_and_any_block_is_enough():
    where = ("Job is lead and Grade at least 3", "Site is Home")
    assert matches(*where, Job="Lead", Grade=3)
    assert not matches(*where, Job="Lead", Grade=2)
    assert matches(*where, Site="Home")


def test_without_a_condition_everyone_matches():
    assert matches()


def without(label, **changes):
    return labels_of([field for field in FIELDS if field.label != label] + [CustomField("9", label, **changes)])


def test_a_choice_removed_since_finds_nobody_and_is_told():
    smaller = without("Site", type=FieldType.STRING_CHOICE, choices=("Office",))
    definition = parse_definition(["Site any of Plant, Office"], LABELS)
    assert not matches("Site any of Plant, Office", labels=smaller, Site="Plant")
    assert matches("Site any of Plant, Office", labels=smaller, Site="Office")
    assert troubles(definition, smaller) == ["Site has no choice Plant any more: nobody is found by it."]
    assert troubles(definition, LABELS) == []


def test_a_field_that_is_gone_or_of_another_kind_matches_nobody_and_is_told():
    gone = labels_of(field for field in FIELDS if field.label != "Job")
    number = without("Job", type=FieldType.INTEGER)
    for where in ("Job does not contain x", "Job is not empty", "Job is empty"):
        assert not matches(where, labels=gone, Job="y")
    assert not matches("Job contains 3", labels=number, Job=3)
    definition = parse_definition(["Job contains 3"], LABELS)
    assert troubles(definition, gone) == ["There is no field Job any more: its condition matches nobody."]
    assert "knows no 'contains'" in troubles(definition, number)[0]


def test_a_matcher_says_what_it_looks_at():
    def needs(*where):
        return matcher(parse_definition(where, LABELS), LABELS)[1:]

    assert needs() == (False, False)
    assert needs("email domain is example.com") == (False, False)
    assert needs("created after 2026-01-01") == (True, False)
    assert needs("Job is x", "email domain is example.com") == (False, True)


def test_a_label_is_found_and_renamed_whatever_its_case():
    definition = parse_definition(["Job is x and Grade is 1", "Job is empty"], LABELS)
    assert uses(definition, "jOB")
    after = renamed(definition, "JOB", "Role")
    assert not uses(after, "Job")
    assert [[condition.label for condition in block] for block in after.blocks] == [["Role", "Grade"], ["Role"]]


def test_a_definition_is_stored_and_read_as_it_is():
    definition = Definition(((Condition("Job", Operator.IS, ("x",)),),), population=7)
    assert decode_definition(encode_definition(definition)) == definition


def test_a_circle_is_found():
    assert cycle_through({1: 2, 2: 3, 3: 1}, 1) == [1, 2, 3, 1]
    assert cycle_through({1: 1}, 1) == [1, 1]
    assert cycle_through({1: 2, 2: 3, 3: None}, 1) == []
    assert cycle_through({1: 2, 2: 3, 3: 2}, 1) == []


@given(st.dictionaries(st.integers(0, 8), st.none() | st.integers(0, 8)))
def test_in_the_order_of_dependency_nothing_comes_before_what_it_needs(populations):
    order = dependency_order(populations)
    assert sorted(order) == sorted(populations)
    if not any(cycle_through(populations, group) for group in populations):
        assert [
            group
            for group, population in populations.items()
            if population in populations and order.index(population) > order.index(group)
        ] == []
