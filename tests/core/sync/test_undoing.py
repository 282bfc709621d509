"""Taking a run back: everything it wrote, for everybody who was not edited since."""

from datetime import date
from typing import Any

import pytest

from core.domain.errors import HeldError, SettingsError
from core.domain.guard import Kind, Span
from core.domain.invite_settings import InviteHow
from core.services import accounts, portals
from core.services.guard import change_guard
from core.services.plans import approve_plan
from core.store.models import Invite, Learner, Link, Mail
from core.sync.plan_items import BLOCK
from tests.core.store.databases import on_sqlite
from tests.core.sync.conftest import Town
from tests.core.sync.histories import History

_SEEN = (
    "email",
    "email_key",
    "first_name",
    "last_name",
    "user_type",
    "status",
    "disabled_by",
    "account_expires",
    "expiry_by",
    "accepted",
    "source",
    "custom",
    "created_by",
)


async def portal_as_seen() -> dict[int, dict[str, Any]]:
    """Every account with all that matters to people, and whose it is and which links it has, by its id."""
    linked = {row.learner_id: row.employee_id for row in await Link.all()}
    seen: dict[int, dict[str, Any]] = {}
    for row in await Learner.all():
        links = sorted([one.kind for one in await Invite.filter(learner_id=row.id, status="open")])
        seen[row.id] = {name: getattr(row, name) for name in _SEEN} | {"linked": linked.get(row.id), "links": links}
    return seen


def different(found: dict[int, dict[str, Any]], expected: dict[int, dict[str, Any]]) -> list[str]:
    """Every value that is not as expected, a sentence each; somebody pending may well have a link more than before."""
    wrong = [f"account {one} is there or not" for one in found.keys() ^ expected.keys()]
    for one in found.keys() & expected.keys():
        pairs = ((name, value, expected[one][name]) for name, value in found[one].items())
        invited = found[one]["status"] == "pending" and found[one]["links"] == ["invitation"]
        wrong += [
            f"account {one}: {name} is {value!r}, not {was!r}"
            for name, value, was in pairs
            if value != was and not (name == "links" and invited)
        ]
    return wrong


async def take_back(town: Town, run: Any) -> Any:
    """Undo a run altogether, with an admin's word where the guard asks for one; returns the report."""
    plan = await town.undo(run.run)
    if plan.counts.held:
        await approve_plan(plan.plan)
    return await town.apply(plan.plan)


async def test_the_plan_is_shown_and_writes_nothing_until_it_is_applied(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", lastName="Other")
    run = await town.sync()
    before = await portal_as_seen()
    plan = await town.undo(run.run)
    row = town.outcome(plan, "E1")
    assert (row.outcome, row.reason, row.changes) == ("updated", "undone", {"last_name": ("Other", "Lee")})
    assert row.detail.startswith("Taken back: ")
    assert (plan.undoes, plan.run) == (run.run, None)
    assert await portal_as_seen() == before
    applied = await town.apply(plan.plan)
    assert (applied.trigger, applied.status, applied.counts.updated) == ("undo", "succeeded", 1)
    assert (await Learner.get()).last_name == "Lee"


async def test_people_who_were_invited_are_gone_with_their_links_and_mails(town):
    town.hire("E1")
    town.hire("E2")
    run = await town.sync()
    report = await take_back(town, run)
    assert report.counts.ended == 2
    assert [await table.all().count() for table in (Learner, Link, Invite)] == [0, 0, 0]
    assert await Mail.filter(state="waiting").count() == 0
    assert (await town.sync()).counts.invited == 2


async def test_accounts_that_were_created_are_gone(town):
    await portals.set_invites("acme", when=None, how=InviteHow.WELCOME)
    town.hire("E1")
    run = await town.sync()
    assert run.counts.created == 1
    assert (await take_back(town, run)).counts.ended == 1
    assert await Learner.all().count() == 0


async def test_an_account_that_was_adopted_is_its_admins_own_again(town):
    await town.manual_learner("e1@example.com", first_name="Anna", custom='{"Phone":"1"}')
    await town.map("Phone", "work_phone")
    town.hire("E1", "Ann Lee", workPhoneNumber="2")
    before = await portal_as_seen()
    run = await town.sync()
    assert town.outcome(run, "E1").reason == "linked_existing"
    await take_back(town, run)
    assert await portal_as_seen() == before
    assert (await Learner.get()).source == "manual"
    assert await Link.all().count() == 0


async def test_an_account_that_was_only_linked_is_nobodys_again(town):
    await town.manual_learner("e1@example.com", first_name="Ann", last_name="Lee")
    town.hire("E1", "Ann Lee")
    before = await portal_as_seen()
    run = await town.sync()
    await take_back(town, run)
    assert await portal_as_seen() == before


async def test_names_addresses_and_values_are_as_before(town):
    await town.map("Phone", "work_phone")
    town.hire("E1", "Ann Lee", workPhoneNumber="1")
    await town.sync()
    before = await portal_as_seen()
    town.change("E1", firstName="Anna", lastName="Stone", emailAddress="anna@example.com", workPhoneNumber="2")
    run = await town.sync()
    report = await take_back(town, run)
    assert set(town.outcome(report, "E1").changes) == {"email", "first_name", "last_name", "Phone"}
    assert await portal_as_seen() == before


async def test_a_value_that_was_blanked_is_there_again(town):
    await town.map("Phone", "work_phone")
    town.hire("E1", workPhoneNumber="1")
    await town.sync()
    before = await portal_as_seen()
    town.change("E1", workPhoneNumber=None)
    run = await town.sync()
    assert (await Learner.get()).custom == "{}"
    await take_back(town, run)
    assert await portal_as_seen() == before


async def test_a_value_that_was_filled_is_empty_again(town):
    await town.map("Phone", "work_phone")
    town.hire("E1")
    await town.sync()
    before = await portal_as_seen()
    town.change("E1", workPhoneNumber="1")
    await take_back(town, await town.sync())
    assert await portal_as_seen() == before


@pytest.mark.parametrize("last_day", ["2026-03-01", "2026-03-10", "2026-04-30"], ids=["over", "today", "to come"])
@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "pending"])
async def test_access_that_was_ended_is_back(town, last_day, accepted):
    town.hire("E1")
    await town.sync()
    if accepted:
        await town.accept("e1@example.com")
        await town.sync()
    before = await portal_as_seen()
    town.leave("E1", on=last_day)
    run = await town.sync()
    assert run.counts.ended == 1
    await take_back(town, run)
    assert await portal_as_seen() == before


async def test_someone_whose_invitation_was_cancelled_gets_a_new_one(town):
    town.hire("E1")
    await town.sync()
    town.leave("E1")
    run = await town.sync()
    assert [row.status for row in await Invite.all()] == ["cancelled"]
    await take_back(town, run)
    assert [row.status for row in await Invite.all().order_by("id")] == ["cancelled", "open"]
    assert await Mail.filter(state="waiting").count() == 1


@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "pending"])
async def test_access_that_was_given_back_is_ended_again(town, accepted):
    town.hire("E1")
    await town.sync()
    if accepted:
        await town.accept("e1@example.com")
    town.leave("E1")
    await town.sync()
    before = await portal_as_seen()
    town.change("E1", employeeStatusCode="A", dateOfTermination=None, lastHireDate="2026-03-10T00:00:00")
    run = await town.sync()
    assert run.counts.reactivated == 1
    report = await take_back(town, run)
    assert report.counts.ended == 1
    assert await portal_as_seen() == before


async def test_a_scheduled_end_that_was_withdrawn_is_set_again(town):
    town.hire("E1")
    await town.sync()
    town.leave("E1", on="2026-04-30")
    await town.sync()
    before = await portal_as_seen()
    town.change("E1", employeeStatusCode="A", dateOfTermination=None)
    run = await town.sync()
    assert town.outcome(run, "E1").reason == "termination_cleared"
    report = await take_back(town, run)
    assert report.counts.ended == 1
    assert await portal_as_seen() == before


@pytest.mark.parametrize("last_day", ["2026-03-01", "2026-04-30"], ids=["over", "to come"])
async def test_an_expiry_that_an_admin_had_set_is_the_admins_again(town, last_day):
    town.hire("E1")
    await town.sync()
    await town.accept("e1@example.com")
    await accounts.set_expiry("acme", "e1@example.com", date(2026, 12, 31))
    await town.sync()
    before = await portal_as_seen()
    town.leave("E1", on=last_day)
    run = await town.sync()
    assert (await Learner.get()).expiry_by == "sync"
    await take_back(town, run)
    assert await portal_as_seen() == before
    assert (await Learner.get()).expiry_by == "admin"


async def test_a_record_that_moved_to_another_employee_id_is_the_old_ones_again(town):
    town.hire("E1")
    await town.sync()
    before = await portal_as_seen()
    town.company.people[0]["employeeId"] = town.company.employments[0]["employeeID"] = "E2"
    town.company.touch()
    run = await town.sync()
    assert town.outcome(run, "E2").reason == "record_moved"
    await take_back(town, run)
    assert await portal_as_seen() == before


async def test_addresses_that_were_exchanged_are_exchanged_back(town):
    for name in ("E1", "E2", "E3"):
        town.hire(name)
    await town.sync()
    before = await portal_as_seen()
    for taker, giver in (("E1", "e2"), ("E2", "e3"), ("E3", "e1")):
        town.change(taker, emailAddress=f"{giver}@example.com")
    run = await town.sync()
    await take_back(town, run)
    assert await portal_as_seen() == before


async def test_an_address_that_a_newcomer_got_goes_back_to_whoever_had_it(town):
    town.hire("E1", email="ann@example.com")
    await town.sync()
    before = await portal_as_seen()
    town.change("E1", emailAddress="ann.lee@example.com")
    town.hire("E2", email="ann@example.com")
    run = await town.sync()
    await take_back(town, run)
    assert await portal_as_seen() == before


async def test_an_exchange_in_a_run_of_several_blocks_is_undone_in_one_step(town):
    for number in range(BLOCK + 20):
        town.hire(f"R{number:04}")
    town.hire("E1")
    town.hire("E2")
    await town.sync()
    before = await portal_as_seen()
    for number in range(BLOCK + 20):
        town.change(f"R{number:04}", lastName=f"Other{number}")
    town.change("E1", emailAddress="e2@example.com")
    town.change("E2", emailAddress="e1@example.com")
    run = await town.sync()
    report = await take_back(town, run)
    assert report.counts.updated == BLOCK + 22
    assert await portal_as_seen() == before


async def test_who_was_edited_since_is_left_alone_and_listed(town):
    town.hire("E1")
    town.hire("E2")
    await town.sync()
    town.change("E1", lastName="Other")
    town.change("E2", lastName="Other")
    run = await town.sync()
    await accounts.edit_learner("acme", "e1@example.com", accounts.Edits(last_name="Hand"))
    plan = await town.undo(run.run)
    assert {row.employee_id: (row.outcome, row.reason) for row in plan.outcomes} == {
        "E1": ("skipped", "edited_since"),
        "E2": ("updated", "undone"),
    }
    report = await town.apply(plan.plan)
    assert (report.counts.updated, report.counts.skipped, report.counts.fetched) == (1, 1, 2)
    found = await town.learners()
    assert (found["e1@example.com"].last_name, found["e2@example.com"].last_name) == ("Hand", "Lee")


async def test_whoever_was_edited_between_plan_and_apply_makes_the_plan_stale(town):
    town.hire("E1")
    run = await town.sync()
    plan = await town.undo(run.run)
    await accounts.edit_learner("acme", "e1@example.com", accounts.Edits(last_name="Hand"))
    with pytest.raises(SettingsError, match="is stale"):
        await town.apply(plan.plan)
    assert await Learner.all().count() == 1


async def test_someone_who_accepted_meanwhile_keeps_the_account(town):
    town.hire("E1")
    run = await town.sync()
    await town.accept("e1@example.com")
    row = town.outcome(await town.undo(run.run), "E1")
    assert (row.outcome, row.reason) == ("skipped", "edited_since")
    assert "in use" in row.detail


@pytest.mark.parametrize("synced", [False, True], ids=["at once", "after another sync"])
@pytest.mark.parametrize("edit", ["value", "role", "expiry"])
async def test_a_new_account_that_an_admin_worked_on_is_never_removed(town, edit, synced):
    await town.map("Phone", "work_phone")
    await portals.set_invites("acme", when=None, how=InviteHow.WELCOME)
    town.hire("E1")
    run = await town.sync()
    if edit == "role":
        await accounts.set_user_type("acme", "e1@example.com", accounts.UserType.MANAGER)
    elif edit == "expiry":
        await accounts.set_expiry("acme", "e1@example.com", date(2026, 12, 31))
    else:
        await Learner.all().update(custom='{"Own":"1"}', revision=2)
    if synced:
        await town.sync()
    row = town.outcome(await town.undo(run.run), "E1")
    assert (row.outcome, row.reason) == ("skipped", "edited_since")


async def test_an_account_that_is_gone_is_left_alone(town):
    town.hire("E1")
    run = await town.sync()
    await Learner.all().delete()
    row = town.outcome(await town.undo(run.run), "E1")
    assert (row.outcome, row.reason) == ("skipped", "edited_since")


async def test_an_account_that_belongs_to_another_employee_by_now_is_left_alone(town):
    await town.manual_learner("e1@example.com", first_name="Ann", last_name="Lee")
    town.hire("E1", "Ann Lee")
    run = await town.sync()
    town.company.people[0]["employeeId"] = town.company.employments[0]["employeeID"] = "E2"
    town.company.touch()
    await town.sync()
    row = town.outcome(await town.undo(run.run), "E1")
    assert (row.outcome, row.reason) == ("skipped", "edited_since")


async def test_taking_many_new_accounts_back_waits_for_an_approval(town):
    for number in range(8):
        town.hire(f"E{number}")
    run = await town.sync()
    plan = await town.undo(run.run)
    assert (plan.counts.held, plan.counts.ended) == (8, 0)
    assert "would lose access" in plan.tripped[0]
    with pytest.raises(HeldError, match="wait for an admin"):
        await town.apply(plan.plan)
    assert await Learner.all().count() == 8
    await approve_plan(plan.plan)
    assert (await town.apply(plan.plan)).counts.ended == 8
    assert await Learner.all().count() == 0


async def test_an_undo_can_be_undone(town):
    await town.map("Phone", "work_phone")
    await town.manual_learner("e3@example.com")
    town.hire("E1", workPhoneNumber="1")
    await town.sync()
    town.change("E1", lastName="Other", workPhoneNumber=None)
    town.hire("E2", "Bea Fox", workPhoneNumber="2")
    town.hire("E3", "Cleo Ray")
    run = await town.sync()
    before = {row["email"]: row for row in (await portal_as_seen()).values()}
    undone = await take_back(town, run)
    assert len(await town.learners()) == 2
    report = await take_back(town, undone)
    assert {row.outcome for row in report.outcomes} == {"invited", "updated"}
    assert {row["email"]: row for row in (await portal_as_seen()).values()} == before
    assert (await town.sync()).counts.unchanged == 3


async def test_a_created_account_comes_back_with_a_link_when_its_removal_is_undone(town):
    await portals.set_invites("acme", when=None, how=InviteHow.WELCOME)
    town.hire("E1")
    undone = await take_back(town, await town.sync())
    await take_back(town, undone)
    assert [(row.status, row.kind) for row in await Invite.all()] == [("open", "welcome")]


async def test_a_removal_is_not_undone_for_someone_who_has_an_account_again(town):
    town.hire("E1")
    undone = await take_back(town, await town.sync())
    await town.sync()
    row = town.outcome(await town.undo(undone.run), "E1")
    assert (row.outcome, row.reason) == ("skipped", "edited_since")


async def test_a_run_is_undone_once_and_the_second_time_there_is_nothing_left(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", lastName="Other")
    town.hire("E2")
    run = await town.sync()
    await take_back(town, run)
    before = await portal_as_seen()
    plan = await town.undo(run.run)
    assert {(row.outcome, row.reason) for row in plan.outcomes} == {("skipped", "edited_since")}
    with pytest.raises(SettingsError, match="nothing that is still to be written"):
        await town.apply(plan.plan)
    assert await portal_as_seen() == before


async def test_two_plans_for_one_undo_write_it_once(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", lastName="Other")
    run = await town.sync()
    first, second = await town.undo(run.run), await town.undo(run.run)
    await town.apply(first.plan)
    with pytest.raises(SettingsError, match="is stale"):
        await town.apply(second.plan)


async def test_a_run_that_wrote_nothing_has_nothing_to_take_back(town):
    town.hire("E1", email=None)
    run = await town.sync()
    with pytest.raises(SettingsError, match="wrote nothing"):
        await town.undo(run.run)


async def test_an_unknown_run_is_refused(town):
    with pytest.raises(SettingsError, match="no run 'run-0000000000'"):
        await town.undo("run-0000000000")


async def test_the_last_admin_does_not_lose_access_by_an_undo(town):
    await town.manual_learner("e1@example.com", user_type="admin", status="disabled", disabled_by="sync")
    town.hire("E1")
    run = await town.sync()
    assert run.counts.reactivated == 1
    row = town.outcome(await town.undo(run.run), "E1")
    assert (row.outcome, row.reason) == ("conflict", "last_admin")


async def test_of_two_last_admins_one_keeps_access_when_both_would_lose_it(town):
    for name in ("e1", "e2"):
        values = {"user_type": "admin", "status": "disabled", "disabled_by": "sync"}
        await town.manual_learner(f"{name}@example.com", **values)
        town.hire(name.upper())
    run = await town.sync()
    report = await take_back(town, run)
    assert sorted((row.outcome, row.reason) for row in report.outcomes) == [
        ("conflict", "last_admin"),
        ("ended", "undone"),
    ]
    assert await Learner.filter(status="active").count() == 1


async def test_what_was_undone_is_done_again_by_the_next_sync(town):
    """Taking back is no rule for later: whoever does not want the change corrects it in UKG Pro, or the settings."""
    town.hire("E1")
    await town.sync()
    town.change("E1", lastName="Other")
    await take_back(town, await town.sync())
    assert (await town.sync()).counts.updated == 1


@on_sqlite
@pytest.mark.parametrize("seed", range(200, 212))
async def test_after_any_days_undoing_the_last_run_gives_back_what_was_before_it(town, seed):
    history = History(town, seed)
    history.found(12)
    await town.map("Phone", "work_phone")
    for span in (Span.RUN, Span.WEEK):
        await change_guard("acme", dict.fromkeys(Kind), span)
    await town.sync()
    for _ in range(4):
        await history.happenings(6)
        history.tomorrow()
        before = await portal_as_seen()
        run = await town.sync()
        run.counts.check()
        if not run.counts.of(("created", "invited", "updated", "reactivated", "ended")):
            continue
        report = await take_back(town, run)
        assert not report.counts.of(("skipped", "conflict", "failed", "held"))
        assert different(await portal_as_seen(), before) == []
        await town.sync()
