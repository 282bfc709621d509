"""The pictures of Slack in the README, drawn from what `ukg-bot` really sends: `python -m tests.bot.pictures`.

It is started against Slack and UKG Pro on loopback, on a day in spring, and asked what an admin would ask.
"""

import asyncio
import os
import socket
import tempfile
import time
from pathlib import Path

from rich.console import Group, RenderableType

from bot.modals.mapping_pages import MORE
from core.clock import now
from core.domain.custom_fields import FieldType
from core.domain.guard import Kind as GuardKind
from core.domain.roles import Role
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import UkgSandbox
from core.services import connections
from core.services.admins import set_admin
from core.services.fields import add_field
from core.services.guard import change_guard, parse_limit
from core.services.mappings import map_attributes
from core.services.portals import change_portal, create_portal
from core.services.slack_channels import tell_in
from core.store.connection import open_store
from core.store.models import Portal, Run, RunLock, RunProgress
from tests.bot.companies import after, company, filled
from tests.bot.drawing import Drawing, picture
from tests.bot.fake_slack import FakeSlack, Message
from tests.bot.processes import TOKENS, start_bot

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
MOMENT = "2026-03-10T12:00:00Z"
_PEOPLE = {
    "Nurse": ("Ann", "Dan", "Finn", "Hope", "Jon", "Kim"),
    "Nursing": ("Bea", "Gus"),
    "Cook": ("Cleo", "Eva", "Ida", "Leo"),
}
_FIELDS = (
    ("Job", FieldType.STRING_CHOICE, ["Nurse", "Cook"], "job_title"),
    ("Company", FieldType.STRING, [], "company"),
    ("Hired", FieldType.DATE, [], "hire_date"),
)
_MARRIED = 3


async def taken(folder: Path) -> dict[str, str]:
    """The pictures (SVG) by the names of their files; `folder` is for the database. It has to be `MOMENT`."""
    database = folder / "pictures.db"
    async with (
        FakeSlack(acknowledge_within=30) as slack,
        UkgSandbox(_company()) as sandbox,
        open_store(str(database)),
    ):
        slack.add_user("UANN", "ann")
        slack.add_channel("C1", "people-sync")
        await _prepare(sandbox, str(database))
        running = await _begin_a_run()
        process = await start_bot(slack, database, "--port", "0", **TOKENS)
        try:
            await process.wait_for("The learners' door is open at ")
            await slack.wait_for(lambda: slack.links.number_open)
            scenes = _Scenes(slack, sandbox)
            drawn = {
                "slack-run": ("#people-sync", await scenes.run(running)),
                "slack-held": ("#people-sync, held back", await scenes.held()),
                "slack-mapping": ("/ukg map", await scenes.mapping()),
                "slack-person": ("/ukg person", await scenes.person()),
                "slack-home": ("Home", await scenes.home()),
            }
        finally:
            await process.end()
    return {f"{name}.svg": picture(title, scene) for name, (title, scene) in drawn.items()}


def _company() -> Company:
    everybody = sorted((name, job) for job, names in _PEOPLE.items() for name in names)
    made = company({f"E{number}": each for number, each in enumerate(everybody, start=1)})
    made.people[3]["emailAddress"] = None
    return made


async def _prepare(sandbox: UkgSandbox, database: str) -> None:
    """The portal acme with three fields filled, connected, with a channel and an admin."""
    await create_portal("acme", name="Acme Ltd")
    await change_portal("acme", manual_sync_minutes=0)
    await set_admin("acme", "Ann Lee", Role.ADMIN, slack_user="UANN")
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
    await connections.connect("acme", account, database)
    await tell_in("acme", channel="C1")


async def _begin_a_run() -> Run:
    """A run that another process is in the middle of."""
    portal = await Portal.get(slug="acme")
    mine = {"holder": "another", "host": socket.gethostname(), "pid": os.getpid(), "expires_at": time.time() + 3600}
    await RunLock.create(portal_id=portal.id, **mine)
    run = await Run.create(
        id="run-0000000001",
        portal_id=portal.id,
        number=1,
        trigger="manual",
        status="running",
        asked_by="Ann Lee",
        started_at=now(),
    )
    await RunProgress.create(run_id=run.id, step="APPLY", done=7, total=11, at=now())
    return run


class _Scenes:
    """What there is to be seen, one after the other."""

    def __init__(self, slack: FakeSlack, sandbox: UkgSandbox) -> None:
        self._slack, self._sandbox, self._drawing = slack, sandbox, Drawing(slack.workspace)

    async def run(self, running: Run) -> RenderableType:
        """A run at work, and one that is done, with its thread."""
        at_work = self._drawing.message(await self._said("is at work"))
        await RunLock.all().delete()
        await Run.filter(id=running.id).update(status="succeeded", finished_at=now())
        await self._said("is done")
        await self._type("sync")
        done = await self._said("The sync of acme is done.", "11 invited")
        replies, file = await self._slack.wait_for(lambda: self._thread(done))
        return Group(at_work, self._drawing.message(done, replies, [file]))

    async def held(self) -> RenderableType:
        """A plan that waits for an approval."""
        await change_guard("acme", {GuardKind.UPDATED: parse_limit("1")})
        for person in self._sandbox.company.people[:_MARRIED]:
            person["lastName"] = "Day"
        self._sandbox.company.touch()
        await self._type("sync")
        return self._drawing.message(await self._said("3 changes of acme wait for an approval:"))

    async def mapping(self) -> RenderableType:
        """The first page of the mapping, and that of a field with a value that none of its choices matches."""
        await self._type("map")
        view = await self._slack.wait_for(lambda: filled(self._slack, "UANN"))
        rows = self._drawing.modal(view)
        field = await after(self._slack, view, self._slack.click(view, MORE, "Edit", user="UANN"))
        return Group(rows, self._drawing.modal(field))

    async def person(self) -> RenderableType:
        """Why somebody is where they are."""
        await self._type("person E2")
        return self._drawing.message(await self._said("Decided:"))

    async def home(self) -> RenderableType:
        """What Ann sees when she opens the app."""
        await self._slack.open_home("UANN")
        return self._drawing.home(await self._slack.wait_for(lambda: self._slack.home("UANN")))

    async def _type(self, text: str) -> None:
        await self._slack.command("/ukg", text, user="UANN", channel="C1")

    async def _said(self, *parts: str) -> Message:
        """The newest message in the channel that says all of this, once it is there."""

        def find() -> Message | None:
            messages = reversed(self._slack.messages("C1", to="UANN"))
            return next((each for each in messages if all(part in each.text for part in parts)), None)

        return await self._slack.wait_for(find)

    def _thread(self, message: Message) -> tuple[list[Message], str] | None:
        """The replies to a message and the name of its file, once both are there."""
        replies = [each for each in self._slack.messages("C1") if each.thread_ts == message.ts]
        files = [each.name for each in self._slack.workspace.files.values() if each.thread_ts == message.ts]
        return (replies, files[0]) if replies and files else None


if __name__ == "__main__":
    os.environ["UKG_NOW"] = MOMENT
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ukg-pictures-") as place:
        for file_name, svg in asyncio.run(taken(Path(place))).items():
            (PICTURES / file_name).write_text(svg, encoding="utf-8")
