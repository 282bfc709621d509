from collections import Counter

import pytest

from core.clock import now
from core.sandbox.learnupon.founding import found_realm
from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import UserType
from core.sandbox.ukg.company import Company


@pytest.fixture(scope="module")
def company() -> Company:
    return Company.generate(200)


def emails(realm: Realm) -> list[str]:
    return [member.account.email or "" for member in realm.top.members.values()]


def test_most_users_have_the_e_mail_of_an_employee_and_some_have_not(company: Company) -> None:
    employees = {str(row["emailAddress"] or "").strip() for row in company.on_day(0).people}
    found = Counter(email in employees for email in emails(found_realm(100, 1, company, 1, now)))
    assert found.total() == 100
    assert found[True] > 50
    assert found[False] > 15


def test_the_admins_are_nobody_of_the_company(company: Company) -> None:
    realm = found_realm(100, 1, company, 1, now)
    staff = [one for one in realm.top.members.values() if one.user_type is not UserType.LEARNER]
    assert Counter(one.user_type for one in staff) == {"admin": 2, "manager": 1, "instructor": 1}
    employees = {row["emailAddress"] for row in company.on_day(0).people}
    assert not employees & {one.account.email for one in staff}


def test_every_portal_has_fields_with_choices_and_the_sub_portals_are_empty(company: Company) -> None:
    realm = found_realm(20, 2, company, 1, now)
    assert list(realm.portals) == ["top", "sub-1", "sub-2"]
    assert [len(portal.members) for portal in realm.portals.values()] == [20, 0, 0]
    for portal in realm.portals.values():
        assert any(field.choices for field in portal.fields.values())
        assert portal.courses
        assert portal.groups


def test_the_same_numbers_give_the_same_people_and_others_others(company: Company) -> None:
    first, again, other = (emails(found_realm(50, 1, company, seed, now)) for seed in (1, 1, 2))
    assert first == again != other


def test_there_may_be_more_users_than_employees(company: Company) -> None:
    assert len(set(emails(found_realm(1000, 0, company, 1, now)))) == 1000
