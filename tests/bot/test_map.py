"""`/ukg map`: rows edited in a draft, with what fits, what it holds in UKG Pro, what does not match, and saved."""

import pytest

from bot.modals import mapping_pages as pages
from core.domain.custom_fields import FieldType
from core.domain.roles import Role
from core.services.admins import set_admin
from core.services.fields import add_field
from core.services.mappings import list_mappings, map_attributes
from core.store.models import Draft
from tests.bot.companies import after, words


@pytest.fixture
async def fields(synced):
    """The portal after its first sync, with two fields more."""
    await add_field("acme", "Site", FieldType.STRING)
    await add_field("acme", "Hired", FieldType.DATE)
    await add_field("acme", "Level", FieldType.INTEGER)
    return synced


async def saved():
    return {mapping.field.label: mapping.attribute.id for mapping in await list_mappings("acme")}


async def chosen(bot, view, action_id, typed):
    """The only option that is suggested for what is typed."""
    (option,) = await bot.suggest(view, action_id, typed, user=view.user)
    return option


async def test_the_mapping_is_listed_with_what_fills_each_field(opened, fields):
    view = await opened("map")
    assert "1 field is filled from UKG Pro in *acme*." in words(view)
    assert "*Job* from Job title (`job_title`), HR-owned" in words(view)
    assert "submit" not in view.content


async def test_a_field_is_filled_from_what_fits_and_nothing_counts_until_it_is_saved(opened, bot, click, fields):
    view = await click(await opened("map"), pages.ADD)
    labels = [option["value"] for option in await bot.suggest(view, pages.FIELD, "", user="UANN")]
    assert labels == ["Job", "Site", "Hired"]  # no attribute of UKG Pro is a whole number
    view = await click(view, pages.FIELD, await chosen(bot, view, pages.FIELD, "hir"))
    assert "*Hired*, of type date" in words(view)
    options = {option["value"] for option in await bot.suggest(view, pages.ATTRIBUTE, "", user="UANN")}
    assert {"hire_date", "termination_date"} <= options
    assert "job_title" not in options
    view = await click(view, pages.ATTRIBUTE, await chosen(bot, view, pages.ATTRIBUTE, "hire_date"))
    assert "The last read of UKG Pro did not ask for this" in words(view)
    view = await after(bot, view, bot.submit(view, {pages.OWNER: "first"}))
    assert "*Hired* from Original hire date (`hire_date`), first value only · _new_" in words(view)
    assert "Not saved yet: 1 new." in words(view)
    assert await saved() == {"Job": "job_title"}
    view = await after(bot, view, bot.submit(view))
    assert "Saved: 1 field of acme." in words(view)
    assert await saved() == {"Job": "job_title", "Hired": "hire_date"}


async def test_values_in_ukg_pro_are_shown_and_what_is_no_choice_is_translated(opened, bot, click, fields):
    view = await click(await opened("map"), pages.MORE, "Edit")
    assert "of 4 people as read on 2026-03-10 12:00 UTC: Nursing (2), Nurse (1), Cook (1)" in words(view)
    assert "2 people have a value that is no choice of Job." in words(view)
    assert "‘Nursing’ (2 people) stands for" in words(view)
    assert "Nearest: Nurse" in words(view)
    name = pages.translation_name("Nursing")
    (block,) = [block for block in view.content["blocks"] if block.get("block_id") == name]
    assert "initial_option" not in block["element"]  # nothing is guessed
    view = await after(bot, view, bot.submit(view, {name: "Nurse"}))
    assert "Nursing = Nurse" in words(view)
    view = await click(view, pages.TRY)
    assert "Nothing is saved yet." in words(view)
    assert "2 would be updated (with the settings of now: 0)" in words(view)
    view = await click(view, pages.LIST)
    view = await after(bot, view, bot.submit(view))
    (mapping,) = await list_mappings("acme")
    assert mapping.translations == (("Nursing", "Nurse"),)
    view = await click(view, pages.MORE, "Edit")
    view = await after(bot, view, bot.submit(view, {name: "Nothing, leave it out"}))
    await after(bot, view, bot.submit(view))
    assert (await list_mappings("acme"))[0].translations == ()


async def test_a_row_is_taken_out_put_back_and_the_draft_thrown_away(opened, click, fields):
    view = await click(await opened("map"), pages.MORE, "Take it out")
    assert "Not saved yet: 1 removed." in words(view)
    view = await click(view, pages.MORE, "Put it back")
    assert "Not saved yet" not in words(view)
    view = await click(view, pages.MORE, "Take it out")
    view = await click(view, pages.DISCARD)
    assert "The draft was thrown away; the mapping is as it was." in words(view)
    assert "Not saved yet" not in words(view)
    assert await saved() == {"Job": "job_title"}


async def test_a_draft_is_there_again_after_the_modal_was_closed(opened, bot, click, fields):
    view = await click(await opened("map"), pages.MORE, "Take it out")
    await bot.close(view)
    assert "Not saved yet: 1 removed." in words(await opened("map"))


async def test_the_second_of_two_admins_is_told_what_the_first_saved(opened, bot, click, fields):
    await set_admin("acme", "Bob", Role.ADMIN, slack_user="UBOB")
    hers = await click(await opened("map"), pages.MORE, "Take it out")
    his = await click(await opened("map", user="UBOB"), pages.ADD)
    his = await click(his, pages.FIELD, await chosen(bot, his, pages.FIELD, "site"))
    his = await click(his, pages.ATTRIBUTE, await chosen(bot, his, pages.ATTRIBUTE, "location (loc"))
    his = await after(bot, his, bot.submit(his))
    await after(bot, his, bot.submit(his))
    hers = await after(bot, hers, bot.submit(hers))
    assert "Bob changed the mapping meanwhile, so nothing was saved yet. Site is filled from location." in words(hers)
    assert await saved() == {"Job": "job_title", "Site": "location"}
    await after(bot, hers, bot.submit(hers))
    assert await saved() == {"Site": "location"}


async def test_somebody_who_is_no_admin_any_more_saves_nothing(opened, bot, click, fields):
    await set_admin("acme", "Bob", Role.ADMIN, slack_user="UBOB")
    view = await click(await opened("map", user="UBOB"), pages.MORE, "Take it out")
    await set_admin("acme", "Bob", Role.OPERATOR)
    view = await after(bot, view, bot.submit(view))
    assert "You are operator in acme, and this takes admin; nothing was done." in words(view)
    view = await after(bot, view, bot.click(view, pages.DISCARD, user="UBOB"))
    assert "this takes admin" in words(view)
    assert await saved() == {"Job": "job_title"}


async def test_menus_suggest_nothing_to_who_is_no_admin_any_more(opened, bot, click, fields):
    await set_admin("acme", "Bob", Role.ADMIN, slack_user="UBOB")
    view = await click(await opened("map", user="UBOB"), pages.ADD)
    assert await bot.suggest(view, pages.FIELD, "site", user="UBOB")
    await set_admin("acme", "Bob", Role.OPERATOR)
    assert await bot.suggest(view, pages.FIELD, "site", user="UBOB") == []


async def test_many_rows_are_turned_over_page_by_page(opened, bot, click, connected):
    attributes = [
        "job_title",
        "location",
        "team",
        "division",
        "company",
        "job_code",
        "department",
        "username",
        "pay_group",
    ]
    for number, attribute in enumerate(attributes):
        await add_field("acme", f"Field {number}", FieldType.STRING)
        await map_attributes("acme", [f"{attribute}=Field {number}"])
    view = await opened("map")
    assert "*Field 7*" in words(view)
    assert "*Field 8*" not in words(view)
    view = await click(view, f"{pages.PAGE}_next")
    assert "*Field 8*" in words(view)
    view = await click(view, pages.MORE, "Take it out")
    assert "*Field 8*" in words(view)
    view = await click(view, f"{pages.PAGE}_back")
    assert "*Field 0*" in words(view)


async def test_nothing_of_the_draft_but_its_id_travels_through_slack(opened, fields):
    view = await opened("map")
    draft = await Draft.get()
    assert view.content["private_metadata"] == f'{{"portal":"acme","draft":"{draft.id}"}}'


async def test_a_form_that_slack_no_longer_opens_is_said_to_be_late(ask, bot, fields):
    bot.fail("views.open", "expired_trigger_id")
    assert (await ask("map")).text == "Slack did not wait for the form; nothing was done. Ask for it again."


async def test_two_clicks_at_once_leave_the_modal_with_the_newest(opened, bot, click, fields):
    view = await opened("map")
    bot.fail("views.update", "hash_conflict")
    view = await click(view, pages.MORE, "Take it out")
    assert "Not saved yet: 1 removed." in words(view)


async def test_what_was_saved_in_a_modal_closed_meanwhile_is_told_in_a_direct_message(
    opened, bot, click, fields, monkeypatch
):
    monkeypatch.setattr("bot.interacting._PATIENCE", 0)
    monkeypatch.setattr("bot.interacting._SETTLING", 0.3)
    view = await click(await opened("map"), pages.MORE, "Take it out")
    await bot.submit(view)
    await bot.close(view)
    (message,) = await bot.wait_for(lambda: bot.messages("DUANN", to="UANN"))
    assert message.text == "Saved: 1 field of acme. The next sync goes by it."
    assert await saved() == {}


async def test_a_page_that_slack_refuses_says_so_and_loses_nothing(opened, bot, click, fields):
    view = await opened("map")
    bot.fail("views.update", "invalid_arguments")
    view = await click(view, pages.MORE, "Take it out")
    assert "Slack did not take this page" in words(view)
    await bot.close(view)
    assert "Not saved yet: 1 removed." in words(await opened("map"))
