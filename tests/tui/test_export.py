"""The export: counted while it is filled in, written whole, and nothing overwritten without asking."""

import csv
from pathlib import Path

import pytest

from tests.tui.terminal import Terminal


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the terminal UI is started in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def emails(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return [row["email"] for row in csv.DictReader(text)]


async def test_everyone_is_written_and_a_file_that_is_there_is_asked_about(at_acme: Terminal, folder: Path) -> None:
    file = folder / "acme-2026-03-10.csv"
    await at_acme.open("export")
    await at_acme.sees("acme-2026-03-10.csv", "4 people fit.", "Write the file")
    await at_acme.press("ctrl+s")
    await at_acme.until(file.exists, "the file")
    await at_acme.until(lambda: bool(at_acme.told), "the word that it is written")
    assert at_acme.told == [f"4 people are in {file}."]
    assert emails(file) == [f"{name}@example.com" for name in ("ann", "bea", "cleo", "dan")]
    file.write_text("mine")
    await at_acme.press("ctrl+s")
    await at_acme.sees("Overwrite the file?", "is there already")
    await at_acme.press("escape")
    await at_acme.sees_no("Overwrite the file?")
    assert file.read_text() == "mine"
    await at_acme.press("ctrl+s")
    await at_acme.sees("Overwrite the file?")
    await at_acme.press("y")
    await at_acme.until(lambda: file.read_text("utf-8-sig") != "mine", "the file to be written")
    assert len(emails(file)) == 4


async def test_those_shown_among_the_people_are_exported(at_acme: Terminal, folder: Path) -> None:
    await at_acme.open("people")
    await at_acme.sees("4 people")
    await at_acme.press("slash")
    await at_acme.paste("bea")
    await at_acme.sees("1 person with “bea”")
    await at_acme.press("enter", "x")
    await at_acme.sees("1 person fits.", "bea")
    await at_acme.press("ctrl+u")
    await at_acme.paste("some.csv")
    await at_acme.press("ctrl+s")
    await at_acme.until((folder / "some.csv").exists, "the file")
    assert emails(folder / "some.csv") == ["bea@example.com"]


async def test_what_cannot_be_written_is_said_and_what_is_no_day_too(at_acme: Terminal, folder: Path) -> None:
    await at_acme.open("export")
    await at_acme.sees("4 people fit.")
    await at_acme.press("ctrl+u")
    await at_acme.paste(str(folder / "no such folder" / "x.csv"))
    await at_acme.press("ctrl+s")
    await at_acme.sees("cannot be written")
    await at_acme.press("down", "down", "down", "down", "down")
    await at_acme.paste("soon")
    await at_acme.sees("'soon' is not a day; write YYYY-MM-DD.")
