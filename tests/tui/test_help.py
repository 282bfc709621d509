"""Help: what a screen is about, and every key that it shows."""

from tests.tui.terminal import terminal
from tui.dialogs.help import Help, self_key
from tui.flows import FLOWS
from tui.screens.base import PortalScreen


async def test_every_screen_says_what_it_is_about_and_names_every_key_it_shows(acme: str) -> None:
    async with terminal(acme, size=(100, 60)) as there:
        for flow in FLOWS:
            before = len(there.app.screen_stack)
            await there.open(flow.name)
            screen = there.app.screen
            if isinstance(screen, PortalScreen):
                assert len(screen.ABOUT) > 40, f"{flow.name} says nothing for a newcomer"
                shown = [each.binding for each in screen.active_bindings.values() if each.binding.show and each.enabled]
                help_screen = Help(screen.ABOUT, screen)
                await there.app.push_screen(help_screen)
                text = await there.sees("Esc closes this.")
                missing = [
                    binding.description
                    for binding in shown
                    if binding.description and self_key(binding.key, binding.key_display) not in text
                ]
                assert missing == [], flow.name
            while len(there.app.screen_stack) > before:
                there.app.pop_screen()


async def test_help_opens_over_a_screen_and_closes_again(acme: str) -> None:
    async with terminal(acme) as there:
        await there.open("groups")
        await there.sees("No group yet")
        await there.press("question_mark")
        await there.sees("Help: Groups", "A group holds people who get the same courses", "everything that can be done")
        await there.press("escape")
        await there.sees_no("Help: Groups")
