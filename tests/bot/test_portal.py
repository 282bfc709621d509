"""`/ukg portal`: what belongs to the portal as a whole, changed in a modal."""

import pytest

from core.domain.roles import Role
from core.services.admins import set_admin
from core.services.portal_settings import portal_settings
from core.services.portals import create_portal
from core.services.trail import trail
from tests.bot.companies import after, words


def inputs(view):
    return [block["block_id"] for block in view.content["blocks"] if block["type"] == "input"]


async def test_settings_are_changed_and_only_those_that_are_others(opened, bot, acme):
    view = await opened("portal")
    values = {"portal_name": "Acme & Sons", "portal_sso": "yes", "portal_manual_sync_minutes": "0"}
    view = await after(bot, view, bot.submit(view, values))
    assert "Saved: the settings of acme." in words(view)
    settings = await portal_settings("acme")
    assert (settings.name, settings.sso, settings.manual_sync_minutes) == ("Acme & Sons", True, 0)
    (line,) = [entry async for entry in trail("acme") if entry.action == "settings changed"]
    assert line.after == {"name": "Acme & Sons", "sso": True, "manual_sync_minutes": 0}
    assert (line.actor, line.face) == ("Ann Lee", "slack")


async def test_a_time_zone_is_looked_for_and_chosen(opened, bot, acme):
    view = await opened("portal")
    options = await bot.suggest(view, "portal_timezone", "new york", user="UANN")
    assert [option["value"] for option in options] == ["America/New_York"]
    assert len(await bot.suggest(view, "portal_timezone", "", user="UANN")) == 100
    await after(bot, view, bot.submit(view, {"portal_timezone": options[0]}))
    assert (await portal_settings("acme")).timezone == "America/New_York"


async def test_nothing_different_saves_nothing(opened, bot, acme):
    view = await opened("portal")
    view = await after(bot, view, bot.submit(view))
    assert "Nothing is different, so nothing was saved." in words(view)


@pytest.mark.parametrize("written", ["many", "-1", "1.5", "²"])
async def test_what_is_no_number_is_said_beside_it(opened, bot, acme, written):
    view = await opened("portal")
    acknowledged = await bot.submit(view, {"portal_page_size": written})
    assert acknowledged.errors == {"portal_page_size": "Write a whole number."}


async def test_what_is_out_of_range_is_explained_and_stays_written(opened, bot, acme):
    view = await opened("portal")
    view = await after(bot, view, bot.submit(view, {"portal_page_size": "10001", "portal_name": "Other"}))
    assert "The page size must be from 1 to 10000; nothing was changed." in words(view)
    (block,) = [block for block in view.content["blocks"] if block.get("block_id") == "portal_page_size"]
    assert block["element"]["initial_value"] == "10001"
    assert (await portal_settings("acme")).name == "Acme Ltd"


async def test_only_a_sub_portal_has_licences_and_learnupon_has_limits_of_its_own(opened, bot, acme):
    assert "portal_licence_limit" not in inputs(await opened("portal"))
    await create_portal("sub", parent="acme")
    view = await opened("portal sub")
    await after(bot, view, bot.submit(view, {"portal_licence_limit": "5"}))
    assert (await portal_settings("sub")).licence_limit == 5
    await create_portal("there", kind="learnupon")
    await set_admin("there", "Ann Lee", Role.ADMIN, slack_user="UANN")
    assert not {"portal_field_limit", "portal_allow_existing"} & set(inputs(await opened("portal there")))


async def test_a_viewer_sees_the_settings_and_can_change_none(opened, acme):
    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")
    view = await opened("portal", user="UBOB")
    assert "• Time zone: UTC" in words(view)
    assert "are for the operator of the machine: `ukg portal`" in words(view)
    assert inputs(view) == []
    assert "submit" not in view.content
