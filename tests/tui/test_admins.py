"""Admins: a role is given, changed and taken away; the last admin stays."""

from core.domain.roles import Role
from core.services.admins import list_admins, set_admin
from tests.tui.terminal import Terminal


async def test_a_role_is_given_and_changed(at_acme: Terminal) -> None:
    await at_acme.open("admins")
    await at_acme.sees("Nobody has a role yet")
    await at_acme.press("n")
    await at_acme.sees("Give a role", "Slack user id")
    await at_acme.type("Ann Lee")
    await at_acme.press("down", "left")
    await at_acme.sees("‹ Admin ›", "everything: connect, map, settings, approve")
    await at_acme.press("down")
    await at_acme.type("ann")
    await at_acme.press("ctrl+s")
    await at_acme.sees("is not a Slack user id", "Ann Lee")
    await at_acme.press("ctrl+u")
    await at_acme.type("U024BE7LH")
    await at_acme.press("ctrl+s")
    await at_acme.sees("1 person has a role", "U024BE7LH")
    assert [(each.name, each.role) for each in await list_admins("acme")] == [("Ann Lee", Role.ADMIN)]
    await at_acme.press("enter")
    await at_acme.sees("Role of Ann Lee", "U024BE7LH")
    await at_acme.press("left", "ctrl+s")
    await at_acme.sees("Ann Lee is the last admin of acme", "‹ Operator ›")


async def test_a_role_is_taken_away_after_a_question(at_acme: Terminal) -> None:
    await set_admin("acme", "Ann", Role.ADMIN)
    await set_admin("acme", "Bea", Role.VIEWER)
    await at_acme.open("admins")
    await at_acme.sees("2 people have a role")
    await at_acme.press("down", "d")
    await at_acme.sees("Take the role away?", "Bea is viewer here")
    await at_acme.press("y")
    await at_acme.sees("1 person has a role")
    await at_acme.press("d")
    await at_acme.sees("Ann is admin here")
    await at_acme.press("y")
    await at_acme.sees("Ann is the last admin of acme and cannot be removed")
    assert [each.name for each in await list_admins("acme")] == ["Ann"]
