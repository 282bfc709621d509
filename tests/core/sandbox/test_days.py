from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from core.sandbox.ukg.company import Company

Row = dict[str, Any]
_DAYS = 40


@pytest.fixture(scope="module")
def year() -> Company:
    return Company.generate(300, seed=3)


def _by_key(rows: Any, *names: str) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[name] for name in names): row for row in rows}


def _changes(company: Company, table: str, *key: str) -> list[tuple[Row, Row, date]]:
    """(row before, row after, day) of every row that differs from the day before."""
    found = []
    before = _by_key(getattr(company.on_day(0), table), *key)
    for day in range(1, _DAYS):
        after = _by_key(getattr(company.on_day(day), table), *key)
        assert before.keys() <= after.keys()
        found += [(before[one], after[one], company.date_of(day)) for one in before if before[one] != after[one]]
        before = after
    return found


@pytest.fixture(scope="module")
def person_changes(year: Company) -> list[tuple[Row, Row, date]]:
    return _changes(year, "people", "employeeId")


@pytest.fixture(scope="module")
def employment_changes(year: Company) -> list[tuple[Row, Row, date]]:
    return _changes(year, "employments", "employeeID", "companyID")


def test_somebody_joins_every_day(year: Company) -> None:
    sizes = [len(year.on_day(day).people) for day in range(5)]
    assert all(after > before for before, after in pairwise(sizes))


def test_about_three_in_a_thousand_join_a_day() -> None:
    company = Company.generate(2000)
    assert len(company.on_day(1).people) - len(company.on_day(0).people) == 6


def test_a_day_can_be_asked_for_in_any_order(year: Company) -> None:
    expected = list(Company.generate(300, seed=3).on_day(12).employments)
    year.on_day(30)
    assert list(year.on_day(12).employments) == expected


def test_there_is_nothing_before_the_first_day(year: Company) -> None:
    with pytest.raises(ValueError, match="before day 0"):
        year.on_day(-1)


def test_most_rows_do_not_change(year: Company) -> None:
    before, after = list(year.on_day(4).people), list(year.on_day(5).people)
    same = sum(old == new for old, new in zip(before, after, strict=False))
    assert same >= len(before) - 3


def test_people_who_marry_get_another_name_and_email(person_changes: list[tuple[Row, Row, date]]) -> None:
    assert person_changes
    for before, after, today in person_changes:
        assert before["lastName"] != after["lastName"]
        assert after["formerName"] == before["lastName"]
        assert before["emailAddress"] != after["emailAddress"]
        assert after["datetimeChanged"].startswith(today.isoformat())


def test_a_change_bumps_only_the_stamp_of_its_own_table(year: Company) -> None:
    before, after = year.on_day(0), year.on_day(1)
    for old, new in zip(before.people, after.people, strict=False):
        changed = {name for name in old if old[name] != new[name]}
        assert not changed or "datetimeChanged" in changed
    married = {
        new["employeeId"]
        for old, new in zip(before.people, after.people, strict=False)
        if old["lastName"] != new["lastName"]
    }
    old_rows = _by_key(before.employments, "employeeID", "companyID")
    for key, row in _by_key(after.employments, "employeeID", "companyID").items():
        if key[0] in married:
            assert row["dateTimeChanged"] == old_rows[key]["dateTimeChanged"]


_EVENTS: dict[str, Callable[[Row, Row, str], bool]] = {
    "leaves": lambda old, new, today: old["employeeStatusCode"] == "A" and old["dateOfTermination"] is None
    and new["employeeStatusCode"] == "T",
    "moves": lambda old, new, today: old["orgLevel2Code"] != new["orgLevel2Code"],
    "is to leave": lambda old, new, today: old["dateOfTermination"] is None
    and (new["dateOfTermination"] or "") > today,
    "is to leave on another day": lambda old, new, today: bool(old["dateOfTermination"])
    and (new["dateOfTermination"] or "") > old["dateOfTermination"],
    "stays after all": lambda old, new, today: (old["dateOfTermination"] or "") >= today
    and new["dateOfTermination"] is None and old["lastHireDate"] == new["lastHireDate"],
    "comes back": lambda old, new, today: old["employeeStatusCode"] == "T" and new["employeeStatusCode"] == "A"
    and old["originalHireDate"] == new["originalHireDate"] < new["lastHireDate"],
    "goes on leave": lambda old, new, today: (old["employeeStatusCode"], new["employeeStatusCode"]) == ("A", "L"),
}  # fmt: skip


@pytest.mark.parametrize("event", _EVENTS)
def test_within_weeks_somebody(event: str, employment_changes: list[tuple[Row, Row, date]]) -> None:
    happened = [(new, today) for old, new, today in employment_changes if _EVENTS[event](old, new, today.isoformat())]
    assert happened
    assert all(new["dateTimeChanged"].startswith(today.isoformat()) for new, today in happened)


def test_a_termination_date_that_is_reached_gives_status_t_without_a_stamp(
    employment_changes: list[tuple[Row, Row, date]],
) -> None:
    reached = [
        (old, new, today)
        for old, new, today in employment_changes
        if new["employeeStatusCode"] == "T" and old["dateOfTermination"] == new["dateOfTermination"]
    ]
    assert reached
    for old, new, today in reached:
        assert new["dateOfTermination"] < today.isoformat()
        assert old["dateTimeChanged"] == new["dateTimeChanged"]


def test_somebody_is_hired_ahead(year: Company) -> None:
    tomorrow = year.date_of(31).isoformat()
    assert any(row["lastHireDate"] >= tomorrow for row in year.on_day(30).employments)


def test_nobody_has_two_rows_in_one_company_after_many_days(year: Company) -> None:
    rows = Counter((row["employeeID"], row["companyID"]) for row in year.on_day(_DAYS).employments)
    assert max(rows.values()) == 1


def test_even_a_tiny_company_moves() -> None:
    company = Company.generate(1)
    assert len(company.on_day(10).people) > 10
