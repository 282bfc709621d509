"""`/ukg connect` and `/ukg disconnect`: no secret passes through Slack, and what is forgotten was meant to be."""

import re

import aiohttp
import pytest

from bot.commands.disconnect import DISCONNECT, FORGET_BOTH, FORGET_KEYS
from core.domain.roles import Role
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from core.services.admins import set_admin
from core.services.connections import checked_credentials, connect
from core.services.learnupon import checked_account, give_keys
from core.services.portals import create_portal, list_portals
from core.settings import load_settings
from core.store.run_lock import hold_run_lock
from core.web.serving import open_door


async def connection():
    (overview,) = await list_portals()
    return overview.connection


async def test_an_admin_gets_a_link_and_connects_on_the_page(ask, bot, acme, account, store, monkeypatch):
    async with open_door(store) as door:
        monkeypatch.setenv("UKG_PUBLIC_URL", door)
        load_settings.cache_clear()
        answer = await ask("connect")
        assert answer.only_for == "UANN"
        (url,) = re.findall(r"<(http[^|>]+)\|", answer.text)
        assert url.startswith(f"{door}/acme/connect/")
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(url) as page:
                (token,) = re.findall(r'name="form_token" value="([^"]*)"', await page.text())
            entries = {**account, "user_api_key": "", "consent": "yes", "form_token": token}
            async with browser.post(url, data=entries) as page:
                assert "The portal is connected" in await page.text()
    assert await connection() == "active"
    calls = str([call.arguments for call in bot.calls])
    assert account["password"] not in calls
    assert account["customer_api_key"] not in calls


async def test_without_a_public_address_it_says_where_the_link_works(ask, acme):
    assert "The link opens only on the machine that runs ukg-sync" in (await ask("connect")).text


@pytest.mark.parametrize("command", ["connect", "disconnect"])
async def test_only_an_admin_is_answered(ask, acme, command):
    await set_admin("acme", "Bob", Role.OPERATOR, slack_user="UBOB")
    answer = await ask(command, user="UBOB")
    assert answer.text == f"You are operator in acme, and `/ukg {command}` takes admin; nothing was done. Ask an admin."


async def test_disconnecting_is_asked_twice_and_then_done(ask, bot, connected):
    answer = await ask("disconnect")
    assert "Forget the credentials of *acme* for UKG Pro?" in answer.text
    assert await connection() == "active"
    (press,) = answer.blocks[-1]["elements"]
    assert press["confirm"]["title"]["text"] == "Forget UKG Pro?"
    await bot.click(answer, DISCONNECT, user="UANN")
    await bot.wait_for(lambda: answer.edits)
    assert answer.text == (
        "acme is disconnected from UKG Pro; its credentials are forgotten. No sync runs until it is connected again. "
        "Learners, values and mapping stay."
    )
    assert not [block for block in answer.blocks if block["type"] == "actions"]
    assert await connection() == "disconnected"


async def test_a_button_pressed_by_who_is_no_admin_any_more_forgets_nothing(ask, bot, connected):
    await set_admin("acme", "Bob", Role.ADMIN, slack_user="UBOB")
    answer = await ask("disconnect", user="UBOB")
    await set_admin("acme", "Bob", Role.VIEWER)
    await bot.click(answer, DISCONNECT, user="UBOB")
    refusal = await bot.wait_for(lambda: bot.messages("C1", to="UBOB")[1:])
    assert "You are viewer in acme, and this takes admin; nothing was done." in refusal[0].text
    assert await connection() == "active"


async def test_with_nothing_to_forget_it_says_so(ask, acme):
    assert (await ask("disconnect")).text == (
        "acme is not connected, so there is nothing to forget; nothing was changed."
    )


@pytest.fixture
async def there(acme, account, store):
    """The portal north, which is LearnUpon's, connected on both sides; gives its database id."""
    async with LearnUponSandbox(LearnUponSettings()) as sandbox:
        known = sandbox.realm.top
        portal = await create_portal("north", kind="learnupon")
        await set_admin("north", "Ann Lee", Role.ADMIN, slack_user="UANN")
        await connect("north", checked_credentials(**account), store)
        await give_keys("north", checked_account(known.url, known.username, known.password), store)
        yield portal.id


async def known_of_north():
    (overview,) = [each for each in await list_portals() if each.slug == "north"]
    return overview.connection, overview.learnupon


def offered(answer):
    return {press["action_id"]: press for press in answer.blocks[-1]["elements"]}


@pytest.mark.parametrize(
    ("press", "left", "said"),
    [
        (DISCONNECT, ("disconnected", "active"), "north is disconnected from UKG Pro;"),
        (FORGET_KEYS, ("active", "none"), "north writes to LearnUpon no more;"),
        (FORGET_BOTH, ("disconnected", "none"), "north is disconnected from UKG Pro and from LearnUpon;"),
    ],
)
async def test_a_portal_of_learnupon_is_disconnected_from_either_or_both(ask, bot, there, press, left, said):
    answer = await ask("disconnect north")
    assert "Forget the credentials of *north* for UKG Pro or LearnUpon?" in answer.text
    assert list(offered(answer)) == [DISCONNECT, FORGET_KEYS, FORGET_BOTH]
    assert all("No sync runs any more" in each["confirm"]["text"]["text"] for each in offered(answer).values())
    await bot.click(answer, press, user="UANN")
    await bot.wait_for(lambda: answer.edits)
    assert answer.text.startswith(said)
    assert await known_of_north() == left
    still = {DISCONNECT: [FORGET_KEYS], FORGET_KEYS: [DISCONNECT]}
    if press in still:
        assert list(offered(await ask("disconnect north"))) == still[press]


async def test_while_it_is_synced_neither_is_forgotten(ask, bot, there):
    answer = await ask("disconnect north")
    async with hold_run_lock(there, "north"):
        await bot.click(answer, FORGET_BOTH, user="UANN")
        refusal = await bot.wait_for(lambda: bot.messages("C1", to="UANN")[1:])
    assert "north is being synced right now" in refusal[0].text
    assert await known_of_north() == ("active", "active")


async def test_the_link_of_a_portal_of_learnupon_leads_to_its_api_keys_too(ask, there):
    answer = await ask("connect north")
    assert "|Connect north to UKG Pro and LearnUpon>" in answer.text
    assert "`ukg connect north`, `ukg learnupon north`" in answer.text


async def test_status_says_what_is_known_of_learnupon(ask, bot, there):
    assert "Connected to UKG Pro. LearnUpon's API keys are known." in (await ask("status north")).text
    await bot.click(await ask("disconnect north"), FORGET_BOTH, user="UANN")
    await bot.wait_for(lambda: "disconnected" in bot.messages("C1", to="UANN")[1].text)
    assert "Not connected to UKG Pro. LearnUpon's API keys are not known;" in (await ask("status north")).text
