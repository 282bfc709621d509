"""`/ukg connect` and `/ukg disconnect`: no secret passes through Slack, and what is forgotten was meant to be."""

import re

import aiohttp
import pytest

from bot.commands.disconnect import DISCONNECT
from core.domain.roles import Role
from core.services.admins import set_admin
from core.services.portals import list_portals
from core.settings import load_settings
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
    assert "so the link works on that machine alone" in (await ask("connect")).text


@pytest.mark.parametrize("command", ["connect", "disconnect"])
async def test_only_an_admin_is_answered(ask, acme, command):
    await set_admin("acme", "Bob", Role.OPERATOR, slack_user="UBOB")
    answer = await ask(command, user="UBOB")
    assert answer.text == f"You are operator in acme, and `/ukg {command}` takes admin; nothing was done. Ask an admin."


async def test_disconnecting_is_asked_twice_and_then_done(ask, bot, connected):
    answer = await ask("disconnect")
    assert "Forget the UKG Pro credentials of *acme*?" in answer.text
    assert await connection() == "active"
    (press,) = answer.blocks[-1]["elements"]
    assert press["confirm"]["title"]["text"] == "Disconnect acme?"
    await bot.click(answer, DISCONNECT, user="UANN")
    await bot.wait_for(lambda: answer.edits)
    assert answer.text == "acme is disconnected; its credentials are forgotten. Learners, values and mapping stay."
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
