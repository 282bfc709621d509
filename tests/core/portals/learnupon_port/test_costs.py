"""What changes cost, in requests."""

import pytest

from core.domain.custom_fields import FieldType
from core.portals.learnupon.habits import Leaving
from tests.core.portals.learnupon_port.people import ACTIVE, DISABLED, PENDING, apply, change, known, new
from tests.core.portals.learnupon_port.scenario import found, play
from tests.core.store.databases import on_sqlite

pytestmark = on_sqlite

NAMES = ["ann", "bea", "cat"]


@pytest.fixture
async def warm(open_portal):
    """Call with settings for a portal of which everything is known that is learnt by writing, with three people and
    one more who is invited, and one who is disabled."""

    async def opened(**settings):
        harness = await open_portal(**settings)
        await play(harness, apply)
        for name in NAMES:
            harness.put_in(
                f"{name}.lee@example.com", first_name=name, last_name="Lee", accepted=False, custom={"Job": "Cook"}
            )
        harness.put_in("dan.lee@example.com", last_name="Lee", status="disabled", custom={"Job": "Cook"})
        await harness.look()
        await apply(harness, new("pat.lee@example.com", status=PENDING))
        harness.begin_anew()
        await harness.glance()
        return harness

    return opened


async def _spent(harness, *changes):
    before = harness.client.requests
    results = await apply(harness, *changes)
    assert [result.refused for result in results] == [None] * len(changes)
    return harness.client.requests - before


def _of(name, **after):
    async def wanted(harness):
        return [await change(harness, f"{name}.lee@example.com", **after)]

    return wanted


def _round(*names):
    async def wanted(harness):
        pairs = zip(names, [*names[1:], names[0]], strict=True)
        return [
            await change(harness, f"{old}.lee@example.com", email=f"{taken}.lee@example.com") for old, taken in pairs
        ]

    return wanted


def _newcomer(**values):
    async def wanted(harness):
        return [new("new@example.com", **values)]

    return wanted


async def _chain(harness):
    return [
        new("ann.lee@example.com"),
        await change(harness, "ann.lee@example.com", email="free@example.com"),
    ]


# Where values left out are kept, and where they are emptied, so that everything is read first and sent along.
COSTS = {
    "create": (_newcomer(custom={"Job": "Cook"}), 1, 1),
    "invite": (_newcomer(status=PENDING), 1, 1),
    "rename": (_of("ann", last_name="Stone"), 1, 2),
    "new e-mail": (_of("ann", email="new@example.com"), 1, 2),
    "value changed": (_of("ann", custom={"Job": "Chef"}), 1, 2),
    "value emptied, the first of a run": (_of("ann", custom={"Job": None}), 2, 3),
    "everything at once": (_of("ann", last_name="Stone", email="new@example.com", custom={"Job": "Chef"}), 1, 2),
    "disable": (_of("ann", status=DISABLED), 1, 2),
    "enable": (_of("dan", status=ACTIVE), 1, 2),
    "exchange of two addresses": (_round("ann", "bea"), 3, 6),
    "ring of three": (_round("ann", "bea", "cat"), 4, 8),
    "chain with a newcomer": (_chain, 2, 3),
    "remove": (_of("ann", remove=True), 3, 3),
    "rename of somebody invited": (_of("pat", last_name="Stone"), 1, 1),
    "new e-mail of somebody invited": (_of("pat", email="new@example.com"), 4, 4),
    "end of somebody invited": (_of("pat", status=DISABLED), 3, 3),
    "link alone": (_of("ann"), 0, 0),
}


@pytest.mark.parametrize("kind", COSTS)
async def test_a_change_costs_so_many_requests(warm, kind):
    wanted, kept, _ = COSTS[kind]
    harness = await warm()
    assert await _spent(harness, *await wanted(harness)) == kept


@pytest.mark.parametrize("kind", ["rename", "exchange of two addresses", "create", "remove"])
async def test_a_change_costs_a_reading_more_where_values_left_out_are_emptied(warm, kind):
    wanted, _, emptied = COSTS[kind]
    harness = await warm(update="replace")
    assert await _spent(harness, *await wanted(harness)) == emptied


async def test_a_newcomer_of_the_realm_costs_three(portal):
    portal.put_in("ann@example.com")
    sub = await portal.neighbour()
    await sub.look()
    assert await _spent(sub, new("ann@example.com")) == 3


async def test_the_first_update_of_all_is_read_before_and_after_and_the_others_profit(portal):
    await found(portal)
    changes = [await change(portal, f"{name}@example.com", last_name="Stone") for name in ("ann", "bea", "cat", "dan")]
    assert await _spent(portal, *changes) == len(changes) + 2
    assert portal.looking.habits.fields is Leaving.KEPT


async def test_the_first_newcomer_of_all_is_read_back_and_the_others_are_not(portal):
    await portal.look()
    assert await _spent(portal, *(new(f"p{number}@example.com") for number in range(19))) == 20
    portal.begin_anew()
    assert await _spent(portal, *(new(f"q{number}@example.com") for number in range(19))) == 19


async def test_one_in_a_hundred_is_read_back(portal):
    await portal.look()
    await apply(portal, new("first@example.com"))
    assert await _spent(portal, *(new(f"p{number}@example.com") for number in range(199))) == 199 + 2


@pytest.mark.parametrize(("invited", "requests"), [(0, 1), (1, 2)])
async def test_a_look_at_a_large_portal_where_nothing_happened_takes_two_requests_at_most(portal, invited, requests):
    for number in range(1200):
        portal.put_in(f"p{number}@example.com")
    for number in range(invited * 700):
        portal.invite_by_hand(f"i{number}@example.com")
    await portal.look()
    for _ in range(3):
        before = portal.client.requests
        await portal.glance()
        assert portal.client.requests - before == requests


async def test_values_of_a_portal_with_a_single_field_cost_one_request_each(portal):
    """There is nothing beside them that could be emptied, so nothing need be learnt."""
    await portal.add_field("Job", FieldType.STRING)
    for number in range(12):
        portal.put_in(f"p{number}@example.com", first_name=str(number), last_name="Lee")
    await portal.look()
    await apply(portal, await change(portal, "p0@example.com", custom={"Job": "Cook"}))
    changes = [await change(portal, f"p{number}@example.com", custom={"Job": "Cook"}) for number in range(1, 12)]
    assert await _spent(portal, *changes) == len(changes)
    assert (await known(portal, "p3@example.com")).custom == {"Job": "Cook"}
    await portal.check()
