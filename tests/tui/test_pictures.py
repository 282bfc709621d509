"""Each screen in two sizes as it was when it was looked at last, and the pictures of the README."""

from pathlib import Path

import pytest

from tests.tui.pictures import README, SCREENS, academy, pictures, texts

_AGAIN = "look at what changed, then draw them anew: python -m tests.tui.pictures"


@pytest.fixture
def folder(tmp_path: Path, set_clock) -> Path:
    """Where the database is; the clock is put back afterwards."""
    set_clock("2026-03-09")
    return tmp_path


async def test_every_screen_looks_as_it_did_small_and_large(folder: Path) -> None:
    async with academy(folder) as url:
        drawn = await texts(url)
    assert {path.name for path in SCREENS.glob("*.txt")} == set(drawn), _AGAIN
    for name, text in drawn.items():
        assert text == (SCREENS / name).read_text(encoding="utf-8"), f"{name}: {_AGAIN}"


async def test_the_pictures_in_the_readme_are_what_the_app_shows(folder: Path) -> None:
    async with academy(folder) as url:
        drawn = await pictures(url)
    assert {path.name for path in README.glob("tui-*.svg")} == set(drawn), _AGAIN
    changed = [name for name, svg in drawn.items() if svg != (README / name).read_text(encoding="utf-8")]
    assert not changed, _AGAIN
