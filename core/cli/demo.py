"""`ukg demo`: the main job on the embedded portal, with a generated company and nothing outside.

Its groups, courses and first learners are in `demo_training.py`.
"""

import sqlite3
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import Exit, database_option, fail, finish, print_json

if TYPE_CHECKING:
    from core.cli.demo_training import Training
    from core.sandbox.ukg.server import UkgSandbox
    from core.services.history import Report, Summary

    Shown = tuple[Report, Summary]

SLUG = "demo"
_NAME = "Demo academy"
_FILE = Path("ukg-demo.db")
_FIELDS = (
    ("Job title", "string", "job_title"),
    ("Department", "string-choice", "department"),
    ("Location", "string-choice", "location"),
    ("Hired on", "date", "hire_date"),
    ("Employee number", "string", "employee_number"),
    ("Manager e-mail", "string", "manager_email"),
)


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(demo)


def demo(
    employees: Annotated[int, typer.Option(min=1, max=200_000, help="How many people work there.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show the main job: a generated company, served as UKG Pro serves it, synced into an embedded portal, twice."""
    path = _fresh_database(as_json)
    first, training, second = finish(lambda: _demo(path, employees, quiet=as_json), as_json=as_json)
    if as_json:
        import msgspec

        document = {"database": str(path), "training": training, "again": second[0]}
        print_json({**msgspec.to_builtins(first[0]), **document})
        return
    from core.cli.reports import show_summary

    typer.echo("First sync:")
    show_summary(first[1])
    _show_training(training)
    typer.echo("\nThe same again, nothing having changed in UKG Pro:")
    show_summary(second[1])
    _what_next(path, employees, training)


def _show_training(training: "Training") -> None:
    from core.cli.demo_training import PASSWORD
    from core.cli.tables import show_table

    people, mails = len(training.accepted), training.waiting_mails
    if training.accepted:
        typer.echo(f"\n{people} of those invited opened their link and chose a password ({PASSWORD}):")
        typer.echo(", ".join(training.accepted[:3]) + (", …" if people > 3 else ""))
        typer.echo("By rule they are in groups now, and enrolled on their courses:")
    show_table(
        ("Group", "Members", "Courses"),
        [(row.title, str(row.members), ", ".join(row.courses)) for row in training.groups],
    )
    typer.echo(f"{mails} mail{'s wait' if mails != 1 else ' waits'} in the outbox, for there is no mail server.")
    if training.accept_heading:
        typer.echo(f"The page behind the next invitation opens as well: '{training.accept_heading}'.")


def _fresh_database(as_json: bool) -> Path:
    """The demo's own file, emptied; a database that holds anything but a demo is never touched."""
    from core.domain.errors import SettingsError
    from core.store.connection import sqlite_path

    chosen = database_option.get()
    try:
        path = sqlite_path(chosen) if chosen else _FILE
    except SettingsError as error:
        fail(str(error), Exit.USAGE, as_json=as_json)
    if path is None:
        sentence = "The demo makes a SQLite file of its own; name a file with --database, or leave it out."
        fail(sentence, Exit.USAGE, as_json=as_json)
    if path.exists():
        if not _is_demo(path):
            sentence = f"{path} holds something other than a demo; it was not touched. Name another file."
            fail(sentence, Exit.USAGE, as_json=as_json)
        # Only now is it sure that these are the earlier demo's as well.
        for leftover in (path, Path(f"{path}-wal"), Path(f"{path}-shm"), path.with_suffix(".key")):
            leftover.unlink(missing_ok=True)
    return path


def _is_demo(path: Path) -> bool:
    """Whether this is a database of ours that holds an earlier demo, or as yet nothing."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            return set(database.execute("SELECT slug, name FROM portal")) <= {(SLUG, _NAME)}
    except sqlite3.Error:
        return False


async def _demo(path: Path, employees: int, *, quiet: bool) -> "tuple[Shown, Training, Shown]":
    from core.cli.demo_training import walk_in
    from core.clock import now
    from core.sandbox.ukg.company import Company
    from core.store.connection import open_store

    company = Company.generate(employees, start=now().date())
    async with await _stand_in(company) as stand_in, open_store(str(path)):
        await _set_up(stand_in, str(path))
        first = await _sync(str(path), quiet=quiet)
        training = await walk_in(SLUG, str(path))
        return first, training, await _sync(str(path), quiet=quiet)


async def _stand_in(company: object) -> "UkgSandbox":
    """A stand-in on the usual port, so that `ukg sandbox ukg` can take its place later; else on a free one."""
    import socket

    from core.cli.sandbox import DEFAULT_PORT
    from core.sandbox.ukg.company import Company
    from core.sandbox.ukg.server import UkgSandbox

    assert isinstance(company, Company)
    with socket.socket() as probe:
        free = probe.connect_ex(("127.0.0.1", DEFAULT_PORT)) != 0
    return UkgSandbox(company, port=DEFAULT_PORT if free else 0)


async def _set_up(stand_in: "UkgSandbox", database: str) -> None:
    """What an admin would do by hand: portal, fields, mapping, groups, courses, connection."""
    from core.cli.demo_training import set_up_training
    from core.domain.custom_fields import FieldType
    from core.services import connections, fields, mappings, portals

    await portals.create_portal(SLUG, name=_NAME, timezone="UTC")
    await portals.change_portal(SLUG, manual_sync_minutes=0)
    choices = _choices(stand_in)
    for label, kind, _ in _FIELDS:
        await fields.add_field(SLUG, label, FieldType(kind), choices.get(label, ()))
    await mappings.map_attributes(SLUG, [f"{attribute}={label}" for label, _, attribute in _FIELDS])
    await set_up_training(SLUG, choices["Department"])
    credentials = connections.checked_credentials(
        url=stand_in.url,
        user=stand_in.settings.user,
        password=stand_in.settings.password,
        customer_api_key=stand_in.settings.customer_api_key,
        user_api_key=None,
    )
    await connections.check_account(SLUG, credentials)
    await connections.connect(SLUG, credentials, database)


def _choices(stand_in: "UkgSandbox") -> dict[str, list[str]]:
    """The company's own departments and locations; one location is left out, as admins do forget one."""
    today = stand_in.company.on_day(0)
    departments = [str(row["description"]).strip() for row in today.org_levels if row["level"] == 2]
    locations = [str(row["description"]).strip() for row in today.locations]
    return {"Department": list(dict.fromkeys(departments)), "Location": list(dict.fromkeys(locations))[:-1]}


async def _sync(database: str, *, quiet: bool) -> "Shown":
    from core.cli.tables import progress_bar
    from core.services.history import report_run, summarise
    from core.services.syncing import sync_portal

    with progress_bar(quiet=quiet) as watcher:
        run = await sync_portal(SLUG, database, watcher=watcher)
    report = await report_run(run.id)
    return report, await summarise(report)


def _what_next(path: Path, employees: int, training: "Training") -> None:
    from core.clock import now

    started_as = Path(sys.argv[0])
    program = str(started_as) if started_as.name == "ukg" and not which("ukg") else "ukg"
    ukg = f"{program} --database {path}"
    typer.echo(f"\nThe portal is in {path}. Look around:")
    looks = ("learners", "pending", "group list", "course list", "outbox list", "runs", "map list", "audit", "export")
    for look in looks:
        typer.echo(f"  {ukg} {look} {SLUG}")
    begun = now().date()
    later = begun + timedelta(days=30)
    if training.accept_page:
        typer.echo("Open the learners' door, then accept an invitation yourself in a browser:")
        typer.echo(f"  {ukg} serve")
        typer.echo(f"  {training.accept_page}")
    typer.echo("Or let a month pass in the company. In another terminal, serve it as it is then:")
    typer.echo(f"  {program} sandbox ukg --employees {employees} --start {begun} --day 30")
    typer.echo("and here, with the clock set to that day, see what would change, then do it:")
    typer.echo(f"  UKG_NOW={later} {ukg} plan {SLUG}")
    typer.echo(f"  UKG_NOW={later} {ukg} sync {SLUG}")
    face = "ukg-tui" if program == "ukg" else str(started_as.with_name("ukg-tui"))
    in_the_terminal = f"{face} --database {path} --company {employees} --since {begun}"
    typer.echo("Or do all of that without a manual in the terminal UI, as it is today, or a month later:")
    typer.echo(f"  {in_the_terminal}")
    typer.echo(f"  UKG_NOW={later} {in_the_terminal}")
