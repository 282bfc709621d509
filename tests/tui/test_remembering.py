"""What is remembered: the theme and the portal last seen; that it cannot be written harms nothing."""

from core.services.portals import create_portal
from tests.tui.terminal import Terminal
from tui.app import SyncApp
from tui.remembering import recall, remember, remembered_file


async def test_the_portal_last_seen_and_the_theme_are_those_of_the_next_time(acme: str) -> None:
    await create_portal("beta", name="Beta")
    app = SyncApp(acme, remembers=True)
    async with app.run_test(size=(100, 30)) as pilot:
        there = Terminal(app, pilot)
        await there.sees("acme › Dashboard")
        await there.press("p")
        await there.sees("Open which portal?")
        await there.type("beta")
        await there.press("enter")
        await there.sees("beta › Dashboard")
        await there.press("t")
        await there.sees("Search for themes")
        await there.type("nord")
        await there.sees_no("dracula")
        await there.press("enter")
        await there.until(lambda: recall().theme == "nord", "the theme to be remembered")
    assert recall().portal_in(acme) == "beta"
    assert acme not in remembered_file().read_text()


def test_what_is_remembered_of_one_database_is_not_taken_for_another() -> None:
    remember(database_url="sqlite:///a.db", portal="acme")
    remember(theme="nord")
    assert (recall().theme, recall().portal_in("sqlite:///a.db"), recall().portal_in("sqlite:///b.db")) == (
        "nord",
        "acme",
        None,
    )


def test_no_password_of_a_database_is_part_of_what_is_remembered() -> None:
    remember(database_url="postgres://ada:first@db.example:5432/ukg?sslpassword=first", portal="acme")
    assert recall().portal_in("postgres://ada:second@db.example:5432/ukg") == "acme"
    assert recall().portal_in("postgres://bea:first@db.example:5432/ukg") is None
    assert recall().portal_in("postgres://ada:first@db.example:5432/other") is None


def test_a_file_that_cannot_be_read_or_written_is_no_harm() -> None:
    remembered_file().mkdir(parents=True)
    remember(theme="nord")
    assert recall().theme is None
    remembered_file().rmdir()
    remembered_file().write_text("no JSON")
    assert recall().theme is None
    remember(theme="nord")
    assert recall().theme == "nord"
