"""Custom user data fields at the terminal: added, changed, removed."""

import pytest

from core.domain.custom_fields import FieldType
from core.services.fields import list_fields
from core.services.mappings import list_mappings
from tests.tui.terminal import Terminal


@pytest.fixture
async def there(at_acme: Terminal) -> Terminal:
    """The fields of acme: Job, a choice of Nurse and Cook, filled from UKG Pro."""
    await at_acme.open("map")
    await at_acme.sees("1 field is filled")
    await at_acme.press("f")
    await at_acme.sees("1 field", "string-choice", "Job title", "Nurse, Cook")
    return at_acme


async def test_a_field_is_added_with_its_type_and_choices_and_what_is_wrong_is_told_beside_it(there: Terminal) -> None:
    await there.press("n")
    await there.sees("Fields › new", "any text")
    await there.paste("Level")
    await there.press("down", "right")
    await there.sees("one of your choices")
    await there.press("ctrl+s")
    await there.sees("A field that holds one of your choices needs at least one")
    await there.paste("Junior")
    await there.press("enter")
    await there.paste("Senior")
    await there.press("ctrl+s")
    await there.is_told("Added: Level. The mapping can fill it from UKG Pro.")
    await there.sees("2 fields", "Junior, Senior")
    field = (await list_fields("acme"))[1]
    assert (field.label, field.type, field.choices) == ("Level", FieldType.STRING_CHOICE, ("Junior", "Senior"))


async def test_a_field_is_renamed_with_its_row_of_the_mapping_once_that_is_confirmed(there: Terminal) -> None:
    await there.press("enter")
    await there.sees("Fields › Job")
    await there.press("end")
    await there.paste(" name")
    await there.press("ctrl+s")
    await there.sees("Change the field Job?", "It is renamed to Job name", "2 people hold something in it.")
    await there.press("n")
    await there.sees("1 field changed, not saved yet")
    assert [field.label for field in await list_fields("acme")] == ["Job"]
    await there.press("ctrl+s")
    await there.sees("Change the field Job?")
    await there.press("y")
    await there.is_told("Changed: Job name.")
    await there.sees("1 field")
    assert [mapping.field.label for mapping in await list_mappings("acme")] == ["Job name"]


async def test_choices_are_added_and_removed(there: Terminal) -> None:
    await there.press("enter")
    await there.sees("Fields › Job")
    await there.press("down", "down", "enter")
    await there.paste("Chef")
    await there.press("ctrl+s")
    await there.sees("1 choice more: Chef")
    await there.press("y")
    await there.is_told("Changed: Job.")
    await there.sees("Nurse, Cook, Chef")
    assert (await list_fields("acme"))[0].choices == ("Nurse", "Cook", "Chef")


async def test_removing_a_field_counts_who_holds_something_and_takes_its_name(there: Terminal) -> None:
    await there.press("d")
    await there.sees("Remove the field Job?", "2 people hold something in it, which is gone then", "Type Job to go on")
    await there.press("enter")  # not typed yet
    await there.sees("Remove the field Job?")
    await there.type("Job")
    await there.press("enter")
    await there.is_told("Removed: Job.")
    await there.sees("No fields yet. n adds the first.")
    assert await list_fields("acme") == []
    assert await list_mappings("acme") == []
