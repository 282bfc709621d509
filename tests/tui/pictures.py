"""Pictures of the screens, drawn from the app itself: `python -m tests.tui.pictures` draws them anew.

Every flow's first screen as text in two sizes (`screens/`), for the review of changes; the main screens as SVG for the
README (`docs/pictures/`). They show a made-up academy on a day in spring, whose second sync is held.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, chdir
from datetime import date
from pathlib import Path

from core.domain.custom_fields import FieldType
from core.domain.guard import Kind as GuardKind
from core.domain.roles import Role
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import UkgSandbox
from core.services import connections
from core.services.acting import Actor, acting_as
from core.services.admins import set_admin
from core.services.courses import add_course, assign_course
from core.services.fields import add_field
from core.services.groups import add_group
from core.services.guard import change_guard, parse_limit
from core.services.mappings import map_attributes
from core.services.portals import change_portal, create_portal
from core.services.rules import run_rule, set_rule
from core.services.syncing import sync_portal
from core.settings import load_settings
from core.store.connection import open_store
from tests.tui.terminal import Terminal, terminal
from tui.flows import FLOWS

README = Path(__file__).parents[2] / "docs" / "pictures"
SCREENS = Path(__file__).parent / "screens"
SIZES = ((80, 24), (120, 40))
_PEOPLE = 60
_DEPARTMENTS = ["Packaging", "Bakery", "Maintenance", "Fleet", "Nursing", "Warehouse", "Home Care", "Finance"]
_FIELDS = (
    ("Job title", FieldType.STRING, [], "job_title"),
    ("Department", FieldType.STRING_CHOICE, _DEPARTMENTS, "department"),
    ("Hired on", FieldType.DATE, [], "hire_date"),
)


def set_day(day: str) -> None:
    """Let it be noon of that day (UTC)."""
    os.environ["UKG_NOW"] = f"{day}T12:00:00Z"
    load_settings.cache_clear()


@asynccontextmanager
async def academy(folder: Path) -> AsyncIterator[str]:
    """The URL of a database with the portal acme: synced, then changed in UKG Pro and in its mapping, and held."""
    url = f"sqlite://{folder / 'academy.db'}"
    set_day("2026-03-09")
    company = Company.generate(_PEOPLE, 1, date(2026, 3, 9))
    async with UkgSandbox(company) as sandbox:
        with acting_as(Actor("Ann Lee", "tui", owner=True)), chdir("/"):
            async with open_store(url):
                await _set_up(sandbox, url)
                await sync_portal("acme", url)
                set_day("2026-03-10")
                sandbox.day = 20
                await add_field("acme", "Location", FieldType.STRING, [])
                await map_attributes("acme", ["location=Location"])
                await change_guard("acme", {GuardKind.UPDATED: parse_limit("10%")})
                await sync_portal("acme", url)
            yield url


async def _set_up(sandbox: UkgSandbox, url: str) -> None:
    await create_portal("acme", name="Acme academy", timezone="Europe/Dublin")
    await change_portal("acme", manual_sync_minutes=0)
    await set_admin("acme", "Ann Lee", Role.ADMIN)
    for label, kind, choices, attribute in _FIELDS:
        await add_field("acme", label, kind, choices)
        await map_attributes("acme", [f"{attribute}={label}"])
    known = sandbox.settings
    account = connections.checked_credentials(
        url=sandbox.url,
        user=known.user,
        password=known.password,
        customer_api_key=known.customer_api_key,
        user_api_key=None,
    )
    await connections.connect("acme", account, url)
    await add_group("acme", "Bakery")
    await add_course("acme", "Bakery basics")
    await assign_course("acme", "Bakery basics", "Bakery")
    await set_rule("acme", "Bakery", where=['Department is "Bakery"'])
    await run_rule("acme", "Bakery")


async def texts(url: str) -> dict[str, str]:
    """What every flow's first screen shows, by the name of its file."""
    drawn = {}
    for width, height in SIZES:
        async with terminal(url, size=(width, height)) as there:
            for flow in FLOWS:
                await _open(there, flow.name)
                drawn[f"{flow.name}-{width}x{height}.txt"] = _alike(there.text()) + "\n"
                await there.press("escape")
                await there.rest()
    return drawn


async def _open(there: Terminal, flow: str) -> None:
    await there.open(flow)
    await there.rest()


async def pictures(url: str) -> dict[str, str]:
    """The main screens as SVG, by the name of their file."""
    drawn = {}

    async def keep(there: Terminal, name: str) -> None:
        await there.rest()
        drawn[f"tui-{name}.svg"] = _alike(there.app.export_screenshot(title="ukg-tui", simplify=True))

    async with terminal(url, size=(112, 32)) as there:
        await there.rest()
        await keep(there, "dashboard")
        await _open(there, "people")
        await keep(there, "people")
        await there.press("enter")
        await there.sees("Decided")
        await keep(there, "person")
        await there.press("escape", "escape")
        await _open(there, "map")
        await keep(there, "mapping")
        await there.press("escape")
        await _open(there, "plan")
        await there.press("enter")
        await there.sees("held")
        await keep(there, "plan")
    return drawn


def _alike(text: str) -> str:
    """With what is random drawn alike: the numbers of runs and plans, the port of the stand-in, the names in an SVG."""
    numbered = re.sub(r"\b(run|plan)-([0-9a-f]+)", lambda found: f"{found[1]}-{'0' * len(found[2])}", text)
    served = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8765", numbered)
    return re.sub(r"\bterminal-\d+-", "terminal-", served)


async def draw() -> tuple[dict[str, str], dict[str, str]]:
    """Everything: the texts, and the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        async with academy(Path(folder)) as url:
            return await texts(url), await pictures(url)


def _put(folder: Path, pattern: str, drawn: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(pattern):
        old.unlink()
    for name, text in drawn.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    os.environ.update(UKG_NOW="2026-03-09T12:00:00Z", TEXTUAL_ANIMATIONS="none")
    screens, for_readme = asyncio.run(draw())
    _put(SCREENS, "*.txt", screens)
    _put(README, "tui-*.svg", for_readme)
