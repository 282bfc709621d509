"""Dynamic rules in words: what is understood, and what is said about the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.custom_fields import CustomField, FieldType
from core.domain.errors import SettingsError
from core.domain.rule_words import format_definition, parse_definition
from core.domain.rules import (
    OPERATORS,
    WITH_LIST,
    WITHOUT_VALUE,
    Condition,
    Definition,
    Kind,
    Label,
    Operator,
    labels_of,
)

LABELS = labels_of(
    [
        CustomField("1", "Job", FieldType.STRING),
        CustomField("2", "Job title", FieldType.STRING),
        CustomField("3", "Grade", FieldType.INTEGER),
        CustomField("4", "Hired", FieldType.DATE),
        CustomField("5", "Site", FieldType.STRING_CHOICE, ("Plant A", "Office", "Research and Development")),
    ]
)


def conditions(text):
    ((block),) = parse_definition([text], LABELS).blocks
    return [(condition.label, condition.operator.value, *condition.values) for condition in block]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Job is Lead", [("Job", "is", "Lead")]),
        ("  jOB   IS   Team lead  ", [("Job", "is", "Team lead")]),
        ("Job title is Lead", [("Job title", "is", "Lead")]),
        ("Job is title", [("Job", "is", "title")]),
        ("Job title is not empty", [("Job title", "is not empty")]),
        ("Job is empty and Grade>=3", [("Job", "is empty"), ("Grade", "at least", "3")]),
        ("Grade = 3 AND Grade != 4", [("Grade", "is", "3"), ("Grade", "is not", "4")]),
        (
            "Grade<3 and Grade <= 3 and Grade>3",
            [(("Grade"), "less than", "3"), ("Grade", "at most", "3"), ("Grade", "more than", "3")],
        ),
        ("Grade is at least 3.0", [("Grade", "at least", "3")]),
        ("Grade between 1 and 3 and Job is x", [("Grade", "between", "1", "3"), ("Job", "is", "x")]),
        (
            "Hired on 2026-03-01 and Hired is after 2026-02-01",
            [("Hired", "is", "2026-03-01"), ("Hired", "after", "2026-02-01")],
        ),
        ("created between 2026-01-01 and 2026-02-01", [("created", "between", "2026-01-01", "2026-02-01")]),
        ("Site any of office, 'Plant A' and Job is x", [("Site", "any of", "Office", "Plant A"), ("Job", "is", "x")]),
        (
            'Site none of "research and development", Office',
            [("Site", "none of", "Research and Development", "Office")],
        ),
        ("Site any of Office, Office", [("Site", "any of", "Office")]),
        ('Job is "Research and Development"', [("Job", "is", "Research and Development")]),
        (
            "Job is 'Research and Development' and Grade is 1",
            [("Job", "is", "Research and Development"), ("Grade", "is", "1")],
        ),
        ("Job is “Sand and gravel”", [("Job", "is", "Sand and gravel")]),
        ('Job is "say ""hi"" and go"', [("Job", "is", 'say "hi" and go')]),
        ("Job is O'Brien's", [("Job", "is", "O'Brien's")]),
        ("Job is Android and Job contains brand", [("Job", "is", "Android"), ("Job", "contains", "brand")]),
        ("Job is notary", [("Job", "is", "notary")]),
        ('Job is "not empty"', [("Job", "is", "not empty")]),
        ("Job is Smith, John", [("Job", "is", "Smith, John")]),
        ("email domain is Example.COM", [("email domain", "is", "example.com")]),
    ],
)
def test_what_is_understood(text, expected):
    assert conditions(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A condition is missing"),
        ("Job is x and", "A condition is missing after 'Job is x and'"),
        ("Jib is x", "'Jib is x' begins with no label .+ Labels: email domain, created, Job, Job title, Grade"),
        ("Job is Research and Development", "'Development' begins with no label .+ in quotes"),
        ("Job before 2026-01-01", "'before 2026-01-01' is no operator of Job; .+ Operators: is, is not, contains"),
        ("Job is at least 3", "no operator of Job"),
        ("Job", "'' is no operator of Job"),
        ("Grade contains 3", "no operator of Grade; .+ less than, at most"),
        ("Hired less than 3", "no operator of Hired; .+ before, after"),
        ("Site contains x", "no operator of Site; .+ any of, none of"),
        ("Job is", "A value is missing after 'Job is'"),
        ("Job is and Grade is 3", "A value is missing after 'Job is'"),
        ("Site any of Office,", "A value is missing after 'Site any of Office,'"),
        ("Job is empty x", "'x' was not understood after 'Job is empty'"),
        ('Job is "x" y', "'y' was not understood"),
        ("Job is 'x", "quote after 'Job is' is not closed"),
        ('Job is ""', "An empty value for Job; .+ Write: Job is empty"),
        ("Grade is three", "'three' is not a number for Grade"),
        ("Grade between 3", "takes two values"),
        ("Grade between 10 and 9", "Nothing is between 10 and 9; .+ Grade between 9 and 10"),
        ("Hired is tomorrow", "'tomorrow' is not a date"),
        ("Hired between 2026-02-01 and 2026-01-01", "Nothing is between"),
        ("Site is Moon", "'Moon' is not a choice of Site; .+ Choices: Plant A, Office, Research and Development"),
        ("email domain is @example.com", "without @"),
        ("email domain is example", "is not an e-mail domain"),
        ("email domain contains example", "Operators: is, is not"),
    ],
)
def test_what_is_not_understood_is_said_with_what_would_be(text, sentence):
    with pytest.raises(SettingsError, match=sentence) as error:
        parse_definition(["Grade is 1", text], LABELS)
    assert "nothing was changed" in str(error.value)


TEXTS = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() == text) | st.sampled_from(
    ["and", "is empty", "not x", "a and b", 'say "hi"', "O'Brien", "x, y", "between", "=", "> 3", "is", "'q'"]
)


@st.composite
def labels_and_definition(draw):
    names = draw(
        st.lists(
            TEXTS.filter(lambda text: text.casefold() not in ("created", "email domain")),
            min_size=1,
            max_size=4,
            unique_by=str.casefold,
        )
    )
    labels = [Label("email domain", Kind.DOMAIN), Label("created", Kind.DATE)]
    for name in names:
        kind = draw(st.sampled_from([Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.CHOICE]))
        choices = draw(st.lists(TEXTS, min_size=1, max_size=4, unique=True)) if kind is Kind.CHOICE else []
        labels.append(Label(name, kind, tuple(choices)))

    def value(label):
        match label.kind:
            case Kind.TEXT:
                return draw(TEXTS)
            case Kind.NUMBER:
                return str(draw(st.integers(-1000, 1000)))
            case Kind.DATE:
                return draw(st.dates()).isoformat()
            case Kind.DOMAIN:
                return draw(st.sampled_from(["example.com", "mail.example.org"]))
            case _:
                return draw(st.sampled_from(label.choices))

    def condition():
        label = draw(st.sampled_from(labels))
        operator = draw(st.sampled_from(OPERATORS[label.kind]))
        if operator in WITHOUT_VALUE:
            return Condition(label.name, operator)
        if operator is Operator.BETWEEN:
            low, high = value(label), value(label)
            in_order = float(low) <= float(high) if label.kind is Kind.NUMBER else low <= high
            return Condition(label.name, operator, (low, high) if in_order else (high, low))
        number = draw(st.integers(1, 3)) if operator in WITH_LIST else 1
        return Condition(label.name, operator, tuple(dict.fromkeys(value(label) for _ in range(number))))

    blocks = [[condition() for _ in range(draw(st.integers(1, 3)))] for _ in range(draw(st.integers(0, 3)))]
    return labels, Definition(tuple(tuple(block) for block in blocks), draw(st.none() | st.integers(1, 9)))


@given(labels_and_definition())
def test_what_is_written_is_read_as_it_was_meant_whatever_the_labels_and_values(given_):
    labels, definition = given_
    assert parse_definition(format_definition(definition), labels, definition.population) == definition


@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(["Job", "Grade", "is", "not", "and", "between", '"', "'", ",", "3", "any of"]), max_size=8
    ).map(" ".join)
)
def test_any_text_is_understood_or_refused_with_a_sentence(text):
    try:
        definition = parse_definition([text], LABELS)
    except SettingsError:
        return
    assert parse_definition(format_definition(definition), LABELS) == definition


@pytest.mark.parametrize(
    "text", ["Job is Lead or Job is Boss", "Job is Lead OR job title is x", "Site any of Office or Grade is 3"]
)
def test_alternatives_in_one_text_are_not_taken_for_a_value(text):
    with pytest.raises(SettingsError, match=r"holds another condition after 'or'; nothing was .* --where A --where B"):
        parse_definition([text], LABELS)


@pytest.mark.parametrize("text", ["Job is Lead or boss", 'Job is "Lead or Job is Boss"', "Job is or"])
def test_a_value_may_hold_the_word_or(text):
    assert conditions(text)[0][2] == text.removeprefix("Job is ").strip('"')
