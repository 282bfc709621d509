"""An admin who never opens a terminal: connects, maps, sets invites, syncs, asks why, resends, disconnects."""

import asyncio
import re

import aiohttp

from bot.commands.disconnect import DISCONNECT
from bot.modals import mapping_pages as pages
from core.domain.custom_fields import FieldType
from core.services.fields import add_field
from core.services.mappings import list_mappings
from core.services.people import learners, pending_users
from core.services.runner import carry_out_next
from core.services.trail import trail
from core.settings import load_settings
from core.web.serving import open_door
from tests.bot.companies import after, words

FIELDS = {
    "Job": (FieldType.STRING_CHOICE, ["Nurse", "Cook"], "job_title"),
    "Company": (FieldType.STRING, [], "company"),
    "Hired": (FieldType.DATE, [], "hire_date"),
}


async def connect(ask, store, account, monkeypatch):
    async with open_door(store) as door:
        monkeypatch.setenv("UKG_PUBLIC_URL", door)
        load_settings.cache_clear()
        (url,) = re.findall(r"<(http[^|>]+)\|", (await ask("connect")).text)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(url) as page:
                (token,) = re.findall(r'name="form_token" value="([^"]*)"', await page.text())
            entries = {**account, "user_api_key": "", "consent": "yes", "form_token": token}
            async with browser.post(url, data=entries) as page:
                assert "The portal is connected" in await page.text()


async def fill(bot, view, label, attribute):
    view = await after(bot, view, bot.click(view, pages.ADD, user="UANN"))
    (field,) = await bot.suggest(view, pages.FIELD, label, user="UANN")
    view = await after(bot, view, bot.click(view, pages.FIELD, field, user="UANN"))
    chosen = next(
        option
        for option in await bot.suggest(view, pages.ATTRIBUTE, attribute, user="UANN")
        if option["value"] == attribute
    )
    view = await after(bot, view, bot.click(view, pages.ATTRIBUTE, chosen, user="UANN"))
    return await after(bot, view, bot.submit(view))


async def sync(ask, store):
    assert "is asked for" in (await ask("sync")).text
    assert await carry_out_next(store, asyncio.Event())


async def test_from_the_connection_to_its_end(ask, opened, bot, acme, account, store, sandbox, set_clock, monkeypatch):
    for label, (kind, choices, _) in FIELDS.items():
        await add_field("acme", label, kind, choices)
    sandbox.company.people[3]["emailAddress"] = None
    sandbox.company.touch()

    await connect(ask, store, account, monkeypatch)
    assert "Connected to UKG Pro." in (await ask("status")).text

    view = await opened("map")
    for label, (_, _, attribute) in FIELDS.items():
        view = await fill(bot, view, label, attribute)
    assert "Not saved yet: 3 new." in words(view)
    view = await after(bot, view, bot.submit(view))
    assert {row.field.label: row.attribute.id for row in await list_mappings("acme")} == {
        label: attribute for label, (_, _, attribute) in FIELDS.items()
    }
    await bot.close(view)

    view = await opened("invites")
    view = await after(bot, view, bot.submit(view, {"invites_how": "invite"}))
    await bot.close(view)

    await sync(ask, store)
    (run,) = re.findall(r"`/ukg runs acme ([\w-]+)`", (await ask("runs")).text)
    told = (await ask(f"runs {run}")).text
    assert "3 invited, 1 skipped" in told

    view = await opened("map")
    job = next(block for block in view.content["blocks"] if "*Job*" in block.get("text", {}).get("text", ""))
    view.content["blocks"] = [job]
    view = await after(bot, view, bot.click(view, pages.MORE, "Edit", user="UANN"))
    assert "Nearest: Nurse" in words(view)
    view = await after(bot, view, bot.submit(view, {pages.translation_name("Nursing"): "Nurse"}))
    view = await after(bot, view, bot.click(view, pages.TRY, user="UANN"))
    assert "1 would be updated" in words(view)
    view = await after(bot, view, bot.click(view, pages.LIST, user="UANN"))
    await bot.close(await after(bot, view, bot.submit(view)))
    set_clock("2026-03-10T14:00:00Z")
    await sync(ask, store)
    jobs = {learner.email: learner.custom["Job"] async for learner in learners("acme")}
    assert jobs == {"ann@example.com": "Nurse", "bea@example.com": "Nurse", "cleo@example.com": "Cook"}

    why = (await ask("person E4")).text
    assert "*4 Decided:* skipped (no email)" in why

    view = await opened("pending")
    (box,) = [block["block_id"] for block in view.content["blocks"] if block.get("block_id", "").startswith("who-")]
    view = await after(bot, view, bot.submit(view, {box: ["1"], "what": "resend"}))
    assert "1 resent." in words(view)
    assert sum(user.resent for user in await pending_users("acme")) == 1
    await bot.close(view)

    answer = await ask("disconnect")
    await bot.click(answer, DISCONNECT, user="UANN")
    await bot.wait_for(lambda: answer.edits)
    assert "acme is disconnected" in answer.text
    by_ann = {line.action async for line in trail("acme") if line.actor == "Ann Lee"}
    assert {"connect link made", "connected", "mapping changed", "invite resent", "disconnected", "sync"} <= by_ann
