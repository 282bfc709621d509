"""First steps: from an empty database to a synced portal, with a made-up company behind it."""

from core.services.connected import connected_to
from core.services.fields import list_fields
from core.services.portals import list_portals
from tests.tui.terminal import Terminal, terminal


async def test_without_a_portal_the_first_step_is_to_create_one(store: str) -> None:
    async with terminal(store, size=(80, 24)) as there:
        await there.sees("Welcome", "1  Create a portal", "4  Sync", "none yet")
        await there.press("down", "enter", "up", "enter")
        await there.sees("New portal", "Short name")
        await there.type("acme")
        await there.press("ctrl+s")
        text = await there.sees("acme › First steps", "✓ done    acme")
        assert text.count("○ to do") == 3


async def test_a_made_up_company_stands_in_until_the_end(store: str) -> None:
    async with terminal(store) as there:
        await there.sees("Welcome", "No UKG Pro at hand?")
        await there.press("m")
        await there.sees("200 invented people", "ends when you quit")
        await there.press("y")
        await there.sees("try-it › First steps", "✓ done    connected")
        assert [each.slug for each in await list_portals()] == ["try-it"]
        account = (await connected_to("try-it")).ukg_pro
        assert account is not None
        assert account.url.startswith("http://127.0.0.1:")
        process = there.app.made_up._process
        assert process is not None
        assert process.returncode is None
        await there.press("enter")
        await there.sees("Add the usual fields?", "Job title, Department, Location")
        await there.press("y")
        await there.sees("try-it › Mapping")
        assert [each.label for each in await list_fields("try-it")] == ["Job title", "Department", "Location"]
    assert process.returncode is not None


async def test_first_steps_are_on_the_dashboard_while_one_is_left(acme: str) -> None:
    async with terminal(acme, size=(80, 24)) as there:
        await there.sees("acme › Dashboard", "First steps")
        await there.press("f")
        await there.sees("acme › First steps", "○ to do   not connected")
        await there.press("escape")
        await there.sees("acme › Dashboard")


async def test_a_portal_that_is_set_up_is_not_led_by_the_hand(at_acme: Terminal) -> None:
    await at_acme.sees("acme › Dashboard", "Last runs")
    await at_acme.sees_no("First steps")
    at_acme.app.action_first_steps()
    text = await at_acme.sees("Everything is set up")
    assert text.count("✓ done") == 4
