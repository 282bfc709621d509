"""Pending users: marked, sent a new link or cancelled after being asked, and what came of each."""

from tests.tui.terminal import Terminal


async def test_those_who_have_not_accepted_are_listed_with_the_state_of_their_link(at_acme: Terminal) -> None:
    await at_acme.open("pending")
    text = await at_acme.sees("4 people invited, not accepted yet", "not sent yet")
    assert text.index("ann@") < text.index("dan@")
    await at_acme.press("slash")
    await at_acme.paste("lee cle")
    await at_acme.sees("1 person invited, not accepted yet with “lee cle”", "cleo@")
    await at_acme.press("enter", "enter")
    await at_acme.sees("Cleo Lee  cleo@example.com  pending")


async def test_invitations_of_those_marked_are_cancelled_and_then_sent_again(at_acme: Terminal) -> None:
    await at_acme.open("pending")
    await at_acme.sees("4 people")
    await at_acme.press("space", "space")
    await at_acme.sees("2 marked")
    await at_acme.press("c")
    await at_acme.sees(
        "Take back the invitation of 2 people?", "ann@example.com, bea@example.com", "links are dead then"
    )
    await at_acme.press("n")
    await at_acme.sees("2 marked", "not sent yet")
    await at_acme.press("c", "y")
    await at_acme.sees("2 cancelled", "ann@example.com", "The link is dead, and no mail will bring it.")
    await at_acme.press("escape")
    text = await at_acme.sees("cancelled")
    assert "marked" not in text
    assert text.count("cancelled") == 2
    await at_acme.press("m")
    await at_acme.sees("4 marked")
    await at_acme.press("c")
    await at_acme.sees("Take back the invitation of 4 people?")
    await at_acme.press("y")
    await at_acme.sees("2 cancelled, 2 refused", "Has no open link; there is nothing to cancel.")


async def test_sending_again_right_away_is_refused_for_each_with_the_reason(at_acme: Terminal) -> None:
    await at_acme.open("pending")
    await at_acme.sees("4 people")
    await at_acme.press("s")
    await at_acme.sees("Send a new link to 1 person?", "ann@example.com")
    await at_acme.press("y")
    await at_acme.sees("1 refused", "less than a minute ago")
