from core.sandbox.ukg.company import Company
from core.sandbox.ukg.fields import EMPLOYMENT_FIELDS, PERSON_FIELDS
from core.sandbox.ukg.rows import SENSITIVE_MARKERS, SENSITIVE_VALUES, employment_row, person_row


def test_a_person_row_has_the_94_documented_fields() -> None:
    assert len(PERSON_FIELDS) == 94
    assert list(person_row()) == list(PERSON_FIELDS)
    assert {"datetimeChanged", "nameSufixCode", "personId", "employeeId", "companyId"} <= set(PERSON_FIELDS)


def test_an_employment_row_has_the_77_documented_fields() -> None:
    assert len(EMPLOYMENT_FIELDS) == 77
    assert list(employment_row()) == list(EMPLOYMENT_FIELDS)
    assert {"dateTimeChanged", "employeeID", "companyID", "timeclockID"} <= set(EMPLOYMENT_FIELDS)


def test_overrides_win_and_may_be_unknown_fields() -> None:
    row = person_row(firstName="Bo", emailAddress=None, addressLine3="Flat 2")
    assert (row["firstName"], row["emailAddress"], row["addressLine3"]) == ("Bo", None, "Flat 2")


def test_two_people_have_different_person_ids_unless_told_otherwise() -> None:
    assert person_row(employeeId="E1")["personId"] != person_row(employeeId="E2")["personId"]
    assert person_row(employeeId="E1", personId="same")["personId"] == "same"


def test_default_rows_match_each_other_and_carry_nothing_sensitive() -> None:
    person, employment = person_row(), employment_row()
    assert (person["employeeId"], person["companyId"]) == (employment["employeeID"], employment["companyID"])
    assert not any(marker in str(person) for marker in SENSITIVE_MARKERS)


def test_every_generated_person_carries_marked_sensitive_values(company: Company) -> None:
    for row in company.on_day(0).people:
        assert all(row[name] == value for name, value in SENSITIVE_VALUES.items())
        assert all(marker in str(row) for marker in SENSITIVE_MARKERS)


def test_generated_rows_have_all_documented_fields(company: Company) -> None:
    snapshot = company.on_day(0)
    assert all(set(PERSON_FIELDS) <= set(row) for row in snapshot.people)
    assert all(set(EMPLOYMENT_FIELDS) == set(row) for row in snapshot.employments)
