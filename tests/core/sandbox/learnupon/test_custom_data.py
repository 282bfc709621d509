from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.custom_data import custom_data, sent_values
from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import Field, FieldType
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.sandbox.learnupon.client import Client

KINDS = {
    "Department": (FieldType.STRING, ()),
    "Wage": (FieldType.DECIMAL, ()),
    "Cost Centre": (FieldType.INTEGER, ()),
    "Contract": (FieldType.STRING_CHOICE, ("Full time", "Part time")),
    "Hours": (FieldType.DECIMAL_CHOICE, ("37.5", "40")),
    "Shift": (FieldType.INTEGER_CHOICE, ("1", "2")),
    "Hired": (FieldType.DATE, ()),
}


@pytest.fixture
def fields(realm: Realm) -> dict[str, Field]:
    return {label: realm.add_field(realm.top, label, kind, *choices) for label, (kind, choices) in KINDS.items()}


@pytest.fixture
def ada(realm: Realm, fields: dict[str, Field]) -> int:
    return realm.add_user(realm.top, "ada@example.com").account.id


async def test_values_are_set_by_label_and_read_by_label_and_by_definition(
    ada: int, top: Client, fields: dict[str, Field]
) -> None:
    sent = {"Department": "Engines", "Hired": "2020-02-29", "Contract": "Part time"}
    assert (await top.update(ada, CustomData=sent)).status == 200
    user = await top.user(ada)
    assert user["CustomData"] == sent
    by_definition = {one["definition_id"]: one["value"] for one in user["customDataFieldValues"]}
    assert by_definition == {fields[label].id: value for label, value in sent.items()}
    assert (await top.get("users")).body["user"][0]["CustomData"] == sent


@pytest.mark.parametrize("label", ["cost centre", "COST CENTRE", "CostCentre", " Cost  Centre "])
async def test_labels_match_whatever_the_case_and_the_spaces(ada: int, top: Client, label: str) -> None:
    await top.update(ada, CustomData={label: "12"})
    assert (await top.user(ada))["CustomData"] == {"Cost Centre": "12"}


@pytest.mark.parametrize("wish", [1, "1", True, "true"])
async def test_values_are_set_by_definition_id_when_that_is_asked(
    ada: int, top: Client, fields: dict[str, Field], wish: object
) -> None:
    by_id = {"use_definition_ids": wish, str(fields["Department"].id): "Engines", "999999": "x", "Hired": "2020-01-01"}
    await top.update(ada, CustomData=by_id)
    assert (await top.user(ada))["CustomData"] == {"Department": "Engines"}


async def test_an_unknown_label_is_dropped_or_refuses_the_whole_call(
    ada: int, top: Client, settings: LearnUponSettings
) -> None:
    both = {"Department": "Engines", "No Such Field": "x"}
    assert (await top.update(ada, CustomData=both)).status == 200
    assert (await top.user(ada))["CustomData"] == {"Department": "Engines"}
    settings.unknown_label = "reject"
    reply = await top.update(ada, CustomData={"Department": "Looms", "No Such Field": "x"})
    assert (reply.status, reply.message) == (400, "Custom data field No Such Field does not exist")
    assert (await top.user(ada))["CustomData"] == {"Department": "Engines"}


BAD = [
    ("Contract", "part time"),
    ("Hours", "38"),
    ("Hours", "many"),
    ("Shift", 3),
    ("Cost Centre", "twelve"),
    ("Cost Centre", "1.5"),
    ("Wage", "much"),
    ("Wage", "NaN"),
    ("Hired", "29/02/2020"),
    ("Hired", "2021-02-29"),
    ("Department", ["a"]),
    ("Department", True),
]


@pytest.mark.parametrize(("label", "value"), BAD)
async def test_a_bad_value_refuses_the_whole_call_or_is_dropped(
    ada: int, top: Client, settings: LearnUponSettings, label: str, value: object
) -> None:
    reply = await top.update(ada, first_name="X", CustomData={label: value})
    assert (reply.status, reply.message) == (400, f"Custom data field {label} has an invalid value")
    assert (await top.user(ada))["first_name"] is None
    settings.bad_value = "drop"
    assert (await top.update(ada, first_name="Ada", CustomData={label: value})).status == 200
    user = await top.user(ada)
    assert (user["first_name"], user["CustomData"]) == ("Ada", None)


async def test_labels_left_out_stay_or_are_emptied(ada: int, top: Client, settings: LearnUponSettings) -> None:
    await top.update(ada, CustomData={"Department": "Engines", "Shift": "1"})
    await top.update(ada, CustomData={"Shift": "2"})
    assert (await top.user(ada))["CustomData"] == {"Department": "Engines", "Shift": "2"}
    settings.custom_data_update = "replace"
    await top.update(ada, first_name="Ada")
    assert (await top.user(ada))["CustomData"] == {"Department": "Engines", "Shift": "2"}
    await top.update(ada, CustomData={"Shift": "1"})
    assert (await top.user(ada))["CustomData"] == {"Shift": "1"}


@pytest.mark.parametrize(
    ("clearing", "value", "cleared"),
    [
        ("both", None, True),
        ("both", "", True),
        ("null", None, True),
        ("null", "", False),
        ("empty", None, False),
        ("empty", "", True),
    ],
)
async def test_a_value_is_cleared_by_the_form_of_nothing_that_clears(
    ada: int, top: Client, settings: LearnUponSettings, clearing: str, value: str | None, cleared: bool
) -> None:
    settings.clearing = clearing  # type: ignore[assignment]
    await top.update(ada, CustomData={"Department": "Engines"})
    assert (await top.update(ada, CustomData={"Department": value})).status == 200
    assert (await top.user(ada))["CustomData"] == (None if cleared else {"Department": "Engines"})


async def test_numbers_read_as_text_or_as_numbers(ada: int, top: Client, settings: LearnUponSettings) -> None:
    await top.update(ada, CustomData={"Wage": "12.50", "Cost Centre": 7, "Shift": "2", "Hours": 40, "Department": "5"})
    texts = {"Wage": "12.50", "Cost Centre": "7", "Shift": "2", "Hours": "40", "Department": "5"}
    assert (await top.user(ada))["CustomData"] == texts
    settings.numbers = "number"
    user = await top.user(ada)
    assert user["CustomData"] == {"Wage": 12.5, "Cost Centre": 7, "Shift": 2, "Hours": 40.0, "Department": "5"}
    assert {one["value"] for one in user["customDataFieldValues"]} == {12.5, 7, 2, 40.0, "5"}


async def test_fields_without_a_value_are_absent_or_null(ada: int, top: Client, settings: LearnUponSettings) -> None:
    await top.update(ada, CustomData={"Shift": "1"})
    settings.unset_fields = "null"
    user = await top.user(ada)
    assert user["CustomData"] == dict.fromkeys(KINDS) | {"Shift": "1"}
    assert len(user["customDataFieldValues"]) == 1


async def test_fields_belong_to_one_portal(ada: int, realm: Realm, sales: Client, settings: LearnUponSettings) -> None:
    realm.add_user(sales.portal, "ada@example.com")
    settings.unknown_label = "reject"
    assert (await sales.update(ada, CustomData={"Department": "Engines"})).status == 400
    assert (await sales.get("users/customuserdata")).body == {"customDataFieldDefinitions": []}


SENDABLE = {
    "Department": st.text(min_size=1),
    "Wage": st.decimals(allow_nan=False, allow_infinity=False).map(str),
    "Cost Centre": st.integers().map(str),
    "Contract": st.sampled_from(KINDS["Contract"][1]),
    "Hours": st.sampled_from(KINDS["Hours"][1]),
    "Shift": st.sampled_from(KINDS["Shift"][1]),
    "Hired": st.dates().map(lambda day: day.isoformat()),
}


@given(st.fixed_dictionaries({}, optional=SENDABLE), st.booleans())
def test_what_a_field_takes_reads_back_as_it_was_sent(sent: dict[str, Any], by_id: bool) -> None:
    realm = Realm("top")
    portal = realm.top
    ids = {label: realm.add_field(portal, label, kind, *choices).id for label, (kind, choices) in KINDS.items()}
    call = Call(realm, portal, LearnUponSettings(), realm.clock(), {})
    body = {"use_definition_ids": 1} | {str(ids[label]): value for label, value in sent.items()} if by_id else sent
    kept = {field_id: value for field_id, value in sent_values(call, body).items() if value is not None}
    assert custom_data(kept, portal, call.settings) == (sent or None)
