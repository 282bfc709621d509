"""An admin who never opens a terminal, with `ukg-bot` as the process that it is.

She connects, maps with a mismatch, sets invites, previews, syncs, decides on what is held, asks why, resends, ends.
"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.commands.disconnect import DISCONNECT
from bot.modals import mapping_pages as pages
from core.clock import now
from core.domain.custom_fields import FieldType
from core.services.fields import add_field
from core.services.mappings import list_mappings
from core.services.people import learners, pending_users
from core.services.portals import change_portal
from core.services.trail import trail
from core.store.connection import open_store
from tests.bot.companies import after, filled, words
from tests.bot.processes import TOKENS

FIELDS = {
    "Job": (FieldType.STRING_CHOICE, ["Nurse", "Cook"], "job_title"),
    "Company": (FieldType.STRING, [], "company"),
    "Hired": (FieldType.DATE, [], "hire_date"),
}


class Ann:
    """The admin at her screen, in the channel C1."""

    def __init__(self, slack):
        self._slack = slack
        self._read = set()

    async def asks(self, text):
        """Types a command; gives the answer that she alone sees."""
        return await self._answered(self._slack.command("/ukg", text, user="UANN", channel="C1"))

    async def clicks(self, message, action):
        """Clicks under a message; gives the answer that she alone sees."""
        return await self._answered(self._slack.click(message, action, user="UANN"))

    async def opens(self, text):
        """Types a command that opens a modal; gives it once it is filled."""
        await self._slack.command("/ukg", text, user="UANN", channel="C1")
        return await self._slack.wait_for(lambda: filled(self._slack, "UANN"))

    async def clicks_in(self, view, action, value=None):
        """Clicks in a modal; gives it once it shows what came of it."""
        return await after(self._slack, view, self._slack.click(view, action, value, user="UANN"))

    async def fits(self, view, menu, typed):
        """Types into a menu; gives the first option that fits."""
        return (await self._slack.suggest(view, menu, typed, user="UANN"))[0]

    async def submits(self, view, values=None, *, closes=True):
        """Submits a modal; gives it as it is then, and closes it unless there is more to do in it."""
        view = await after(self._slack, view, self._slack.submit(view, values))
        if closes:
            await self._slack.close(view)
        return view

    async def reads(self, *parts):
        """The message to everybody in the channel that says all of this and was not read before, once it is there."""
        try:
            message = await self._slack.wait_for(lambda: next(self._fits(parts), None))
        except TimeoutError:
            pytest.fail(f"{parts} was not said, only {[each.text for each in self._slack.messages('C1')]}")
        self._read.add((message.ts, message.edits))
        return message

    def _fits(self, parts):
        return (
            message
            for message in self._slack.messages("C1")
            if all(part in message.text for part in parts) and (message.ts, message.edits) not in self._read
        )

    async def _answered(self, act):
        before = len(self._mine())
        assert (await act).payload == {}
        return await self._slack.wait_for(lambda: next(iter(self._mine()[before:]), None))

    def _mine(self):
        return [message for message in self._slack.messages("C1", to="UANN") if message.only_for]


@pytest.fixture
async def portal(database):
    """The database, with the fields of the portal; it is synced as often as somebody likes."""
    async with open_store(str(database)):
        await change_portal("acme", manual_sync_minutes=0)
        for label, (kind, choices, _) in FIELDS.items():
            await add_field("acme", label, kind, choices)
        yield


async def connect(ann, account, door):
    """Follows the link, on which the door stands that the settings name: here it is the one that was picked."""
    (link,) = re.findall(r"<(http[^|>]+)\|", (await ann.asks("connect")).text)
    url = urlsplit(link)._replace(netloc=urlsplit(door).netloc).geturl()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(url) as page:
            (token,) = re.findall(r'name="form_token" value="([^"]*)"', await page.text())
        entries = {**account, "user_api_key": "", "consent": "yes", "form_token": token}
        async with browser.post(url, data=entries) as page:
            assert "The portal is connected" in await page.text()
    assert "Connected to UKG Pro." in (await ann.asks("status")).text


async def map_three(ann):
    view = await ann.opens("map")
    for label, (_, _, attribute) in FIELDS.items():
        view = await ann.clicks_in(view, pages.ADD)
        view = await ann.clicks_in(view, pages.FIELD, await ann.fits(view, pages.FIELD, label))
        view = await ann.clicks_in(view, pages.ATTRIBUTE, await ann.fits(view, pages.ATTRIBUTE, attribute))
        view = await ann.submits(view, closes=False)
    assert "Not saved yet: 3 new." in words(view)
    await ann.submits(view)
    saved = {row.field.label: row.attribute.id for row in await list_mappings("acme")}
    assert saved == {label: attribute for label, (_, _, attribute) in FIELDS.items()}


async def translate(ann, value, choice):
    """What UKG Pro calls otherwise than the field does."""
    view = await ann.opens("map")
    job = next(block for block in view.content["blocks"] if "*Job*" in block.get("text", {}).get("text", ""))
    view.content["blocks"] = [job]
    view = await ann.clicks_in(view, pages.MORE, "Edit")
    assert f"Nearest: {choice}" in words(view)
    view = await ann.submits(view, {pages.translation_name(value): choice}, closes=False)
    view = await ann.clicks_in(view, pages.TRY)
    assert "1 would be updated" in words(view)
    await ann.submits(await ann.clicks_in(view, pages.LIST))


async def surnames():
    return {learner.first_name: learner.last_name async for learner in learners("acme")}


async def jobs():
    return {learner.first_name: learner.custom.get("Job") async for learner in learners("acme")}


async def test_from_the_connection_to_its_end(slack, start, portal, account, sandbox):
    sandbox.company.people[3]["emailAddress"] = None
    sandbox.company.touch()
    process = await start("--port", "0", **TOKENS)
    (door,) = re.findall(r"http://[\d.:]+", await process.wait_for("The learners' door is open at "))
    await slack.wait_for(lambda: slack.links.number_open)
    ann = Ann(slack)

    await ann.asks("channel acme here")
    await connect(ann, account, door)
    await map_three(ann)
    await ann.submits(await ann.opens("invites"), {"invites_how": "invite"})

    await ann.asks("plan")
    preview = await ann.reads("What a sync of acme would do now:")
    assert "3 invited, 1 skipped, of 4 people." in preview.text
    assert await surnames() == {}

    await ann.asks("sync")
    await ann.reads("*The sync of acme is done", "3 invited, 1 skipped")
    await ann.reads("Values that no choice of their field matches", "Job: Nursing")
    assert await jobs() == {"Ann": "Nurse", "Bea": None, "Cleo": "Cook"}
    await translate(ann, "Nursing", "Nurse")
    await ann.asks("sync")
    await ann.reads("*The sync of acme is done", "1 updated, 2 unchanged, 1 skipped")
    assert await jobs() == {"Ann": "Nurse", "Bea": "Nurse", "Cleo": "Cook"}

    await ann.submits(await ann.opens("guard"), {"guard-run-updated": "1"})
    for person in sandbox.company.people:
        person["lastName"] = "Day"
    sandbox.company.touch()
    await ann.asks("sync")
    held = await ann.reads("*3 changes of acme wait for an approval:* 3 updated.", "the guard lets 1 through")
    assert set((await surnames()).values()) == {"Lee"}

    await slack.click(held, "release_some", user="UANN")
    form = await slack.wait_for(lambda: (view := filled(slack, "UANN")) and view.content.get("submit") and view)
    answer = await ann.submits(form, {"released_people": ["E2"]})
    assert "1 held change is approved and asked to be written" in words(answer)
    await ann.reads("*Applying a plan of acme is done", "1 updated")
    assert await surnames() == {"Ann": "Lee", "Bea": "Day", "Cleo": "Lee"}
    rest = await ann.reads("*2 changes of acme wait for an approval:*", "*<@UANN> released some (1 person)*")
    assert rest is held

    answer = await ann.clicks(held, "approve_plan")
    assert answer.text.startswith("2 held changes are approved and asked to be written")
    await ann.reads("*Applying a plan of acme is done", "2 updated")
    assert set((await surnames()).values()) == {"Day"}
    assert await ann.reads("*Held changes of acme*", "*<@UANN> approved*") is held

    assert "*4 Decided:* skipped (no email)" in (await ann.asks("person E4")).text

    assert await process.end() == 0
    later = now() + timedelta(minutes=10)  # within a minute nobody is invited twice
    process = await start("--port", "0", **TOKENS, UKG_NOW=later.isoformat())
    await slack.wait_for(lambda: slack.links.number_open)
    view = await ann.opens("pending")
    (box,) = [block["block_id"] for block in view.content["blocks"] if block.get("block_id", "").startswith("who-")]
    assert "1 resent." in words(await ann.submits(view, {box: ["1"], "what": "resend"}))
    assert sum(user.resent for user in await pending_users("acme")) == 1

    asked = await ann.asks("disconnect")
    await slack.click(asked, DISCONNECT, user="UANN")
    await slack.wait_for(lambda: asked.edits)
    assert "acme is disconnected" in asked.text

    assert await process.end() == 0
    by_ann = {line.action async for line in trail("acme") if (line.actor, line.face) == ("Ann", "slack")}
    done = {"connect link made", "mapping changed", "sync", "plan approved", "invite resent", "disconnected"}
    assert done <= by_ann
