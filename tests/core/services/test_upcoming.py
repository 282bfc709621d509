"""What falls due: joins, accounts and ends in the days to come, as the last read of UKG Pro tells."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.domain.employee import Employee, EmploymentStatus
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow, InviteWhen
from core.domain.roles import Role
from core.domain.scope import ScopeKind
from core.services.acting import Actor, acting_as
from core.services.admins import set_admin
from core.services.portals import change_portal, create_portal, set_invites
from core.services.scope import set_scope
from core.services.upcoming import What, upcoming
from core.store.models import Link, Portal
from core.sync.emails import count_emails
from core.sync.snapshot import save_snapshot
from tests.core.store.databases import on_sqlite

TODAY = date(2026, 3, 10)


def in_days(distance: int) -> date:
    return TODAY + timedelta(days=distance)


def person(employee_id: str, **values: Any) -> Employee:
    """Someone at work since 2020, with the e-mail that follows from the id."""
    defaults: dict[str, Any] = {
        "employee_id": employee_id,
        "person_id": f"person-{employee_id}",
        "other_ids": (),
        "first_name": "Ann",
        "last_name": employee_id,
        "email": f"{employee_id.lower()}@example.com",
        "status": EmploymentStatus.of(values.get("status_code", "A")),
        "status_code": "A",
        "hire_date": date(2020, 1, 6),
        "termination_date": None,
        "attributes": {},
    }
    return Employee(**defaults | values)


@pytest.fixture
def read(acme):
    """Call with employees to let them be what UKG Pro last said."""

    async def keep(*employees: Employee, attribute_ids: tuple[str, ...] = ()) -> None:
        emails = await count_emails(employees, TODAY)
        await save_snapshot(acme.id, employees, 0, attribute_ids, emails)

    return keep


@pytest.fixture
def add_linked(acme, add_learner):
    """Call with an employee id for an account that is linked to the employee."""

    async def add(employee_id: str, **values: Any):
        learner = await add_learner(f"{employee_id.lower()}@example.com", **values)
        await Link.create(
            portal_id=acme.id,
            employee_id=employee_id,
            person_id=f"person-{employee_id}",
            learner_id=learner.id,
            digest="",
            settled_revision=1,
            linked_at=learner.created_at,
        )
        return learner

    return add


async def due(days: int = 14) -> list[tuple[str, str, date]]:
    """Who, what and when."""
    return [(row.employee_id, row.what.value, row.date) for row in (await upcoming("acme", days)).due]


async def on_hire_date(how: InviteHow = InviteHow.INVITE) -> None:
    await set_invites("acme", when=InviteWhen.HIRE_DATE, how=how)


async def test_before_the_first_read_nothing_is_known(acme):
    found = await upcoming("acme")
    assert (found.portal, found.as_read_at, found.days, found.due) == ("acme", None, 14, [])


async def test_it_says_from_when_it_is(acme, read, set_clock):
    await read(person("E1"))
    set_clock("2026-03-12")
    found = await upcoming("acme", 7)
    assert (found.as_read_at, found.days) == (datetime.fromisoformat("2026-03-10T12:00:00+00:00"), 7)


@pytest.mark.parametrize(
    ("how", "sso", "what"),
    [
        (InviteHow.INVITE, False, "invited"),
        (InviteHow.WELCOME, False, "created"),
        (InviteHow.ACTIVE, False, "created"),
        (InviteHow.INVITE, True, "created"),
    ],
)
async def test_on_hire_date_a_newcomer_joins_and_gets_an_account_as_the_portal_is_set(acme, read, how, sso, what):
    await on_hire_date(how)
    await Portal.filter(id=acme.id).update(sso=sso)
    await read(person("E1", hire_date=in_days(3)))
    assert await due() == [("E1", "joins", in_days(3)), ("E1", what, in_days(3))]


async def test_when_people_are_added_at_once_the_hire_date_brings_no_account(acme, read):
    await read(person("E1", hire_date=in_days(3)))
    (joins,) = (await upcoming("acme")).due
    assert (joins.what, joins.sentence) == (What.JOINS, "First day; the next sync makes the account.")


async def test_whoever_has_an_account_already_only_joins(acme, read, add_linked, add_learner):
    await on_hire_date()
    await add_linked("E1")
    await add_learner("e2@example.com")
    await read(person("E1", hire_date=in_days(3)), person("E2", hire_date=in_days(4)))
    found = (await upcoming("acme")).due
    assert [(row.employee_id, row.what) for row in found] == [("E1", What.JOINS), ("E2", What.JOINS)]
    assert {row.sentence for row in found} == {"First day; the account is there already."}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"email": None}, "There is no e-mail in UKG Pro; add one there."),
        ({"email": "nowhere"}, "The e-mail in UKG Pro is not an address; correct it there."),
        ({"status_code": "S"}, "Not active in UKG Pro (on strike, released or suspended), so no account is made."),
        ({"email": "e9@example.com"}, "Several employees share this e-mail in UKG Pro; give each their own there."),
    ],
)
async def test_whoever_will_get_no_account_joins_and_it_is_said_why(acme, read, values, why):
    await on_hire_date()
    await read(person("E1", hire_date=in_days(3), **values), person("E9"))
    (joins,) = (await upcoming("acme")).due
    assert (joins.what, joins.sentence) == (What.JOINS, f"First day, without an account. {why}")


async def test_an_email_that_is_anothers_is_said_to_stand_in_the_way(acme, read, add_linked):
    await on_hire_date()
    await add_linked("E9")
    await read(person("E1", hire_date=in_days(3), email="E9@example.com"))
    (joins,) = (await upcoming("acme")).due
    assert "belongs to another person's account" in joins.sentence


async def test_someone_known_elsewhere_in_the_realm_is_invited_whatever_is_set(acme, add_learner):
    await add_learner("e1@example.com")
    await create_portal("plant", parent="acme", timezone="America/New_York")
    plant = await set_invites("plant", when=InviteWhen.HIRE_DATE, how=InviteHow.ACTIVE)
    someone = person("E1", hire_date=in_days(3))
    await save_snapshot(plant.id, [someone], 0, [], await count_emails([someone], TODAY))
    assert [row.what for row in (await upcoming("plant")).due] == [What.JOINS, What.INVITED]


@pytest.mark.parametrize("status_code", ["A", "L", "S", "T"])
async def test_access_ends_when_the_termination_date_is_over(acme, read, add_linked, status_code):
    await add_linked("E1")
    await read(person("E1", termination_date=in_days(5), status_code=status_code))
    (ends,) = (await upcoming("acme")).due
    assert (ends.date, ends.what, ends.name, ends.email) == (in_days(5), What.ENDS, "Ann E1", "e1@example.com")
    assert ends.sentence == "Access ends when 2026-03-15 is over."


async def test_an_end_that_a_sync_has_scheduled_already_is_still_due(acme, read, add_linked):
    await add_linked("E1", account_expires=in_days(5), expiry_by="sync")
    await read(person("E1", termination_date=in_days(5)))
    assert await due() == [("E1", "ends", in_days(5))]


async def test_without_an_account_nothing_ends(acme, read):
    await read(person("E1", termination_date=in_days(5)))
    assert await due() == []


@pytest.mark.parametrize(
    "values",
    [
        {"status": "disabled", "disabled_by": "admin"},
        {"status": "disabled", "disabled_by": "sync"},
        {"account_expires": in_days(-1), "expiry_by": "admin"},
    ],
)
async def test_an_account_that_is_closed_already_ends_no_more(acme, read, add_linked, values):
    await add_linked("E1", **values)
    await read(person("E1", termination_date=in_days(5)))
    assert await due() == []


async def test_the_last_admins_access_is_not_said_to_end(acme, read, add_linked):
    await add_linked("E1", user_type="admin")
    await read(person("E1", termination_date=in_days(5)))
    assert await due() == []


async def test_someone_who_comes_and_goes_within_the_days_is_named_for_all_of_it(acme, read):
    await on_hire_date()
    await read(person("E1", hire_date=in_days(3), termination_date=in_days(9)))
    assert await due() == [("E1", "joins", in_days(3)), ("E1", "invited", in_days(3)), ("E1", "ends", in_days(9))]
    assert await due(5) == [("E1", "joins", in_days(3)), ("E1", "invited", in_days(3))]


async def test_an_old_termination_of_someone_hired_again_is_no_end(acme, read, add_linked):
    await add_linked("E1")
    await read(person("E1", hire_date=in_days(3), termination_date=in_days(1)))
    assert [row.what for row in (await upcoming("acme")).due] == [What.JOINS]


@pytest.mark.parametrize("days", [1, 14, 366])
async def test_only_what_lies_within_the_days_is_named_the_last_day_included(acme, read, add_linked, days):
    await on_hire_date(InviteHow.ACTIVE)
    distances = sorted({-1, 0, 1, days, days + 1})
    for distance in distances:
        await add_linked(f"END{distance}")
    ending = [person(f"END{distance}", termination_date=in_days(distance)) for distance in distances]
    await read(*ending, *(person(f"NEW{distance}", hire_date=in_days(distance)) for distance in distances))
    found = await due(days)
    assert {who for who, what, _ in found if what == "joins"} == {f"NEW{distance}" for distance in (1, days)}
    assert {who for who, what, _ in found if what == "created"} == {f"NEW{distance}" for distance in (1, days)}
    # Whoever has their last day today has access until midnight.
    assert {who for who, what, _ in found if what == "ends"} == {f"END{distance}" for distance in (0, 1, days)}


async def test_what_falls_due_first_comes_first(acme, read, add_linked):
    await on_hire_date()
    await add_linked("E1")
    await read(
        person("E1", termination_date=in_days(4)),
        person("E2", hire_date=in_days(6)),
        person("E4", hire_date=in_days(4)),
        person("E3", hire_date=in_days(4)),
    )
    assert await due() == [
        ("E3", "joins", in_days(4)),
        ("E4", "joins", in_days(4)),
        ("E3", "invited", in_days(4)),
        ("E4", "invited", in_days(4)),
        ("E1", "ends", in_days(4)),
        ("E2", "joins", in_days(6)),
        ("E2", "invited", in_days(6)),
    ]


async def test_the_days_are_those_of_the_portal(acme, read, set_clock):
    await read(person("E1", hire_date=in_days(1)))
    set_clock("2026-03-11T03:30:00Z")  # still the evening of the 10th in New York
    assert await due(1) == [("E1", "joins", in_days(1))]
    await change_portal("acme", timezone="Europe/Dublin")
    assert await due(1) == []


async def test_people_outside_the_scope_are_left_out(acme, read, add_linked):
    await on_hire_date()
    await set_scope("acme", include={ScopeKind.COMPANY: ["FOODS"]}, exclude={})
    foods, care = {"company_code": "FOODS"}, {"company_code": "CARE"}
    await add_linked("E3")
    await read(
        person("E1", hire_date=in_days(3), attributes=foods),
        person("E2", hire_date=in_days(3), attributes=care),
        person("E3", hire_date=in_days(3), attributes=care),
        attribute_ids=("company_code",),
    )
    assert await due() == [("E1", "joins", in_days(3)), ("E1", "invited", in_days(3))]


async def test_outside_the_scope_access_ends_all_the_same_unless_the_person_is_excluded_by_name(acme, read, add_linked):
    """As in a sync: access that the portal gave does not outlive the employment."""
    await set_scope("acme", include={ScopeKind.COMPANY: ["FOODS"]}, exclude={ScopeKind.PERSON: ["E2"]})
    for employee_id in ("E1", "E2"):
        await add_linked(employee_id)
    care = {"company_code": "CARE"}
    await read(
        *(person(employee_id, termination_date=in_days(3), attributes=care) for employee_id in ("E1", "E2", "E3")),
        attribute_ids=("company_code",),
    )
    assert await due() == [("E1", "ends", in_days(3))]


@on_sqlite
@pytest.mark.parametrize("days", [0, -1, 367])
async def test_a_number_of_days_that_makes_no_sense_is_refused(acme, days):
    with pytest.raises(SettingsError, match=f"1 to 366, not {days}; nothing was looked up"):
        await upcoming("acme", days)


@on_sqlite
async def test_a_viewer_may_look_and_a_stranger_may_not(acme, read):
    await read(person("E1", hire_date=in_days(3)))
    await set_admin("acme", "Vera", Role.VIEWER)
    with acting_as(Actor("Vera", "cli")):
        assert len((await upcoming("acme")).due) == 1
    with acting_as(Actor("Eve", "cli")), pytest.raises(SettingsError, match="has no role"):
        await upcoming("acme")
