"""Which field definitions an admin can make."""

import pytest

from core.domain.custom_fields import CHOICE_TYPES, RESERVED_LABELS, FieldType, new_field
from core.domain.errors import SettingsError

PLAIN_TYPES = sorted(set(FieldType) - CHOICE_TYPES)


def test_there_are_the_seven_types_of_custom_user_data():
    assert sorted(kind.value for kind in FieldType) == [
        "date",
        "decimal",
        "decimal-choice",
        "integer",
        "integer-choice",
        "string",
        "string-choice",
    ]


@pytest.mark.parametrize("kind", PLAIN_TYPES)
def test_a_plain_field_needs_a_label_alone(kind):
    field = new_field("3", "  Shoe size ", kind, [])
    assert (field.id, field.label, field.type, field.choices) == ("3", "Shoe size", kind, ())


@pytest.mark.parametrize("kind", PLAIN_TYPES)
def test_a_field_that_is_no_list_takes_no_choices(kind):
    with pytest.raises(SettingsError, match="has no choices"):
        new_field("", "Size", kind, ["1"])


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (FieldType.STRING_CHOICE, ["Dublin", " Boston ", "dublin"], ("Dublin", "Boston", "dublin")),
        (FieldType.DECIMAL_CHOICE, ["2.50", "1", "-0.10"], ("2.5", "1", "-0.1")),
        (FieldType.INTEGER_CHOICE, ["10", "007", "-3"], ("10", "7", "-3")),
    ],
)
def test_choices_are_kept_in_their_order_and_in_the_one_spelling_of_their_type(kind, given, kept):
    assert new_field("", "Size", kind, given).choices == kept


@pytest.mark.parametrize("kind", sorted(CHOICE_TYPES))
def test_a_choice_field_needs_a_choice(kind):
    with pytest.raises(SettingsError, match="at least one"):
        new_field("", "Size", kind, [])


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (FieldType.STRING_CHOICE, ["Dublin", "Dublin"]),
        (FieldType.STRING_CHOICE, ["Dublin", " Dublin"]),
        (FieldType.DECIMAL_CHOICE, ["1", "1.0"]),
        (FieldType.INTEGER_CHOICE, ["7", "007"]),
    ],
)
def test_a_choice_given_twice_is_refused(kind, given):
    with pytest.raises(SettingsError, match="given twice"):
        new_field("", "Size", kind, given)


def test_a_choice_with_a_comma_is_refused():
    with pytest.raises(SettingsError, match="comma"):
        new_field("", "Site", FieldType.STRING_CHOICE, ["Dublin, Ireland"])


@pytest.mark.parametrize("empty", ["", "  "])
@pytest.mark.parametrize("kind", sorted(CHOICE_TYPES))
def test_an_empty_choice_is_refused(kind, empty):
    with pytest.raises(SettingsError, match="empty choice"):
        new_field("", "Site", kind, ["1", empty])


@pytest.mark.parametrize(("kind", "choice"), [(FieldType.DECIMAL_CHOICE, "much"), (FieldType.INTEGER_CHOICE, "2.5")])
def test_a_choice_of_another_type_is_refused(kind, choice):
    with pytest.raises(SettingsError, match="not a"):
        new_field("", "Size", kind, ["1", choice])


@pytest.mark.parametrize("label", ["", "   ", "x" * 101])
def test_a_label_must_have_a_length_that_fits(label):
    with pytest.raises(SettingsError, match="label"):
        new_field("", label, FieldType.STRING, [])


def test_the_longest_label_is_taken():
    assert new_field("", "x" * 100, FieldType.STRING, []).label == "x" * 100


@pytest.mark.parametrize("label", [*sorted(RESERVED_LABELS), "EMAIL", "First_Name", " status "])
def test_a_label_that_a_learners_own_value_has_is_refused_in_any_case(label):
    with pytest.raises(SettingsError, match="own value"):
        new_field("", label, FieldType.STRING, [])
