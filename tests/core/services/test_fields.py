"""Custom user data fields: what may be added, and what is refused with nothing added."""

import pytest

from core.domain.custom_fields import FieldType
from core.domain.errors import SettingsError
from core.services.fields import add_field, list_fields
from core.services.portals import change_portal, create_portal
from tests.core.store.databases import on_sqlite


async def labels() -> list[str]:
    return [field.label for field in await list_fields("acme")]


async def test_fields_are_listed_as_they_were_added(acme):
    await add_field("acme", " Job ", FieldType.STRING)
    await add_field("acme", "Site", FieldType.STRING_CHOICE, [" Plant ", "Office"])
    fields = await list_fields("acme")
    assert [(field.label, field.type, field.choices) for field in fields] == [
        ("Job", FieldType.STRING, ()),
        ("Site", FieldType.STRING_CHOICE, ("Plant", "Office")),
    ]


@pytest.mark.parametrize("label", ["Straße", "STRASSE", " straße "])
async def test_a_label_is_taken_whatever_its_case(acme, label):
    await add_field("acme", "Strasse", FieldType.STRING)
    with pytest.raises(SettingsError, match=r"acme has a field .+ already; nothing was added"):
        await add_field("acme", label, FieldType.DATE)
    assert await labels() == ["Strasse"]


async def test_another_portal_may_use_the_label_too(acme):
    await create_portal("other")
    await add_field("acme", "Job", FieldType.STRING)
    await add_field("other", "Job", FieldType.DATE)
    assert await labels() == ["Job"]


async def test_the_limit_is_ten_and_can_be_raised(acme):
    for number in range(10):
        await add_field("acme", f"Field {number}", FieldType.STRING)
    with pytest.raises(SettingsError, match=r"has 10 fields, which is its limit.+ukg portal set acme --field-limit N"):
        await add_field("acme", "Eleventh", FieldType.STRING)
    assert len(await labels()) == 10
    await change_portal("acme", field_limit=11)
    await add_field("acme", "Eleventh", FieldType.STRING)
    assert len(await labels()) == 11


@on_sqlite
@pytest.mark.parametrize(
    ("kind", "choices", "sentence"),
    [
        (FieldType.STRING, ["A"], "has no choices"),
        (FieldType.STRING_CHOICE, ["A, B"], "holds a comma"),
        (FieldType.STRING_CHOICE, ["A", "A "], "given twice"),
        (FieldType.STRING_CHOICE, ["A", " "], "empty choice"),
        (FieldType.INTEGER_CHOICE, ["1.5"], "not a whole number"),
        (FieldType.INTEGER_CHOICE, ["1", "01"], "given twice"),
        (FieldType.DECIMAL_CHOICE, ["one"], "not a number"),
        (FieldType.DECIMAL_CHOICE, ["1", "1.0"], "given twice"),
        (FieldType.STRING_CHOICE, [], "choice"),
    ],
)
async def test_choices_that_cannot_be_are_refused(acme, kind, choices, sentence):
    with pytest.raises(SettingsError, match=sentence):
        await add_field("acme", "Site", kind, choices)
    assert await labels() == []


@on_sqlite
@pytest.mark.parametrize("label", ["", "  ", "x" * 101, "Email", "LAST_NAME", "status"])
async def test_labels_that_cannot_be_are_refused(acme, label):
    with pytest.raises(SettingsError):
        await add_field("acme", label, FieldType.STRING)
    assert await labels() == []


async def test_a_field_of_an_unknown_portal_is_refused(store):
    with pytest.raises(SettingsError, match="There is no portal 'acme'"):
        await add_field("acme", "Job", FieldType.STRING)
