"""The command palette: everything that can be done is in it, by its name."""

from tests.tui.terminal import terminal
from tui.flows import FLOWS


async def test_every_flow_is_found_by_its_title_and_opens(acme: str) -> None:
    async with terminal(acme, size=(100, 100)) as there:
        await there.press("ctrl+p")
        text = await there.sees(f"{FLOWS[-1].area}: {FLOWS[-1].title}")
        missing = [flow.title for flow in FLOWS if f"{flow.area}: {flow.title}" not in text]
        assert missing == []
        await there.type("mapping")
        await there.sees("Settings: Mapping")
        await there.press("enter")
        await there.sees("acme › Mapping")


async def test_what_the_screen_in_view_can_do_comes_by_name_too(acme: str) -> None:
    async with terminal(acme) as there:
        await there.open("groups")
        await there.sees("No group yet")
        await there.press("colon")
        await there.type("here new")
        await there.sees("Here: New")
        await there.press("enter")
        await there.sees("Add a group")
