"""Links to connect through: whose they are, how long and how often they are good."""

import asyncio

import pytest

from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.admins import remove_admin, set_admin
from core.services.connect_links import (
    MOST_TRIES,
    ConnectLinkUnusable,
    Entries,
    State,
    connect_through_link,
    look_at_connect_link,
    make_connect_link,
)
from core.services.connections import NEVER_READ
from core.services.portals import create_portal
from core.services.trail import trail
from core.store.models import AuditLine, Connection, ConnectLink
from core.ukg.errors import UkgError

ANN = Actor("Ann Lee", "slack", slack_user="UANN")


@pytest.fixture
async def token(acme):
    """The token of a link that Ann, an admin, made in Slack."""
    await set_admin("acme", "Ann Lee", Role.ADMIN, slack_user="UANN")
    return await made()


async def made(actor=ANN):
    with acting_as(actor):
        return (await make_connect_link("acme")).url.rpartition("/")[2]


@pytest.fixture
def entries(credentials):
    """What fits the stand-in of UKG Pro."""
    return Entries(credentials.url, credentials.user, credentials.password, credentials.customer_api_key, "", True)


def wrong(entries):
    return Entries(entries.url, entries.user, "wrong", entries.customer_api_key, "", True)


async def look(token, slug="acme"):
    return await look_at_connect_link(slug, token, remote="192.0.2.1")


async def use(token, entries, store, slug="acme"):
    return await connect_through_link(slug, token, entries, store, remote="192.0.2.1")


async def state_of(act):
    with pytest.raises(ConnectLinkUnusable) as caught:
        await act
    return caught.value.state


async def test_it_connects_in_the_name_of_who_made_it_and_is_used_up(token, entries, store, credentials):
    shown = await look(token)
    assert (shown.made_by, shown.never) == ("Ann Lee", NEVER_READ)
    assert any("first and last name" in line for line in shown.reads)
    assert await use(token, entries, store) == credentials.url
    assert (await Connection.get()).status == "active"
    lines = [line async for line in trail("acme") if line.action in ("connected", "connect link made")]
    assert [(line.action, line.actor, line.face) for line in lines] == [
        ("connected", "Ann Lee", "web"),
        ("connect link made", "Ann Lee", "slack"),
    ]
    assert await state_of(look(token)) is State.USED
    assert await state_of(use(token, entries, store)) is State.USED


async def test_looking_uses_nothing_up(token, entries, store):
    for _ in range(20):
        await look(token)
    await use(token, entries, store)


async def test_it_is_good_for_ten_minutes(token, entries, store, set_clock):
    set_clock("2026-03-10T12:09:59Z")
    await look(token)
    set_clock("2026-03-10T12:10:00Z")
    assert await state_of(look(token)) is State.EXPIRED
    assert await state_of(use(token, entries, store)) is State.EXPIRED
    assert not await Connection.exists()


async def test_a_newer_link_of_the_same_admin_takes_its_place(token, entries, store):
    newer = await made()
    assert await state_of(look(token)) is State.EXPIRED
    await use(newer, entries, store)


async def test_a_link_is_for_its_portal_alone(token):
    await create_portal("beta")
    assert await state_of(look(token, "beta")) is State.UNKNOWN
    assert await state_of(look("nonsense")) is State.UNKNOWN
    assert await state_of(look("é" * 300)) is State.UNKNOWN


async def test_what_ukg_pro_does_not_take_can_be_put_right(token, entries, store):
    with pytest.raises(UkgError):
        await use(token, wrong(entries), store)
    assert not await Connection.exists()
    await use(token, entries, store)


async def test_five_failed_tries_are_the_end_of_it(token, entries, store):
    for _ in range(MOST_TRIES):
        with pytest.raises(UkgError):
            await use(token, wrong(entries), store)
    assert await state_of(look(token)) is State.SPENT
    assert await state_of(use(token, entries, store)) is State.SPENT


async def test_without_consent_nothing_is_asked_or_stored(token, entries, store, sandbox):
    without = Entries(entries.url, entries.user, entries.password, entries.customer_api_key, "", False)
    with pytest.raises(SettingsError, match="Consent is needed, so nothing was stored"):
        await use(token, without, store)
    assert not await Connection.exists()
    assert (await ConnectLink.get()).tries == 0
    assert sandbox.requests == []


async def test_two_at_the_same_moment_connect_once(token, entries, store):
    ends = await asyncio.gather(*(use(token, entries, store) for _ in range(2)), return_exceptions=True)
    assert sorted(isinstance(end, ConnectLinkUnusable) for end in ends) == [False, True]
    assert await AuditLine.filter(action="connected").count() == 1


async def test_who_is_no_admin_any_more_connects_nothing(token, entries, store):
    await set_admin("acme", "Bob", Role.ADMIN)
    await set_admin("acme", "Ann Lee", Role.OPERATOR)
    for act in (look(token), use(token, entries, store)):
        with pytest.raises(NotAllowed):
            await act
    await remove_admin("acme", "Ann Lee")
    with pytest.raises(NotAllowed):
        await use(token, entries, store)
    assert not await Connection.exists()


async def test_only_an_admin_makes_one(acme):
    await set_admin("acme", "Bob", Role.OPERATOR, slack_user="UBOB")
    with acting_as(Actor("Bob", "slack", slack_user="UBOB")), pytest.raises(NotAllowed):
        await make_connect_link("acme")
    assert not await ConnectLink.exists()


async def test_neither_the_token_nor_a_secret_is_stored_or_written_into_the_trail(token, entries, store):
    await use(token, entries, store)
    kept = [*await ConnectLink.all().values(), *await AuditLine.all().values(), *await Connection.all().values()]
    for secret in (token, entries.password, entries.customer_api_key):
        assert secret not in str(kept)
