"""What a mapping draft leaves out of the last read, and that a draft edited elsewhere is noticed."""

import pytest

from core.domain.custom_fields import FieldType
from core.domain.errors import SettingsError
from core.domain.mapping_draft import DraftRow
from core.services.fields import FieldChanges, add_field, change_field, count_holding
from core.services.mapping_drafts import open_mapping_draft, put_row, show_mapping_draft
from core.services.mapping_mismatches import leaves_out_the_same, left_out
from core.services.mapping_saving import save_mapping_draft
from core.services.pulse import take_pulse
from tests.core.services.snapshots import remember, someone


@pytest.fixture
async def draft(acme):
    """A draft in which job titles fill Job, which knows Nurse and Cook; four people were read, one of them a nurse."""
    await add_field("acme", "Job", FieldType.STRING_CHOICE, ["Nurse", "Cook"])
    titles = ["Nurse", "Nursing", "Nursing", "Chef"]
    await remember(acme, *[someone(f"E{number}", job_title=title) for number, title in enumerate(titles)])
    draft = await open_mapping_draft("acme")
    await put_row(draft.id, DraftRow("job_title", "Job"))
    return draft.id


async def left(draft_id: str) -> dict[str, list[tuple[str, int]]]:
    return {key: [(each.value, each.people) for each in values] for key, values in (await left_out(draft_id)).items()}


async def test_values_are_left_out_until_they_are_translated_or_become_choices(draft):
    assert await left(draft) == {"job": [("Nursing", 2), ("Chef", 1)]}
    await put_row(draft, DraftRow("job_title", "Job", translations={"Nursing": "Nurse"}))
    assert await left(draft) == {"job": [("Chef", 1)]}
    await put_row(draft, DraftRow("job_title", "Job", translations={"Nursing": "Nurse"}, additions=("Chef",)))
    assert await left(draft) == {}


async def test_a_translation_to_what_is_no_choice_any_more_counts_for_nothing(draft):
    await put_row(draft, DraftRow("job_title", "Job", translations={"Nursing": "Cook"}))
    await save_mapping_draft(draft)
    await change_field("acme", "Job", FieldChanges(remove_choices=("Cook",)))
    assert await left((await open_mapping_draft("acme")).id) == {"job": [("Nursing", 2), ("Chef", 1)]}


async def test_two_looks_leave_out_the_same_while_nothing_of_a_choice_field_changes(draft):
    before = await show_mapping_draft(draft)
    await add_field("acme", "Site", FieldType.STRING)
    await put_row(draft, DraftRow("location", "Site"))
    after = await show_mapping_draft(draft)
    assert leaves_out_the_same(before, after)
    await put_row(draft, DraftRow("job_title", "Job", translations={"Nursing": "Nurse"}))
    assert not leaves_out_the_same(after, await show_mapping_draft(draft))


async def test_a_draft_that_is_over_is_told(draft):
    await save_mapping_draft(draft)
    with pytest.raises(SettingsError, match="no longer kept"):
        await left_out(draft)


async def test_a_change_of_a_draft_moves_the_pulse(draft, set_clock):
    before = await take_pulse()
    set_clock("2026-03-11")
    await put_row(draft, DraftRow("job_code", "Job"))
    assert (await take_pulse()).steady != before.steady


async def test_nobody_holds_anything_in_a_new_field(draft):
    assert await count_holding("acme", "Job") == 0
