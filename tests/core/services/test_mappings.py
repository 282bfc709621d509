"""The mapping: which attribute fills which field."""

import pytest
from msgspec import json

from core.domain.custom_fields import FieldType
from core.domain.errors import SettingsError
from core.domain.mapping import Owner
from core.services.choices import Translation, translate
from core.services.fields import add_field
from core.services.mappings import list_mappings, map_attributes, remove_mapping
from core.store.models import AuditLine
from tests.core.store.databases import on_sqlite


@pytest.fixture(autouse=True)
async def fields(acme):
    """Three fields of three types."""
    await add_field("acme", "Job title", FieldType.STRING)
    await add_field("acme", "Hired on", FieldType.DATE)
    await add_field("acme", "Grade", FieldType.DECIMAL)


async def rows() -> list[tuple[str, str]]:
    return [(mapping.attribute.id, mapping.field.label) for mapping in await list_mappings("acme")]


async def test_attributes_are_mapped_to_fields_by_label_whatever_its_case(fields):
    await map_attributes("acme", ["job_title=JOB TITLE", " hire_date = hired on "])
    assert await rows() == [("job_title", "Job title"), ("hire_date", "Hired on")]


async def test_an_unknown_attribute_is_answered_with_near_ones_and_nothing_is_mapped(fields):
    with pytest.raises(SettingsError, match=r"no UKG Pro attribute 'jobtitle'.+Did you mean: job_title"):
        await map_attributes("acme", ["hire_date=Hired on", "jobtitle=Job title"])
    assert await rows() == []


async def test_an_unknown_label_is_answered_with_those_there_are_and_nothing_is_mapped(fields):
    with pytest.raises(SettingsError, match=r"acme has no field 'Job'.+Its fields: Job title, Hired on, Grade\."):
        await map_attributes("acme", ["hire_date=Hired on", "job_title=Job"])
    assert await rows() == []


@on_sqlite
@pytest.mark.parametrize(
    "pair", ["job_title=Hired on", "hire_date=Job title", "job_title=Grade", "udf_03=Job title", "hire_date=Grade"]
)
async def test_types_that_can_never_fit_are_refused_with_those_that_would_and_nothing_is_mapped(fields, pair):
    with pytest.raises(SettingsError, match=r"cannot fill .+ nothing was mapped\. Choose a field of type "):
        await map_attributes("acme", ["location=Job title", pair])
    assert await rows() == []


@on_sqlite
@pytest.mark.parametrize("pair", ["", "job_title", "=Job title", "job_title=", "job_title: Job title"])
async def test_what_is_no_pair_is_refused(fields, pair):
    with pytest.raises(SettingsError, match="is not ATTRIBUTE=LABEL; nothing was mapped"):
        await map_attributes("acme", [pair])


async def test_one_field_named_twice_is_refused(fields):
    with pytest.raises(SettingsError, match="One field is named twice"):
        await map_attributes("acme", ["job_title=Job title", "location=job TITLE"])
    assert await rows() == []


async def test_a_field_that_was_filled_otherwise_is_filled_anew(fields):
    await map_attributes("acme", ["job_title=Job title", "hire_date=Hired on"])
    await map_attributes("acme", ["location=Job title"])
    assert sorted(await rows()) == [("hire_date", "Hired on"), ("location", "Job title")]


async def test_one_attribute_may_fill_several_fields(fields):
    await add_field("acme", "Role", FieldType.STRING)
    await map_attributes("acme", ["job_title=Job title", "job_title=Role"])
    assert await rows() == [("job_title", "Job title"), ("job_title", "Role")]


async def test_a_label_may_hold_an_equals_sign(fields):
    await add_field("acme", "a=b", FieldType.STRING)
    await map_attributes("acme", ["job_title=a=b"])
    assert await rows() == [("job_title", "a=b")]


async def test_a_row_is_removed_by_its_label_and_one_that_is_not_there_is_told(fields):
    await map_attributes("acme", ["job_title=Job title", "hire_date=Hired on"])
    await remove_mapping("acme", " JOB TITLE")
    assert await rows() == [("hire_date", "Hired on")]
    with pytest.raises(SettingsError, match="Nothing fills a field 'Job title' in acme; nothing was changed"):
        await remove_mapping("acme", "Job title")


async def owners() -> dict[str, tuple[str, dict[str, str]]]:
    return {row.field.label: (row.owner.value, dict(row.translations)) for row in await list_mappings("acme")}


async def test_a_field_is_hrs_unless_said_otherwise_and_keeps_its_owner(fields):
    await map_attributes("acme", ["job_title=Job title"])
    await map_attributes("acme", ["hire_date=Hired on"], Owner.FIRST)
    assert await owners() == {"Job title": ("hr", {}), "Hired on": ("first", {})}
    await map_attributes("acme", ["location=Job title", "start_date=Hired on"])
    assert await owners() == {"Job title": ("hr", {}), "Hired on": ("first", {})}
    await map_attributes("acme", ["location=Job title", "start_date=Hired on"], Owner.LEAVE_IF_BLANK)
    assert await owners() == {"Job title": ("leave-if-blank", {}), "Hired on": ("leave-if-blank", {})}


async def test_translations_stay_with_the_attribute_and_go_with_it(fields):
    await add_field("acme", "Site", FieldType.STRING_CHOICE, ["Dublin"])
    await map_attributes("acme", ["location=Site"])
    await translate("acme", [Translation("Site", "Baile Átha Cliath", "Dublin")])
    await map_attributes("acme", ["location=Site"], Owner.FIRST)
    assert await owners() == {"Site": ("first", {"Baile Átha Cliath": "Dublin"})}
    await map_attributes("acme", ["company_city=Site"])
    assert await owners() == {"Site": ("first", {})}
    line = await AuditLine.filter(action="mapping changed").order_by("-id").first()
    assert json.decode(line.before) == {
        "Site": {"attribute": "location", "owner": "first", "translations": {"Baile Átha Cliath": "Dublin"}}
    }
    assert json.decode(line.after) == {"Site": {"attribute": "company_city", "owner": "first", "translations": {}}}
