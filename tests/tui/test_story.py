"""A day of an admin at the terminal, from a mapping to an undone run: the real app by its keys, and its runner."""

from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest

from core.domain.custom_fields import FieldType
from core.domain.guard import Kind as GuardKind
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import UkgSandbox
from core.services import connections
from core.services.fields import add_field, list_fields
from core.services.guard import change_guard, parse_limit
from core.services.mappings import map_attributes
from core.services.portals import change_portal
from core.services.syncing import sync_portal
from core.store.models import Learner, Plan, Run
from tests.tui.terminal import Terminal, terminal
from tui.running import RunnerProcesses

_PEOPLE = 40
_BEGUN = "2026-03-10"  # as in the fixture acme
_LATER = "2026-04-09"


@pytest.fixture
async def company(acme: str) -> AsyncIterator[UkgSandbox]:
    """A made-up company behind the portal acme after its first sync; one of its offices is no choice of Location."""
    async with UkgSandbox(Company.generate(_PEOPLE, 1, date.fromisoformat(_BEGUN))) as company:
        known = company.settings
        await change_portal("acme", manual_sync_minutes=0)
        account = connections.checked_credentials(
            url=company.url,
            user=known.user,
            password=known.password,
            customer_api_key=known.customer_api_key,
            user_api_key=None,
        )
        await connections.connect("acme", account, acme)
        await add_field("acme", "Location", FieldType.STRING_CHOICE, ["Seattle Office", "Portland Plant"])
        await map_attributes("acme", ["location=Location"])
        await change_guard("acme", {GuardKind.ENDED: parse_limit("1")})
        await sync_portal("acme", acme)
        yield company


async def by_name(there: Terminal, words: str, place: str) -> None:
    """Open something by a word of its name, from the palette."""
    await there.press("ctrl+p")
    await there.sees("Search for commands")
    await there.paste(words)
    await there.until(lambda: f": {place}" in there.text(), f"{place} to be found")
    await there.press("enter")
    await there.sees(f"acme › {place}")


async def choices() -> tuple[str, ...]:
    (location,) = await list_fields("acme")
    return location.choices


async def ended() -> set[int]:
    return {each.id for each in await Learner.filter(status="disabled")}


async def test_from_a_mapping_to_an_undone_run(
    acme: str, company: UkgSandbox, set_clock: Callable[[str], None]
) -> None:
    before = await ended()
    async with terminal(acme) as there:
        runners = there.app.runners
        assert isinstance(runners, RunnerProcesses)

        # A mapping is changed, and its effect is seen before it counts.
        await by_name(there, "mapping", "Mapping")
        await there.sees("1 field is filled from UKG Pro", "No choice of Location, so left out")
        await there.press("enter")
        await there.sees("a value that is no choice of Location", "nothing, left out")
        await there.press("enter")
        await there.sees("stands for", "Itself, as a new choice")
        await there.press("down", "enter")
        await there.sees("itself, a new choice")
        await there.press("escape")
        await there.sees("Not saved yet: 1 changed.")
        await there.press("t")
        await there.sees("Nothing is saved yet.", "would be updated (with the settings of now: 0)")
        assert len(await choices()) == 2
        await there.press("escape", "ctrl+s")
        await there.sees("Save the mapping of acme?", "• Location: filled from Location", "1 new")
        await there.press("y")
        await there.is_told("Saved: 1 field of acme.")
        assert len(await choices()) == 3

        # A month passes. More people have left than the guard lets through.
        set_clock(_LATER)
        company.day = 30
        await there.press("escape", "s")
        await there.sees("acme › Sync now", "What came of")
        await there.press("enter")
        await there.sees("Sync acme now?", "Begin (y)")
        await there.press("y")
        await there.sees("✓ The sync is done. What is held waits for a decision: d opens it.", "held  (")
        assert await ended() == before

        # One of them is explained, and let through alone; the rest is rejected.
        await there.press("d")
        await there.sees("Waits for an approval:", "[held", "held ended", "Space marks those to be let through")
        await there.press("enter")
        await there.sees("4 Decided", "ended (terminated)", "Held in plan")
        await there.press("escape")
        await there.sees("Waits for an approval:")
        await there.press("space")
        await there.sees("1 marked: a lets only them through")
        await there.press("a")
        await there.sees("Approve and apply", "1 person loses access.", "Type end to go on:")
        await there.type("and")
        await there.press("enter")
        await there.sees("That is not the word, so nothing was done: end")
        await there.press("backspace", "backspace", "backspace")
        await there.type("end")
        await there.press("enter")
        await there.sees("✓ The writing of a plan is done.", "1 ended")
        (let_through,) = await ended() - before
        await there.press("escape")
        await there.sees("released some (1 person)")
        await there.press("x")
        await there.sees("Nothing more of this plan can be applied then.")
        await there.press("y")
        await there.sees("rejected")
        assert await Plan.filter(state="rejected").count() == 1

        # The run that ended somebody's access is taken back.
        await by_name(there, "undo", "Undo a run")
        await there.sees("runs that wrote something")
        await there.press("enter")
        await there.sees("is taken back?", "Make the plan (y)")
        await there.press("y")
        await there.sees("It takes run-", "reactivated 1", "open until")
        assert let_through in await ended()
        await there.press("l")
        await there.sees("Written: 1 reactivated.", "Apply (y)")
        await there.press("y")
        await there.sees("✓ The writing of a plan is done.", "1 brought back")
        await there.until(lambda: not runners.processes, "every runner to end")

    assert await ended() == before
    assert [run.trigger for run in await Run.all().order_by("number")] == ["manual", "manual", "apply", "undo"]
