"""Single values: texts, dates in two styles, numbers, the id that ties one human's records."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from core.ukg.values import UnreadableValue, calendar_date, known_text, moment, number, person_id, readable_text, text


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Ann", "Ann"),
        ("  Ann \t\n", "Ann"),
        ("Ann  Marie", "Ann  Marie"),
        ("000000104", "000000104"),
        ("", None),
        ("   ", None),
        (None, None),
        ("\x00", None),
        (" \x00Ann\x00 ", "Ann"),
        ("A\x00nn", "Ann"),
        ("李 小龙 ", "李 小龙"),
        (104, "104"),
        (0, "0"),
        (-7, "-7"),
        (10**20, "100000000000000000000"),
        (12.0, "12"),
        (12.5, "12.5"),
        (True, "Y"),
        (False, "N"),
        ([], None),
        ({"a": 1}, None),
    ],
)
def test_a_text_is_trimmed_and_nothing_is_none(value: Any, found: str | None) -> None:
    assert text(value) == found
    assert known_text(value) == found


def test_what_is_not_in_the_answer_is_told_apart_from_what_is_empty() -> None:
    assert text(UNSET) is UNSET
    assert readable_text(UNSET) is UNSET
    assert known_text(UNSET) is None
    assert text(None) is None


@pytest.mark.parametrize("value", [[], {}, ["x"], {"value": "x"}])
def test_a_list_or_an_object_is_not_readable_as_a_single_value(value: Any) -> None:
    for read in (readable_text, calendar_date, number):
        with pytest.raises(UnreadableValue):
            read(value)


@given(st.text())
def test_trimming_a_text_again_changes_nothing(value: str) -> None:
    once = text(value)
    assert once is None or text(once) == once


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2021-09-20T00:00:00", date(2021, 9, 20)),
        ("2021-09-20T23:59:59.927", date(2021, 9, 20)),
        ("2021-09-20T00:00:00Z", date(2021, 9, 20)),
        ("2021-09-20T00:00:00-05:00", date(2021, 9, 20)),
        ("2021-09-20 00:00:00", date(2021, 9, 20)),
        ("2021-09-20", date(2021, 9, 20)),
        (" 2021-09-20 ", date(2021, 9, 20)),
        ("9/20/2021 12:00:00 AM", date(2021, 9, 20)),
        ("09/20/2021", date(2021, 9, 20)),
        ("1/1/1996 12:00:00 AM", date(1996, 1, 1)),
        ("12/31/1999 11:59:59 PM", date(1999, 12, 31)),
        ("2/29/2024", date(2024, 2, 29)),
        ("", None),
        ("   ", None),
        (None, None),
        (UNSET, None),
    ],
)
def test_a_date_is_read_in_either_style(value: Any, found: date | None) -> None:
    assert calendar_date(value) == found


@pytest.mark.parametrize(
    "value",
    [
        "0000-00-00T00:00:00",
        "2021-02-30T00:00:00",
        "2021-13-01",
        "2021-9-20",
        "20/9/2021",
        "9/20",
        "9/20/21",
        "9/20/021 12:00:00 AM",
        "2/29/2023",
        "9/20/2021/1",
        "2021-09-20X00:00:00",
        "2021-09-201",
        "tomorrow",
        "N/A",
        "/",
        45189,
        3.5,
        True,
    ],
)
def test_what_is_no_date_is_never_guessed(value: Any) -> None:
    with pytest.raises(UnreadableValue, match="is not a date"):
        calendar_date(value)


@given(st.dates(), st.times())
def test_every_date_is_read_from_both_styles(day: date, clock: Any) -> None:
    stamp = datetime.combine(day, clock)
    us_text = f"{day.month}/{day.day}/{day.year:04} {stamp.hour % 12 or 12}:{stamp:%M:%S} {stamp:%p}"
    assert calendar_date(stamp.isoformat()) == calendar_date(us_text) == calendar_date(day.isoformat()) == day
    assert moment(us_text) == stamp.replace(microsecond=0)
    assert moment(stamp.isoformat()) == stamp


@given(st.text())
def test_any_text_is_a_date_or_unreadable_and_nothing_else(value: str) -> None:
    try:
        found = calendar_date(value)
    except UnreadableValue:
        found = None
    assert found is None or type(found) is date
    assert isinstance(moment(value), datetime)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2024-05-09T11:43:28", "2024-05-09T11:43:28.05"),
        ("2024-05-09T11:43:28.16", "2024-05-09T11:43:28.927"),
        ("9/1/2025 12:00:00 AM", "12/1/2025 12:00:00 AM"),
        ("12/1/2025 12:59:59 AM", "12/1/2025 1:00:00 AM"),
        ("12/1/2025 11:00:00 AM", "12/1/2025 1:00:00 PM"),
        ("12/31/2024 1:00:00 PM", "2025-01-01T00:00:00"),
        (None, "1996-01-01T00:00:00"),
        ("0000-00-00T00:00:00", "1996-01-01T00:00:00"),
        ("yesterday", "1/1/1996 12:00:00 AM"),
        ({}, "2025-01-01T00:00:00Z"),
    ],
)
def test_stamps_tell_what_came_later_in_either_style(earlier: Any, later: Any) -> None:
    assert moment(earlier) < moment(later)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (12, Decimal(12)),
        (0, Decimal(0)),
        (-4, Decimal(-4)),
        (12.25, Decimal("12.25")),
        (0.1, Decimal("0.1")),
        ("12.50", Decimal("12.50")),
        (" 007 ", Decimal(7)),
        ("1e3", Decimal(1000)),
        ("", None),
        ("  ", None),
        (None, None),
        (UNSET, None),
    ],
)
def test_a_number_is_read_from_number_or_text(value: Any, found: Decimal | None) -> None:
    assert number(value) == found


@pytest.mark.parametrize("value", ["twelve", "1,000", "12 hours", "NaN", "Infinity", "-inf", "--1", True, "0x10"])
def test_what_is_no_number_is_never_guessed(value: Any) -> None:
    with pytest.raises(UnreadableValue, match="is not a number"):
        number(value)


def test_an_unreadable_value_is_quoted_only_in_part() -> None:
    for read in (calendar_date, number):
        with pytest.raises(UnreadableValue) as unreadable:
            read("x" * 500)
        assert len(str(unreadable.value)) < 60


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("7edf43b3-9a91-5668-9a80-9463067fcf0b", "7edf43b3-9a91-5668-9a80-9463067fcf0b"),
        (" 7EDF43B3-9A91-5668-9A80-9463067FCF0B ", "7edf43b3-9a91-5668-9a80-9463067fcf0b"),
        ("00000000-0000-0000-0000-000000000000", None),
        ("", None),
        (None, None),
        (UNSET, None),
    ],
)
def test_a_person_id_is_compared_without_case_and_zeros_are_nobody(value: Any, found: str | None) -> None:
    assert person_id(value) == found
