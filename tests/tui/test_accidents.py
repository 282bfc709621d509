"""What goes wrong around an open terminal: the database is taken away, colours are not wanted, a port is taken."""

from pathlib import Path

import pytest

from core.domain.errors import OutsideError, SettingsError
from core.domain.guard import Kind as GuardKind
from core.services.guard import change_guard, parse_limit
from core.services.syncing import sync_portal
from core.settings import load_settings
from core.store.connection import sqlite_path
from core.store.models import RunRequest
from tests.tui.terminal import Terminal, terminal
from tui.made_up import Company, MadeUpCompany
from tui.runner import carry_out


def rename_everyone(sandbox) -> None:
    for person in sandbox.company.people:
        person["lastName"] = "Renamed"
    sandbox.company.touch()


def files_in(folder: Path) -> list[Path]:
    return [*folder.iterdir()]


async def test_a_database_that_is_removed_while_it_is_open_is_told_until_it_is_back(at_acme: Terminal, synced: str):
    path = sqlite_path(synced)
    assert path is not None
    aside = path.rename(path.with_suffix(".aside"))
    await at_acme.sees("renamed while it was open", "Put it back")
    aside.rename(path)
    await at_acme.press("r")
    await at_acme.sees_no("renamed while it was open")


async def test_a_runner_makes_no_empty_database_in_place_of_one_that_was_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("UKG_DATABASE_URL", f"sqlite://{tmp_path / 'removed.db'}")
    load_settings.cache_clear()
    with pytest.raises(SettingsError, match="no database at .*removed.db any more; nothing was carried out"):
        await carry_out()
    assert files_in(tmp_path) == []


async def test_without_colours_the_terminals_own_are_left_to_it(acme: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with terminal(acme, theme="ansi-dark") as there:
        filters = there.app.get_line_filters()
        strips = there.app.screen._compositor.render_strips()
        colours = {
            colour
            for strip in strips
            for filtered in [strip.apply_filter(each, there.app.background_colors[1]) for each in filters[-1:]]
            for segment in filtered
            if segment.style is not None
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour is not None and not colour.is_default
        }
        assert colours == set()


async def test_a_company_whose_port_is_taken_says_that_it_is_served_already():
    first = MadeUpCompany(Company(people=20))
    try:
        port = int((await first.start()).url.rpartition(":")[2])
        with pytest.raises(OutsideError, match=f"port {port} already, most likely the made-up company of another"):
            await MadeUpCompany(Company(people=20, port=port)).start()
    finally:
        await first.stop()


async def test_esc_takes_a_filter_away_before_it_leads_back(at_acme: Terminal):
    await at_acme.open("people")
    await at_acme.sees("Bea", "Cleo")
    await at_acme.press("slash")
    await at_acme.type("cleo")
    await at_acme.sees_no("Bea")
    await at_acme.press("enter", "escape")
    await at_acme.sees("acme › People", "Bea", "Cleo")
    await at_acme.press("escape")
    await at_acme.sees("acme › Dashboard")


async def test_a_plan_of_which_all_else_is_written_says_so_instead_of_applying_nothing(
    at_acme: Terminal, synced: str, sandbox
):
    await change_guard("acme", {GuardKind.UPDATED: parse_limit("1")})
    rename_everyone(sandbox)
    assert (await sync_portal("acme", synced)).status == "held"
    await at_acme.open("plan")
    await at_acme.sees("4 held")
    await at_acme.press("enter")
    await at_acme.sees("[held 4]", "4 people: held; Space marks those to be let through")
    await at_acme.press("l")
    await at_acme.sees("All that is not held is written already; nothing was done. a approves the rest.")
    assert await RunRequest.all().count() == 0
