"""People whom the portal refuses: tried again ever more seldom by what runs by itself, at once by a person.

A sub-portal has two licences, and the third of three new people gets none.
"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.guard import Kind, Limit
from core.domain.invite_settings import InviteHow
from core.domain.outcome import SENTENCES, Reason
from core.portals.base import Applied
from core.portals.embedded.portal import EmbeddedPortal
from core.services import accounts, portals
from core.services.guard import change_guard
from core.services.history import report_run
from core.services.subjects import subject_of
from core.services.syncing import plan_portal, reading, retry_failed, sync_portal
from core.services.waiting import what_waits
from core.store.models import Failure, Learner, Portal, Run
from core.sync.failures import next_try
from core.sync.making import FromEmployees
from core.sync.observing import WholeRead
from core.sync.progress import nobody
from core.sync.run import run_sync

NOON = "2026-03-10T12:00:00Z"
FIRST = datetime(2026, 3, 10, 12, tzinfo=UTC)
MONTH = timedelta(days=28)

moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
spans = st.timedeltas(timedelta(0), timedelta(days=60))


@given(st.integers(1, 100), moments, spans)
def test_a_next_try_is_six_twelve_or_twenty_four_hours_away_and_never_after_the_28th_day(tries, first, since):
    last = first + since
    found = next_try(tries, first, last)
    wait = timedelta(hours={1: 6, 2: 12}.get(tries, 24))
    assert found == (last + wait if since + wait <= MONTH else None)


@given(st.integers(1, 100), moments, spans)
def test_later_tries_are_never_closer_together(tries, first, since):
    sooner, later = (next_try(number, first, first + since) for number in (tries, tries + 1))
    assert later is None or (sooner is not None and sooner <= later)


@given(moments)
def test_someone_refused_every_time_is_tried_thirty_times_in_four_weeks(first):
    tries, moment = 0, first
    while moment is not None:
        tries += 1
        last, moment = moment, next_try(tries, first, moment)
    assert tries == 30
    assert last - first == timedelta(hours=18, days=27)


@pytest.fixture
async def full(town):
    """E1 and E2 have the two licences, E3 was refused at noon."""
    top = await portals.create_portal("top")
    await Portal.filter(slug="acme").update(parent_id=top.id)
    await portals.change_portal("acme", licence_limit=2)
    await portals.set_invites("acme", when=None, how=InviteHow.ACTIVE)
    for number in (1, 2, 3):
        town.hire(f"E{number}", f"No{number} Lee")
    town.day(NOON)
    report = await unattended(town)
    assert (report.status, report.counts.created, report.counts.failed) == ("partial", 2, 1)
    return town


async def unattended(town):
    return await report_run((await sync_portal("acme", town.database_url, trigger="schedule")).id)


async def retry(town):
    """The report of a retry, None if nothing was due."""
    run = await retry_failed("acme", town.database_url)
    return None if run is None else await report_run(run.id)


def at(town, moment):
    town.day(f"{moment:%Y-%m-%dT%H:%M:%SZ}")


def shown(report, employee_id="E3"):
    return [(row.outcome, row.reason) for row in report.outcomes if row.employee_id == employee_id]


async def failure():
    return await Failure.get(employee_id="E3")


async def one_more_licence():
    await portals.change_portal("acme", licence_limit=3)


async def test_who_is_refused_waits_with_the_cause_and_the_next_try(full):
    (waiting,) = (await what_waits("acme")).people
    assert (waiting.employee_id, waiting.name, waiting.email) == ("E3", "No3 Lee", "e3@example.com")
    assert (waiting.reason, waiting.tries, waiting.first_at) == ("licence_limit", 1, FIRST)
    assert waiting.next_at == FIRST + timedelta(hours=6)
    assert waiting.sentence == (
        f"{SENTENCES[Reason.LICENCE_LIMIT]} Tried once; next try 2026-03-10 18:00 UTC, or with a sync by hand."
    )


async def test_what_runs_by_itself_waits_for_the_next_try(full):
    await one_more_licence()
    at(full, FIRST + timedelta(hours=5, minutes=59))
    report = await unattended(full)
    assert shown(report) == [("failed", "licence_limit")]
    assert "Tried once; next try 2026-03-10 18:00" in full.outcome(report, "E3").detail
    assert (report.status, report.counts.failed, report.counts.unchanged) == ("partial", 1, 2)
    assert await retry(full) is None
    assert (await failure()).tries == 1
    at(full, FIRST + timedelta(hours=6))
    assert shown(await unattended(full)) == [("created", "new")]
    assert (await what_waits("acme")).people == []


async def test_refused_at_every_try_the_waits_grow_and_end_after_four_weeks(full):
    moments = [FIRST]
    while (await failure()).next_at is not None:
        moments.append((await failure()).next_at)
        at(full, moments[-1] - timedelta(seconds=1))
        assert await retry(full) is None
        at(full, moments[-1])
        assert shown(await retry(full)) == [("failed", "licence_limit")]
    waits = [(later - earlier) / timedelta(hours=1) for earlier, later in pairwise(moments)]
    assert waits == [6, 12] + [24] * 27
    assert (await failure()).tries == len(moments) == 30
    await one_more_licence()
    at(full, FIRST + timedelta(days=40))
    assert await retry(full) is None
    report = await unattended(full)
    assert shown(report) == [("failed", "licence_limit")]
    assert "Tried 30 times; no further try before the record changes" in full.outcome(report, "E3").detail
    assert shown(await full.sync()) == [("created", "new")]
    assert await Failure.all().count() == 0


async def test_a_manual_sync_tries_at_once_and_counts_as_a_try(full):
    assert shown(await full.sync()) == [("failed", "licence_limit")]
    assert ((await failure()).tries, (await failure()).first_at) == (2, FIRST)
    await one_more_licence()
    assert shown(await full.sync()) == [("created", "new")]
    assert await Failure.all().count() == 0


async def test_a_plan_shows_what_a_manual_sync_would_try_and_counts_as_no_try(full):
    plan = await plan_portal("acme", full.database_url)
    assert plan.counts["created"] == 1
    assert (await failure()).tries == 1


async def test_another_change_is_tried_at_once_and_begins_a_ladder_of_its_own(full):
    full.day("2026-03-10T13:00:00Z")
    full.change("E3", lastName="Stone")
    assert shown(await unattended(full)) == [("failed", "licence_limit")]
    again = await failure()
    assert (again.tries, again.first_at) == (1, FIRST + timedelta(hours=1))
    await one_more_licence()
    full.change("E3", lastName="Wolf")
    assert shown(await unattended(full)) == [("created", "new")]
    assert await Failure.all().count() == 0


async def test_a_retry_that_works_clears_it(full):
    await one_more_licence()
    at(full, FIRST + timedelta(hours=6))
    report = await retry(full)
    assert (report.trigger, report.status, shown(report)) == ("retry", "succeeded", [("created", "new")])
    assert (await what_waits("acme")).people == []
    assert await retry(full) is None
    assert (await unattended(full)).counts.unchanged == 3


async def test_a_retry_reads_only_the_records_of_those_it_tries(full):
    full.change("E1", lastName="Stone")
    full.hire("E4")
    full.sandbox.requests.clear()
    at(full, FIRST + timedelta(hours=6))
    report = await retry(full)
    assert {request.query["employeeId"] for request in full.sandbox.requests} == {"E3"}
    assert len(full.sandbox.requests) == report.requests["ukg"] == 2
    assert (report.counts.fetched, [row.employee_id for row in report.outcomes]) == (1, ["E3"])
    assert not await Learner.exists(last_name="Stone")


@pytest.mark.parametrize("how", ["sync", "retry"])
async def test_who_needs_no_change_any_more_waits_for_nothing(full, how):
    full.leave("E3")
    at(full, FIRST + timedelta(hours=6))
    report = await (retry(full) if how == "retry" else unattended(full))
    assert shown(report) == [("skipped", "terminated")]
    assert (await what_waits("acme")).people == []


@pytest.mark.parametrize("how", ["sync", "retry"])
async def test_who_is_no_longer_in_ukg_pro_waits_for_nothing(full, how):
    full.forget("E3")
    at(full, FIRST + timedelta(hours=6))
    report = await (retry(full) if how == "retry" else unattended(full))
    assert (shown(report), report.status) == ([], "succeeded")
    assert (await what_waits("acme")).people == []
    assert await retry(full) is None


async def test_a_retry_of_one_forgets_nobody_else(full):
    full.hire("E4")
    at(full, FIRST + timedelta(hours=2))
    assert (await unattended(full)).counts.failed == 2
    at(full, FIRST + timedelta(hours=6))
    report = await retry(full)
    assert [row.employee_id for row in report.outcomes] == ["E3"]
    assert {row.employee_id for row in await Failure.all()} == {"E3", "E4"}


async def test_a_conflict_is_no_failure_to_be_tried_by_the_hour(full):
    await full.manual_learner("taken@example.com")
    full.change("E1", emailAddress="taken@example.com")
    assert shown(await unattended(full), "E1") == [("conflict", "email_taken")]
    assert [row.employee_id for row in await Failure.all()] == ["E3"]


async def test_one_whose_try_is_held_by_the_guard_is_shown_as_held(full):
    for number in range(50):
        await full.manual_learner(f"m{number}@example.com")
        full.hire(f"M{number}", email=f"m{number}@example.com")
    await full.sync()
    await portals.change_portal("acme", licence_limit=100)
    await change_guard("acme", {Kind.CREATED: Limit(people=0)})
    assert shown(await full.sync()) == [("held", "guard")]


class Refusing(EmbeddedPortal):
    """A portal that refuses every change of some accounts."""

    def __init__(self, portal, refused):
        super().__init__(portal)
        self.refused = refused

    async def apply(self, changes, journal):
        kept = [position for position, change in enumerate(changes) if change.learner_id not in self.refused]
        reason = Reason.PORTAL_REFUSED
        await journal.record(
            [
                Applied(position, change.learner_id, refused=reason, detail=SENTENCES[reason])
                for position, change in enumerate(changes)
                if position not in kept
            ]
        )

        await super().apply([changes[position] for position in kept], Kept(journal, kept))


class Kept:
    """A journal of some of the changes; `places` are theirs among all. Nothing is begun outside the database here."""

    def __init__(self, journal, places):
        self.journal = journal
        self.places = places

    async def record(self, applied):
        await self.journal.record([msgspec.structs.replace(one, position=self.places[one.position]) for one in applied])


async def test_a_refused_update_stops_nobody_else_and_follows_the_same_ladder(full):
    portal = await portals.find_portal("acme")
    refused = str((await Learner.get(email="e1@example.com")).id)
    full.change("E1", lastName="Stone")
    full.change("E2", lastName="Wolf")
    async with reading(portal, full.database_url) as client:
        subject = msgspec.structs.replace(await subject_of(portal), portal=Refusing(portal, {refused}))
        run = await run_sync(subject, FromEmployees(WholeRead(client)), "schedule", nobody)
    report = await report_run(run.id)
    assert shown(report, "E1") == [("failed", "portal_refused")]
    assert shown(report, "E2") == [("updated", "renamed")]
    assert (await Learner.get(email="e1@example.com")).last_name == "Lee"
    waiting = {one.employee_id: one for one in (await what_waits("acme")).people}
    assert (waiting["E1"].reason, waiting["E1"].tries) == ("portal_refused", 1)
    assert shown(await unattended(full), "E1") == [("failed", "portal_refused")]
    at(full, FIRST + timedelta(hours=6))
    assert shown(await retry(full), "E1") == [("updated", "renamed")]
    assert "E1" not in {one.employee_id for one in (await what_waits("acme")).people}


async def test_what_an_admin_put_right_by_hand_waits_for_nothing(full):
    portal = await portals.find_portal("acme")
    refused = str((await Learner.get(email="e1@example.com")).id)
    full.change("E1", lastName="Stone")
    async with reading(portal, full.database_url) as client:
        subject = msgspec.structs.replace(await subject_of(portal), portal=Refusing(portal, {refused}))
        await run_sync(subject, FromEmployees(WholeRead(client)), "schedule", nobody)
    await accounts.edit_learner("acme", "e1@example.com", accounts.Edits(last_name="Stone"))
    assert shown(await unattended(full), "E1") == []
    assert [row.employee_id for row in await Failure.all()] == ["E3"]


async def test_every_try_is_a_run_in_the_history(full):
    at(full, FIRST + timedelta(hours=6))
    await retry(full)
    triggers = await Run.all().order_by("number").values_list("trigger", flat=True)
    assert list(triggers) == ["schedule", "retry"]
