"""Values that a choice field does not know: listed from the last read, added or translated by an admin's word."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from core.domain.custom_fields import FieldType
from core.domain.errors import BusyError, SettingsError
from core.domain.roles import Role
from core.domain.scope import ScopeKind
from core.services.acting import Actor, acting_as
from core.services.admins import set_admin
from core.services.choices import Translation, add_choices, forget_translations, translate, unknown_choices
from core.services.fields import FieldChanges, add_field, change_field, list_fields
from core.services.mappings import list_mappings, map_attributes
from core.services.scope import set_scope
from core.store.models import AuditLine
from core.store.run_lock import hold_run_lock
from tests.core.services.snapshots import remember, someone
from tests.core.store.databases import on_sqlite


@pytest.fixture(autouse=True)
async def fields(acme):
    """Two choice fields and one without choices, all mapped; a third choice field that nothing fills."""
    await add_field("acme", "Department", FieldType.STRING_CHOICE, ["Nursing", "Human Resources", "IT"])
    await add_field("acme", "Grade", FieldType.DECIMAL_CHOICE, ["1", "2"])
    await add_field("acme", "Job", FieldType.STRING)
    await add_field("acme", "Shirt", FieldType.STRING_CHOICE, ["S", "M"])
    await map_attributes("acme", ["department=Department", "udf_03=Grade", "job_title=Job"])


async def listed():
    return [(row.field, row.value, row.people, row.nearest) for row in (await unknown_choices("acme")).values]


async def translations():
    return {mapping.field.label: dict(mapping.translations) for mapping in await list_mappings("acme")}


async def choices(label="Department"):
    return next(field.choices for field in await list_fields("acme") if field.label == label)


async def test_without_a_read_a_first_sync_is_asked_for(fields):
    with pytest.raises(SettingsError, match=r"acme has not read UKG Pro yet.+Sync it first: ukg sync acme"):
        await unknown_choices("acme")


async def test_every_unknown_value_is_listed_with_how_many_carry_it_and_the_nearest_choice(acme):
    departments = ["Nurse", "Nurse", "nursing", "Catering", "Resources, Human", "IT", None]
    people = [someone(f"E{number}", department=name) for number, name in enumerate(departments)]
    grades = [
        someone("G1", udf_03=Decimal("3.0")),
        someone("G2", udf_03=Decimal("3")),
        someone("G3", udf_03=Decimal(1)),
    ]
    await remember(acme, *people, *grades, someone("J1", job_title="Whatever"))
    assert await listed() == [
        ("Department", "Nurse", 2, "Nursing"),
        ("Department", "Catering", 1, None),
        ("Department", "Resources, Human", 1, "Human Resources"),
        ("Department", "nursing", 1, "Nursing"),
        ("Grade", "3", 2, None),
    ]


async def test_people_who_would_not_be_synced_are_not_counted(acme):
    left = someone("E1", status="T", left=date(2020, 1, 1), department="Old", company_code="ACME")
    outside = someone("E2", department="Elsewhere", company_code="BETA")
    await remember(acme, left, outside, someone("E3", department="New", company_code="ACME"))
    await set_scope("acme", include={ScopeKind.COMPANY: ["ACME"]}, exclude={})
    assert [value for _, value, _, _ in await listed()] == ["New"]


async def test_a_field_that_was_not_filled_at_the_last_read_is_named(acme):
    await remember(acme, someone("E1", department="IT"))
    assert (await unknown_choices("acme")).not_read == ["Grade"]


async def test_values_become_choices_and_are_known_then(acme):
    await remember(acme, someone("E1", department="Catering"), someone("E2", udf_03=Decimal("3.50")))
    await add_choices("acme", [("DEPARTMENT", "Catering"), ("Grade", "3.50")])
    assert await choices() == ("Nursing", "Human Resources", "IT", "Catering")
    assert await choices("Grade") == ("1", "2", "3.5")
    assert await listed() == []


async def test_a_translated_value_is_known_and_unknown_again_once_forgotten(acme):
    await remember(acme, someone("E1", department="Nurses"), someone("E2", udf_03=Decimal("3.0")))
    await translate("acme", [Translation("department", "Nurses", "Nursing"), Translation("Grade", "3.00", "2.0")])
    assert await translations() == {"Department": {"Nurses": "Nursing"}, "Grade": {"3": "2"}, "Job": {}}
    assert await listed() == []
    await forget_translations("acme", [("Department", "Nurses"), ("Grade", "3.0")])
    assert [value for _, value, _, _ in await listed()] == ["Nurses", "3"]
    lines = await AuditLine.filter(action="translations changed").order_by("id")
    assert [(msgspec.json.decode(line.before), msgspec.json.decode(line.after)) for line in lines] == [
        (
            {"Department": {"Nurses": None}, "Grade": {"3": None}},
            {"Department": {"Nurses": "Nursing"}, "Grade": {"3": "2"}},
        ),
        (
            {"Department": {"Nurses": "Nursing"}, "Grade": {"3": "2"}},
            {"Department": {"Nurses": None}, "Grade": {"3": None}},
        ),
    ]


async def test_a_translation_to_a_choice_that_is_removed_makes_the_value_unknown_again(acme):
    await remember(acme, someone("E1", department="Nurses"))
    await translate("acme", [Translation("Department", "Nurses", "Nursing")])
    await change_field("acme", "Department", FieldChanges(remove_choices=("Nursing",)))
    assert [value for _, value, _, _ in await listed()] == ["Nurses"]


@on_sqlite
@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (Translation("Department", "Chefs", "Cooks"), "'Cooks' is not a choice of Department; nothing was changed"),
        (Translation("Department", "Chefs", "nursing"), "'nursing' is not a choice of Department"),
        (Translation("Department", "IT", "Nursing"), "'IT' is a choice of Department already; nothing was changed"),
        (Translation("Department", " ", "Nursing"), "' ' cannot be a value of Department, which holds a string"),
        (Translation("Grade", "high", "2"), "'high' cannot be a value of Grade, which holds a decimal"),
        (
            Translation("Job", "Chefs", "Cooks"),
            "fills no choice field 'Job'.+Choice fields it fills: Department, Grade",
        ),
        (Translation("Shirt", "XL", "M"), "fills no choice field 'Shirt' from UKG Pro; nothing was changed"),
    ],
)
async def test_a_translation_that_cannot_be_is_refused_and_none_of_the_others_is_kept(second, sentence, fields):
    with pytest.raises(SettingsError, match=sentence):
        await translate("acme", [Translation("Department", "Nurses", "Nursing"), second])
    assert (await translations())["Department"] == {}


@on_sqlite
@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (("Department", "IT"), "'IT' is a choice of Department already; nothing was changed"),
        (("Department", "Nurses"), r"is translated to 'Nursing'.+Forget that first: ukg choices acme --forget 'Depart"),
        (("Job", "Cook"), "acme has no choice field 'Job'.+Its choice fields: Department, Grade, Shirt"),
        (("Grade", "high"), "'high' cannot be a value of Grade"),
    ],
)
async def test_an_addition_that_cannot_be_is_refused_and_none_of_the_others_is_made(second, sentence, fields):
    await translate("acme", [Translation("Department", "Nurses", "Nursing")])
    with pytest.raises(SettingsError, match=sentence):
        await add_choices("acme", [("Department", "Catering"), second])
    assert "Catering" not in await choices()


@on_sqlite
async def test_a_value_with_a_comma_can_be_no_choice_and_can_be_translated(fields):
    with pytest.raises(SettingsError, match="holds a comma"):
        await add_choices("acme", [("Department", "Beds, Baths")])
    await translate("acme", [Translation("Department", "Beds, Baths", "Nursing")])
    assert (await translations())["Department"] == {"Beds, Baths": "Nursing"}


@on_sqlite
async def test_what_is_not_translated_cannot_be_forgotten(fields):
    await translate("acme", [Translation("Department", "Nurses", "Nursing")])
    with pytest.raises(SettingsError, match=r"'nurses' is not translated in Department.+Translated are: 'Nurses'\."):
        await forget_translations("acme", [("Department", "Nurses"), ("Department", "nurses")])
    assert (await translations())["Department"] == {"Nurses": "Nursing"}


@on_sqlite
async def test_saying_the_same_translation_again_leaves_no_line(fields):
    for _ in range(2):
        await translate("acme", [Translation("Department", "Nurses", "Nursing")])
    assert await AuditLine.filter(action="translations changed").count() == 1


@on_sqlite
async def test_nothing_is_added_while_the_portal_is_being_synced(acme):
    async with hold_run_lock(acme.id, "acme"):
        with pytest.raises(BusyError):
            await add_choices("acme", [("Department", "Catering")])


@on_sqlite
async def test_whoever_looks_may_list_and_only_an_admin_changes(acme):
    await remember(acme, someone("E1", department="Nurses"))
    await set_admin("acme", "Otto", Role.OPERATOR)
    with acting_as(Actor("Otto", "cli")):
        assert len(await listed()) == 1
        for work in (
            add_choices("acme", [("Department", "Catering")]),
            translate("acme", [Translation("Department", "Nurses", "Nursing")]),
            forget_translations("acme", [("Department", "Nurses")]),
        ):
            with pytest.raises(SettingsError):
                await work
