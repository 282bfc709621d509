"""The audit trail: newest first, narrowed, shown whole, and written into a file."""

from pathlib import Path

from core.services.portals import change_portal
from tests.tui.terminal import Terminal


async def test_the_trail_is_narrowed_by_words_and_day_and_a_line_is_shown_whole(at_acme: Terminal, set_clock) -> None:
    set_clock("2026-03-12")
    await change_portal("acme", name="Acme Academy")
    await at_acme.open("audit")
    text = await at_acme.sees("settings changed", "portal created")
    assert text.index("settings changed") < text.index("portal created")
    await at_acme.press("enter")
    await at_acme.sees("Settings changed", "Before", "Acme Ltd", "Acme Academy", "(UTC), by")
    await at_acme.press("escape")
    await at_acme.press("slash")
    await at_acme.paste("PORTAL acme")
    await at_acme.sees("1 line with “PORTAL acme”", "portal created")
    await at_acme.press("escape")
    await at_acme.press("d")
    await at_acme.sees("Since which day?")
    await at_acme.paste("yesterday")
    await at_acme.press("enter")
    await at_acme.sees("'yesterday' is not a day; write YYYY-MM-DD.")
    await at_acme.press("ctrl+u")
    await at_acme.paste("2026-03-12")
    await at_acme.press("enter")
    await at_acme.sees("1 line since 2026-03-12")


async def test_what_is_shown_is_written_into_a_file(at_acme: Terminal, tmp_path: Path) -> None:
    await at_acme.open("audit")
    await at_acme.press("slash")
    await at_acme.paste("field added")
    await at_acme.sees("1 line with “field added”")
    await at_acme.press("enter", "x")
    await at_acme.sees("Write the trail to which file?", "acme-audit-2026-03-10.csv")
    await at_acme.press("ctrl+u")
    await at_acme.paste(str(tmp_path / "trail.csv"))
    await at_acme.press("enter")
    await at_acme.until((tmp_path / "trail.csv").exists, "the file")
    headings, line = (tmp_path / "trail.csv").read_text("utf-8-sig").splitlines()
    assert headings.startswith("at (UTC),who")
    assert "field added,Job" in line
