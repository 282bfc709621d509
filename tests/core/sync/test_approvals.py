"""Approving what the guard holds: by whom, for how long, how much of it, and what is written then."""

from datetime import UTC, datetime

import pytest

from core.domain.errors import HeldError, SettingsError
from core.domain.guard import Kind, Limit
from core.domain.roles import Role
from core.sandbox.ukg.faults import shift
from core.services import portals
from core.services.acting import AUTOMATION, Actor, NotAllowed, acting_as
from core.services.admins import set_admin
from core.services.guard import change_guard
from core.services.history import report_run
from core.services.plans import Part, approve_plan, reject_plan
from core.services.syncing import sync_portal
from core.services.trail import trail
from core.services.waiting import what_waits
from core.store.models import Approval, Learner, Link, Plan, Run
from core.sync.releasing import StalePlan
from core.sync.snapshot import snapshot_info

ANN, BEA, CLEO = (Actor(name, "cli") for name in ("Ann", "Bea", "Cleo"))


@pytest.fixture
async def held(town):
    """Ten synced people of whom three left, one has another e-mail and one another name: only the last may pass."""
    for number in range(10):
        town.hire(f"E{number}", f"No{number} Lee")
    await town.sync()
    town.day("2026-03-11")
    limits = {Kind.ENDED: Limit(people=0), Kind.EMAIL_CHANGED: Limit(people=0)}
    await change_guard("acme", limits)
    town.leave("E0", "E1", "E2")
    town.change("E3", emailAddress="new@example.com")
    town.change("E4", lastName="Stone")
    return town


async def lines(action):
    return [line async for line in trail("acme") if line.action == action]


async def ended():
    rows = await Learner.filter(status="disabled").order_by("email").values_list("email", flat=True)
    return [str(email).partition("@")[0] for email in rows]


async def test_what_is_approved_is_applied_and_nothing_before_that(held):
    plan = await held.plan()
    assert (plan.counts.held, plan.counts.updated) == (4, 1)
    decided = await approve_plan(plan.plan)
    assert (decided.decision, decided.people) == ("approved", 4)
    assert await ended() == []
    run = await held.apply(plan.plan)
    assert (run.status, run.counts.ended, run.counts.updated, run.counts.held) == ("succeeded", 3, 2, 0)
    assert await ended() == ["e0", "e1", "e2"]
    assert await Learner.exists(email="new@example.com")
    assert (await Plan.get(id=plan.plan)).state == "applied"


async def test_without_an_approval_only_what_is_not_held_is_applied(held):
    plan = await held.plan()
    run = await held.apply(plan.plan)
    assert (run.status, run.counts.updated, run.counts.held) == ("held", 1, 4)
    assert await ended() == []
    before = await Learner.all().order_by("id").values()
    with pytest.raises(
        HeldError, match=r"4 changes wait for an admin's approval; nothing was written.+ukg approve plan-"
    ):
        await held.apply(plan.plan)
    assert await Learner.all().order_by("id").values() == before
    assert await Run.all().count() == 2


async def test_naming_what_is_held_without_an_approval_is_refused(held):
    plan = await held.plan()
    with pytest.raises(HeldError, match="1 change waits"):
        await held.apply(plan.plan, people=("E0",))
    with pytest.raises(HeldError, match="3 changes wait"):
        await held.apply(plan.plan, kinds=("ended",))
    assert await Run.all().count() == 1


async def test_a_kind_is_approved_alone(held):
    plan = await held.plan()
    assert (await approve_plan(plan.plan, Part(kinds=("email-changed",)))).people == 1
    run = await held.apply(plan.plan)
    assert (run.counts.updated, run.counts.held, run.counts.ended) == (2, 3, 0)
    assert await Learner.exists(email="new@example.com")
    assert await ended() == []


async def test_people_are_approved_by_employee_id_or_email_and_the_others_stay_held(held):
    plan = await held.plan()
    assert (await approve_plan(plan.plan, Part(people=("E0", "E1@example.com")))).people == 2
    run = await held.apply(plan.plan)
    assert (run.counts.ended, run.counts.updated, run.counts.held, run.status) == (2, 1, 2, "held")
    assert await ended() == ["e0", "e1"]
    await approve_plan(plan.plan)
    assert (await held.apply(plan.plan)).counts.ended == 1
    assert await ended() == ["e0", "e1", "e2"]


async def test_of_what_is_approved_a_part_can_be_applied(held):
    plan = await held.plan()
    await approve_plan(plan.plan)
    assert (await held.apply(plan.plan, people=("E2",))).counts.ended == 1
    assert await ended() == ["e2"]


async def test_approving_what_is_not_held_is_refused(held):
    plan = await held.plan()
    with pytest.raises(SettingsError, match="that is held is a change of 'E4'; nothing was done"):
        await approve_plan(plan.plan, Part(people=("E4",)))
    await held.sync()
    town = held
    town.change("E4", lastName="Wolf")
    await change_guard("acme", dict.fromkeys(Kind))
    with pytest.raises(SettingsError, match="holds nothing that an approval could let through"):
        await approve_plan((await town.plan()).plan)
    assert await Approval.all().count() == 0


async def test_an_approval_names_the_hash_the_admin_and_the_day_it_ends_and_stands_in_the_trail(held):
    await set_admin("acme", "Bea", Role.ADMIN)
    plan = await held.plan()
    with acting_as(BEA):
        await approve_plan(plan.plan, Part(kinds=("ended",)))
    approval = await Approval.get()
    assert (approval.plan_id, approval.plan_hash, approval.decision) == (plan.plan, plan.hash, "approved")
    assert (approval.decided_by, approval.decided_by_id) == ("Bea", "name:bea")
    assert approval.expires_at == datetime(2026, 3, 12, 12, tzinfo=UTC)
    (line,) = await lines("plan approved")
    assert (line.actor, line.subject) == ("Bea", plan.plan)
    assert line.after["hash"] == plan.hash
    assert (line.after["people"], line.after["kinds"]) == (3, ["ended"])


async def test_an_approval_counts_for_a_day(held):
    plan = await held.plan()
    await approve_plan(plan.plan)
    held.day("2026-03-12T12:00:00Z")
    with pytest.raises(HeldError):
        await held.apply(plan.plan, kinds=("ended",))
    assert await ended() == []
    await approve_plan(plan.plan)
    assert (await held.apply(plan.plan, kinds=("ended",))).counts.ended == 3


async def test_the_last_minute_of_that_day_counts(held):
    plan = await held.plan()
    await approve_plan(plan.plan)
    held.day("2026-03-12T11:59:59Z")
    assert (await held.apply(plan.plan, kinds=("ended",))).counts.ended == 3


async def test_a_plan_can_be_approved_for_three_days_and_no_longer(held):
    plan = await held.plan()
    held.day("2026-03-14T12:00:00Z")
    for decide in (approve_plan, reject_plan):
        with pytest.raises(SettingsError, match="has expired"):
            await decide(plan.plan)
    assert (await what_waits("acme")).plans == []
    assert await Approval.all().count() == 0


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OPERATOR])
async def test_approving_and_rejecting_take_an_admin(held, role):
    plan = await held.plan()
    await set_admin("acme", "Ann", Role.ADMIN)
    if role is not None:
        await set_admin("acme", "Bea", role)
    with acting_as(BEA):
        for decide in (approve_plan, reject_plan):
            with pytest.raises(NotAllowed):
                await decide(plan.plan)
    assert await Approval.all().count() == 0
    assert (await Plan.get(id=plan.plan)).state == "open"


async def test_applying_takes_an_operator(held):
    for name, role in (("Ann", Role.ADMIN), ("Bea", Role.OPERATOR), ("Cleo", Role.VIEWER)):
        await set_admin("acme", name, role)
    plan = await held.plan()
    with acting_as(ANN):
        await approve_plan(plan.plan)
    with acting_as(CLEO), pytest.raises(NotAllowed, match="this takes operator"):
        await held.apply(plan.plan)
    assert await ended() == []
    with acting_as(BEA):
        assert (await held.apply(plan.plan)).counts.ended == 3
    (line,) = await lines("plan applied")
    assert line.actor == "Bea"


async def test_with_a_second_approver_wanted_who_asked_may_not_approve_and_another_admin_may(held):
    for name in ("Ann", "Bea"):
        await set_admin("acme", name, Role.ADMIN)
    await change_guard("acme", {}, second_approver=True)
    with acting_as(ANN):
        plan = await held.plan()
        with pytest.raises(NotAllowed, match="Ann asked for plan plan-.+ wants another admin"):
            await approve_plan(plan.plan)
    assert await Approval.all().count() == 0
    with acting_as(BEA):
        await approve_plan(plan.plan)
    with acting_as(ANN):
        assert (await held.apply(plan.plan)).counts.ended == 3


async def test_the_one_who_asked_is_known_whatever_face_and_spelling_they_come_with(held):
    for name in ("Ann", "Bea"):
        await set_admin("acme", name, Role.ADMIN)
    await change_guard("acme", {}, second_approver=True)
    with acting_as(ANN):
        plan = await held.plan()
    with acting_as(Actor("ANN", "tui")), pytest.raises(NotAllowed):
        await approve_plan(plan.plan)


async def test_a_plan_of_the_schedule_may_be_approved_by_any_one_admin(held):
    for name in ("Ann", "Bea"):
        await set_admin("acme", name, Role.ADMIN)
    await change_guard("acme", {}, second_approver=True)
    with acting_as(AUTOMATION):
        run = await sync_portal("acme", held.database_url, trigger="schedule")
    with acting_as(ANN):
        assert (await approve_plan(run.plan_id)).people == 4


async def test_where_there_is_one_admin_only_they_may_approve_what_they_asked_for(held):
    await set_admin("acme", "Ann", Role.ADMIN)
    await set_admin("acme", "Bea", Role.OPERATOR)
    await change_guard("acme", {}, second_approver=True)
    with acting_as(ANN):
        plan = await held.plan()
        assert (await approve_plan(plan.plan)).people == 4


async def test_a_rejected_plan_is_over_and_stands_in_the_trail(held):
    plan = await held.plan()
    await approve_plan(plan.plan)
    assert (await reject_plan(plan.plan)).people == 0
    for over in (approve_plan, reject_plan, held.apply):
        with pytest.raises(SettingsError, match="was rejected already"):
            await over(plan.plan)
    assert await ended() == []
    (line,) = await lines("plan rejected")
    assert (line.subject, line.after["hash"]) == (plan.plan, plan.hash)
    assert (await what_waits("acme")).plans == []


async def test_an_approved_plan_is_refused_when_someone_it_names_moved_since(held):
    plan = await held.plan()
    await approve_plan(plan.plan)
    held.change("E0", employeeStatusCode="A", dateOfTermination=None)
    with pytest.raises(StalePlan, match=r"for 1 person: No0 Lee \(E0\)"):
        await held.apply(plan.plan)
    assert await ended() == []


async def test_what_a_nightly_run_held_is_approved_the_next_morning(held):
    run = await sync_portal("acme", held.database_url, trigger="schedule")
    night = await report_run(run.id)
    assert (night.counts.updated, night.counts.held, await ended()) == (1, 4, [])
    held.day("2026-03-12T06:00:00Z")
    (waiting,) = (await what_waits("acme")).plans
    assert (waiting.plan, waiting.held) == (night.plan, {"ended": 3, "updated": 1})
    await approve_plan(waiting.plan)
    morning = await held.apply(waiting.plan)
    assert (morning.counts.ended, morning.counts.updated, morning.plan) == (3, 1, night.plan)
    assert (await what_waits("acme")).plans == []
    # What another run wrote is no change of the nightly run.
    undone = await held.undo(run.id)
    assert [row.employee_id for row in undone.outcomes] == ["E4"]


async def test_what_a_nightly_run_held_is_refused_when_people_moved_since(held):
    run = await sync_portal("acme", held.database_url, trigger="schedule")
    await approve_plan(run.plan_id)
    held.change("E1", employeeStatusCode="A", dateOfTermination=None)
    with pytest.raises(StalePlan, match=r"\(E1\)"):
        await held.apply(run.plan_id)
    assert await ended() == []


async def test_an_answer_that_is_not_whole_can_never_be_approved(held):
    await portals.change_portal("acme", page_size=3)
    held.sandbox.faults.add("person-details", page=3, times=None, kind=shift)
    plan = await held.plan()
    assert not plan.complete_source
    assert {row.reason for row in plan.outcomes if row.held_as == "ended"} == {"source_incomplete"}
    with pytest.raises(SettingsError, match="that is held is what you named"):
        await approve_plan(plan.plan, Part(kinds=("ended",)))
    await approve_plan(plan.plan)  # the e-mail
    run = await held.apply(plan.plan)
    assert (run.counts.ended, await ended()) == (0, [])
    assert run.counts.held == 3


def shrink(town):
    """Half of the people are not in UKG Pro any more, which is hard to believe."""
    for number in range(5, 10):
        town.forget(f"E{number}")


async def test_a_doubtful_answer_can_be_approved_and_becomes_what_the_next_is_compared_with(held):
    await change_guard("acme", dict.fromkeys(Kind))
    portal_id = (await portals.find_portal("acme")).id
    shrink(held)
    plan = await held.plan()
    assert plan.doubts
    assert {row.reason for row in plan.outcomes if row.held_as == "ended"} == {"source_doubtful"}
    await approve_plan(plan.plan)
    assert (await snapshot_info(portal_id)).people == 10
    run = await held.apply(plan.plan)
    assert (run.counts.ended, run.counts.held, run.counts.skipped) == (3, 0, 5)
    assert await ended() == ["e0", "e1", "e2"]
    assert (await snapshot_info(portal_id)).people == 5
    after = await held.sync()
    assert (after.doubts, after.counts.held) == ([], 0)


async def test_approving_a_part_of_a_doubtful_plan_does_not_vouch_for_the_answer(held):
    await change_guard("acme", dict.fromkeys(Kind))
    portal_id = (await portals.find_portal("acme")).id
    shrink(held)
    plan = await held.plan()
    await approve_plan(plan.plan, Part(people=("E0",)))
    run = await held.apply(plan.plan)
    assert (run.counts.ended, await ended()) == (1, ["e0"])
    assert (await snapshot_info(portal_id)).people == 10
    assert (await held.sync()).doubts


async def test_a_doubtful_answer_that_changes_nobody_can_be_believed_too(held):
    await change_guard("acme", dict.fromkeys(Kind))
    await held.sync()
    shrink(held)
    doubted = await held.sync()
    assert doubted.counts.held == 5
    (waiting,) = (await what_waits("acme")).plans
    assert (waiting.plan, waiting.held, waiting.why) == (doubted.plan, {}, doubted.doubts)
    with pytest.raises(HeldError, match="UKG Pro's answer is to be believed; nothing was written"):
        await held.apply(doubted.plan)
    await approve_plan(doubted.plan)
    run = await held.apply(doubted.plan)
    assert (run.counts.held, run.counts.skipped, run.status) == (0, 5, "succeeded")
    assert (await what_waits("acme")).plans == []
    assert (await held.sync()).doubts == []


async def test_doubts_that_come_after_the_approval_were_approved_by_nobody(held):
    portal_id = (await portals.find_portal("acme")).id
    plan = await held.plan()
    assert plan.doubts == []
    await approve_plan(plan.plan)
    shrink(held)
    assert (await held.apply(plan.plan, kinds=("ended",))).counts.ended == 3  # they were approved by name
    assert (await snapshot_info(portal_id)).people == 10
    assert (await held.sync()).doubts


async def test_nobody_is_linked_twice_or_lost_on_the_way(held):
    plan = await held.plan()
    await approve_plan(plan.plan)
    await held.apply(plan.plan)
    assert await Link.all().count() == await Learner.all().count() == 10
    assert (await held.sync()).counts.unchanged == 10
