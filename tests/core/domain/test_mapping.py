"""Attributes into fields: which pairs fit, and what one employee's values become."""

from datetime import date
from decimal import Decimal

import pytest

from core.domain.attributes import CATALOGUE, AttributeType
from core.domain.custom_fields import CustomField, FieldType
from core.domain.errors import SettingsError
from core.domain.mapping import Mapping, check_fit, map_values

FITTING_PAIRS = {
    (AttributeType.TEXT, FieldType.STRING),
    (AttributeType.TEXT, FieldType.STRING_CHOICE),
    (AttributeType.NUMBER, FieldType.DECIMAL),
    (AttributeType.NUMBER, FieldType.DECIMAL_CHOICE),
    (AttributeType.DATE, FieldType.DATE),
}
ONE_OF_EACH = {
    AttributeType.TEXT: CATALOGUE["job_title"],
    AttributeType.NUMBER: CATALOGUE["udf_03"],
    AttributeType.DATE: CATALOGUE["start_date"],
}


@pytest.mark.parametrize("kind", FieldType)
@pytest.mark.parametrize("type_", AttributeType)
def test_an_attribute_fills_only_fields_of_its_kind(type_, kind):
    field = CustomField("1", "Cell", kind)
    if (type_, kind) in FITTING_PAIRS:
        check_fit(ONE_OF_EACH[type_], field)
    else:
        with pytest.raises(SettingsError, match="Choose a field of type") as refusal:
            check_fit(ONE_OF_EACH[type_], field)
        fitting = [fit.value for attribute_type, fit in FITTING_PAIRS if attribute_type is type_]
        assert all(fit in str(refusal.value) for fit in fitting)
        assert "Cell" in str(refusal.value)


@pytest.mark.parametrize("type_", AttributeType)
def test_for_every_kind_of_attribute_there_is_a_field_that_takes_it(type_):
    assert any(pair[0] is type_ for pair in FITTING_PAIRS)
    assert any(attribute.type is type_ for attribute in CATALOGUE.values())


def test_values_come_out_under_the_labels_of_their_fields(employee, field):
    person = employee(
        attributes={"job_title": "Welder", "udf_03": Decimal("1.50"), "start_date": date(2026, 3, 1), "team": "Blue"}
    )
    mapped = map_values(
        person,
        [
            Mapping(CATALOGUE["job_title"], field("string", label="Job")),
            Mapping(CATALOGUE["udf_03"], field("decimal", label="Points")),
            Mapping(CATALOGUE["start_date"], field("date", label="Since")),
        ],
        {},
    )
    assert mapped.values == {"Job": "Welder", "Points": "1.5", "Since": "2026-03-01"}
    assert mapped.warnings == ()


def test_one_attribute_may_fill_two_fields(employee, field):
    mappings = [Mapping(CATALOGUE["job_title"], field("string", label=label)) for label in ("Job", "Role")]
    mapped = map_values(employee(attributes={"job_title": "Welder"}), mappings, {})
    assert mapped.values == {"Job": "Welder", "Role": "Welder"}


def test_empty_in_ukg_pro_clears_and_missing_from_the_answer_leaves(employee, job, site):
    mapped = map_values(employee(attributes={"job_title": None}), [job, site], {})
    assert mapped.values == {"Job": None}
    assert mapped.warnings == ()


@pytest.mark.parametrize("value", ["Paris", "dublin", "Dublin "])
def test_an_unknown_choice_is_a_warning_with_field_and_value_and_no_value_to_store(value, employee, site):
    mapped = map_values(employee(attributes={"location": value}), [site], {})
    assert mapped.values == {}
    (warning,) = mapped.warnings
    assert (warning.field, warning.value) == ("Site", value)
    assert f"'{value}'" in warning.sentence
    assert "the stored value stays" in warning.sentence


def test_a_number_that_is_no_choice_is_told_as_ukg_pro_has_it(employee, field):
    grade = Mapping(CATALOGUE["udf_03"], field("decimal-choice", "1", "2", label="Grade"))
    (warning,) = map_values(employee(attributes={"udf_03": Decimal("3")}), [grade], {}).warnings
    assert (warning.field, warning.value) == ("Grade", "3")


def test_a_value_the_field_can_never_take_is_a_warning_without_a_choice_to_add(employee, job):
    mapped = map_values(employee(attributes={"job_title": "x" * 5000}), [job], {})
    assert mapped.values == {}
    (warning,) = mapped.warnings
    assert (warning.field, warning.value) == (None, None)
    assert "5000 characters" in warning.sentence
    assert "the stored value stays" in warning.sentence
