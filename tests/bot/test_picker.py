"""Who has several portals picks one; what was asked for is done then, if they may."""

import pytest

from core.domain.roles import Role
from core.services.admins import remove_admin, set_admin
from core.services.portals import create_portal


def options(message):
    (menu,) = message.blocks[1]["elements"]
    return [option["value"] for option in menu["options"]]


@pytest.fixture
def pick(bot):
    """Call with a menu and a portal to pick it and have the answer."""

    async def click_and_wait(menu, slug, *, user="UANN"):
        seen = len(bot.messages("C1", to=user))
        await bot.click(menu, "pick_portal", slug, user=user)
        return await bot.wait_for(lambda: next(iter(bot.messages("C1", to=user)[seen:]), None))

    return click_and_wait


async def test_with_one_portal_nothing_is_picked(ask, acme):
    assert (await ask("runs")).text == "There was no run of acme yet."


async def test_with_several_one_is_picked(ask, pick, beta):
    menu = await ask("runs")
    assert options(menu) == ["acme", "beta"]
    assert menu.text == "Which portal? Type `/ukg runs PORTAL` with one of: acme, beta"
    assert (await pick(menu, "beta")).text == "There was no run of beta yet."
    assert (await pick(menu, "acme")).text == "There was no run of acme yet."


async def test_who_names_one_need_not_pick(ask, beta):
    assert (await ask("runs beta")).text == "There was no run of beta yet."


async def test_the_role_is_looked_up_at_the_click(ask, pick, beta):
    menu = await ask("runs")
    await remove_admin("beta", "Ann Lee")
    assert "There is no portal" in (await pick(menu, "beta")).text
    await set_admin("acme", "Other", Role.ADMIN)
    await remove_admin("acme", "Ann Lee")
    assert "You have no role" in (await pick(menu, "acme")).text


async def test_a_menu_holds_a_hundred_portals_and_says_how_to_name_the_others(ask, bot, acme):
    for number in range(101):
        await create_portal(f"sub-{number:03}", parent="acme")
    menu = await ask("runs")
    assert len(options(menu)) == 100
    assert "any other: `/ukg runs PORTAL`" in menu.blocks[0]["text"]["text"]
    assert (await ask("runs sub-100")).text == "There was no run of sub-100 yet."
