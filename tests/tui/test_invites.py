"""Invite settings at the terminal: chosen, tried, saved."""

from core.domain.invite_settings import InviteHow, InviteWhen
from core.services.portals import list_portals, set_invites
from tests.tui.terminal import Terminal


async def settings() -> dict[str, str]:
    return (await list_portals())[0].invites


async def test_settings_are_tried_and_then_saved_once_that_is_confirmed(at_acme: Terminal) -> None:
    await at_acme.open("invites")
    await at_acme.sees("As soon as they are in UKG Pro", "They are invited, and have an account once they accept")
    await at_acme.press("right")
    await at_acme.sees("On their hire date", "1 field changed, not saved yet")
    await at_acme.press("ctrl+t")
    await at_acme.sees("Nothing is saved yet.", "Nothing would differ.")
    await at_acme.press("escape")
    await at_acme.sees("On their hire date")
    await at_acme.press("ctrl+s")
    await at_acme.sees("Save the invite settings of acme?", "New people get their account: on their hire date.")
    assert (await settings())["when"] == "added"
    await at_acme.press("y")
    await at_acme.is_told("Saved: the invite settings of acme. The next sync goes by them.")
    assert await settings() == {"when": "hire-date", "how": "invite"}


async def test_what_is_chosen_stays_when_others_save_something_else_and_leaving_asks(at_acme: Terminal) -> None:
    await at_acme.open("invites")
    await at_acme.sees("As soon as they are in UKG Pro")
    await at_acme.press("right")
    await set_invites("acme", when=None, how=InviteHow.ACTIVE)
    await at_acme.sees("On their hire date", "They have an account at once, and no mail")
    await at_acme.press("escape")
    await at_acme.sees("Throw away what was typed?")
    await at_acme.press("y")
    await at_acme.sees("Dashboard")
    assert (await settings())["when"] == InviteWhen.ADDED
