"""A realm to try things out with: fields with choices, people of whom some work at UKG Pro's stand-in, admins.

The people are found by e-mail in the company of `ukg sandbox ukg` with the same employees, seed and first day.
"""

from random import Random

from core.sandbox.learnupon.portal import Portal
from core.sandbox.learnupon.realm import Clock, Realm
from core.sandbox.learnupon.records import FieldType, UserType
from core.sandbox.learnupon.values import email as checked_email
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.names import ordinary_name

_SHARE_OF_EMPLOYEES = 0.7
_STAFF = (UserType.ADMIN, UserType.ADMIN, UserType.MANAGER, UserType.INSTRUCTOR)
_COURSES = ("Welcome to Acme", "Working safely", "Protecting personal data")
_FIELDS: tuple[tuple[str, FieldType, tuple[str, ...]], ...] = (
    ("Department", FieldType.STRING, ()),
    ("Job Title", FieldType.STRING, ()),
    ("Location", FieldType.STRING, ()),
    ("Employment Type", FieldType.STRING_CHOICE, ("Full time", "Part time", "Temporary")),
    ("Hire Date", FieldType.DATE, ()),
    ("Cost Centre", FieldType.INTEGER, ()),
    ("Shift", FieldType.INTEGER_CHOICE, ("1", "2", "3")),
)


def found_realm(users: int, sub_portals: int, company: Company, seed: int, clock: Clock) -> Realm:
    """A top-level portal `top` with so many users, and empty sub-portals `sub-1`, `sub-2`, … with the same fields.

    The first users are admins, a manager and an instructor, none of them in UKG Pro; of the others seven in ten have
    the e-mail of an employee, as far as there are employees.
    """
    realm = Realm("top", *(f"sub-{number}" for number in range(1, sub_portals + 1)), clock=clock)
    for portal in realm.portals.values():
        for label, kind, choices in _FIELDS:
            realm.add_field(portal, label, kind, *choices)
        for name in _COURSES:
            realm.add_course(portal, name)
        everyone = realm.add_group(portal, "New starters")
        everyone.courses.append(next(iter(portal.courses)))
    _populate(realm, realm.top, users, company, seed)
    return realm


def _populate(realm: Realm, portal: Portal, users: int, company: Company, seed: int) -> None:
    random = Random(f"learnupon/{seed}")
    employees = _employees(company)
    random.shuffle(employees)
    for place in range(users):
        if place < len(_STAFF):
            name = ordinary_name(random)
            realm.add_user(
                portal, f"{name.mailbox}.{place}@learning.example.com", name.first, name.last, user_type=_STAFF[place]
            )
        elif employees and random.random() < _SHARE_OF_EMPLOYEES:
            realm.add_user(portal, *employees.pop())
        else:
            name = ordinary_name(random)
            realm.add_user(portal, f"{name.mailbox}.{place}@agency.example.com", name.first, name.last)


def _employees(company: Company) -> list[tuple[str, str, str]]:
    """E-mail, first and last name of everybody of the company with an e-mail that nobody shares."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in company.on_day(0).people:
        address = (row.get("emailAddress") or "").strip()
        try:
            found.setdefault(checked_email(address).casefold(), []).append((address, row["firstName"], row["lastName"]))
        except ValueError:
            continue
    return [people[0] for people in found.values() if len(people) == 1]
