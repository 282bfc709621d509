"""Settings are tried against the last read of UKG Pro before they are saved."""

from datetime import date

import pytest

from core.domain.custom_fields import FieldType
from core.domain.email import email_key
from core.domain.employee import Employee, EmploymentStatus
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow, InviteWhen
from core.domain.mapping import Owner
from core.domain.scope import ScopeKind
from core.services import fields, mappings, portals
from core.services.trying import try_invites, try_mapping, try_scope
from core.store.models import Learner, Link, Mapping, Plan, Portal, Run
from core.sync.emails import count_emails
from core.sync.snapshot import save_snapshot

TODAY = date(2026, 3, 10)
READ = ("job_title", "company_code", "org_level_1_code")


@pytest.fixture
async def company(acme, set_clock, store):
    """Four people at the last read, two of whom have an account."""
    set_clock("2026-03-10")
    portal = await portals.find_portal("acme")
    employees = [
        _employee("E1", job_title="Nurse", company_code="EAST"),
        _employee("E2", job_title=None, company_code="WEST"),
        _employee("E3", job_title="Nurse", company_code="EAST"),
        _employee("E4", hired=date(2026, 4, 1), job_title="Nurse", company_code="WEST"),
    ]
    await save_snapshot(portal.id, employees, 0, READ, await count_emails(employees, TODAY))
    for employee in employees[:2]:
        learner = await Learner.create(
            portal_id=portal.id,
            email=employee.email,
            email_key=email_key(employee.email),
            first_name="Ann",
            last_name="Lee",
            user_type="learner",
            status="active",
            source="ukg",
            custom='{"Job":"Nurse"}',
            created_at=portal.created_at,
            created_by="UKG Pro sync",
        )
        await Link.create(
            portal_id=portal.id,
            employee_id=employee.employee_id,
            learner_id=learner.id,
            digest="",
            settled_revision=1,
            linked_at=portal.created_at,
        )
    await fields.add_field("acme", "Job", FieldType.STRING, ())
    await mappings.map_attributes("acme", ["job_title=Job"])
    return store


def _employee(employee_id: str, *, hired: date = date(2020, 1, 6), **attributes: str | None) -> Employee:
    return Employee(
        employee_id,
        None,
        (),
        "Ann",
        "Lee",
        f"{employee_id.lower()}@example.com",
        EmploymentStatus.ACTIVE,
        "A",
        hired,
        None,
        {"org_level_1_code": None, **attributes},
    )


async def _everything() -> list[list[dict[str, object]]]:
    return [await table.all().order_by("id").values() for table in (Portal, Mapping, Learner, Link, Run, Plan)]


async def test_an_invite_setting_tells_how_many_would_be_invited_later(company):
    tried = await try_invites("acme", company, when=InviteWhen.HIRE_DATE, how=None)
    assert (tried.difference.before.invited, tried.difference.after.invited) == (2, 1)
    (moved,) = tried.difference.moved
    assert (moved.before, moved.after, moved.people) == (("invited", "new"), ("skipped", "hire_date_future"), 1)
    assert "1 would be invited (with the settings of now: 2)" in tried.sentences


async def test_nothing_is_saved_by_trying(company):
    before = await _everything()
    await try_invites("acme", company, when=InviteWhen.HIRE_DATE, how=InviteHow.ACTIVE)
    await try_scope("acme", company, include={ScopeKind.COMPANY: ["EAST"]}, exclude={})
    await try_mapping("acme", company, pairs=["job_title=Job"], owner=Owner.FIRST)
    assert await _everything() == before


async def test_a_scope_tells_who_would_be_left_as_they_are_and_that_nobody_loses_access(company):
    tried = await try_scope("acme", company, include={ScopeKind.COMPANY: ["EAST"]}, exclude={})
    assert (tried.difference.after.skipped, tried.difference.after.ended) == (2, 0)
    assert {moved.after for moved in tried.difference.moved} == {("skipped", "out_of_scope")}


async def test_an_owner_of_a_field_tells_whose_value_would_stay(company):
    tried = await try_mapping("acme", company, pairs=["job_title=Job"], owner=Owner.LEAVE_IF_BLANK)
    assert (tried.difference.before.updated, tried.difference.after.updated) == (1, 0)


async def test_a_mapping_can_be_tried_away(company):
    tried = await try_mapping("acme", company, without="Job")
    assert (tried.difference.before.updated, tried.difference.after.updated) == (1, 0)
    with pytest.raises(SettingsError, match="Nothing fills a field 'Team'"):
        await try_mapping("acme", company, without="Team")


async def test_people_whose_values_alone_would_differ_are_counted(company):
    await fields.add_field("acme", "Company", FieldType.STRING, ())
    tried = await try_mapping("acme", company, pairs=["company_code=Company"])
    assert tried.difference.after.updated == 2
    assert tried.difference.values == 3


async def test_settings_of_today_make_no_difference(company):
    tried = await try_invites("acme", company, when=None, how=None)
    assert tried.sentences == ["Nothing would differ."]


async def test_an_attribute_that_was_not_read_needs_ukg_pro(company):
    await fields.add_field("acme", "Type", FieldType.STRING, ())
    with pytest.raises(SettingsError, match="not connected"):
        await try_mapping("acme", company, pairs=["employment_type=Type"])


async def test_counts_add_up_on_both_sides(company):
    tried = await try_scope("acme", company, include={}, exclude={ScopeKind.PERSON: ["E1"]})
    for counts in (tried.difference.before, tried.difference.after):
        counts.check()
        assert counts.fetched == 4
