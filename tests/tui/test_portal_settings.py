"""Portal settings and new portals: changed as a whole, refused with a sentence."""

from core.services.portal_settings import portal_settings
from core.services.portals import create_portal, list_portals
from tests.tui.terminal import Terminal, terminal


async def test_name_zone_and_intervals_are_changed_together(at_acme: Terminal) -> None:
    await at_acme.resize(80, 24)
    await at_acme.open("portal")
    await at_acme.sees("acme is a top-level portal of kind embedded", "Acme Ltd")
    await at_acme.type("Beta")
    await at_acme.press("down", "enter")
    await at_acme.sees("Type to narrow")
    await at_acme.type("york")
    await at_acme.press("enter")
    await at_acme.sees("‹ America/New_York ›")
    await at_acme.press("down", "down", "down", "space")
    await at_acme.sees("end their access", "3 fields changed")
    await at_acme.press("ctrl+s")
    await at_acme.sees("Saved: the settings of acme")
    held = await portal_settings("acme")
    assert (held.name, held.timezone, held.end_vanished, held.sso) == ("Beta", "America/New_York", True, False)


async def test_a_portal_of_learnupon_has_no_limits_of_its_own(acme: str) -> None:
    await create_portal("remote", kind="learnupon")
    async with terminal(acme, portal="remote", size=(90, 40)) as there:
        await there.open("portal")
        text = await there.sees("remote is a top-level portal of kind learnupon", "Requests a minute")
        assert "Limits" not in text


async def test_a_new_portal_is_the_one_in_view_and_its_first_steps_go_on(at_acme: Terminal) -> None:
    await at_acme.open("portal")
    await at_acme.sees("Acme Ltd")
    await at_acme.press("ctrl+n")
    await at_acme.sees("New portal", "Short name")
    await at_acme.type("Acme 2")
    await at_acme.press("ctrl+s")
    await at_acme.sees("'Acme 2' cannot name a portal; nothing was created")
    await at_acme.press("ctrl+u")
    await at_acme.type("acme-2")
    await at_acme.press("up", "up", "right", "ctrl+s")
    await at_acme.sees("acme-2 › First steps", "○ to do   not connected")
    await at_acme.press("escape")
    await at_acme.sees("acme-2 › Dashboard")
    assert [(each.slug, each.parent) for each in await list_portals()] == [("acme", None), ("acme-2", "acme")]
