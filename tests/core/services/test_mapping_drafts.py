"""The mapping edited in a draft: whose it is, what is saved of it, and two admins at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.attributes import ALWAYS_READ_ATTRIBUTES
from core.domain.custom_fields import FieldType, new_field
from core.domain.errors import BusyError, SettingsError
from core.domain.mapping import Owner
from core.domain.mapping_draft import DraftRow
from core.domain.roles import Role
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.admins import remove_admin, set_admin
from core.services.choices import can_be_added, grown
from core.services.fields import FieldChanges, add_field, change_field, list_fields, remove_field
from core.services.mapping_drafts import (
    discard_mapping_draft,
    open_mapping_draft,
    put_row,
    put_row_back,
    show_mapping_draft,
    take_row_out,
    try_mapping_draft,
    unknown_values,
)
from core.services.mapping_saving import MappingMoved, save_mapping_draft
from core.services.mappings import list_mappings, map_attributes, remove_mapping
from core.services.portals import create_portal
from core.services.trail import trail
from core.store.models import CustomField, Draft
from core.store.run_lock import hold_run_lock
from tests.core.services.snapshots import remember, someone

ANN, BOB = Actor("Ann Lee", "slack", slack_user="UANN"), Actor("Bob", "tui")


@pytest.fixture
async def fields(acme):
    """Three fields, of which one is filled, and two admins: Ann in Slack, Bob at a terminal."""
    await add_field("acme", "Job", FieldType.STRING_CHOICE, ["Nurse", "Cook"])
    await add_field("acme", "Site", FieldType.STRING)
    await add_field("acme", "Hired", FieldType.DATE)
    await map_attributes("acme", ["location=Site"])
    await set_admin("acme", "Ann Lee", Role.ADMIN, slack_user="UANN")
    await set_admin("acme", "Bob", Role.ADMIN)
    return acme


async def saved():
    return {mapping.field.label: mapping.attribute.id for mapping in await list_mappings("acme")}


def shown(draft):
    return [(row.row.label, row.row.attribute, row.change) for row in draft.rows]


async def test_a_draft_begins_as_the_mapping_and_changes_nothing_until_it_is_saved(fields):
    draft = await open_mapping_draft("acme")
    assert shown(draft) == [("Site", "location", "")]
    assert not draft.differs
    await put_row(draft.id, DraftRow("job_title", "job"))
    await take_row_out(draft.id, "Site")
    draft = await show_mapping_draft(draft.id)
    assert shown(draft) == [("Job", "job_title", "new"), ("Site", "location", "removed")]
    assert await saved() == {"Site": "location"}
    assert await save_mapping_draft(draft.id) == 2
    assert await saved() == {"Job": "job_title"}
    assert not await Draft.exists()


async def test_what_is_saved_is_one_line_of_the_audit_trail_with_before_and_after(fields):
    draft = await open_mapping_draft("acme")
    await put_row(draft.id, DraftRow("job_title", "Job", Owner.FIRST, {"Nursing": "Nurse"}))
    await put_row(draft.id, DraftRow("company", "Site"))
    await save_mapping_draft(draft.id)
    (line,) = [entry async for entry in trail("acme", most=1)]
    assert (line.action, line.subject) == ("mapping changed", "Site, Job")
    assert line.before == {"Site": "location", "Job": None}
    row = {"attribute": "job_title", "owner": "first", "translations": {"Nursing": "Nurse"}}
    assert line.after == {"Site": "company", "Job": row}


async def test_a_row_can_be_put_back_as_it_was(fields):
    draft = await open_mapping_draft("acme")
    await take_row_out(draft.id, "Site")
    await put_row_back(draft.id, "site")
    assert not (await show_mapping_draft(draft.id)).differs
    with pytest.raises(SettingsError, match="nothing to save"):
        await save_mapping_draft(draft.id)


async def test_one_admin_has_one_draft_in_slack_and_at_a_terminal(fields):
    with acting_as(ANN):
        draft = await open_mapping_draft("acme")
        await put_row(draft.id, DraftRow("job_title", "Job"))
    with acting_as(Actor("ann lee", "tui")):
        assert (await open_mapping_draft("acme")).id == draft.id
        assert (await show_mapping_draft(draft.id)).differs


async def test_a_draft_is_its_owners_alone_and_takes_an_admin(fields):
    with acting_as(ANN):
        draft = await open_mapping_draft("acme")
    with acting_as(BOB):
        assert (await open_mapping_draft("acme")).id != draft.id
        for act in (show_mapping_draft, save_mapping_draft, discard_mapping_draft):
            with pytest.raises(SettingsError, match="no longer kept"):
                await act(draft.id)
    await set_admin("acme", "Ann Lee", Role.OPERATOR)
    with acting_as(ANN), pytest.raises(NotAllowed):
        await show_mapping_draft(draft.id)
    await remove_admin("acme", "Ann Lee")
    with acting_as(ANN), pytest.raises(NotAllowed):
        await open_mapping_draft("acme")


async def test_the_second_of_two_admins_is_told_what_the_first_changed_and_both_changes_count(fields):
    with acting_as(ANN):
        hers = await open_mapping_draft("acme")
        await put_row(hers.id, DraftRow("job_title", "Job"))
    with acting_as(BOB):
        his = await open_mapping_draft("acme")
        await put_row(his.id, DraftRow("hire_date", "Hired"))
        await take_row_out(his.id, "Site")
        await save_mapping_draft(his.id)
    with acting_as(ANN):
        told = (await show_mapping_draft(hers.id)).changed_by_others
        assert told == ["Hired is filled from hire_date.", "Site is not filled any more."]
        with pytest.raises(MappingMoved) as moved:
            await save_mapping_draft(hers.id)
        assert str(moved.value).startswith("Bob changed the mapping meanwhile, so nothing was saved yet.")
        assert "Site is not filled any more." in str(moved.value)
        assert await saved() == {"Hired": "hire_date"}
        assert shown(await show_mapping_draft(hers.id)) == [("Hired", "hire_date", ""), ("Job", "job_title", "new")]
        await save_mapping_draft(hers.id)
    assert await saved() == {"Hired": "hire_date", "Job": "job_title"}


async def test_where_both_changed_one_field_the_second_decides_knowing_it(fields):
    with acting_as(ANN):
        hers = await open_mapping_draft("acme")
        await put_row(hers.id, DraftRow("company", "Site"))
    with acting_as(BOB):
        await map_attributes("acme", ["location_code=Site"])
    with acting_as(ANN):
        with pytest.raises(MappingMoved, match="Site is filled from location_code, not location"):
            await save_mapping_draft(hers.id)
        assert await saved() == {"Site": "location_code"}
        await save_mapping_draft(hers.id)
    assert await saved() == {"Site": "company"}


async def test_a_draft_without_changes_follows_the_mapping(fields):
    draft = await open_mapping_draft("acme")
    await remove_mapping("acme", "Site")
    again = await open_mapping_draft("acme")
    assert (again.id, again.rows, again.changed_by_others) == (draft.id, [], [])


async def test_what_cannot_be_is_refused_and_the_draft_stays(fields):
    draft = await open_mapping_draft("acme")
    with pytest.raises(SettingsError, match="cannot fill Hired"):
        await put_row(draft.id, DraftRow("job_title", "Hired"))
    with pytest.raises(SettingsError, match="no field 'Nothing'"):
        await put_row(draft.id, DraftRow("job_title", "Nothing"))
    with pytest.raises(SettingsError, match="is no choice of Job"):
        await put_row(draft.id, DraftRow("job_title", "Job", translations={"Nursing": "Doctor"}))
    assert not (await show_mapping_draft(draft.id)).differs


async def test_a_field_that_is_removed_meanwhile_is_shown_as_trouble_and_not_saved(fields):
    draft = await open_mapping_draft("acme")
    await put_row(draft.id, DraftRow("job_title", "Job"))
    await remove_field("acme", "Job")
    (row,) = [each for each in (await show_mapping_draft(draft.id)).rows if each.trouble]
    assert row.row.label == "Job"
    with pytest.raises(SettingsError, match="no field 'Job' any more"):
        await save_mapping_draft(draft.id)
    await take_row_out(draft.id, "Job")
    assert await saved() == {"Site": "location"}


async def test_unknown_values_of_a_row_that_is_not_saved_are_counted(fields):
    people = [
        someone(f"E{number}", job_title=title) for number, title in enumerate(["Nurse", "Nursing", "Nursing", "Chef"])
    ]
    await remember(fields, *people)
    unknown = await unknown_values("acme", DraftRow("job_title", "Job"))
    assert [(each.value, each.people, each.nearest) for each in unknown] == [("Nursing", 2, "Nurse"), ("Chef", 1, None)]
    assert await unknown_values("acme", DraftRow("job_title", "Site")) == []


async def test_a_draft_is_tried_before_it_is_saved(fields, store):
    people = [someone(f"E{number}", location="Dublin", job_title="Nurse") for number in range(3)]
    await remember(fields, *people, read={"location", "job_title", *ALWAYS_READ_ATTRIBUTES})
    draft = await open_mapping_draft("acme")
    assert (await try_mapping_draft(draft.id, store)).sentences == ["Nothing would differ."]
    await put_row(draft.id, DraftRow("job_title", "Job"))
    assert (await try_mapping_draft(draft.id, store)).difference.values == 3
    assert await saved() == {"Site": "location"}


async def test_a_draft_is_kept_for_two_weeks_from_its_last_change(fields, set_clock):
    draft = await open_mapping_draft("acme")
    set_clock("2026-03-20")
    await put_row(draft.id, DraftRow("job_title", "Job"))
    set_clock("2026-04-01")
    assert (await open_mapping_draft("acme")).id == draft.id
    set_clock("2026-04-04")
    assert (await open_mapping_draft("acme")).id != draft.id
    assert await Draft.all().count() == 1


async def choices_of(label="Job"):
    return next(field.choices for field in await list_fields("acme") if field.label == label)


async def test_new_choices_are_there_once_the_draft_is_saved_and_not_before(fields):
    draft = await open_mapping_draft("acme")
    await put_row(
        draft.id, DraftRow("job_title", "Job", translations={"RN": "Nursing"}, additions=(" Nursing ", "Cook"))
    )
    (row,) = [each.row for each in (await show_mapping_draft(draft.id)).rows if each.change == "new"]
    assert (row.additions, dict(row.translations)) == (("Nursing",), {"RN": "Nursing"})
    assert await choices_of() == ("Nurse", "Cook")
    assert await save_mapping_draft(draft.id) == 1
    assert await choices_of() == ("Nurse", "Cook", "Nursing")
    assert (await list_mappings("acme"))[-1].translations == (("RN", "Nursing"),)
    (field, mapping) = [line async for line in trail("acme")][:2]
    assert (field.action, field.after["choices"]) == ("field changed", ["Nurse", "Cook", "Nursing"])
    assert (mapping.action, mapping.after["Job"]["new_choices"]) == ("mapping changed", ["Nursing"])


async def test_new_choices_alone_are_something_to_save(fields):
    await map_attributes("acme", ["job_title=Job"])
    draft = await open_mapping_draft("acme")
    await put_row(draft.id, DraftRow("job_title", "Job", additions=("Chef",)))
    assert (await show_mapping_draft(draft.id)).differs
    await save_mapping_draft(draft.id)
    assert await choices_of() == ("Nurse", "Cook", "Chef")
    assert not (await open_mapping_draft("acme")).differs


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (DraftRow("job_title", "Job", additions=("Cook, pastry",)), "holds a comma"),
        (DraftRow("job_title", "Job", additions=("x" * 5000,)), "characters, more than"),
        (DraftRow("job_title", "Site", additions=("Dublin",)), "has no choices"),
    ],
)
async def test_what_can_be_no_choice_is_refused(fields, row, sentence):
    draft = await open_mapping_draft("acme")
    with pytest.raises(SettingsError, match=sentence):
        await put_row(draft.id, row)
    assert not (await show_mapping_draft(draft.id)).differs


async def test_what_became_a_choice_meanwhile_is_no_new_one(fields):
    draft = await open_mapping_draft("acme")
    await put_row(draft.id, DraftRow("job_title", "Job", additions=("Nursing",)))
    await change_field("acme", "Job", FieldChanges(add_choices=("Nursing",)))
    await save_mapping_draft(draft.id)
    assert await choices_of() == ("Nurse", "Cook", "Nursing")


async def test_while_the_portal_is_synced_neither_mapping_nor_choices_are_saved(fields):
    draft = await open_mapping_draft("acme")
    await put_row(draft.id, DraftRow("job_title", "Job", additions=("Nursing",)))
    async with hold_run_lock(fields.id, "acme"):
        with pytest.raises(BusyError):
            await save_mapping_draft(draft.id)
    assert await saved() == {"Site": "location"}
    assert await choices_of() == ("Nurse", "Cook")
    assert await save_mapping_draft(draft.id) == 1
    async with hold_run_lock(fields.id, "acme"):
        pass  # saving leaves the portal free


async def test_when_others_changed_the_mapping_no_choice_is_added_yet(fields):
    with acting_as(ANN):
        hers = await open_mapping_draft("acme")
        await put_row(hers.id, DraftRow("job_title", "Job", additions=("Nursing",)))
    with acting_as(BOB):
        await remove_mapping("acme", "Site")
    with acting_as(ANN):
        with pytest.raises(MappingMoved):
            await save_mapping_draft(hers.id)
        assert await choices_of() == ("Nurse", "Cook")
        await save_mapping_draft(hers.id)
    assert await choices_of() == ("Nurse", "Cook", "Nursing")
    assert await saved() == {"Job": "job_title"}


async def test_a_try_counts_with_the_new_choices(fields, store):
    people = [someone(f"E{number}", job_title="Chef") for number in range(3)]
    await remember(fields, *people, read={"location", "job_title", *ALWAYS_READ_ATTRIBUTES})
    draft = await open_mapping_draft("acme")
    await put_row(draft.id, DraftRow("job_title", "Job"))
    assert (await try_mapping_draft(draft.id, store)).difference.values == 0
    await put_row(draft.id, DraftRow("job_title", "Job", additions=("Chef",)))
    assert (await try_mapping_draft(draft.id, store)).difference.values == 3


async def test_a_field_of_learnupon_takes_no_new_choices(fields):
    north = await create_portal("north", kind="learnupon")
    grade = await CustomField.get(portal_id=fields.id, label_key="job")
    await CustomField.filter(id=grade.id).update(portal_id=north.id)
    draft = await open_mapping_draft("north")
    with pytest.raises(SettingsError, match="LearnUpon keeps its own custom user data fields"):
        await put_row(draft.id, DraftRow("job_title", "Job", additions=("Chef",)))


@given(st.text(max_size=300))
def test_what_is_offered_as_a_new_choice_is_one_that_the_field_takes(value):
    field = new_field("1", "Job", FieldType.STRING_CHOICE, ["Nurse"])
    if can_be_added(field, value):
        assert grown(field, [value.strip()]).choices == ("Nurse", value.strip())
    else:
        assert not value.strip() or "," in value or value.strip() == "Nurse"
