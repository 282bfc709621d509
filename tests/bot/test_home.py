"""The Home tab: how things stand, what needs attention and what can be opened, different by role."""

import pytest

from core.domain.guard import Kind
from core.domain.roles import Role
from core.services.admins import set_admin
from core.services.guard import change_guard, parse_limit
from core.services.notices import Kind as Notice
from core.services.notices import raise_notice
from core.services.portals import create_portal
from core.services.syncing import sync_portal
from core.store.models import Portal
from tests.bot.companies import filled, words
from tests.bot.locked import nobody_reads, on_postgresql


@pytest.fixture
def home(bot):
    """Call with a user to open their Home tab and have it."""

    async def open_and_wait(user="UANN"):
        seen = bot.home(user).hash if bot.home(user) else ""
        await bot.open_home(user)
        return await bot.wait_for(lambda: view if (view := bot.home(user)) and view.hash != seen else None)

    return open_and_wait


def offered(view):
    """What can be opened from the first portal."""
    (menu, *_) = [block["elements"][0] for block in view.content["blocks"] if block["type"] == "actions"]
    return [option["text"]["text"] for option in menu["options"]]


async def test_a_portal_that_is_not_connected_needs_attention(home, acme):
    view = await home()
    assert "*acme* (Acme Ltd)\nNot connected to UKG Pro.\nNo run yet." in words(view)
    assert "Connect it: /ukg connect acme" in words(view)
    assert "You are admin in acme." in words(view)


async def test_a_portal_where_all_is_well_needs_none(home, synced):
    view = await home()
    assert "Connected to UKG Pro." in words(view)
    assert "succeeded, 4 invited" in words(view)
    assert "Next sync" in words(view)
    assert "Needs attention" not in words(view)


async def test_what_is_held_and_what_went_wrong_is_said(home, synced, sandbox):
    await change_guard("acme", {Kind.UPDATED: parse_limit("0")})
    sandbox.company.people[1]["lastName"] = "Moore"
    sandbox.company.touch()
    await sync_portal("acme", synced)
    await raise_notice(await Portal.get(slug="acme"), Notice.DAY_MISSED, "The sync of 9 March was missed.")
    view = await home()
    assert "which waits: 1 updated." in words(view)
    assert "• You decide on plan " in words(view)
    assert "• The sync of 9 March was missed." in words(view)


async def test_each_role_sees_what_it_may_do(home, acme):
    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")
    admin, viewer = await home(), await home("UBOB")
    assert "Mapping" in offered(admin)
    assert "Mapping" not in offered(viewer)
    assert "An admin connects it." in words(viewer)
    assert "/ukg connect" not in words(viewer)


async def test_modals_open_from_it(home, bot, acme):
    view = await home()
    for name, title in (("Daily sync", "Daily sync"), ("Mapping", "Mapping"), ("Groups", "Groups")):
        await bot.click(view, "home_open", name, user="UANN")
        modal = await bot.wait_for(
            lambda title=title: found if (found := filled(bot)) and found.title == title else None
        )
        assert "acme" in words(modal)
        await bot.close(modal)


@on_postgresql
async def test_they_are_open_before_the_database_has_answered_anything(home, bot, acme):
    view = await home()
    async with nobody_reads():
        await bot.click(view, "home_open", "Guard", user="UANN")
        modal = await bot.wait_for(lambda: bot.modal("UANN"))
        assert (modal.title, words(modal)) == ("Guard", "_Working…_")
    assert "*acme*" in words(await bot.wait_for(lambda: filled(bot)))


async def test_courses_and_settings_of_the_portal_open_from_it(home, bot, acme):
    view = await home()
    for name in ("Courses", "Portal settings"):
        await bot.click(view, "home_open", name, user="UANN")
        modal = await bot.wait_for(lambda name=name: found if (found := filled(bot)) and found.title == name else None)
        assert "*acme*" in words(modal)
        await bot.close(modal)


async def test_what_was_drawn_for_an_admin_opens_nothing_for_who_is_none_any_more(home, bot, acme):
    await set_admin("acme", "Bob", Role.ADMIN, slack_user="UBOB")
    view = await home("UBOB")
    await set_admin("acme", "Bob", Role.VIEWER)
    await bot.click(view, "home_open", "Mapping", user="UBOB")
    modal = await bot.wait_for(lambda: filled(bot, "UBOB"))
    assert "and this takes admin; nothing was done." in words(modal)


async def test_many_portals_fit_and_the_rest_is_named(home, acme):
    for number in range(30):
        await create_portal(f"sub-{number:02}", parent="acme")
    view = await home()
    assert len(view.content["blocks"]) <= 100
    assert "12 more: `/ukg status PORTAL` with one of sub-18, sub-19" in words(view)


async def test_a_stranger_is_told_how_to_get_a_role_and_nothing_of_any_portal(home, acme):
    view = await home("UBOB")
    assert "You have no role in ukg-sync yet" in words(view)
    assert "acme" not in words(view)


async def test_it_is_read_anew_each_time(home, acme):
    await home()
    await create_portal("beta")
    await set_admin("beta", "Ann Lee", Role.VIEWER, slack_user="UANN")
    assert "*beta*" in words(await home())


async def test_what_slack_does_not_take_is_logged_and_nobody_is_hurt(home, bot, acme, caplog):
    bot.fail("views.publish", "internal_error")
    await bot.open_home("UANN")
    await bot.wait_for(lambda: bot.called("views.publish"))
    assert (await home()).content["blocks"]
    assert "Slack did not take a Home tab (internal_error)." in caplog.text
