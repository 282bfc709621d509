"""Portals that know people by username (facts/learnupon-api.md, section 2.4)."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.portals.learnupon.habits import Habits
from core.portals.learnupon.usernames import another_username, username_for
from core.store import models
from tests.core.portals.learnupon_port.people import ACTIVE, PENDING, apply, change, known, new, refusals
from tests.core.store.databases import on_sqlite

ALLOWED = re.compile(r"[\w+\-.,$#@]{6,30}")
LONG = "someone.with.a.very.long.name@company.example.com"


@pytest.fixture
async def portal(open_portal):
    """A portal with usernames, and one person in it."""
    harness = await open_portal(identifier="username")
    realm = harness.sandbox.realm
    realm.add_user(harness.portal, "boss@example.com", "Bo", "Boss", username="the.boss")
    await harness.look()
    return harness


def _usernames(harness):
    return {(each.account.email or "").casefold(): each.account.username for each in harness.portal.members.values()}


@on_sqlite
async def test_newcomers_get_their_email_as_username_or_what_fits_of_it(portal):
    results = await apply(portal, new("ann@example.com"), new(LONG), new("o'neil@example.com"), new("a@b.c"))
    assert refusals(results) == [None] * 4
    names = _usernames(portal)
    assert names["ann@example.com"] == "ann@example.com"
    assert [name for name in names.values() if not ALLOWED.fullmatch(name)] == []
    assert len(set(names.values())) == 5
    await portal.check()


@on_sqlite
async def test_it_is_remembered_for_later_runs(portal):
    portal.begin_anew()
    account = await models.LearnUponAccount.get(portal_id=portal.row.id)
    assert msgspec.json.decode(account.habits, type=Habits).usernames
    assert refusals(await apply(portal, new("ann@example.com"))) == [None]
    await portal.check()


@on_sqlite
async def test_portals_without_usernames_are_not_told_any(open_portal):
    """The control: there is nothing to see of usernames in a portal that has none."""
    harness = await open_portal()
    harness.put_in("boss@example.com")
    await harness.look()
    assert not harness.looking.habits.usernames
    await apply(harness, new("ann@example.com"))
    assert _usernames(harness) == {"boss@example.com": None, "ann@example.com": None}


@on_sqlite
async def test_a_new_address_leaves_the_username(portal):
    await apply(portal, new("ann@example.com"))
    results = await apply(portal, await change(portal, "ann@example.com", email="new@example.com", first_name="Anna"))
    assert refusals(results) == [None]
    assert _usernames(portal)["new@example.com"] == "ann@example.com"
    assert (await known(portal, "new@example.com")).first_name == "Anna"
    await portal.check()


@on_sqlite
async def test_whoever_gets_an_address_that_is_anothers_username_still_gets_an_account_of_their_own(portal):
    await apply(portal, new("ann@example.com", first_name="First"))
    await apply(portal, await change(portal, "ann@example.com", email="new@example.com"))
    (made,) = await apply(portal, new("ann@example.com", first_name="Second"))
    assert (made.refused, made.outcome) == (None, None)
    names = _usernames(portal)
    assert names["new@example.com"] == "ann@example.com"
    assert ALLOWED.fullmatch(names["ann@example.com"])
    assert portal.users()["new@example.com"]["names"] == ("First", "Lee")
    assert portal.users()["ann@example.com"]["names"] == ("Second", "Lee")
    assert portal.invited() == []
    await portal.check()


@on_sqlite
async def test_somebody_of_another_portal_is_invited_by_their_username(portal):
    realm = portal.sandbox.realm
    realm.add_user(realm.portals["sub"], "ann@example.com", "Ann", "Lee", username="ann@example.com")
    (made,) = await apply(portal, new("ann@example.com"))
    assert (made.refused, made.outcome) == (None, "invited")
    portal.accept("ann@example.com")
    await portal.glance()
    assert (await known(portal, "ann@example.com")).status is ACTIVE
    await portal.check()


@on_sqlite
async def test_people_are_invited_with_a_username(portal):
    results = await apply(portal, new("ann@example.com", status=PENDING), new(LONG, status=PENDING))
    assert refusals(results) == [None, None]
    for email in ("ann@example.com", LONG):
        portal.accept(email)
    await portal.glance()
    assert _usernames(portal)["ann@example.com"] == "ann@example.com"
    assert (await known(portal, LONG)).status is ACTIVE
    await portal.check()


@given(st.emails())
def test_a_username_is_always_one_that_learnupon_takes(email):
    for name in (username_for(email), another_username(email, "1001")):
        assert ALLOWED.fullmatch(name)


@given(st.lists(st.emails(), min_size=2, max_size=5, unique_by=str.casefold), st.integers(1, 9))
def test_two_people_never_get_the_same_username(emails, holder):
    names = [username_for(email).casefold() for email in emails]
    assert len(set(names)) == len(emails)
    assert another_username(emails[0], str(holder)).casefold() not in names
