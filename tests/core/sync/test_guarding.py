"""The guard in a run: what exceeds a limit is held and not written, everything else goes through.

Fifty-four people in two companies and two departments; every test of a limit that trips has its control below it.
"""

import pytest

from core.domain.guard import Kind, Limit, Span
from core.domain.invite_settings import InviteHow, InviteWhen
from core.services import portals
from core.services.guard import change_guard
from core.services.history import report_run
from core.services.plans import approve_plan
from core.services.syncing import apply_due_dates
from core.services.waiting import what_waits
from core.store.models import Learner, Link

PEOPLE = 54
NEXT_DAY = "2026-03-11"
# The first half works in one place, the second half in another.
PLACES = {Span.COMPANY: ("FOODS", "MILLS"), Span.DEPARTMENT: ("BAKE", "CARE")}
WAYS = ["ended", "invited", "created", "reactivated", "updated", "email-changed", "blanked"]
KIND_OF = {"invited": Kind.CREATED, "created": Kind.CREATED, "reactivated": Kind.CREATED}
SHOWN_AS = {"email-changed": "updated", "blanked": "updated"}


def place_of(employee_id):
    first = int(employee_id[1:]) % 100 < PEOPLE // 2
    company, department = (names[0 if first else 1] for names in PLACES.values())
    return {"companyCode": company, "orgLevel1Code": department}


@pytest.fixture
async def crowd(town):
    """Synced, without any limit; what a test does next happens on the day after."""
    await town.map("Title", "job_title")
    for number in range(PEOPLE):
        employee_id = f"E{number:02}"
        town.hire(employee_id, jobTitle="Baker", **place_of(employee_id))
    await no_limits()
    assert (await town.sync()).counts.invited == PEOPLE
    town.day(NEXT_DAY)
    return town


async def no_limits():
    for span in (Span.RUN, Span.WEEK):
        await change_guard("acme", dict.fromkeys(Kind), span)


async def limit(way, people, span=Span.RUN):
    await change_guard("acme", {Kind(KIND_OF.get(way, way)): Limit(people=people)}, span)


async def prepare(town, way, ids):
    """What must be so before people can change in this way."""
    if way == "created":
        await portals.set_invites("acme", when=None, how=InviteHow.ACTIVE)
    if way == "reactivated":
        town.leave(*ids, on="2026-03-10")
        assert (await town.sync()).counts.ended == len(ids)


def happen(town, way, ids):
    """These people change in this way; those who are to be new are hired."""
    for employee_id in ids:
        match way:
            case "ended":
                town.leave(employee_id)
            case "invited" | "created":
                town.hire(employee_id, **place_of(employee_id))
            case "reactivated":
                town.change(employee_id, employeeStatusCode="A", dateOfTermination=None)
            case "updated":
                town.change(employee_id, lastName="Stone")
            case "email-changed":
                town.change(employee_id, emailAddress=f"new.{employee_id.lower()}@example.com")
            case "blanked":
                town.change(employee_id, jobTitle=None)


def some(way, number, *, start=0):
    """Employee ids of so many people, in the place of those numbers; new people's begin with a 1."""
    base = 100 if way in ("invited", "created") else 0
    return [f"E{base + start + each:02}" for each in range(number)]


async def accounts_of(ids):
    """The accounts that these employees have, as they are."""
    rows = await Link.filter(employee_id__in=ids).values_list("learner_id", flat=True)
    return await Learner.filter(id__in=rows).order_by("id").values()


def outcomes(report, ids):
    return {(row.outcome, row.reason) for row in report.outcomes if row.employee_id in ids}


@pytest.mark.parametrize("way", WAYS)
async def test_a_trip_holds_all_of_that_kind_and_lets_the_rest_through(crowd, way):
    ids, other = some(way, 3), "E50"
    await prepare(crowd, way, ids)
    await limit(way, 2)
    happen(crowd, way, ids)
    happen(crowd, "ended" if way == "updated" else "updated", [other])
    before = await accounts_of(ids)
    report = await crowd.sync()
    assert outcomes(report, ids) == {("held", "guard")}
    assert {row.held_as for row in report.outcomes if row.employee_id in ids} == {SHOWN_AS.get(way, way)}
    assert await accounts_of(ids) == before
    assert crowd.outcome(report, other).outcome == ("ended" if way == "updated" else "updated")
    assert (report.status, report.counts.held, len(report.tripped)) == ("held", 3, 1)
    assert report.counts.fetched == report.counts.unchanged + 4 == len(crowd.company.people)


@pytest.mark.parametrize("way", WAYS)
async def test_the_control_exactly_at_the_limit_everyone_is_written(crowd, way):
    ids = some(way, 2)
    await prepare(crowd, way, ids)
    await limit(way, 2)
    happen(crowd, way, ids)
    before = await accounts_of(ids)
    report = await crowd.sync()
    assert {outcome for outcome, _ in outcomes(report, ids)} == {SHOWN_AS.get(way, way)}
    after = await accounts_of(ids)
    assert len(after) == 2
    assert not [row for row in after if row in before]
    assert (report.status, report.counts.held, report.tripped) == ("succeeded", 0, [])


@pytest.mark.parametrize("way", WAYS)
async def test_seven_days_count_together_and_then_are_over(crowd, way):
    first, second = some(way, 2), some(way, 2, start=2)
    await prepare(crowd, way, first + second)
    crowd.day("2026-04-12")  # the first sync, which made everyone's account, is long ago
    await limit(way, 3, Span.WEEK)
    happen(crowd, way, first)
    assert (await crowd.sync()).counts.held == 0
    crowd.day("2026-04-14")
    happen(crowd, way, second)
    before = await accounts_of(second)
    held = await crowd.sync()
    assert outcomes(held, second) == {("held", "guard")}
    assert await accounts_of(second) == before
    crowd.day("2026-04-19T11:59:00Z")
    assert "4 within seven days" in (await crowd.sync()).tripped[0]
    crowd.day("2026-04-19T12:00:00Z")
    free = await crowd.sync()
    assert {outcome for outcome, _ in outcomes(free, second)} == {SHOWN_AS.get(way, way)}
    assert await accounts_of(second) != before


@pytest.mark.parametrize("span", [Span.COMPANY, Span.DEPARTMENT])
@pytest.mark.parametrize("way", WAYS)
async def test_a_limit_of_a_place_holds_only_those_of_that_place(crowd, way, span):
    crowded, calm = some(way, 3), some(way, 2, start=PEOPLE // 2)
    await prepare(crowd, way, crowded + calm if way != "reactivated" else crowded + calm[:1])
    await limit(way, 2, span)
    calm = calm[:1] if way == "reactivated" else calm
    happen(crowd, way, crowded + calm)
    before = await accounts_of(crowded)
    report = await crowd.sync()
    assert outcomes(report, crowded) == {("held", "guard")}
    assert {outcome for outcome, _ in outcomes(report, calm)} == {SHOWN_AS.get(way, way)}
    assert await accounts_of(crowded) == before
    assert report.counts.held == 3
    assert f"in {span} {PLACES[span][0]}" in report.tripped[0]


async def test_a_percentage_of_a_department_is_of_those_who_still_have_access_there(crowd):
    """Of 27 people in one department 17 left long ago: one of the others is 10 %, and two are too many."""
    crowd.leave(*some("ended", 17))
    assert (await crowd.sync()).counts.ended == 17
    await change_guard("acme", {Kind.ENDED: Limit(percent=10)}, Span.DEPARTMENT)
    crowd.leave("E20")
    assert (await crowd.sync()).counts.ended == 1
    crowd.leave("E21", "E22")
    report = await crowd.sync()
    assert (report.counts.ended, report.counts.held) == (0, 2)
    assert "of 9 linked learners" in report.tripped[0]
    crowd.leave("E40", "E41")
    assert (await crowd.sync()).counts.ended == 2


async def test_a_percentage_of_a_department_is_of_all_of_it_also_where_only_a_few_are_looked_at(crowd):
    await portals.set_invites("acme", when=InviteWhen.HIRE_DATE, how=None)
    for employee_id in some("invited", 4):
        crowd.hire(employee_id, lastHireDate="2026-03-12T00:00:00", **place_of(employee_id))
    await crowd.sync()
    await change_guard("acme", {Kind.CREATED: Limit(percent=15)}, Span.DEPARTMENT)
    crowd.day("2026-03-12")
    run = await apply_due_dates("acme", crowd.database_url)
    assert (await report_run(run.id)).counts.invited == 4


async def test_the_same_few_are_held_there_when_they_are_too_many(crowd):
    await portals.set_invites("acme", when=InviteWhen.HIRE_DATE, how=None)
    for employee_id in some("invited", 5):
        crowd.hire(employee_id, lastHireDate="2026-03-12T00:00:00", **place_of(employee_id))
    await crowd.sync()
    await change_guard("acme", {Kind.CREATED: Limit(percent=15)}, Span.DEPARTMENT)
    crowd.day("2026-03-12")
    run = await apply_due_dates("acme", crowd.database_url)
    assert (await report_run(run.id)).counts.held == 5
    assert await Learner.all().count() == PEOPLE


async def test_someone_whose_change_is_of_two_kinds_is_held_for_either(crowd):
    await limit("blanked", 0)
    crowd.change("E01", jobTitle=None, lastName="Stone")
    report = await crowd.sync()
    assert outcomes(report, ["E01"]) == {("held", "guard")}
    assert crowd.outcome(report, "E01").changes == {"last_name": ("Lee", "Stone"), "Title": ("Baker", None)}
    assert not await Learner.exists(last_name="Stone")


async def test_five_of_sixty_may_end_by_default_and_six_may_not(town):
    for number in range(60):
        town.hire(f"E{number:02}")
    assert (await town.sync()).counts.invited == 60
    town.leave(*some("ended", 6))
    report = await town.sync()
    assert (report.counts.ended, report.counts.held) == (0, 6)
    assert await Learner.filter(status="disabled").count() == 0
    assert "the guard lets 5 through (2% or 5)" in report.tripped[0]
    town.change("E05", employeeStatusCode="A", dateOfTermination=None)
    report = await town.sync()
    assert (report.counts.ended, report.counts.held, report.status) == (5, 0, "succeeded")
    assert await Learner.filter(status="disabled").count() == 5


async def test_a_first_sync_is_never_held_for_its_new_people(town):
    for number in range(120):
        town.hire(f"E{number}")
    report = await town.sync()
    assert (report.counts.invited, report.counts.held) == (120, 0)


@pytest.mark.parametrize(("linked", "new", "held"), [(49, 60, 0), (50, 25, 0), (50, 26, 26)])
async def test_from_fifty_linked_learners_on_half_of_them_may_be_new(town, linked, new, held):
    for number in range(linked):
        town.hire(f"E{number}")
    await town.sync()
    for number in range(new):
        town.hire(f"N{number}")
    report = await town.sync()
    assert (report.counts.held, report.counts.invited) == (held, new - held)
    assert await Learner.all().count() == linked + new - held


async def test_small_runs_add_up_to_the_limit_of_the_week_and_what_an_admin_released_does_not(town):
    """Sixty linked learners: five may end in a run, and five in seven days."""
    for number in range(60):
        town.hire(f"E{number:02}")
    await town.sync()
    for day, leavers in (("2026-03-11", ("E00", "E01")), ("2026-03-12", ("E02", "E03"))):
        town.day(day)
        town.leave(*leavers)
        assert (await town.sync()).counts.ended == 2
    town.day("2026-03-13")
    town.leave("E04", "E05")
    report = await town.sync()
    assert (report.counts.ended, report.counts.held) == (0, 2)
    assert "6 within seven days" in report.tripped[0]
    await approve_plan(report.plan)
    assert (await town.apply(report.plan)).counts.ended == 2
    town.day("2026-03-14")
    town.leave("E06")
    assert (await town.sync()).counts.ended == 1
    town.leave("E07")
    assert (await town.sync()).counts.held == 1


async def test_who_is_held_is_held_again_the_next_night_and_waits_once(crowd):
    ids = some("ended", 3)
    await limit("ended", 2)
    crowd.leave(*ids)
    first = await crowd.sync()
    crowd.day("2026-03-12")
    second = await crowd.sync()
    assert outcomes(first, ids) == outcomes(second, ids) == {("held", "guard")}
    assert second.counts.held == 3
    (waiting,) = (await what_waits("acme")).plans
    assert (waiting.plan, waiting.held, waiting.why) == (second.plan, {"ended": 3}, second.tripped)
    await limit("ended", 3)
    assert (await crowd.sync()).counts.ended == 3
    assert (await what_waits("acme")).plans == []


async def test_a_plan_only_made_holds_and_tells_the_same(crowd):
    ids = some("ended", 3)
    await limit("ended", 2)
    crowd.leave(*ids)
    plan, run = await crowd.plan(), await crowd.sync()
    assert outcomes(plan, ids) == {("held", "guard")}
    assert (plan.counts, plan.tripped, plan.status) == (run.counts, run.tripped, run.status)


async def test_an_end_counts_when_its_day_is_set_and_not_again_when_it_is_over(crowd):
    first, second = some("ended", 2), some("ended", 2, start=2)
    await limit("ended", 2)
    crowd.leave(*first, on="2026-03-20")
    assert (await crowd.sync()).counts.ended == 2
    crowd.day("2026-03-21")
    crowd.leave(*second, on="2026-03-20")
    report = await crowd.sync()
    assert (report.counts.ended, report.counts.held) == (4, 0)
    assert await Learner.filter(status="disabled").count() == 4
