"""People who are no longer in UKG Pro: reported, left alone, and ended only where an admin wants that.

Twelve people, so that one or two who are missing are nothing hard to believe.
"""

import pytest

from core.domain.guard import Kind, Limit, Span
from core.sandbox.ukg.faults import shift
from core.services import portals
from core.services.guard import change_guard
from core.services.history import report_run
from core.services.plans import approve_plan
from core.services.syncing import apply_due_dates
from core.services.trail import trail
from core.store.models import Invite, Learner, Link


@pytest.fixture
async def twelve(town):
    for number in range(12):
        town.hire(f"E{number:02}")
    await town.sync()
    for number in range(12):
        await town.accept(f"e{number:02}@example.com")
    await town.sync()
    return town


async def end_vanished(wanted=True):
    await portals.change_portal("acme", end_vanished=wanted)


async def missed(employee_id="E00"):
    return (await Link.get(employee_id=employee_id)).missed_runs


async def account(employee_id="E00"):
    return await Learner.filter(email=f"{employee_id.lower()}@example.com").values()


def shown(report, employee_id="E00"):
    rows = [row for row in report.outcomes if row.employee_id == employee_id]
    return [(row.outcome, row.reason) for row in rows]


async def test_after_one_complete_run_they_are_reported_and_counted_and_nothing_is_touched(twelve):
    before = await account()
    twelve.forget("E00")
    report = await twelve.sync()
    assert shown(report) == [("skipped", "vanished")]
    assert (report.counts.fetched, report.counts.unchanged, report.counts.skipped) == (12, 11, 1)
    assert report.status == "succeeded"
    assert "Mark them terminated there to end access" in twelve.outcome(report, "E00").detail
    assert await account() == before


async def test_by_default_they_are_never_ended(twelve):
    before = await account()
    twelve.forget("E00")
    for day in range(11, 31):
        twelve.day(f"2026-03-{day}")
        assert shown(await twelve.sync()) == [("skipped", "vanished")]
    assert await account() == before
    assert await missed() == 20


async def test_where_an_admin_wants_it_access_ends_at_the_third_complete_run_without_them(twelve):
    await end_vanished()
    twelve.forget("E00")
    for _ in range(2):
        assert shown(await twelve.sync()) == [("skipped", "vanished")]
        assert (await account())[0]["status"] == "active"
    report = await twelve.sync()
    assert shown(report) == [("ended", "vanished")]
    assert "3 complete runs" in twelve.outcome(report, "E00").detail
    (learner,) = await account()
    assert (learner["status"], learner["disabled_by"]) == ("disabled", "sync")
    assert await Learner.filter(status="active").count() == 11
    after = await twelve.sync()
    assert (shown(after), after.counts.fetched) == ([], 11)


async def test_who_never_accepted_loses_the_invitation_with_the_access(twelve):
    twelve.hire("E99")
    await twelve.sync()
    await end_vanished()
    twelve.forget("E99")
    for _ in range(3):
        await twelve.sync()
    assert (await account("E99"))[0]["status"] == "disabled"
    assert await Invite.filter(learner__email="e99@example.com", status="open").count() == 0


async def test_switched_off_again_it_ends_nobody(twelve):
    await end_vanished()
    twelve.forget("E00")
    await twelve.sync()
    await twelve.sync()
    await end_vanished(False)
    assert shown(await twelve.sync()) == [("skipped", "vanished")]


async def test_switched_on_late_the_runs_before_count(twelve):
    twelve.forget("E00")
    for _ in range(5):
        await twelve.sync()
    await end_vanished()
    assert shown(await twelve.sync()) == [("ended", "vanished")]


async def test_who_reappears_begins_at_nothing(twelve):
    await end_vanished()
    rows = [row for row in (*twelve.company.people, *twelve.company.employments) if "E00" in row.values()]
    twelve.forget("E00")
    await twelve.sync()
    await twelve.sync()
    twelve.company.people.append(rows[0])
    twelve.company.employments.append(rows[1])
    twelve.company.touch()
    assert (await twelve.sync()).counts.unchanged == 12
    assert await missed() == 0
    twelve.forget("E00")
    for _ in range(2):
        assert shown(await twelve.sync()) == [("skipped", "vanished")]
    assert shown(await twelve.sync()) == [("ended", "vanished")]


async def test_who_stands_in_one_of_the_two_lists_has_not_vanished(twelve):
    await end_vanished()
    twelve.company.employments[:] = [row for row in twelve.company.employments if row["employeeID"] != "E00"]
    twelve.company.touch()
    for _ in range(4):
        assert shown(await twelve.sync()) == [("skipped", "no_employment_details")]
    assert await missed() == 0


async def test_a_run_that_is_not_complete_neither_counts_nor_ends(twelve):
    await end_vanished()
    await portals.change_portal("acme", page_size=4)
    twelve.forget("E00")
    twelve.sandbox.faults.add("person-details", page=2, times=None, kind=shift)
    for _ in range(4):
        report = await twelve.sync()
        assert not report.complete_source
        assert shown(report) == [("held", "source_incomplete")]
    assert await missed() == 0
    twelve.sandbox.faults.clear()
    await twelve.sync()
    await twelve.sync()
    twelve.sandbox.faults.add("person-details", page=2, times=None, kind=shift)
    report = await twelve.sync()
    assert shown(report) == [("held", "source_incomplete")]
    assert twelve.outcome(report, "E00").held_as == "ended"
    assert (await account())[0]["status"] == "active"
    twelve.sandbox.faults.clear()
    assert shown(await twelve.sync()) == [("ended", "vanished")]


async def test_a_run_that_is_hard_to_believe_neither_counts_nor_ends(twelve):
    await end_vanished()
    for number in range(6):
        twelve.forget(f"E{number:02}")
    for _ in range(4):
        report = await twelve.sync()
        assert report.doubts
        assert shown(report) == [("held", "source_doubtful")]
        assert report.counts.held == 6
    assert await missed() == 0
    assert await Learner.filter(status="disabled").count() == 0


async def test_once_an_admin_believes_that_answer_it_counts(twelve):
    await end_vanished()
    for span in (Span.RUN, Span.WEEK):
        await change_guard("acme", {Kind.ENDED: None}, span)
    for number in range(6):
        twelve.forget(f"E{number:02}")
    doubted = await twelve.sync()
    await approve_plan(doubted.plan)
    assert shown(await twelve.apply(doubted.plan)) == [("skipped", "vanished")]
    assert await missed() == 1
    assert shown(await twelve.sync()) == [("skipped", "vanished")]
    assert (await twelve.sync()).counts.ended == 6


async def test_a_plan_only_made_does_not_count(twelve):
    await end_vanished()
    twelve.forget("E00")
    for _ in range(4):
        assert shown(await twelve.plan()) == [("skipped", "vanished")]
    assert await missed() == 0


async def test_the_guard_counts_them_as_ended(twelve):
    await end_vanished()
    await change_guard("acme", {Kind.ENDED: Limit(people=1)})
    twelve.forget("E00")
    twelve.forget("E01")
    await twelve.sync()
    await twelve.sync()
    report = await twelve.sync()
    assert shown(report) == [("held", "guard")]
    assert report.counts.held == 2
    assert await Learner.filter(status="disabled").count() == 0
    await approve_plan(report.plan)
    assert (await twelve.apply(report.plan)).counts.ended == 2


async def test_the_last_admin_is_never_ended(twelve):
    await end_vanished()
    await Learner.filter(email="e00@example.com").update(user_type="admin")
    twelve.forget("E00")
    await twelve.sync()
    await twelve.sync()
    for _ in range(2):
        report = await twelve.sync()
        assert shown(report) == [("conflict", "last_admin")]
        assert (await account())[0]["status"] == "active"
    await Learner.filter(email="e01@example.com").update(user_type="admin")
    assert shown(await twelve.sync()) == [("ended", "vanished")]


async def test_an_account_without_access_is_not_reported_for_ever(twelve):
    twelve.leave("E00")
    await twelve.sync()
    twelve.forget("E00")
    report = await twelve.sync()
    assert (shown(report), report.counts.fetched) == ([], 11)


@pytest.mark.parametrize("status", ["A", "S"])
async def test_whose_record_moved_to_another_employee_id_has_not_vanished(twelve, status):
    """Someone inactive is noted and not looked at again, and still the account belongs to them."""
    await end_vanished()
    (person,) = [row for row in twelve.company.people if row["employeeId"] == "E00"]
    (employment,) = [row for row in twelve.company.employments if row["employeeID"] == "E00"]
    person["employeeId"] = employment["employeeID"] = "N00"
    employment["employeeStatusCode"] = status
    twelve.company.touch()
    for _ in range(4):
        report = await twelve.sync()
        assert shown(report, "E00") == []
        assert report.counts.fetched == 12
    assert (await account())[0]["status"] == "active"
    link = await Link.get(learner__email="e00@example.com")
    assert (link.employee_id, link.missed_runs) == ("N00" if status == "A" else "E00", 0)


async def test_many_records_that_moved_are_nothing_hard_to_believe(twelve):
    for row in twelve.company.people:
        row["employeeId"] = row["employeeId"].replace("E", "N")
    for row in twelve.company.employments:
        row["employeeID"] = row["employeeID"].replace("E", "N")
    twelve.company.touch()
    report = await twelve.sync()
    assert (report.doubts, report.counts.updated, report.counts.fetched) == ([], 12, 12)
    assert (await twelve.sync()).counts.unchanged == 12


async def test_who_comes_back_gets_the_same_account_without_a_second_invitation(twelve):
    await end_vanished()
    (before,) = await account()
    rows = [row for row in (*twelve.company.people, *twelve.company.employments) if "E00" in row.values()]
    twelve.forget("E00")
    for _ in range(3):
        await twelve.sync()
    invites = await Invite.all().count()
    twelve.company.people.append(rows[0])
    twelve.company.employments.append(rows[1])
    twelve.company.touch()
    report = await twelve.sync()
    assert shown(report) == [("reactivated", "rehired")]
    (after,) = await account()
    assert (after["id"], after["status"]) == (before["id"], "active")
    assert await Invite.all().count() == invites
    assert await missed() == 0
    assert await Learner.all().count() == 12


async def test_dates_and_people_alone_tell_nothing_of_who_has_vanished(twelve):
    await end_vanished()
    twelve.change("E01", dateOfTermination="2026-03-11T00:00:00")
    await twelve.sync()
    twelve.forget("E00")
    twelve.day("2026-03-12")
    run = await apply_due_dates("acme", twelve.database_url)
    assert [row.employee_id for row in (await report_run(run.id)).outcomes] == ["E01"]
    assert await missed() == 0


async def test_the_setting_is_shown_and_stands_in_the_trail(twelve):
    assert [portal.end_vanished for portal in await portals.list_portals()] == [False]
    await end_vanished()
    assert [portal.end_vanished for portal in await portals.list_portals()] == [True]
    (line, *_) = [line async for line in trail("acme") if line.action == "settings changed"]
    assert (line.before, line.after) == ({"end_vanished": False}, {"end_vanished": True})
