"""Every difficult case is there with as few as 60 people."""

import unicodedata
from collections import Counter, defaultdict
from typing import Any

import pytest

from core.sandbox.ukg.company import Company

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module", params=[1, 2, 3])
def hard(request: pytest.FixtureRequest) -> Company:
    return Company.generate(60, seed=request.param)


@pytest.fixture
def people(hard: Company) -> Rows:
    return list(hard.on_day(0).people)


@pytest.fixture
def employments(hard: Company) -> Rows:
    return list(hard.on_day(0).employments)


def _day(hard: Company) -> str:
    return hard.date_of(0).isoformat()


def _with_email(people: Rows, employments: Rows, status: str) -> list[tuple[str, str]]:
    email_of = {row["employeeId"]: (row["emailAddress"] or "").strip().lower() for row in people}
    return [
        (row["employeeID"], email_of[row["employeeID"]])
        for row in employments
        if row["employeeStatusCode"] == status and email_of.get(row["employeeID"])
    ]


@pytest.mark.parametrize(
    "script", ["CYRILLIC", "GREEK", "ARABIC", "HEBREW", "CJK UNIFIED", "HIRAGANA", "HANGUL", "DEVANAGARI"]
)
def test_a_name_is_written_in(script: str) -> None:
    # Japanese given names are written in two ways; a few seeds are enough to meet both.
    names = [
        row["firstName"] + row["lastName"]
        for seed in range(1, 8)
        for row in Company.generate(60, seed).on_day(0).people
    ]
    assert any(unicodedata.name(letter, "").startswith(script) for name in names for letter in name)


def test_names_have_diacritics_apostrophes_hyphens_one_word_or_great_length(people: Rows) -> None:
    names = [row["firstName"] + " " + row["lastName"] for row in people]
    assert any(unicodedata.normalize("NFD", name) != name for name in names)
    assert any("'" in name or "’" in name for name in names)
    assert any("-" in name for name in names)
    assert any(row["firstName"] == "" and row["lastName"] for row in people)
    assert any(len(row["lastName"]) > 100 for row in people)


def test_names_look_like_formulas_and_html(people: Rows) -> None:
    assert any(row["firstName"][:1] in {"=", "+", "@"} for row in people)
    assert any("<b>" in row["firstName"] for row in people)


def test_emails_are_missing_as_null_and_as_empty_text(people: Rows) -> None:
    emails = [row["emailAddress"] for row in people]
    assert None in emails
    assert "" in emails


def test_an_email_is_personal_and_another_is_untidy(people: Rows) -> None:
    emails = [row["emailAddress"] for row in people if row["emailAddress"]]
    assert any(".home" in email and email.endswith("@example.net") for email in emails)
    assert any(email != email.strip() and email != email.lower() for email in emails)


def test_two_active_people_share_an_email(people: Rows, employments: Rows) -> None:
    owners = Counter(email for _, email in _with_email(people, employments, "A"))
    assert [count for count in owners.values() if count > 1] == [2]


def test_exactly_one_leavers_email_is_in_use_again(people: Rows, employments: Rows) -> None:
    active = {email: employee for employee, email in _with_email(people, employments, "A")}
    former = _with_email(people, employments, "T")
    assert len([email for employee, email in former if active.get(email, employee) != employee]) == 1


def test_somebody_was_transferred_and_has_two_employee_numbers(employments: Rows) -> None:
    rows_of = defaultdict(list)
    for row in employments:
        rows_of[row["employeeID"]].append(row)
    transferred = [rows for rows in rows_of.values() if len(rows) == 2]
    assert transferred
    for rows in transferred:
        assert {row["employeeStatusCode"] for row in rows} == {"T", "A"}
        assert len({row["companyID"] for row in rows}) == len({row["employeeNumber"] for row in rows}) == 2


def test_somebody_has_two_employee_ids(people: Rows, employments: Rows) -> None:
    status_of = {row["employeeID"]: row["employeeStatusCode"] for row in employments}
    ids_of = defaultdict(set)
    for row in people:
        ids_of[row["personId"]].add(row["employeeId"])
    doubled = [ids for ids in ids_of.values() if len(ids) == 2]
    assert doubled
    assert all(sorted(status_of[one] for one in ids) == ["A", "T"] for ids in doubled)


def test_somebody_came_back(employments: Rows) -> None:
    assert any(
        row["originalHireDate"] < row["lastHireDate"] and row["employeeStatusCode"] == "A" for row in employments
    )


def test_somebody_starts_and_somebody_ends_in_the_future(hard: Company, employments: Rows) -> None:
    active = [row for row in employments if row["employeeStatusCode"] == "A"]
    assert any(row["lastHireDate"] > _day(hard) for row in active)
    assert any((row["dateOfTermination"] or "") > _day(hard) for row in active)


@pytest.mark.parametrize("status", ["A", "T", "L", "O", "R", "S", "X"])
def test_every_status_is_there_and_one_that_does_not_exist(employments: Rows, status: str) -> None:
    assert any(row["employeeStatusCode"] == status for row in employments)


def test_numbers_have_leading_zeros_and_codes_a_placeholder_or_trailing_blanks(employments: Rows) -> None:
    assert all(row["employeeNumber"].startswith("0000") for row in employments)
    assert any(row["primaryProjectCode"] == "Z" for row in employments)
    assert any(row["orgLevel2Code"].endswith(" ") and row["primaryJobCode"].endswith(" ") for row in employments)


def test_a_name_has_trailing_blanks(people: Rows) -> None:
    assert any(row["firstName"].endswith(" ") and row["lastName"].endswith(" ") for row in people)


def test_supervisors_are_missing_unknown_or_terminated(employments: Rows) -> None:
    status_of = {row["employeeID"]: row["employeeStatusCode"] for row in employments}
    supervisors = [row["supervisorID"] for row in employments if row["employeeStatusCode"] == "A"]
    assert None in supervisors
    assert any(status_of.get(supervisor) == "T" for supervisor in supervisors)


def test_a_supervisor_may_be_somebody_who_does_not_exist() -> None:
    employments = Company.generate(2000).on_day(0).employments
    known = {row["employeeID"] for row in employments}
    assert any(row["supervisorID"] and row["supervisorID"] not in known for row in employments)


def test_one_code_is_used_on_two_org_levels(hard: Company) -> None:
    levels = Counter(row["code"] for row in hard.on_day(0).org_levels)
    assert max(levels.values()) == 2


def test_a_person_has_no_employment_and_an_employment_no_person(people: Rows, employments: Rows) -> None:
    with_person = {row["employeeId"] for row in people}
    with_employment = {row["employeeID"] for row in employments}
    assert with_person - with_employment
    assert with_employment - with_person


def test_some_rows_have_fields_nobody_knows(people: Rows) -> None:
    assert any("tenantExtension" in row for row in people)
    assert not all("tenantExtension" in row for row in people)


def test_a_date_that_does_not_matter_cannot_be_read(employments: Rows) -> None:
    assert any(row["dateInJob"].startswith("0000") for row in employments)
    assert not any(row["lastHireDate"].startswith("0000") for row in employments)
