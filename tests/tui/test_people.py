"""People: found by words, by state; a list of any length."""

from tests.tui.terminal import Terminal


async def test_everyone_is_listed_by_e_mail(at_acme: Terminal) -> None:
    await at_acme.open("people")
    text = await at_acme.sees("4 people")
    assert text.index("ann@") < text.index("bea@") < text.index("cleo@") < text.index("dan@")
    assert "Lee, Ann" in text


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
