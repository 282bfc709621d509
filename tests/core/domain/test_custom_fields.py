"""Which values a field of each type takes, and as what they are stored."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.custom_fields import Unusable, accept

NOT_TAKEN = object()


@pytest.mark.parametrize(
    ("kind", "choices", "value", "stored"),
    [
        ("string", (), "Welder", "Welder"),
        ("string", (), "  Ünï ☃ ", "  Ünï ☃ "),
        ("string", (), date(2026, 3, 1), "2026-03-01"),
        ("string", (), "x" * 4000, "x" * 4000),
        ("string", (), "x" * 4001, NOT_TAKEN),
        ("decimal", (), Decimal("2.50"), "2.5"),
        ("decimal", (), Decimal("100"), "100"),
        ("decimal", (), Decimal("1E+3"), "1000"),
        ("decimal", (), Decimal("1E-3"), "0.001"),
        ("decimal", (), Decimal("-7.10"), "-7.1"),
        ("decimal", (), Decimal("0.00"), "0"),
        ("decimal", (), Decimal("-0"), "0"),
        ("decimal", (), "12.30", "12.3"),
        ("decimal", (), "1,5", NOT_TAKEN),
        ("decimal", (), "many", NOT_TAKEN),
        ("decimal", (), "", NOT_TAKEN),
        ("decimal", (), Decimal("NaN"), NOT_TAKEN),
        ("decimal", (), Decimal("Infinity"), NOT_TAKEN),
        ("decimal", (), Decimal("1E+999999999"), NOT_TAKEN),
        ("decimal", (), Decimal("1E-999999999"), NOT_TAKEN),
        ("integer", (), "42", 42),
        ("integer", (), Decimal("-7"), -7),
        ("integer", (), "007", 7),
        ("integer", (), Decimal("7.5"), NOT_TAKEN),
        ("integer", (), "seven", NOT_TAKEN),
        ("integer", (), "9" * 5000, NOT_TAKEN),
        ("date", (), date(2026, 3, 1), "2026-03-01"),
        ("date", (), date(987, 3, 1), "0987-03-01"),
        ("date", (), "2026-03-01", "2026-03-01"),
        ("date", (), "01/03/2026", NOT_TAKEN),
        ("date", (), "2026-02-30", NOT_TAKEN),
        ("date", (), "soon", NOT_TAKEN),
        ("string-choice", ("Dublin", "Boston"), "Boston", "Boston"),
        ("string-choice", ("Dublin", "Boston"), "boston", NOT_TAKEN),
        ("string-choice", ("Dublin", "Boston"), "Boston ", NOT_TAKEN),
        ("string-choice", ("Dublin", "Boston"), "Bos", NOT_TAKEN),
        ("string-choice", ("Dublin", "Boston"), "", NOT_TAKEN),
        ("string-choice", ("Zoë",), "Zoe\u0308", NOT_TAKEN),
        ("decimal-choice", ("1", "2.5"), Decimal("2.50"), "2.5"),
        ("decimal-choice", ("1", "2.5"), Decimal("1.00"), "1"),
        ("decimal-choice", ("1", "2.5"), Decimal("2"), NOT_TAKEN),
        ("decimal-choice", ("1", "2.5"), "x", NOT_TAKEN),
        ("integer-choice", ("1", "20"), "20", 20),
        ("integer-choice", ("1", "20"), "020", 20),
        ("integer-choice", ("1", "20"), "2", NOT_TAKEN),
        ("integer-choice", ("1", "20"), "x", NOT_TAKEN),
    ],
)
def test_each_type_takes_its_values_in_one_spelling(kind, choices, value, stored, field):
    result = accept(field(kind, *choices), value)
    if stored is NOT_TAKEN:
        assert isinstance(result, Unusable)
        assert "Field" in result.sentence
        assert len(result.sentence) < 150
    else:
        assert (result, type(result)) == (stored, type(stored))


@pytest.mark.parametrize("kind", ["string", "decimal", "integer", "date"])
def test_an_empty_value_clears_a_field_of_any_type(kind, field):
    assert accept(field(kind), None) is None


@pytest.mark.parametrize("kind", ["string-choice", "decimal-choice", "integer-choice"])
def test_an_empty_value_clears_a_choice_field_though_it_is_no_choice(kind, field):
    assert accept(field(kind, "1"), None) is None


@pytest.mark.parametrize(
    ("kind", "value", "unknown"),
    [
        ("string-choice", "Paris", True),
        ("decimal-choice", Decimal("3"), True),
        ("integer-choice", "3", True),
        ("decimal-choice", "three", False),
        ("integer-choice", "three", False),
        ("string-choice", "x" * 4001, False),
    ],
)
def test_a_value_merely_missing_from_the_list_is_told_from_one_of_the_wrong_type(kind, value, unknown, field):
    assert accept(field(kind, "1", "2"), value).unknown_choice is unknown


@given(number=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_a_decimal_keeps_its_value_and_has_one_spelling(number, field):
    stored = accept(field("decimal"), number)
    if not isinstance(stored, Unusable):
        assert Decimal(stored) == number
        assert "E" not in stored
        assert accept(field("decimal"), Decimal(stored)) == stored
        assert accept(field("decimal"), f"{Decimal(stored):f}.0" if "." not in stored else stored + "0") == stored


@given(value=st.text() | st.decimals() | st.dates(), kind=st.sampled_from(["string", "decimal", "integer", "date"]))
def test_a_value_is_stored_or_refused_and_storing_it_again_changes_nothing(value, kind, field):
    stored = accept(field(kind), value)
    if not isinstance(stored, Unusable):
        assert accept(field(kind), str(stored)) == stored
