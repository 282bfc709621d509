import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row

_FINGERPRINT = """
import hashlib, json
from core.sandbox.ukg.company import Company
snapshot = Company.generate(80, seed=5).on_day(4)
text = json.dumps([snapshot.people[:], snapshot.employments[:], snapshot.user_defined_fields[:]])
print(hashlib.sha256(text.encode()).hexdigest())
"""


@pytest.mark.parametrize("employees", [1, 5, 60, 200, 1000])
def test_the_number_of_people_is_exact(employees: int) -> None:
    snapshot = Company.generate(employees).on_day(0)
    assert len({row["personId"] for row in snapshot.people}) == employees


def test_the_same_arguments_give_the_same_company_in_every_process() -> None:
    seen = {
        subprocess.run(
            [sys.executable, "-c", _FINGERPRINT],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_another_seed_gives_another_company() -> None:
    first, second = (Company.generate(60, seed=seed).on_day(0).people[:] for seed in (1, 2))
    assert [row["lastName"] for row in first] != [row["lastName"] for row in second]


@pytest.mark.parametrize("employees", [60, 200, 2000])
def test_at_least_85_percent_of_the_active_are_ordinary(employees: int) -> None:
    snapshot = Company.generate(employees).on_day(0)
    email_of = {row["employeeId"]: row["emailAddress"] for row in snapshot.people}
    owners = Counter((email or "").strip().lower() for email in email_of.values())
    today = snapshot.date.isoformat()
    active = [
        email_of[row["employeeID"]]
        for row in snapshot.employments
        if row["employeeStatusCode"] == "A" and row["lastHireDate"] < today and row["employeeID"] in email_of
    ]
    ordinary = [email for email in active if email and email == email.strip().lower() and owners[email] == 1]
    assert len(ordinary) >= 0.85 * len(active)


def test_about_a_quarter_of_the_rows_are_leavers() -> None:
    employments = Company.generate(2000).on_day(0).employments
    assert 0.2 < sum(row["employeeStatusCode"] == "T" for row in employments) / len(employments) < 0.3


def test_every_address_is_in_a_domain_reserved_for_examples(company: Company) -> None:
    for row in company.on_day(0).people:
        for email in filter(None, (row["emailAddress"], row["emailAddressAlternate"])):
            assert email.strip().lower().rpartition("@")[2] in {"example.com", "example.org", "example.net"}
            assert email.isascii()


def test_every_code_of_an_employment_is_in_the_tables(company: Company) -> None:
    snapshot = company.on_day(0)
    levels = {(row["level"], row["code"]) for row in snapshot.org_levels}
    jobs = {row["code"] for row in snapshot.jobs}
    locations = {row["locationCode"] for row in snapshot.locations}
    companies = {row["companyID"] for row in snapshot.companies}
    for row in snapshot.employments:
        assert all((level, row[f"orgLevel{level}Code"].strip()) in levels for level in (1, 2, 3, 4))
        assert row["primaryJobCode"].strip() in jobs
        assert row["primaryWorkLocationCode"].strip() in locations
        assert row["companyID"] in companies


def test_org_levels_have_names_and_user_defined_fields_have_labels(company: Company) -> None:
    snapshot = company.on_day(0)
    assert {row["levelDescription"] for row in snapshot.org_levels} == {"Division", "Department", "Team", "Region"}
    assert all(len(row["description"]) <= 25 for row in snapshot.org_levels)
    assert (len(snapshot.jobs), len(snapshot.locations), len(snapshot.companies)) == (12, 8, 3)
    slots = snapshot.user_defined_fields[0]["personnelUserDefinedFields"]
    assert len(slots) == 14
    assert {slot["field"] for slot in slots.values()} >= {"Shirt Size", "Badge Number", "Certified On"}


def test_handmade_rows_are_served_exactly_as_given_every_day() -> None:
    people, employments = [person_row()], [employment_row(supervisorID="E00000000001")]
    company = Company.of(people, employments, org_levels=[{"level": 1, "code": "X"}])
    assert company.on_day(0).people == company.on_day(30).people == people
    assert company.on_day(0).employments == employments
    assert company.on_day(0).org_levels == [{"level": 1, "code": "X"}]


def test_supervisors_of_handmade_rows_follow_from_the_employments() -> None:
    boss, worker = person_row(employeeId="BOSS"), person_row(employeeId="E2")
    rows = [employment_row(employeeID="BOSS"), employment_row(employeeID="E2", supervisorID="BOSS")]
    first, second = Company.of([boss, worker], rows).on_day(0).supervisors
    assert first["supervisorEmployeeID"] is None
    assert (second["supervisorEmployeeID"], second["supervisorEmail"]) == ("BOSS", boss["emailAddress"])
    assert Company.of([], rows, supervisors=[]).on_day(0).supervisors == []


def test_the_rows_of_a_generated_company_cannot_be_edited(company: Company) -> None:
    with pytest.raises(TypeError, match="cannot be edited"):
        company.people.clear()


def test_rows_can_be_written_as_json(company: Company) -> None:
    assert json.loads(json.dumps(company.on_day(0).employments[:]))
