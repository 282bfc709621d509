"""Custom user data fields, which only LearnUpon can change: every change of theirs is said before it costs anyone."""

import pytest

from core.domain.custom_fields import FieldType
from core.sandbox.learnupon.records import FieldType as TypeId
from core.store import models
from tests.core.portals.learnupon_port.people import apply, change, known
from tests.core.store.databases import on_sqlite

pytestmark = on_sqlite

ANN = "ann@example.com"


@pytest.fixture
async def mapped(portal):
    """The portal with mapped fields, and Ann, who holds some of them. Returns it and the fields by label."""
    fields = {
        label: portal.declare(label, kind, choices)
        for label, kind, choices in (
            ("Job", FieldType.STRING, ()),
            ("Team", FieldType.STRING, ()),
            ("Site", FieldType.STRING_CHOICE, ("North", "South")),
            ("Badge", FieldType.INTEGER, ()),
        )
    }
    custom = {"Job": "Cook", "Team": "Red", "Site": "North", "Badge": 7}
    portal.put_in(ANN, first_name="Ann", last_name="Lee", custom=custom)
    await portal.look()
    for label, attribute in (("Job", "job_title"), ("Team", "department"), ("Site", "location")):
        await models.Mapping.create(
            portal_id=portal.row.id, attribute_id=attribute, field_label=label, label_key=label.casefold()
        )
    return portal, fields


async def _mapping(harness):
    rows = await models.Mapping.filter(portal_id=harness.row.id)
    return {row.attribute_id: row.field_label for row in rows}


async def _labels(harness):
    return sorted(field.label for field in await harness.port.custom_fields())


async def test_fields_that_stay_as_they_are_say_nothing(mapped):
    harness, _ = mapped
    assert (await harness.glance()).fields == []
    assert await _labels(harness) == ["Badge", "Job", "Site", "Team"]


async def test_a_renamed_field_takes_its_mapping_and_everybodys_values_along(mapped):
    harness, fields = mapped
    harness.portal.keep_field(fields["Job"], label="Position")
    (sentence,) = (await harness.glance()).fields
    assert sentence == "The field Job is called Position in LearnUpon now; its mapping follows."
    assert (await _mapping(harness))["job_title"] == "Position"
    assert (await known(harness, ANN)).custom == {"Position": "Cook", "Team": "Red", "Site": "North", "Badge": 7}
    await apply(harness, await change(harness, ANN, custom={"Position": "Chef"}))
    assert harness.users()[ANN]["custom"]["Position"] == "Chef"
    assert (await harness.glance()).fields == []
    await harness.check()


async def test_fields_may_exchange_their_labels(mapped):
    harness, fields = mapped
    harness.portal.keep_field(fields["Job"], label="Waiting")
    harness.portal.keep_field(fields["Team"], label="Job")
    harness.portal.keep_field(fields["Job"], label="Team")
    assert len((await harness.glance()).fields) == 2
    assert await _mapping(harness) == {"job_title": "Team", "department": "Job", "location": "Site"}
    assert (await known(harness, ANN)).custom == {"Team": "Cook", "Job": "Red", "Site": "North", "Badge": 7}
    await harness.check()


async def test_a_label_may_go_on_from_field_to_field(mapped):
    harness, fields = mapped
    harness.portal.keep_field(fields["Team"], label="Crew")
    harness.portal.keep_field(fields["Job"], label="Team")
    await harness.glance()
    assert await _mapping(harness) == {"job_title": "Team", "department": "Crew", "location": "Site"}
    assert (await known(harness, ANN)).custom == {"Team": "Cook", "Crew": "Red", "Site": "North", "Badge": 7}
    await harness.check()


async def test_a_field_may_take_the_label_of_one_that_is_gone(mapped):
    harness, fields = mapped
    harness.portal.drop_field(fields["Team"])
    harness.portal.keep_field(fields["Job"], label="Team")
    await harness.glance()
    assert await _mapping(harness) == {"job_title": "Team", "location": "Site"}
    assert (await known(harness, ANN)).custom == {"Team": "Cook", "Site": "North", "Badge": 7}
    await harness.check()


async def test_another_spelling_of_a_label_is_followed(mapped):
    harness, fields = mapped
    harness.portal.keep_field(fields["Job"], label="JOB")
    await harness.glance()
    assert (await _mapping(harness))["job_title"] == "JOB"
    assert (await known(harness, ANN)).custom["JOB"] == "Cook"
    await harness.check()


async def test_a_field_that_is_gone_is_said_and_its_mapping_stays(mapped):
    harness, fields = mapped
    harness.portal.drop_field(fields["Job"])
    (sentence,) = (await harness.glance()).fields
    assert "Job is no longer in LearnUpon" in sentence
    assert await _labels(harness) == ["Badge", "Site", "Team"]
    assert (await _mapping(harness))["job_title"] == "Job"
    assert "Job" not in (await known(harness, ANN)).custom
    await harness.check()


async def test_a_field_that_is_gone_and_was_not_mapped_is_no_news(mapped):
    harness, fields = mapped
    harness.portal.drop_field(fields["Badge"])
    assert (await harness.glance()).fields == []
    await harness.check()


async def test_a_field_made_anew_is_empty_for_everyone(mapped):
    """What people held of the old one went with it; the next plan must see that."""
    harness, fields = mapped
    harness.portal.drop_field(fields["Job"])
    harness.declare("Job", FieldType.STRING)
    before = (await known(harness, ANN)).revision
    await harness.glance()
    account = await known(harness, ANN)
    assert "Job" not in account.custom
    assert account.revision > before
    await apply(harness, await change(harness, ANN, custom={"Job": "Cook"}))
    assert harness.users()[ANN]["custom"]["Job"] == "Cook"
    await harness.check()


async def test_another_type_is_said(mapped):
    harness, fields = mapped
    fields["Badge"].type = TypeId.DECIMAL
    (sentence,) = (await harness.glance()).fields
    assert "Badge is of type decimal in LearnUpon now (it was integer)" in sentence
    kinds = {field.label: field.type for field in await harness.port.custom_fields()}
    assert kinds["Badge"] is FieldType.DECIMAL
    await harness.look()
    await harness.check()


async def test_a_choice_that_is_gone_is_said_with_how_many_hold_it(mapped):
    harness, fields = mapped
    fields["Site"].choices.remove("North")
    (sentence,) = (await harness.glance()).fields
    assert "Site lost choices in LearnUpon: North. 1 people hold" in sentence
    assert (await known(harness, ANN)).custom["Site"] == "North"
    await harness.check()


async def test_a_new_choice_and_a_new_field_are_offered_without_a_word(mapped):
    harness, fields = mapped
    fields["Site"].choices.append("West")
    harness.declare("Shift", FieldType.STRING)
    assert (await harness.glance()).fields == []
    offered = {field.label: field.choices for field in await harness.port.custom_fields()}
    assert offered["Site"] == ("North", "South", "West")
    assert "Shift" in offered
    await harness.check()


@pytest.mark.parametrize("label", ["Email", "x" * 101], ids=["reserved", "too long"])
async def test_a_label_we_cannot_keep_is_left_out_and_what_people_hold_there_is_left_alone(mapped, label):
    harness, _ = mapped
    field = harness.declare(label, FieldType.STRING)
    harness.named(ANN).values[field.id] = "theirs"
    assert (await harness.glance()).fields == []
    assert await _labels(harness) == ["Badge", "Job", "Site", "Team"]
    await harness.look()
    await apply(harness, await change(harness, ANN, custom={"Job": "Chef"}))
    assert harness.users()[ANN]["custom"][label] == "theirs"
    await harness.check()


async def test_a_field_renamed_to_a_label_we_cannot_keep_is_gone_until_it_has_another(mapped):
    harness, fields = mapped
    harness.portal.keep_field(fields["Job"], label="Status")
    assert "Job is no longer" in (await harness.glance()).fields[0]
    harness.portal.keep_field(fields["Job"], label="Job")
    await harness.glance()
    await harness.look()
    assert (await known(harness, ANN)).custom["Job"] == "Cook"
    await harness.check()


async def test_a_field_renamed_between_the_look_and_the_writing_is_still_written(mapped):
    harness, fields = mapped
    wanted = await change(harness, ANN, custom={"Job": "Chef"})
    await harness.glance()
    harness.portal.keep_field(fields["Job"], label="Position")
    await apply(harness, wanted)
    assert harness.users()[ANN]["custom"]["Position"] == "Chef"
