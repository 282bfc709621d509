"""Modals over the real link: picked portals, long work, errors, and what happens to those that nobody looks at."""

import asyncio

import pytest

from bot import views
from bot.answering import Answer
from bot.app import make_client
from bot.content import section
from bot.interactions import About, Modal
from bot.modals import mapping_pages
from core.domain.custom_fields import FieldType
from core.domain.mapping_draft import DraftRow
from core.domain.roles import Role
from core.services.acting import Actor, acting_as
from core.services.admins import set_admin
from core.services.fields import add_field
from core.services.mapping_drafts import open_mapping_draft, put_row
from core.services.mappings import list_mappings
from core.services.schedule import show_schedule
from tests.bot.companies import after, filled, words
from tests.bot.fake_slack.faults import CUT
from tests.bot.fake_slack.structure import is_too_large
from tests.bot.locked import nobody_reads, on_postgresql


async def test_with_several_portals_one_is_picked_in_the_modal(opened, click, beta):
    view = await opened("schedule")
    assert "say when the daily sync runs*?" in words(view)
    view = await click(view, "pick_portal", "beta")
    assert "The daily sync of *beta* is on." in words(view)
    assert "submit" not in view.content  # in beta she is an operator


@on_postgresql
async def test_a_modal_is_open_before_the_database_has_answered_anything(bot, acme):
    async with nobody_reads():
        await bot.command("/ukg", "guard", user="UANN", channel="C1")
        view = await bot.wait_for(lambda: bot.modal("UANN"))
        await asyncio.sleep(0.1)
        assert (view.title, words(view)) == ("Guard", "_Working…_")
    assert "*acme*" in words(await bot.wait_for(lambda: filled(bot)))


@pytest.mark.parametrize("typed", ["guard", "guard acme", "acme guard", "map"])
async def test_a_modal_shows_a_stranger_nothing_but_that_they_have_no_role(opened, bot, acme, typed):
    view = await opened(typed, user="UBOB")
    assert words(view).startswith("You have no role in ukg-sync yet, so nothing was done.")
    assert "acme" not in str([call.arguments for call in bot.calls if call.method.startswith("views.")])
    assert "submit" not in view.content


async def test_a_modal_says_what_role_it_takes(opened, acme):
    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")
    assert "`/ukg map` takes admin; nothing was done" in words(await opened("map", user="UBOB"))


async def test_a_modal_says_what_is_wrong_with_what_was_typed(opened, acme):
    assert "takes a portal and nothing more" in words(await opened("guard acme tomorrow"))
    assert "There is no portal 'acne'" in words(await opened("guard acne"))
    assert "That is no command I know" in words(await opened("acne guard"))


@on_postgresql
async def test_who_closes_a_modal_before_it_is_filled_is_told_that_nothing_was_done(bot, acme):
    async with nobody_reads():
        await bot.command("/ukg", "guard", user="UBOB", channel="C1")
        await bot.close(await bot.wait_for(lambda: bot.modal("UBOB")))
    (message,) = await bot.wait_for(lambda: bot.messages("C1", to="UBOB"))
    assert message.text.startswith("You have no role in ukg-sync yet, so nothing was done.")


async def test_what_takes_long_says_that_it_is_being_done_and_then_what_came_of_it(opened, bot, acme, monkeypatch):
    monkeypatch.setattr("bot.interacting._PATIENCE", 0)
    monkeypatch.setattr("bot.interacting._SETTLING", 0.3)
    view = await opened("schedule")
    acknowledged = await bot.submit(view, {"schedule_at": "06:15"})
    assert "_Working…_" in str(acknowledged.payload)
    assert "submit" not in view.content
    await bot.wait_for(lambda: "Saved: the daily sync" in words(view))
    assert (await show_schedule("acme")).at == "06:15"


async def test_a_form_is_acknowledged_with_what_came_of_it_when_that_is_quick(opened, bot, acme):
    view = await opened("schedule")
    acknowledged = await bot.submit(view, {"schedule_at": "06:15"})
    assert acknowledged.payload["response_action"] == "update"
    assert "Saved: the daily sync" in words(view)


async def test_a_fault_in_a_form_gets_a_number_that_the_log_knows_and_keeps_what_was_written(
    opened, bot, acme, monkeypatch, caplog
):
    async def break_off(*args, **kwargs):
        raise KeyError("secret")

    view = await opened("schedule")
    monkeypatch.setattr("bot.modals.schedule.set_schedule", break_off)
    view = await after(bot, view, bot.submit(view, {"schedule_at": "06:15"}))
    assert "Please tell the operator this number: " in words(view)
    (picker,) = [block for block in view.content["blocks"] if block.get("block_id") == "schedule_at"]
    assert picker["element"]["initial_time"] == "06:15"
    number = words(view).split("this number: ")[1].split()[0]
    assert number in caplog.text
    assert "secret" not in caplog.text + words(view)


@pytest.mark.parametrize("trouble", [CUT, "ratelimited", "fatal_error"])
async def test_trouble_of_slack_while_a_modal_is_filled_loses_nothing(opened, bot, acme, trouble):
    view = await opened("map")
    bot.fail("views.update", trouble, times=3, retry_after=0)
    await bot.click(view, mapping_pages.ADD, user="UANN")
    bot.mend()
    await bot.close(view)
    assert "0 fields are filled" in words(await opened("map"))


async def test_a_modal_that_cannot_be_opened_for_another_reason_is_told_as_a_fault_of_ours(ask, bot, acme):
    bot.fail("views.open", "fatal_error")
    assert "ukg-sync broke off" in (await ask("map")).text


async def test_what_was_done_is_told_once_when_slack_is_gone(slack, settings, acme):
    answer = Answer(make_client(settings), user="UANN", channel=None, response_url=None)
    done = Modal("Title", [section("Saved.")], About("acme"), said="Saved.")
    await views.show(answer.client, "V-unknown", None, done, answer)
    assert [message.text for message in slack.messages("DUANN", to="UANN")] == ["Saved."]
    quiet = Modal("Title", [section("A page")], About("acme"))
    await views.show(answer.client, "V-unknown", None, quiet, answer)
    assert len(slack.messages("DUANN", to="UANN")) == 1


async def test_everybody_sees_their_own_modal(opened, bot, acme):
    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")
    hers, his = await asyncio.gather(opened("guard"), opened("guard", user="UBOB"))
    assert "submit" in hers.content
    assert "submit" not in his.content


async def test_a_field_with_very_many_choices_still_fits(opened, bot, synced, sandbox):
    choices = [f"{'職' * 60} {number}" for number in range(500)]
    await add_field("acme", "Post", FieldType.STRING_CHOICE, choices)
    with acting_as(Actor("Ann Lee", "slack", slack_user="UANN")):
        draft = await open_mapping_draft("acme")
        await put_row(draft.id, DraftRow("job_title", "Post", translations={"Cook": choices[400]}))
    view = await opened("map")
    row = next(block for block in view.content["blocks"] if "*Post*" in block.get("text", {}).get("text", ""))
    view.content["blocks"] = [row]
    view = await after(bot, view, bot.click(view, mapping_pages.MORE, "Edit", user="UANN"))
    assert not is_too_large(view.content)
    view = await after(bot, view, bot.submit(view))
    await after(bot, view, bot.submit(view))
    (post,) = [mapping for mapping in await list_mappings("acme") if mapping.field.label == "Post"]
    assert post.translations == (("Cook", choices[400]),)
