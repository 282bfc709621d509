"""People: found by words, by state; a list of any length."""

from core.services.groups import add_group, change_members
from core.services.people import find_learner
from tests.tui.terminal import Terminal


async def test_everyone_is_listed_by_e_mail(at_acme: Terminal) -> None:
    await at_acme.open("people")
    text = await at_acme.sees("4 people")
    assert text.index("ann@") < text.index("bea@") < text.index("cleo@") < text.index("dan@")
    assert "Lee, Ann" in text
    await at_acme.press("ctrl+p")
    await at_acme.sees("Search for commands", "Here: Show only")


async def test_a_filter_is_typed_after_a_slash_and_cleared_with_escape(at_acme: Terminal) -> None:
    await at_acme.open("people")
    await at_acme.sees("4 people")
    await at_acme.press("slash")
    await at_acme.type("lee cle")
    text = await at_acme.sees("1 person with “lee cle”")
    assert "cleo@" in text
    assert "ann@" not in text
    await at_acme.press("escape")
    await at_acme.sees("4 people", "ann@")


async def test_what_nobody_fits_says_how_to_go_on(at_acme: Terminal) -> None:
    await at_acme.open("people")
    await at_acme.press("slash")
    await at_acme.type("nobody")
    await at_acme.sees("Esc in the filter clears it")


async def test_a_group_alone_is_shown_and_someone_of_it_opened(at_acme: Terminal) -> None:
    await add_group("acme", "Night shift")
    await change_members("acme", "Night shift", add=["cleo@example.com"])
    await at_acme.open("people")
    await at_acme.sees("4 people")
    await at_acme.press("f")
    await at_acme.sees("Show whom?", "Night shift", "group, 1 member")
    await at_acme.paste("night")
    await at_acme.sees_no("Everyone")
    await at_acme.press("enter")
    text = await at_acme.sees("1 person: in Night shift", "cleo@")
    assert "ann@" not in text
    await at_acme.press("enter")
    await at_acme.sees("Cleo Lee  cleo@example.com  pending  UKG  E3")


async def test_somebody_is_added_by_hand_once_what_was_typed_will_do(at_acme: Terminal) -> None:
    await at_acme.open("people")
    await at_acme.sees("4 people")
    await at_acme.press("n")
    await at_acme.sees("First name", "Last day of access", "Custom user data", "Job")
    await at_acme.paste("bea@example.com")
    await at_acme.press("down")
    await at_acme.paste("Bea")
    await at_acme.press("ctrl+s")
    await at_acme.sees("has an account with the e-mail bea@example.com already", "Bea")
    await at_acme.press("up", "ctrl+u")
    await at_acme.paste("hand@example.com")
    await at_acme.press("ctrl+s")
    await at_acme.sees("5 people", "hand@example.com")
    added = await find_learner("acme", "hand@example.com")
    assert added is not None
    assert (added.first_name, added.status, added.source) == ("Bea", "pending", "manual")
