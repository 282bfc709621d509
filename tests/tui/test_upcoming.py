"""Upcoming: who joins and leaves, nearest first, as far as one looks."""

from core.sandbox.ukg.server import UkgSandbox
from core.services.syncing import sync_portal
from tests.tui.terminal import Terminal, terminal


async def test_what_falls_due_is_listed_by_day_and_looked_for_further_ahead(synced: str, sandbox: UkgSandbox) -> None:
    sandbox.company.employments[0]["dateOfTermination"] = "2026-03-12T00:00:00"
    sandbox.company.employments[1]["dateOfTermination"] = "2026-04-05T00:00:00"
    sandbox.company.touch()
    await sync_portal("acme", synced)
    async with terminal(synced) as there:
        await there.open("upcoming")
        text = await there.sees("1 due within 14 days, as UKG Pro said today", "Thu 2026-03-12", "2 days", "ends")
        assert "bea@" not in text
        await there.press("plus")
        text = await there.sees("2 due within 30 days", "26 days")
        assert text.index("ann@") < text.index("bea@")
        await there.press("minus", "minus", "minus")
        await there.sees("1 due within 3 days")
        await there.press("enter")
        await there.sees("Ann Lee  ann@example.com", "termination date 2026-03-12")


async def test_nothing_due_and_nothing_read_say_so(at_acme: Terminal) -> None:
    await at_acme.open("upcoming")
    await at_acme.sees("Nothing falls due. + looks further ahead.", "0 due within 14 days")


async def test_before_the_first_read_it_says_what_is_missing(acme: str) -> None:
    async with terminal(acme) as there:
        await there.open("upcoming")
        await there.sees("UKG Pro was not read yet", "Nothing is known yet")
