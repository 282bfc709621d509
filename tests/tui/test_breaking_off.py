"""Leaving while something is at work: it is said that this breaks it off, and done by whoever means it."""

from core.sandbox.ukg.server import UkgSandbox
from tests.tui.terminal import Terminal
from tui.screens.person import PersonScreen

_STILL = "What you asked for is still being done. Esc again breaks it off"


async def asking_ukg(there: Terminal, sandbox: UkgSandbox) -> None:
    """Bea's page, while UKG Pro, which does not answer, is asked about her."""
    there.app.push_screen(PersonScreen("acme", "E2"))
    await there.sees("5 Would write", "Bea Lee (E2)")
    await there.rest()
    sandbox.settings.latency = 60.0
    await there.press("u")
    await there.is_told("Asking UKG Pro")


async def test_the_first_escape_says_what_it_breaks_off_and_the_second_does(at_acme: Terminal, sandbox) -> None:
    await asking_ukg(at_acme, sandbox)
    await at_acme.press("escape")
    await at_acme.is_told(_STILL)
    await at_acme.sees("Bea Lee (E2)")
    await at_acme.press("escape")
    await at_acme.sees("acme › Dashboard")
    await at_acme.rest()


async def test_quitting_asks_first_and_what_is_at_work_goes_on(at_acme: Terminal, sandbox) -> None:
    await asking_ukg(at_acme, sandbox)
    await at_acme.press("q")
    await at_acme.sees("Quit ukg-sync?", "At work: Person. That is broken off")
    await at_acme.press("n")
    await at_acme.sees("Bea Lee (E2)")
    screen = at_acme.app.screen
    assert isinstance(screen, PersonScreen)
    assert screen.busy


async def test_what_waits_for_an_answer_is_left_at_once(at_acme: Terminal) -> None:
    await at_acme.open("pending")
    await at_acme.sees("4 people")
    await at_acme.press("c")
    await at_acme.sees("Take back the invitation of 1 person?")
    await at_acme.press("escape")
    await at_acme.sees_no("Take back the invitation of")
    await at_acme.rest()
    await at_acme.press("escape")
    await at_acme.sees("acme › Dashboard")
    assert not any(_STILL in each for each in at_acme.told)
