"""Whatever happened before, one clean sync makes the portal what a first sync of today's company would make it."""

import asyncio
from datetime import date
from random import Random

import pytest

from core.clock import now
from core.domain.custom_fields import FieldType
from core.domain.errors import UkgSyncError
from core.domain.guard import Kind, Span
from core.sandbox.ukg.faults import Kind as Fault
from core.sandbox.ukg.faults import drop_page, shift, status
from core.sandbox.ukg.server import UkgSandbox
from core.services import connections, fields, mappings, portals, scope
from core.services.guard import change_guard, default_guard
from core.services.history import Report, report_run
from core.services.plans import approve_plan
from core.services.syncing import sync_portal
from core.store.models import Invite, Learner, Link, Mail, PlanItem, Portal, Run
from core.sync.releasing import StalePlan
from tests.core.store.databases import on_sqlite
from tests.core.sync.conftest import Town
from tests.core.sync.histories import History

WRITTEN = ("created", "invited", "updated", "reactivated", "ended")
DAYS = 8


async def open_guard(slug: str) -> None:
    for span in (Span.RUN, Span.WEEK):
        await change_guard(slug, dict.fromkeys(Kind), span)


async def troubled_sync(history: History) -> None:
    """A sync to which anything may happen: faults of UKG Pro, a kill, the guard, a plan applied late."""
    town, chance = history.town, history.chance
    await chance.choice([default_guard, open_guard, open_guard])("acme")
    trouble = chance.choice(["none", "none", "fault", "kill", "kill", "plan", "late plan"])
    if trouble == "fault":
        fault: Fault = chance.choice([status(400), drop_page, shift])
        where = chance.choice(["person-details", "employment-details"])
        town.sandbox.faults.add(where, page=chance.choice([1, 2]), kind=fault, times=None)
    try:
        if trouble == "kill":
            await killed(town, chance)
        elif trouble in ("plan", "late plan"):
            await planned(history, late=trouble == "late plan")
        else:
            check(await town.sync())
    except UkgSyncError:
        assert trouble in ("fault", "late plan")
    finally:
        town.sandbox.faults.clear()


async def killed(town: Town, chance: Random) -> None:
    """A sync that is cut off at any moment."""
    await cancelled_after(town, chance.randrange(2500))


async def cancelled_after(town: Town, turns: int) -> None:
    """A sync that is cancelled after so many turns of the event loop, unless it has ended by then."""
    syncing = asyncio.create_task(town.sync())
    for _ in range(turns):
        await asyncio.sleep(0)
    syncing.cancel()
    await asyncio.gather(syncing, return_exceptions=True)


async def planned(history: History, *, late: bool) -> None:
    """A plan that is approved and applied, at once or after more has happened: exactly as shown, or not at all."""
    town = history.town
    plan = await town.plan()
    if not plan.counts.of((*WRITTEN, "held")):
        return
    shown = {row.employee_id: row.changes for row in plan.outcomes}
    if late:
        await history.happenings(history.chance.choice([0, 1, 2]))
    if plan.counts.held and not await approved(plan.plan):
        return
    before = await Learner.filter(portal__slug="acme").order_by("id").values()
    try:
        applied = await town.apply(str(plan.plan))
    except StalePlan:
        assert late
        assert await Learner.filter(portal__slug="acme").order_by("id").values() == before
        return
    check(applied)
    written = {row.employee_id: row.changes for row in applied.outcomes if row.outcome in WRITTEN}
    assert {employee_id: shown[employee_id] for employee_id in written} == written


async def approved(plan_id: str | None) -> bool:
    """Let through what is held; false if nothing of it can be."""
    try:
        await approve_plan(str(plan_id))
    except UkgSyncError:
        return False
    return True


def check(report: Report) -> None:
    """The counts add up, and everybody who is reported is there once."""
    report.counts.check()
    ids = [row.employee_id for row in report.outcomes]
    assert len(ids) == len(set(ids))
    assert len(ids) <= report.counts.fetched


async def clean_sync(town: Town) -> None:
    """A sync with nothing in its way; where the company shrank so much that it is hard to believe, an admin says so."""
    await open_guard("acme")
    report = await town.sync()
    check(report)
    if report.doubts:
        plan = await town.plan()
        if plan.counts.held and await approved(plan.plan):
            check(await town.apply(str(plan.plan)))
        else:
            await town.sync()


async def first_sync_of_another_portal(town: Town) -> dict[str, Learner]:
    """What a new portal with the same settings has after its first sync, by employee id."""
    old = await Portal.get(slug="acme")
    await portals.create_portal("fresh", timezone="UTC")
    await portals.change_portal("fresh", manual_sync_minutes=0)
    async with UkgSandbox(town.company) as another:  # a service account feeds one portal only
        credentials = connections.checked_credentials(
            url=another.url,
            user=another.settings.user,
            password=another.settings.password,
            customer_api_key=another.settings.customer_api_key,
            user_api_key=None,
        )
        await connections.connect("fresh", credentials, town.database_url)
        await add_phone("fresh")
        await Portal.filter(slug="fresh").update(scope=old.scope)
        await open_guard("fresh")
        check(await report_run((await sync_portal("fresh", town.database_url)).id))
    return await by_employee("fresh")


async def add_phone(slug: str) -> None:
    await fields.add_field(slug, "Phone", FieldType.STRING)
    await mappings.map_attributes(slug, ["work_phone=Phone"])


async def by_employee(slug: str) -> dict[str, Learner]:
    learners = {row.id: row for row in await Learner.filter(portal__slug=slug)}
    return {link.employee_id: learners[link.learner_id] for link in await Link.filter(portal__slug=slug)}


def waits_in_vain(employee_id: str, wanted: dict[str, Learner], held: dict[str, Learner], own: dict[int, str]) -> bool:
    """Whether the address somebody is to have stays with an account that nobody else's change takes it from.

    `wanted` and `held` are accounts by employee id and by e-mail key, `own` tells whose an account is.
    """
    seen: set[str] = set()
    while employee_id not in seen:
        seen.add(employee_id)
        holder = held.get(wanted[employee_id].email_key)
        if holder is None or own.get(holder.id) == employee_id:
            return False
        giver = own.get(holder.id)
        if giver is None or giver not in wanted:
            return True
        employee_id = giver
    return False


async def differences(history: History, report: Report) -> list[str]:
    """Where the portal is not what a first sync makes of the same company."""
    wanted, found = await first_sync_of_another_portal(history.town), await by_employee("acme")
    held = {row.email_key: row for row in await Learner.filter(portal__slug="acme")}
    own = {row.id: employee_id for employee_id, row in found.items()}
    conflicts = {row.employee_id for row in report.outcomes if row.outcome == "conflict"}
    wrong: list[str] = []
    for employee_id, right in wanted.items():
        if employee_id in conflicts:
            if not waits_in_vain(employee_id, wanted, held, own):
                wrong.append(f"{employee_id} need not be a conflict")
            continue
        row = found.get(employee_id)
        if row is None:
            wrong.append(f"{employee_id} has no account")
            continue
        wrong += _differences(employee_id, row, right, by_hand=row.id in history.by_hand)
    return wrong


def _differences(employee_id: str, row: Learner, right: Learner, *, by_hand: bool) -> list[str]:
    names = ["email_key", "first_name", "last_name", "custom"]
    wrong = [
        f"{employee_id}: {name} is {getattr(row, name)!r}, not {getattr(right, name)!r}"
        for name in names
        if getattr(row, name) != getattr(right, name)
    ]
    if not by_hand:
        expected = "active" if row.accepted else right.status
        if (row.status, row.account_expires) != (expected, right.account_expires):
            wrong.append(f"{employee_id}: {row.status} until {row.account_expires}, not {expected}")
    return wrong


async def access_left_over(history: History, today: date) -> list[str]:
    """Who left and still could sign in after their last day, though nobody decided so by hand."""
    found = await by_employee("acme")
    wrong: list[str] = []
    for row in history.town.company.employments:
        account = found.get(row["employeeID"])
        if row["employeeStatusCode"] != "T" or account is None or account.id in history.by_hand:
            continue
        last_day = max(today, date.fromisoformat((row["dateOfTermination"] or "0001-01-01")[:10]))
        ends = account.account_expires is not None and account.account_expires <= last_day
        if account.status != "disabled" and not ends:
            wrong.append(row["employeeID"])
    return wrong


async def all_that_a_sync_writes() -> dict[str, list[dict]]:
    """Every row, but for how often somebody was not in UKG Pro's answer, which each run counts."""
    found = {table.__name__: await table.all().order_by("id").values() for table in (Learner, Link, Invite, Mail)}
    for link in found["Link"]:
        del link["missed_runs"]
    return found


async def doubles() -> list[str]:
    """Invitations of which somebody has two."""
    learners = [row.learner_id for row in await Invite.filter(status="open")]
    mails = [row.invite_id for row in await Mail.all()]
    return [f"invite of {each}" for each in set(learners) if learners.count(each) > 1] + [
        f"mail of {each}" for each in set(mails) if mails.count(each) > 1
    ]


async def live(town: Town, seed: int) -> None:
    history = History(town, seed)
    history.found(14)
    await portals.change_portal("acme", page_size=10)
    await add_phone("acme")
    for _ in range(DAYS):
        await history.happenings(history.chance.choice([1, 4, 8]))
        if history.chance.random() < 0.2:
            await history.narrow_or_widen()
        await troubled_sync(history)
        assert await doubles() == []
        history.tomorrow()
    await scope.set_scope("acme", include={}, exclude={}, everyone=True)
    await clean_sync(town)
    before = await all_that_a_sync_writes()
    again = await town.sync()
    check(again)
    assert not again.counts.of(WRITTEN)
    assert await PlanItem.filter(plan_id=again.plan, change__isnull=False).count() == 0
    assert await all_that_a_sync_writes() == before
    assert await doubles() == []
    assert await differences(history, again) == []
    assert await access_left_over(history, now().date()) == []
    assert not await Run.filter(status="running").exists()


@on_sqlite
@pytest.mark.parametrize("seed", range(100, 112))
async def test_after_any_history_a_clean_sync_gives_what_a_first_sync_would(town, seed):
    await live(town, seed)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_histories_end_the_same_on_every_database(town, seed):
    await live(town, seed)


async def test_a_sync_cancelled_at_any_moment_lets_the_next_one_in_at_once(town):
    for number in range(5):
        town.hire(f"E{number}")
    for turns in [*range(0, 150, 6), *range(150, 2500, 120)]:
        town.change("E0", lastName=f"No{turns}")
        await cancelled_after(town, turns)
        check(await town.sync())
        assert (await Learner.get(email="e0@example.com")).last_name == f"No{turns}"
    assert await doubles() == []
    assert not await Run.filter(status="running").exists()
