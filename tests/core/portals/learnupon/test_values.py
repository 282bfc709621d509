"""Custom user data: read whatever its spelling, written by definition id in the portal's own spelling."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.custom_fields import CustomField, FieldType
from core.portals.learnupon.errors import Refused
from core.portals.learnupon.values import TYPES, Definitions, choices_in, read_value
from core.portals.learnupon.wire import DefinitionRow, UserRow, flag_of


def _definitions(*rows: tuple[object, object, str, object]) -> Definitions:
    return Definitions(DefinitionRow(*row) for row in rows)


@pytest.mark.parametrize(
    "spelled", ["Ops,Sales, R&D", "Ops, Sales , R&D,", "Ops\nSales\r\nR&D\n", ["Ops", "Sales", "R&D"]]
)
def test_choices_are_read_whatever_separates_them(spelled: object) -> None:
    assert choices_in(spelled) == ["Ops", "Sales", "R&D"]


@pytest.mark.parametrize("nothing", [None, "", " , ", 7])
def test_no_choices_are_none(nothing: object) -> None:
    assert choices_in(nothing) == []


_CHOICE = st.text(string.ascii_letters + " &-.", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(choices=st.lists(_CHOICE, min_size=2, unique=True), separator=st.sampled_from([",", ", ", "\n"]))
def test_any_choices_come_back_from_any_separator(choices: list[str], separator: str) -> None:
    assert choices_in(separator.join(choices)) == choices


def test_a_line_may_hold_a_comma() -> None:
    assert choices_in("Ops, East\nOps, West") == ["Ops, East", "Ops, West"]


def test_all_seven_types_are_known_and_others_are_left_out() -> None:
    rows = [(number, str(number), f"Field {number}", None) for number in range(9)]
    assert [field.type for field in _definitions(*rows).fields] == list(TYPES.values())
    assert set(TYPES.values()) == set(FieldType)


def test_choices_belong_to_choice_fields_in_the_spelling_values_have_here() -> None:
    fields = _definitions((1, 5, "Grade", "1.00, 2.50"), (2, "6", "Level", "1,02"), (3, 1, "Text", "a,b")).fields
    assert fields == [
        CustomField("1", "Grade", FieldType.DECIMAL_CHOICE, ("1", "2.5")),
        CustomField("2", "Level", FieldType.INTEGER_CHOICE, ("1", "2")),
        CustomField("3", "Text", FieldType.STRING),
    ]


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (FieldType.STRING, "Ops", "Ops"),
        (FieldType.STRING, 12, "12"),
        (FieldType.STRING, True, "true"),
        (FieldType.STRING, "  ", None),
        (FieldType.STRING, None, None),
        (FieldType.DECIMAL, "1.50", "1.5"),
        (FieldType.DECIMAL, 2, "2"),
        (FieldType.DECIMAL_CHOICE, "1.00", "1"),
        (FieldType.INTEGER, 7, 7),
        (FieldType.INTEGER, "7", 7),
        (FieldType.INTEGER, "7.0", 7),
        (FieldType.INTEGER_CHOICE, "-3.", -3),
        (FieldType.INTEGER, "", None),
        (FieldType.DATE, "2026-01-31", "2026-01-31"),
        (FieldType.DATE, "2026-01-31T00:00:00Z", "2026-01-31"),
        (FieldType.STRING_CHOICE, ["Ops", "Sales"], ["Ops", "Sales"]),
        (FieldType.DATE, "31/01/2026", "31/01/2026"),
        (FieldType.INTEGER, "many", "many"),
        (FieldType.STRING, {"a": 1}, None),
    ],
)
def test_a_cell_is_read_by_the_type_of_its_field(kind: FieldType, cell: object, value: object) -> None:
    assert read_value(kind, cell) == value


@given(number=st.integers(-(10**12), 10**12), as_text=st.booleans())
def test_a_number_is_the_same_as_text_or_as_number(number: int, as_text: bool) -> None:
    cell = str(number) if as_text else number
    assert read_value(FieldType.INTEGER, cell) == number
    assert read_value(FieldType.DECIMAL, cell) == str(number)


def test_values_are_found_by_id_or_by_label_and_ids_win() -> None:
    definitions = _definitions((1, 1, "Job Title", None), (2, 3, "Level", None), (3, 7, "Hired On", None))
    row = UserRow(
        custom_by_label={"jobtitle": "Old", "LEVEL": "4", "Unknown": "x", "Hired On": None},
        custom_by_id=[{"definition_id": "1", "value": "New"}, {"definition_id": 9, "value": "x"}, None],
    )
    assert definitions.values_of(row) == {"Job Title": "New", "Level": 4}


@pytest.mark.parametrize("nothing", [None, [], {}, "", 0])
def test_whoever_holds_nothing_has_no_values(nothing: object) -> None:
    row = UserRow(custom_by_label=nothing, custom_by_id=nothing)
    assert _definitions((1, 1, "Job Title", None)).values_of(row) == {}


def test_values_go_out_by_id_as_text_and_in_the_portals_spelling() -> None:
    definitions = _definitions((231, 1, "Department", None), (640, 5, "Grade", "1.00,2.50"), (7, 3, "Level", None))
    body = definitions.body({"department": "Ops", "Grade": "1", "Level": 4})
    assert body == {"use_definition_ids": 1, "231": "Ops", "640": "1.00", "7": "4"}


@pytest.mark.parametrize("blank", ["", None])
def test_nothing_goes_out_as_asked(blank: str | None) -> None:
    definitions = _definitions((231, 1, "Department", None))
    assert definitions.body({"Department": None}, blank) == {"use_definition_ids": 1, "231": blank}


def test_a_label_without_a_field_is_refused_and_named() -> None:
    with pytest.raises(Refused, match=r"no custom user data field 'Team'.*Add it in LearnUpon"):
        _definitions().body({"Team": "A"})


@pytest.mark.parametrize(
    ("cell", "flag"),
    [(True, True), ("true", True), (1, True), ("1", True), (False, False), ("False", False), (0, False), (None, None)],
)
def test_flags_come_in_several_spellings(cell: object, flag: bool | None) -> None:
    assert flag_of(cell) is flag
