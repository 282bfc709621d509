"""The mapping at the terminal: edited in the draft that Slack has too, tried, saved; what does not match is decided."""

from collections.abc import Callable

import pytest

from core.domain.custom_fields import FieldType
from core.domain.mapping import Owner
from core.domain.roles import Role
from core.services.acting import Actor, acting_as
from core.services.admins import set_admin
from core.services.fields import FieldChanges, add_field, change_field, list_fields, remove_field
from core.services.mapping_drafts import open_mapping_draft, take_row_out
from core.services.mapping_saving import save_mapping_draft
from core.services.mappings import list_mappings, map_attributes
from core.services.portals import create_portal
from core.store.models import Draft
from tests.tui.terminal import Terminal, terminal


@pytest.fixture
async def there(synced, at_acme: Terminal) -> Terminal:
    """The mapping of acme: Job is filled and does not know 'Nursing', Hired and Level are filled by nothing."""
    await add_field("acme", "Hired", FieldType.DATE)
    await add_field("acme", "Level", FieldType.INTEGER)
    await at_acme.open("map")
    await at_acme.sees("1 field is filled", "left out: Nursing (2)")
    return at_acme


async def saved() -> dict[str, str]:
    return {mapping.field.label: mapping.attribute.id for mapping in await list_mappings("acme")}


async def test_a_row_says_what_fills_it_what_that_looks_like_and_what_is_left_out(there: Terminal) -> None:
    text = await there.sees("Job title", "HR-owned", "Job, of type string-choice: Nurse, Cook")
    assert "of 4 people as read on 2026-03-10 12:00 UTC: Nursing (2), Nurse (1), Cook (1)" in " ".join(text.split())
    assert "Throw away" not in text  # nothing is edited


async def test_a_field_is_filled_from_what_fits_and_counts_once_it_is_saved(there: Terminal) -> None:
    await there.press("n")
    text = await there.sees("Which field is to be filled")
    assert "Hired  date" in text
    assert "filled from Job title" in text
    assert "Level" not in text  # no attribute of UKG Pro is a whole number
    await there.paste("hired")
    await there.press("enter")
    text = await there.sees("What fills Hired, a field of type date?", "Original hire date (hire_date)")
    assert "job_title" not in text
    await there.press("enter")
    await there.sees("Filled from        Original hire date", "did not ask for this")
    await there.press("o")
    await there.sees("Whose word counts in Hired?")
    await there.press("down", "down", "enter")
    await there.sees("first value only: the first value is taken")
    await there.press("escape")
    await there.sees("2 fields are filled from UKG Pro. Not saved yet: 1 new.", "first value only")
    assert await saved() == {"Job": "job_title"}
    await there.press("ctrl+s")
    await there.sees("Save the mapping of acme?", "1 new:", "• Hired: filled from Original hire date")
    await there.press("y")
    await there.is_told("Saved: 1 field of acme.")
    await there.sees("2 fields are filled from UKG Pro.")
    assert await saved() == {"Job": "job_title", "Hired": "hire_date"}
    assert (await list_mappings("acme"))[1].owner is Owner.FIRST


async def test_a_value_is_translated_tried_and_saved(there: Terminal) -> None:
    await there.press("enter")
    await there.sees("2 people have a value that is no choice of Job.", "Nursing", "nothing, left out")
    await there.press("enter")
    text = await there.sees("‘Nursing’ (2 people) stands for", "Itself, as a new choice", "Nurse  nearest")
    assert text.index("Nothing, leave it out") < text.index("Nurse  nearest")
    await there.press("enter")  # nothing is guessed: what is lit is what holds
    await there.sees_no("stands for?")
    await there.press("l")
    await there.sees_no("nothing, left out")
    await there.press("escape")
    await there.sees("Not saved yet: 1 changed.", "Translated: Nursing = Nurse")
    await there.press("t")
    await there.sees(
        "Nothing is saved yet.", "2 would be updated (with the settings of now: 0)", "updated (data changed)"
    )
    await there.press("enter")
    await there.sees("2 people: unchanged (up to date), would be updated", "Bea Lee")
    await there.press("escape", "escape")
    await there.sees("Not saved yet: 1 changed.")
    await there.press("ctrl+s")
    await there.sees("1 translation")
    await there.press("y")
    await there.is_told("Saved: 1 field of acme.")
    (mapping,) = await list_mappings("acme")
    assert mapping.translations == (("Nursing", "Nurse"),)


async def test_a_value_becomes_a_choice_of_the_field_once_the_mapping_is_saved(there: Terminal) -> None:
    await there.press("enter")
    await there.sees("nothing, left out")
    await there.press("space", "a")
    await there.sees("itself, a new choice")
    await there.press("d")
    await there.sees("nothing, left out")
    await there.press("a")
    await there.sees("itself, a new choice")
    assert (await list_fields("acme"))[0].choices == ("Nurse", "Cook")
    await there.press("escape")
    await there.sees("New choices: Nursing")
    await there.press("ctrl+s")
    await there.sees("1 new choice")
    await there.press("y")
    await there.is_told("Saved: 1 field of acme.")
    assert (await list_fields("acme"))[0].choices == ("Nurse", "Cook", "Nursing")


async def test_a_row_is_taken_out_and_put_back_and_the_draft_is_thrown_away(there: Terminal) -> None:
    await there.press("d")
    await there.sees("Not saved yet: 1 removed.")
    await there.press("enter")  # a removed row is put back
    await there.sees_no("Not saved yet")
    await there.press("d")
    await there.sees("removed")
    await there.press("u")
    await there.sees_no("Not saved yet")
    await there.press("d")
    await there.sees("Not saved yet: 1 removed.")
    await there.press("x")
    await there.sees("Throw the draft away?")
    await there.press("y")
    await there.is_told("The draft was thrown away; the mapping is as it was.")
    assert await saved() == {"Job": "job_title"}
    assert not await Draft.exists(kind="mapping", content__contains='"rows":[]')


async def test_a_draft_survives_leaving_and_what_is_edited_elsewhere_is_seen(
    there: Terminal, set_clock: Callable[[str], None]
) -> None:
    set_clock("2026-03-11")
    await take_row_out((await open_mapping_draft("acme")).id, "Job")  # as the same person does in Slack
    await there.sees("Not saved yet: 1 removed.")
    await there.press("escape")
    await there.sees("Dashboard")
    await there.open("map")
    await there.sees("Not saved yet: 1 removed.")
    assert await saved() == {"Job": "job_title"}


async def test_what_others_saved_meanwhile_is_told_and_both_are_saved_the_second_time(there: Terminal) -> None:
    await there.press("d")
    await there.sees("Not saved yet: 1 removed.")
    await set_admin("acme", "Bob", Role.ADMIN)
    with acting_as(Actor("Bob", "tui")):
        await map_attributes("acme", ["hire_date=Hired"])
    await there.sees("Others have changed the mapping since you began", "Hired is filled from hire_date")
    await there.press("ctrl+s")
    await there.sees("Save the mapping of acme?")
    await there.press("y")
    await there.sees("Bob changed the mapping meanwhile, so nothing was saved yet.", "1 removed")
    assert await saved() == {"Job": "job_title", "Hired": "hire_date"}
    await there.press("ctrl+s")
    await there.sees("Save the mapping of acme?")
    await there.press("y")
    await there.is_told("Saved: 1 field of acme.")
    await there.sees_no("meanwhile")
    assert await saved() == {"Hired": "hire_date"}


async def test_rows_whose_field_is_gone_or_that_say_what_is_no_choice_any_more_are_told(there: Terminal) -> None:
    draft = await open_mapping_draft("acme")
    await there.press("enter")
    await there.sees("nothing, left out")
    await there.press("l")
    await there.sees_no("nothing, left out")
    await save_mapping_draft(draft.id)
    await change_field("acme", "Job", FieldChanges(add_choices=("Chef",), remove_choices=("Nurse",)))
    await there.press("escape", "enter")
    await there.sees("Nurse, no choice any more")
    await there.press("d")
    await there.press("escape")
    await there.sees("left out: Nursing (2), Nurse (1)")
    await remove_field("acme", "Job")
    await there.sees("There is no field Job any more, so nothing is written.", "! changed")
    await there.press("enter")  # nothing else can be done with it
    await there.sees("Not saved yet: 1 removed.")


async def test_a_portal_without_fields_says_how_to_begin(acme: str) -> None:
    async with terminal(acme) as there:
        await there.open("map")
        await there.sees("No field is filled yet. n fills the first")
        await there.press("n")
        await there.is_told("The portal has no field that UKG Pro could fill.")


async def test_the_fields_of_learnupon_are_told_to_be_made_there(acme: str) -> None:
    await create_portal("upon", kind="learnupon")
    async with terminal(acme, portal="upon", size=(80, 24)) as there:
        await there.open("map")
        await there.sees("The fields of upon could not be read anew")
        await there.press("f")
        text = await there.sees("LearnUpon keeps its own custom user data fields")
        assert "Add" not in text.splitlines()[-1]


async def test_somebody_who_is_no_admin_is_told_so(synced: str) -> None:
    await set_admin("acme", "Bob", Role.OPERATOR)
    with acting_as(Actor("Bob", "tui")):
        async with terminal(synced) as there:
            await there.open("map")
            text = await there.sees("Bob is operator in acme, and this takes admin; nothing was done.")
            assert "Loading" not in text
