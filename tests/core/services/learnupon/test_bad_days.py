"""What comes between a sync and a LearnUpon portal: keys, fields, people and budgets that change under it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from core.clock import now
from core.domain.invite_settings import InviteHow
from core.portals.learnupon.errors import KeysReplaced, WeekSpent
from core.sandbox.learnupon.records import FieldType
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.services import plans
from core.services.history import Report, report_run
from core.services.mappings import list_mappings, map_attributes
from core.services.notices import Kind, open_notices
from core.services.portals import set_invites
from core.services.schedule import obstacle
from core.services.syncing import plan_portal, sync_portal
from core.store.models import Learner, LearnUponAccount, Portal, Run
from tests.core.store.databases import on_sqlite

PEOPLE = 50


@pytest.fixture
async def sandbox():
    """UKG Pro with fifty people, E10 to E59."""
    keys = [f"E{number}" for number in range(10, 10 + PEOPLE)]
    people = [
        person_row(employeeId=key, firstName="Pat", lastName=f"No{key}", emailAddress=f"{key.lower()}@example.com")
        for key in keys
    ]
    async with UkgSandbox(
        Company.of(people, [employment_row(employeeID=key, jobTitle="Nurse") for key in keys])
    ) as ukg:
        yield ukg


@pytest.fixture
def change(sandbox) -> Callable[..., None]:
    """Call with an employee id and fields of their person details."""

    def put(employee_id: str, **values: object) -> None:
        for row in [*sandbox.company.people, *sandbox.company.employments]:
            if employee_id in (row.get("employeeId"), row.get("employeeID")):
                row.update({name: value for name, value in values.items() if name in row})
        sandbox.company.touch()

    return put


async def synced(store: str, **options: object) -> Report:
    return await report_run((await sync_portal("acme", store, **options)).id)


@asynccontextmanager
async def in_the_middle(there, act: Callable[[], None]) -> AsyncIterator[None]:
    """Act as soon as twenty invitations were sent."""

    async def watch() -> None:
        while len(there.portal.invites) < 20:
            await asyncio.sleep(0)
        act()

    watching = asyncio.create_task(watch())
    yield
    await watching


async def test_keys_that_are_replaced_in_the_middle_stop_the_run_at_once(connected, there, store):
    async with in_the_middle(there, lambda: there.sandbox.realm.rotate_keys(there.portal)):
        with pytest.raises(KeysReplaced) as stopped:
            await sync_portal("acme", store)
    assert "Give the new pair with `ukg learnupon` and sync again." in str(stopped.value)
    run = await Run.get()
    assert (run.status, run.error) == ("failed", str(stopped.value))
    report = await report_run(run.id)
    invited = len(there.portal.invites)
    assert 20 <= invited < PEOPLE
    assert (report.counts.invited, report.counts.failed) == (invited, PEOPLE - invited)
    refused = [each for each in there.sandbox.requests if each.status == 401]
    assert 1 <= len(refused) <= 9  # those under way together, and the check
    assert (await LearnUponAccount.get()).status == "refused"
    assert [notice.kind for notice in await open_notices("acme")] == [Kind.PORTAL_REFUSED]
    assert "LearnUpon refused the API keys" in (await obstacle(await Portal.get()) or "")

    await there.give_keys()
    assert await open_notices("acme") == []
    report = await synced(store)
    assert (report.status, report.counts.invited, report.counts.unchanged) == ("succeeded", PEOPLE - invited, invited)
    assert len(there.portal.invites) == len(there.portal.pending) == PEOPLE


@on_sqlite
async def test_a_week_that_is_used_up_in_the_middle_leaves_the_rest_for_another_day(connected, there, store):
    limits, settings = there.sandbox.limits_of(there.portal), there.sandbox.settings
    async with in_the_middle(there, lambda: limits.leave_in_week(10, settings, now())):
        report = await synced(store)
    invited, later = report.counts.invited, report.counts.skipped
    assert 20 < invited < PEOPLE
    assert (invited + later, report.counts.failed, report.status) == (PEOPLE, 0, "partial")
    assert {(row.outcome, row.reason) for row in report.outcomes if row.outcome != "invited"} == {
        ("skipped", "not_today")
    }
    assert len(there.portal.invites) == invited
    assert (await LearnUponAccount.get()).status == "active"
    with pytest.raises(WeekSpent):
        await sync_portal("acme", store)
    assert len(there.portal.invites) == invited


@on_sqlite
async def test_a_plan_that_the_week_has_no_room_for_says_so_beforehand(connected, there, store):
    limits, settings = there.sandbox.limits_of(there.portal), there.sandbox.settings
    limits.leave_in_week(30, settings, now())
    plan = await plan_portal("acme", store)
    assert "so the rest is left for the syncs of other days" in plan.cost


async def test_a_renamed_field_is_followed_without_a_write(connected, there, store):
    await map_attributes("acme", ["job_title=Department"])
    await set_invites("acme", when=None, how=InviteHow.ACTIVE)
    await synced(store)
    there.portal.keep_field(there.portal.field_labelled("Department"), label="Team")
    writes = there.sandbox.counts["PUT users/#"]
    report = await synced(store)
    assert (report.counts.unchanged, there.sandbox.counts["PUT users/#"]) == (PEOPLE, writes)
    assert [mapping.field.label for mapping in await list_mappings("acme")] == ["Team"]
    (notice,) = await open_notices("acme")
    assert notice.sentence == "The field Department is called Team in LearnUpon now; its mapping follows."
    assert {row.custom for row in await Learner.all()} == {'{"Team":"Nurse"}'}


@on_sqlite
async def test_a_choice_that_is_gone_is_said_and_costs_nobody_what_they_hold(connected, there, store, change):
    nurse = there.sandbox.realm.add_field(there.portal, "Job", FieldType.STRING_CHOICE, "Nurse", "Cook")
    await there.give_keys()
    await map_attributes("acme", ["job_title=Job"])
    await set_invites("acme", when=None, how=InviteHow.ACTIVE)
    await synced(store)
    nurse.choices.remove("Nurse")
    change("E10", jobTitle="Cook")
    change("E11", lastName="Stone")
    report = await synced(store)
    assert (report.counts.updated, report.counts.unchanged, report.status) == (2, PEOPLE - 2, "succeeded")
    assert [(value.field, value.value, value.people) for value in report.unknown_values] == [
        ("Job", "Nurse", PEOPLE - 1)
    ]
    (notice,) = await open_notices("acme")
    assert notice.sentence.startswith(
        f"The field Job lost choices in LearnUpon: Nurse. {PEOPLE} people hold one of them"
    )
    held = sorted(member.values[nurse.id] for member in there.portal.members.values())
    assert held == ["Cook"] + ["Nurse"] * (PEOPLE - 1)


async def test_someone_deleted_by_hand_between_plan_and_apply_comes_back_with_the_next_sync(
    connected, there, store, change
):
    await set_invites("acme", when=None, how=InviteHow.ACTIVE)
    await synced(store)
    change("E10", lastName="Stone")
    change("E11", lastName="Wood")
    plan = await plan_portal("acme", store)
    member = there.sandbox.realm.member(there.portal, "e10@example.com")
    there.sandbox.realm.leave(there.portal, member.account)
    report = await report_run((await plans.apply_saved_plan(plan.id, store)).id)
    assert [(row.employee_id, row.outcome, row.reason) for row in report.outcomes if row.outcome != "skipped"] == [
        ("E10", "failed", "changed_meanwhile"),
        ("E11", "updated", "renamed"),
    ]
    assert report.status == "partial"
    report = await synced(store)
    assert [(row.employee_id, row.outcome, row.reason) for row in report.outcomes] == [("E10", "created", "new")]
    assert there.sandbox.realm.member(there.portal, "e10@example.com").account.last_name == "Stone"


async def test_two_people_who_exchange_their_addresses_are_both_written(connected, there, store, change):
    await set_invites("acme", when=None, how=InviteHow.ACTIVE)
    await synced(store)
    ids = {
        email: there.sandbox.realm.member(there.portal, email).account.id
        for email in ("e10@example.com", "e11@example.com")
    }
    change("E10", emailAddress="e11@example.com")
    change("E11", emailAddress="e10@example.com")
    report = await synced(store)
    assert [(row.employee_id, row.outcome, row.reason) for row in report.outcomes] == [
        ("E10", "updated", "email_changed"),
        ("E11", "updated", "email_changed"),
    ]
    for email, was in (("e10@example.com", "e11@example.com"), ("e11@example.com", "e10@example.com")):
        assert there.sandbox.realm.member(there.portal, email).account.id == ids[was]
    assert (await synced(store, reconcile=True)).counts.unchanged == PEOPLE
