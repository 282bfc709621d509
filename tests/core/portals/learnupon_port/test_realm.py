"""Addresses that exist elsewhere in the realm, or here unknown to us; top-level admins; licences."""

import pytest

from core.domain.learner import UserType
from core.domain.outcome import Outcome
from core.sandbox.learnupon.records import UserType as SandboxType
from tests.core.portals.learnupon_port.people import (
    ACTIVE,
    DISABLED,
    PENDING,
    apply,
    change,
    known,
    new,
    refusals,
    row_of,
)
from tests.core.store.databases import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
async def sub(portal):
    """A sub-portal in a realm whose top-level portal has Ann."""
    portal.put_in("ann@example.com", first_name="Ann", last_name="Elsewhere")
    neighbour = await portal.neighbour()
    await neighbour.look()
    return neighbour


async def test_somebody_of_another_portal_is_invited_instead_of_created(sub):
    (made,) = await apply(sub, new("ann@example.com"))
    assert (made.refused, made.outcome) == (None, Outcome.INVITED)
    assert "another portal of the realm" in made.detail
    assert sub.invited() == ["ann@example.com"]
    assert (await known(sub, "ann@example.com")).status is PENDING
    sub.accept("ann@example.com")
    await sub.glance()
    account = await known(sub, "ann@example.com")
    assert (account.status, account.last_name) == (ACTIVE, "Elsewhere")
    assert account.id == made.learner_id
    await sub.check()


async def test_somebody_of_another_portal_is_created_where_the_realm_allows_it(open_portal):
    top = await open_portal(allow_user_creation_if_exists=True)
    top.put_in("ann@example.com", first_name="Ann", last_name="Elsewhere")
    sub = await top.neighbour()
    await sub.look()
    (made,) = await apply(sub, new("ann@example.com"))
    assert (made.refused, made.outcome) == (None, None)
    # The realm keeps the name that the account has, so the next plan must see it.
    account = await known(sub, "ann@example.com")
    assert (account.status, account.last_name) == (ACTIVE, "Elsewhere")
    assert account.revision != made.revision
    await sub.check()


@pytest.mark.parametrize("status", [ACTIVE, PENDING])
async def test_somebody_who_appeared_in_the_portal_is_refused_and_known_from_then_on(portal, status):
    await portal.look()
    portal.put_in("ann@example.com", first_name="Ann", last_name="Lee")
    results = await apply(portal, new("Ann@example.com", status=status), new("bea@example.com"))
    assert refusals(results) == ["email_taken", None]
    assert "the next sync links it" in results[0].detail
    assert (await known(portal, "ann@example.com")).status is ACTIVE
    assert portal.invited() == []
    await portal.check()


async def test_a_new_address_that_turns_out_to_be_anothers_never_takes_their_account_over(portal):
    await apply(portal, new("ann@example.com", status=PENDING, first_name="Ann"))
    mine = (await known(portal, "ann@example.com")).id
    portal.put_in("bea@example.com", first_name="Bea")
    results = await apply(portal, await change(portal, "ann@example.com", email="bea@example.com"))
    assert refusals(results) == ["email_taken"]
    other = await known(portal, "bea@example.com")
    assert (other.first_name, other.id != mine) == ("Bea", True)
    assert (await known(portal, "ann@example.com")).id == mine
    await portal.check()


async def test_an_address_that_is_known_to_be_anothers_costs_no_request(portal):
    for name in ("ann", "bea"):
        await portal.add_account(f"{name}@example.com")
    before = portal.client.requests
    results = await apply(
        portal, await change(portal, "ann@example.com", email="bea@example.com"), new("bea@example.com")
    )
    assert refusals(results) == ["email_taken", "email_taken"]
    assert portal.client.requests == before


@pytest.mark.parametrize("status", [ACTIVE, PENDING])
async def test_of_two_newcomers_with_one_address_the_first_gets_it(portal, status):
    await portal.look()
    results = await apply(
        portal,
        new("ann@example.com", status=status, first_name="One"),
        new("ANN@example.com", status=status, first_name="Two"),
    )
    assert refusals(results) == [None, "email_taken"]
    assert (await known(portal, "ann@example.com")).first_name == "One"
    await portal.check()


async def test_a_top_level_admin_is_an_admin_in_a_sub_portal_and_stays_one(sub):
    realm = sub.sandbox.realm
    boss = realm.add_user(realm.top, "boss@example.com", "Bo", "Boss", user_type=SandboxType.ADMIN)
    realm.join(sub.portal, boss.account)
    await sub.look()
    assert (await known(sub, "boss@example.com")).user_type is UserType.ADMIN
    results = await apply(sub, await change(sub, "boss@example.com", last_name="Stone"))
    assert refusals(results) == [None]
    assert (await known(sub, "boss@example.com")).user_type is UserType.ADMIN
    assert realm.user_type(sub.portal, sub.named("boss@example.com")) is SandboxType.ADMIN
    results = await apply(sub, await change(sub, "boss@example.com", status=DISABLED))
    assert refusals(results) == ["last_admin"]
    await sub.check()


async def test_whoever_finds_no_licence_left_is_told_so_and_the_others_go_through(sub):
    sub.portal.licences = 1
    results = await apply(sub, new("bea@example.com"))
    assert refusals(results) == [None]
    results = await apply(
        sub,
        new("cat@example.com"),
        await change(sub, "bea@example.com", last_name="Stone"),
        new("dan@example.com", status=PENDING),
    )
    assert refusals(results) == ["licence_limit", None, None]
    assert "no licence left" in results[0].detail
    assert sub.users().keys() == {"bea@example.com"}
    await sub.check()


async def test_an_account_disabled_above_is_seen_as_disabled_by_hand(sub):
    realm = sub.sandbox.realm
    await apply(sub, new("ann@example.com"))
    sub.accept("ann@example.com")
    await sub.glance()
    realm.enable(realm.top, realm.top.members[sub.named("ann@example.com").account.id], False)
    await sub.look()
    assert ((await row_of(sub, "ann@example.com")).status, (await row_of(sub, "ann@example.com")).disabled_by) == (
        "disabled",
        "admin",
    )
    await sub.check()
