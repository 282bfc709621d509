"""The user CSV: whole, readable again, and safe to open in a spreadsheet."""

import csv
import io
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.domain.custom_fields import FieldType
from core.domain.errors import SettingsError
from core.services.export import export_users
from core.services.fields import add_field
from core.services.spreadsheet import safe_cell, whole_file

ODD = [
    "Zoë Đorđević",
    "王秀英 يوسف Ελένη מרים हिन्दी 한글 🙂",
    '<img src=x onerror="alert(1)">',
    'She said "no", twice; then;left',
    "first line\nsecond line\r\nthird",
    "x" * 10_000,
    " leading and trailing ",
]


async def exported(slug: str = "acme") -> list[list[str]]:
    text = io.StringIO(newline="")
    await export_users(slug, text)
    return list(csv.reader(io.StringIO(text.getvalue(), newline="")))


async def test_an_empty_portal_is_a_row_of_headings(acme):
    await add_field("acme", "Job", FieldType.STRING)
    assert await exported() == [
        [
            "email",
            "first_name",
            "last_name",
            "user_type",
            "status",
            "source",
            "employee_id",
            "account_expires",
            "groups",
            "courses",
            "invited_at",
            "invited_by",
            "created_at",
            "created_by",
            "Job",
        ]
    ]


async def test_every_value_is_read_back_as_it_was(acme, add_learner):
    await add_field("acme", "Note", FieldType.STRING)
    for number, text in enumerate(ODD):
        await add_learner(f"p{number}@example.com", last_name=text[:255], custom={"Note": text})
    headings, *rows = await exported()
    assert [row[headings.index("Note")] for row in rows] == ODD
    assert [row[headings.index("last_name")] for row in rows] == [text[:255] for text in ODD]
    assert {len(row) for row in rows} == {len(headings)}


async def test_fields_come_last_in_their_order_and_empty_ones_are_empty(acme, add_learner):
    for label, kind in (("Zone", FieldType.STRING), ("Grade", FieldType.INTEGER), ("Hired", FieldType.DATE)):
        await add_field("acme", label, kind)
    await add_learner("ann@example.com", account_expires=date(2026, 12, 31), custom={"Grade": 0, "Hired": "2020-01-06"})
    headings, row = await exported()
    assert headings[-3:] == ["Zone", "Grade", "Hired"]
    assert row[-3:] == ["", "0", "2020-01-06"]
    assert row[headings.index("account_expires")] == "2026-12-31"
    assert row[headings.index("created_at")] == "2026-03-10T12:00:00+00:00"


FORMULAS = ["=1+1", "+1+1", "-1+cmd|'/C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "＝1", "－1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "12.50", "-0.5", "a=b", "a@b.c", "1-2", "", "'=1"])
def test_what_it_would_not_run_stays_as_it_is(text):
    assert safe_cell(text) == text


async def test_names_labels_and_values_are_all_made_safe(acme, add_learner):
    await add_field("acme", "=HYPERLINK(1)", FieldType.STRING)
    await add_learner("ann@example.com", first_name="=cmd|1", last_name="@x", custom={"=HYPERLINK(1)": "+1+1"})
    headings, row = await exported()
    assert headings[-1] == "'=HYPERLINK(1)"
    assert [row[1], row[2], row[-1]] == ["'=cmd|1", "'@x", "'+1+1"]


@given(st.text())
@example("=1")
@example('"\r\n",')
def test_any_text_comes_back_from_a_csv_and_never_starts_a_formula(text):
    file = io.StringIO(newline="")
    csv.writer(file).writerow([safe_cell(text), "end"])
    ((cell, end),) = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert end == "end"
    assert cell in (text, f"'{text}")
    assert cell.lstrip(" \u00a0")[:1] not in tuple("=+@\t\r\n＝＋－＠")


def test_a_file_is_utf8_with_a_mark_that_spreadsheets_need(tmp_path):
    with whole_file(tmp_path / "users.csv") as file:
        csv.writer(file).writerow(["Zoë", "a\nb"])
    assert (tmp_path / "users.csv").read_bytes() == b'\xef\xbb\xbfZo\xc3\xab,"a\nb"\r\n'


def test_a_failure_leaves_what_was_there_and_no_half_a_file(tmp_path):
    path = tmp_path / "users.csv"
    path.write_text("the last one")

    def fail() -> None:
        with whole_file(path) as file:
            file.write("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_text() == "the last one"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", [".", "folder", "missing/users.csv"])
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(SettingsError, match=r"^[^\n]+\.$"), whole_file(tmp_path / name):
        pytest.fail("it opened")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
