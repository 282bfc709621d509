"""Links to connect through: whose they are, how long and how often they are good."""

import asyncio

import pytest
from msgspec.structs import replace

from core.domain.errors import OutsideError, SettingsError
from core.domain.roles import Role
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.admins import remove_admin, set_admin
from core.services.connect_links import MOST_TRIES, ConnectLinkUnusable, State, make_connect_link
from core.services.connecting import ApiKeyEntries, Entries, KeptCredentials, connect_through_link, look_at_connect_link
from core.services.connections import NEVER_READ
from core.services.portals import create_portal
from core.services.trail import trail
from core.store.models import AuditLine, Connection, ConnectLink, LearnUponAccount
from core.ukg.errors import UkgError

ANN = Actor("Ann Lee", "slack", slack_user="UANN")


@pytest.fixture
async def token(acme):
    """The token of a link that Ann, an admin, made in Slack."""
    await set_admin("acme", "Ann Lee", Role.ADMIN, slack_user="UANN")
    return await made()


async def made(actor=ANN, slug="acme"):
    with acting_as(actor):
        return (await make_connect_link(slug)).url.rpartition("/")[2]


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
    assert shown.learnupon is None
    assert await use(token, entries, store) == KeptCredentials(credentials.url, None, None)
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


NOTHING = Entries("", "", "", "", "", False)


@pytest.fixture
async def there(token):
    """LearnUpon with a portal in it."""
    async with LearnUponSandbox(LearnUponSettings()) as sandbox:
        yield sandbox.realm.top


@pytest.fixture
async def token_there(there):
    """The token of Ann's link for the portal north, which is LearnUpon's."""
    await create_portal("north", kind="learnupon")
    await set_admin("north", "Ann Lee", Role.ADMIN, slack_user="UANN")
    return await made(slug="north")


def keys(there, password=None):
    return ApiKeyEntries(there.url, there.username, password or there.password)


async def kept(slug="north"):
    """Whether UKG Pro's service account and LearnUpon's API keys are known."""
    portal = {"portal__slug": slug}
    return await Connection.exists(**portal), await LearnUponAccount.exists(**portal)


async def test_the_api_keys_of_learnupon_are_given_through_the_same_link(token_there, there, entries, store):
    assert (await look(token_there, "north")).learnupon == ""
    both = replace(entries, learnupon=keys(there))
    assert await use(token_there, both, store, "north") == KeptCredentials(entries.url, there.url, None)
    assert await kept() == (True, True)
    assert await state_of(look(token_there, "north")) is State.USED
    shown = await look(await made(slug="north"), "north")
    assert (shown.url, shown.user, shown.learnupon) == (entries.url, entries.user, there.url)
    lines = {line.action async for line in trail("north") if line.face == "web"}
    assert lines == {"connected", "LearnUpon keys given"}


async def test_either_part_alone_may_be_given_and_what_lacks_is_said(token_there, there, entries, store):
    alone = replace(NOTHING, learnupon=keys(there))
    connected = await use(token_there, alone, store, "north")
    assert connected == KeptCredentials(None, there.url, "UKG Pro's service account is not known yet.")
    assert await kept() == (False, True)
    as_it_was = replace(entries, learnupon=ApiKeyEntries(there.url, "", ""))
    assert await use(await made(slug="north"), as_it_was, store, "north") == KeptCredentials(entries.url, None, None)
    assert await kept() == (True, True)


async def test_ukg_pro_alone_leaves_the_api_keys_lacking(token_there, entries, store):
    lacks = "LearnUpon's API keys are not known yet."
    assert await use(token_there, entries, store, "north") == KeptCredentials(entries.url, None, lacks)


@pytest.mark.parametrize("wrong_part", ["ukg", "learnupon"])
async def test_when_either_part_is_refused_nothing_is_kept(token_there, there, entries, store, wrong_part):
    good = entries if wrong_part == "learnupon" else wrong(entries)
    both = replace(good, learnupon=keys(there, "wrong" if wrong_part == "learnupon" else None))
    with pytest.raises(OutsideError):
        await use(token_there, both, store, "north")
    assert await kept() == (False, False)
    await use(token_there, replace(entries, learnupon=keys(there)), store, "north")


async def test_a_form_left_as_it_was_changes_nothing_and_uses_no_try_up(token_there, store):
    with pytest.raises(SettingsError, match="Nothing was filled in, so nothing was changed"):
        await use(token_there, replace(NOTHING, learnupon=ApiKeyEntries("", "", "")), store, "north")
    assert (await ConnectLink.filter(portal__slug="north").first()).tries == 0


async def test_an_embedded_portal_takes_no_api_keys(token, there, entries, store):
    assert await use(token, replace(entries, learnupon=keys(there)), store) == KeptCredentials(entries.url, None, None)
    assert await kept("acme") == (True, False)
