"""E-mail addresses that change hands on one day: everybody has the right one after one sync, and nobody is without."""

import pytest

from core.services.plans import approve_plan
from core.store.models import Invite, Learner, Mail, PlanItem
from core.sync.plan_items import BLOCK

WRITTEN = ("created", "invited", "updated", "reactivated", "ended")


def address(name: str) -> str:
    return f"{name}@example.com"


async def settle(town, *names: str) -> dict[str, int]:
    """People with the addresses of their names, synced; returns the ids of their accounts by employee id."""
    for number, name in enumerate(names):
        town.hire(f"E{number}", f"{name.title()} Lee", address(name))
    await town.sync()
    return {
        str(learner.employee_id): int((await Learner.get(email=email)).id)
        for email, learner in (await town.learners()).items()
    }


async def held_by() -> dict[str, int]:
    """The id of the account that has each address, by the name in it."""
    return {row.email.partition("@")[0]: row.id for row in await Learner.all()}


async def is_quiet(town) -> bool:
    """Whether another sync has nothing to write."""
    return not (await town.sync()).counts.of(WRITTEN)


async def test_two_exchange_their_addresses_in_one_sync(town):
    accounts = await settle(town, "ann", "bea")
    town.change("E0", emailAddress=address("bea"))
    town.change("E1", emailAddress=address("ann"))
    report = await town.sync()
    assert {(row.outcome, row.reason) for row in report.outcomes} == {("updated", "email_changed")}
    assert await held_by() == {"bea": accounts["E0"], "ann": accounts["E1"]}
    assert await is_quiet(town)


async def test_three_pass_their_addresses_round(town):
    accounts = await settle(town, "ann", "bea", "cleo")
    for employee_id, name in (("E0", "bea"), ("E1", "cleo"), ("E2", "ann")):
        town.change(employee_id, emailAddress=address(name))
    report = await town.sync()
    assert report.counts.updated == 3
    assert await held_by() == {"bea": accounts["E0"], "cleo": accounts["E1"], "ann": accounts["E2"]}
    assert await is_quiet(town)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 4, 0, 3, 1)])
async def test_five_move_up_by_one_address_whatever_their_order(town, order):
    names = ["ann", "bea", "cleo", "dora", "eve"]
    accounts = await settle(town, *(names[number] for number in order))
    of = {name: accounts[f"E{place}"] for place, name in enumerate(names[number] for number in order)}
    following = dict(zip(names, [*names[1:], "free"], strict=True))
    for place, number in enumerate(order):
        town.change(f"E{place}", emailAddress=address(following[names[number]]))
    assert (await town.sync()).counts.updated == 5
    assert await held_by() == {following[name]: of[name] for name in names}
    assert await is_quiet(town)


async def test_a_newcomer_gets_an_address_that_is_given_up_the_same_day(town):
    accounts = await settle(town, "ann")
    town.hire("E8", "Ann Young", address("ann"))
    town.change("E0", emailAddress=address("ann.lee"))
    report = await town.sync()
    assert (report.counts.invited, report.counts.updated) == (1, 1)
    found = await held_by()
    assert found["ann.lee"] == accounts["E0"] != found["ann"]
    assert await is_quiet(town)


async def test_a_newcomer_at_the_end_of_a_ring_that_opens(town):
    accounts = await settle(town, "ann", "bea")
    town.change("E0", emailAddress=address("free"))
    town.change("E1", emailAddress=address("ann"))
    town.hire("E8", "New Bea", address("bea"))
    await town.sync()
    found = await held_by()
    assert (found["free"], found["ann"]) == (accounts["E0"], accounts["E1"])
    assert (await town.learners())[address("bea")].employee_id == "E8"
    assert await is_quiet(town)


async def test_different_spellings_of_an_address_change_hands_too(town):
    accounts = await settle(town, "ann", "bea")
    town.change("E0", emailAddress="BEA@Example.com")
    town.change("E1", emailAddress=" Ann@example.COM ")
    assert (await town.sync()).counts.updated == 2
    found = {row.email_key: row.id for row in await Learner.all()}
    assert found == {address("bea"): accounts["E0"], address("ann"): accounts["E1"]}


async def test_a_chain_never_stands_in_two_blocks_of_a_plan(town):
    """The plan is written block by block: a chain that would be cut in two moves to the next block."""
    others = BLOCK - 2
    for number in range(others):
        town.hire(f"R{number:04}", f"Pat No{number}")
    accounts = await settle(town, "ann", "bea", "cleo")
    for number in range(others):
        town.change(f"R{number:04}", lastName=f"Other{number}")
    for employee_id, name in (("E0", "bea"), ("E1", "cleo"), ("E2", "ann")):
        town.change(employee_id, emailAddress=address(name))
    plan = await town.plan()
    positions = await PlanItem.filter(plan_id=plan.plan, also="email").values_list("position", flat=True)
    assert {position // BLOCK for position in positions} == {1}
    assert (await town.apply(plan.plan)).counts.updated == others + 3
    found = await held_by()
    assert (found["bea"], found["cleo"], found["ann"]) == (accounts["E0"], accounts["E1"], accounts["E2"])
    assert await is_quiet(town)


async def test_more_renames_than_a_block_holds_and_an_exchange_among_them(town):
    for number in range(BLOCK + 20):
        town.hire(f"R{number:04}", f"Pat No{number}")
    accounts = await settle(town, "ann", "bea")
    for number in range(BLOCK + 20):
        town.change(f"R{number:04}", lastName=f"Other{number}")
    town.change("E0", emailAddress=address("bea"), lastName="Bee")
    town.change("E1", emailAddress=address("ann"))
    assert (await town.sync()).counts.updated == BLOCK + 22
    found = await held_by()
    assert (found["bea"], found["ann"]) == (accounts["E0"], accounts["E1"])
    assert await is_quiet(town)


async def test_who_waits_for_an_address_that_is_not_given_up_is_a_conflict_and_keeps_their_own(town):
    accounts = await settle(town, "ann", "bea", "cleo")
    await town.manual_learner(address("kept"))
    before = await held_by()
    for employee_id, name in (("E0", "bea"), ("E1", "cleo"), ("E2", "kept")):
        town.change(employee_id, emailAddress=address(name))
    report = await town.sync()
    assert {row.employee_id for row in report.outcomes} == set(accounts)
    assert {(row.outcome, row.reason) for row in report.outcomes} == {("conflict", "email_taken")}
    assert await held_by() == before


@pytest.mark.parametrize(
    "trouble",
    [
        {"lastName": "L" * 300},
        {"employeeStatusCode": "S"},
        {"employeeStatusCode": "?"},
        {"employeeStatusCode": "T", "dateOfTermination": "2026-03-01T00:00:00"},
    ],
    ids=["unusable name", "suspended", "unknown status", "left"],
)
async def test_a_giver_who_cannot_be_written_keeps_the_address(town, trouble):
    await settle(town, "ann", "bea")
    before = await held_by()
    town.change("E0", emailAddress=address("bea"))
    town.change("E1", emailAddress=address("free"), **trouble)
    report = await town.sync()
    assert (town.outcome(report, "E0").outcome, town.outcome(report, "E0").reason) == ("conflict", "email_taken")
    assert await held_by() == before


async def test_what_the_guard_holds_of_a_chain_costs_nobody_their_address(town):
    names = ["ann", "bea", "cleo", "dora", "eve", "fay"]
    accounts = await settle(town, *names)
    before = await held_by()
    for place, name in enumerate([*names[1:], "free"]):
        town.change(f"E{place}", emailAddress=address(name))
    town.hire("E8", "Ann Young", address("ann"))
    report = await town.sync()
    assert (report.counts.held, report.counts.conflict) == (6, 1)  # six is more than five, as long as nobody says so
    assert (town.outcome(report, "E8").outcome, town.outcome(report, "E8").reason) == ("conflict", "email_taken")
    assert await held_by() == before
    plan = await town.plan()
    await approve_plan(plan.plan)
    applied = await town.apply(plan.plan)
    assert (applied.counts.updated, applied.counts.invited) == (6, 1)
    found = await held_by()
    assert {name: found[name] for name in [*names[1:], "free"]} == {
        name: accounts[f"E{place}"] for place, name in enumerate([*names[1:], "free"])
    }
    assert await is_quiet(town)


async def test_applying_only_the_taker_of_a_chain_is_a_conflict(town):
    await settle(town, "ann", "bea")
    before = await held_by()
    town.change("E0", emailAddress=address("bea"))
    town.change("E1", emailAddress=address("free"))
    plan = await town.plan()
    report = await town.apply(plan.plan, people=("E0",))
    assert (town.outcome(report, "E0").outcome, town.outcome(report, "E0").reason) == ("conflict", "email_taken")
    assert await held_by() == before
    assert (await town.sync()).counts.updated == 2


async def test_people_who_are_invited_keep_their_one_invitation_when_they_exchange_addresses(town):
    await settle(town, "ann", "bea")
    before = await Invite.all().order_by("id").values()
    mails = await Mail.all().order_by("id").values()
    town.change("E0", emailAddress=address("bea"))
    town.change("E1", emailAddress=address("ann"))
    await town.sync()
    assert await Invite.all().order_by("id").values() == before
    assert await Mail.all().order_by("id").values() == mails
    assert {row.status for row in await Learner.all()} == {"pending"}
