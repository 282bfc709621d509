"""The scope at the terminal: conditions chosen from what is in UKG Pro, tried, saved."""

import pytest

from core.domain.scope import ScopeKind
from core.services.scope import set_scope, show_scope
from tests.tui.terminal import Terminal


@pytest.fixture
async def there(at_acme: Terminal) -> Terminal:
    """The scope of acme, which takes everyone."""
    await at_acme.open("scope")
    await at_acme.sees("acme takes: Everyone in UKG Pro.", "4 of 4 who are employed")
    return at_acme


async def conditions() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    shown = await show_scope("acme")
    return shown.include, shown.exclude


async def test_a_value_of_ukg_pro_is_taken_or_left_out_and_who_is_inside_is_counted_before_it_is_saved(
    there: Terminal,
) -> None:
    await there.press("down", "down", "enter")
    await there.sees("Scope › Status", "Nothing is said by status", "active", "1 value")
    await there.press("d")
    await there.sees("Left out: A.", "left out")
    await there.press("escape")
    await there.sees("Not saved yet: status.", "Not people with status A.", "0 of 4 who are employed")
    await there.press("t")
    await there.sees("4 would be skipped", "skipped (out of scope)", "Ann Lee")
    await there.press("escape", "ctrl+s")
    await there.sees("Save the scope of acme?", "0 of 4 who are", "an account they have stays as it is")
    assert await conditions() == ({}, {})
    await there.press("y")
    await there.is_told("Saved: the scope of acme.")
    assert await conditions() == ({}, {"status": ("A",)})


async def test_people_are_written_one_in_a_line(there: Terminal) -> None:
    await there.press("end", "enter")
    await there.sees("Scope › Person", "whatever else is said")
    await there.press("n")
    await there.sees("Person: which?", "One in a line.")
    await there.paste("E1")
    await there.press("enter")
    await there.paste("e2")
    await there.press("tab", "enter")
    await there.sees("Always taken: E1, e2.", "2 people")
    await there.press("enter")  # E1: from taken to left out
    await there.sees("Always taken: e2.", "Left out: E1.")
    await there.press("escape", "ctrl+s")
    await there.sees("Save the scope of acme?", "1 of 4 who are")
    await there.press("y")
    await there.is_told("Saved: the scope of acme.")
    assert await conditions() == ({"person": ("e2",)}, {"person": ("E1",)})


async def test_what_was_edited_stays_beside_what_others_save_and_leaving_asks(there: Terminal) -> None:
    await there.press("end", "enter", "n")
    await there.sees("One in a line.")
    await there.paste("E1")
    await there.press("tab", "enter")
    await there.sees("Always taken: E1.")
    await set_scope("acme", include={}, exclude={ScopeKind.STATUS: ["L"]})
    await there.press("escape")
    await there.sees("Not saved yet: person.", "Not people with status L.", "Only the people listed: E1.")
    await set_scope("acme", include={ScopeKind.PERSON: ["E2"]}, exclude={})
    await there.sees("The person was changed elsewhere meanwhile. Saving puts yours in its place.")
    await there.press("escape")
    await there.sees("Throw away what was edited?")
    await there.press("n", "u")
    await there.sees("Only the people listed: E2.")
    await there.press("escape")
    await there.sees("Dashboard")


async def test_all_conditions_are_dropped_at_once(there: Terminal) -> None:
    await set_scope("acme", include={ScopeKind.COMPANY: ["ACME"], ScopeKind.PERSON: ["E1"]}, exclude={})
    await there.sees("company code ACME", "always: E1")
    await there.press("x")
    await there.sees("acme takes: Everyone in UKG Pro.", "Not saved yet: company code, person.")
    await there.press("ctrl+s")
    await there.sees("acme takes: Everyone in UKG Pro.", "Save the scope")
    await there.press("y")
    await there.is_told("Saved: the scope of acme.")
    assert await conditions() == ({}, {})
