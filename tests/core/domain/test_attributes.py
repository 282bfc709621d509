"""The attributes an admin can map: stable ids, and nothing sensitive among them."""

import re

import pytest

from core.domain.attributes import CATALOGUE, AttributeType, attribute_by_id
from core.domain.errors import SettingsError

# Mappings are kept by these ids: none may be renamed or dropped.
STABLE_IDS = re.findall(
    r"\w+",
    """
    remote_id person_id employee_number username work_email personal_email first_name middle_name last_name
    preferred_name display_name job_title job_code job_family department division cost_center team
    org_level_1 org_level_2 org_level_3 org_level_4
    org_level_1_code org_level_2_code org_level_3_code org_level_4_code
    location location_code company company_code company_city manager_id manager_name manager_email
    employment_status employment_type full_or_part_time hire_date start_date termination_date termination_reason
    work_phone pay_group
    udf_01 udf_02 udf_03 udf_04 udf_05 udf_06 udf_07 udf_08 udf_09 udf_10 udf_11 udf_12 udf_13 udf_14
    """,
)

SENSITIVE = re.compile(
    r"ssn|social|birth|gender|sex|ethnic|race|marital|disab|health|medical|veteran|salary|wage|pay(?!_?group)|rate"
    r"|religio|union|national|citizen|visa|passport|bank|tax|home_|address|military|smok|blood|genetic"
)


@pytest.mark.parametrize("attribute_id", STABLE_IDS)
def test_an_id_that_mappings_are_kept_by_is_known(attribute_id):
    assert attribute_by_id(attribute_id).id == attribute_id


def test_an_attribute_more_is_written_down_as_stable_too():
    assert set(CATALOGUE) == set(STABLE_IDS)


def test_ids_and_labels_are_told_apart():
    labels = [attribute.label.casefold() for attribute in CATALOGUE.values()]
    assert len(set(labels)) == len(labels)
    assert len(STABLE_IDS) == len(set(STABLE_IDS)) == len(CATALOGUE)
    assert all(key == attribute.id for key, attribute in CATALOGUE.items())


def test_ids_can_be_typed_without_quotes():
    assert all(re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", attribute_id) for attribute_id in CATALOGUE)


def test_nothing_sensitive_can_be_asked_for():
    for attribute in CATALOGUE.values():
        assert not SENSITIVE.search(attribute.id), attribute.id
        assert not SENSITIVE.search(attribute.label.casefold().replace(" ", "_")), attribute.label


@pytest.mark.parametrize("name", ["ssn", "dateOfBirth", "birth_date", "gender", "ethnicity", "salary"])
def test_a_sensitive_field_is_unknown_like_any_other_name(name):
    with pytest.raises(SettingsError):
        attribute_by_id(name)


def test_user_defined_fields_have_the_types_of_their_slots():
    of_type = {
        kind: [key for key, attribute in CATALOGUE.items() if key.startswith("udf_") and attribute.type is kind]
        for kind in AttributeType
    }
    assert of_type[AttributeType.NUMBER] == ["udf_03", "udf_04", "udf_10", "udf_11"]
    assert of_type[AttributeType.DATE] == ["udf_05", "udf_06", "udf_12", "udf_13"]
    assert len(of_type[AttributeType.TEXT]) == 6


def test_dates_are_the_dates():
    dates = [key for key, attribute in CATALOGUE.items() if attribute.type is AttributeType.DATE and "udf" not in key]
    assert dates == ["hire_date", "start_date", "termination_date"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("job_titel", "job_title"),
        ("departement", "department"),
        ("managers_email", "manager_email"),
    ],
)
def test_a_misspelled_id_is_answered_with_near_ones(written, meant):
    with pytest.raises(SettingsError) as refusal:
        attribute_by_id(written)
    assert f"'{written}'" in str(refusal.value)
    assert meant in str(refusal.value)


@pytest.mark.parametrize("written", ["", "zzz", "JOB_TITLE"])
def test_an_id_near_to_nothing_is_answered_with_where_to_look(written):
    with pytest.raises(SettingsError, match=r"nothing was changed.*ukg map attributes"):
        attribute_by_id(written)
