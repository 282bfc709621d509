"""What people in Slack feel while a sync runs: how soon `ukg-bot` acknowledges, opens a modal, how often it edits.

The bot is the process that people start, and its own runner carries the sync out. Slack is in this process, which does
nothing else meanwhile: the seconds are those from typing until Slack has the acknowledgement, or the call that opens
the modal. Run by itself with a number of people it prints what it measured:

    python -m tests.bench.slack 100000
"""

import asyncio
import itertools
import json
import sys
import tempfile
import time
import urllib.request
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from core.sandbox.ukg.company import Company as GeneratedCompany
from core.sandbox.ukg.server import UkgSandbox
from tests.bench.company import Company, company_of
from tests.bench.tables import Line, show
from tests.bot.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.bot.fake_slack.server import Call

_EVERY = 0.25
_A_LOOK = 0.01
_PORTALS = 24
_LONGEST = 1800  # seconds
_ADMINS = [f"UADMIN{number}" for number in range(40)]
_MINUTE = 60.0


class Felt:
    """Seconds until commands were acknowledged, until modals were opened, and until they were filled."""

    def __init__(self) -> None:
        self.acknowledged: list[float] = []
        self.opened: list[float] = []
        self.filled: list[float] = []


def high(seconds: Sequence[float], share: float = 0.99) -> float:
    """What that share of them does not exceed."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]


def most_in_a_minute(calls: Sequence[Call]) -> int:
    """The most calls that came within any minute."""
    moments = [call.at for call in calls]
    return max((sum(start <= each < start + _MINUTE for each in moments) for start in moments), default=0)


@asynccontextmanager
async def bot_of(company: Company, **settings: str) -> AsyncIterator[FakeSlack]:
    """Slack, with `ukg-bot` on its link as a process of its own; its clock is the real one."""
    async with FakeSlack(acknowledge_within=60) as slack:
        for user in _ADMINS:
            slack.add_user(user, user.lower())
        slack.add_channel("C1", "people-sync")
        given = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.api_url}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "--database", str(company.database), "--port", "0"),
            env={**company.environment(), **given, **settings},
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await slack.wait_for(lambda: slack.links.number_open)
            yield slack
        finally:
            process.terminate()
            await process.wait()


async def _until(slack: FakeSlack, what: str, number: int = 1) -> None:
    """Wait until so many messages say so."""
    async with asyncio.timeout(_LONGEST):
        while sum(what in message.text for message in slack.workspace.messages) < number:
            await asyncio.sleep(0.1)


async def _type(slack: FakeSlack, user: str, text: str, felt: Felt) -> None:
    """Type a command; if it is one that opens a modal, close that once it is filled."""
    before, began = len(_opened(slack, user)), time.monotonic()
    felt.acknowledged.append((await slack.command("/ukg", text, user=user, channel="C1")).seconds)
    if text.startswith("map"):
        while len(opened := _opened(slack, user)) == before:
            await asyncio.sleep(_A_LOOK)
        felt.opened.append(opened[-1].at - began)
        assert opened[-1].answer is not None, "nothing is cut here"
        view = slack.workspace.views[opened[-1].answer["view"]["id"]]
        while "Working" in str(view.content["blocks"]):
            await asyncio.sleep(_A_LOOK)
        felt.filled.append(time.monotonic() - began)
        await slack.close(view)


def _opened(slack: FakeSlack, user: str) -> list[Call]:
    """The calls that opened a modal for somebody."""
    triggers = slack.workspace.triggers
    return [call for call in slack.called("views.open") if triggers[call.arguments["trigger_id"]].user == user]


async def _people_at_work(slack: FakeSlack, employee: str, felt: Felt) -> None:
    """One after the other types something, four times a second, until cancelled."""
    commands = itertools.cycle(["status bench", "map bench", f"person bench {employee}", "runs bench"])
    async with asyncio.TaskGroup() as typing:
        for user in itertools.cycle(_ADMINS):
            typing.create_task(_type(slack, user, next(commands), felt))
            await asyncio.sleep(_EVERY)


async def _during_a_sync(company: Company, employee: str) -> tuple[Felt, int, float]:
    felt = Felt()
    async with bot_of(company, UKG_SLACK_CHANNEL="C1") as slack:
        began = time.monotonic()
        await slack.command("/ukg", "sync bench", user=_ADMINS[0], channel="C1")
        working = asyncio.create_task(_people_at_work(slack, employee, felt))
        over = asyncio.create_task(_until(slack, "*The sync of bench is done"))
        await asyncio.wait({working, over}, return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        await asyncio.wait({working})
        if not over.done():
            over.cancel()
            working.result()
        return felt, most_in_a_minute(slack.called("chat.update")), time.monotonic() - began


async def _many_portals(company: Company) -> int:
    """Each portal's run is told to who asked for it, in a message that says first that it waits."""
    async with AsyncExitStack() as stack:
        companies = [UkgSandbox(GeneratedCompany.generate(100)) for _ in range(_PORTALS)]
        urls = [(await stack.enter_async_context(each)).url for each in companies]
        await asyncio.to_thread(company.python, "tests.bench.portals", str(company.database), " ".join(_ADMINS), *urls)
        slack = await stack.enter_async_context(bot_of(company))
        for number in range(_PORTALS):
            await slack.command("/ukg", f"sync portal-{number}", user=_ADMINS[number])
        await _until(slack, " is done", _PORTALS)
        return most_in_a_minute(slack.called("chat.update"))


def _first_employee(company: Company) -> str:
    request = urllib.request.Request(f"{company.url}/personnel/v1/person-details?page=1&per_Page=1")
    request.add_header("Authorization", f"Basic {b64encode(b'svc-ukg-sync:sandbox-password').decode()}")
    request.add_header("US-Customer-Api-Key", "SBX01")
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)[0]["employeeId"])


def measure_slack(employees: int, folder: Path) -> list[Line]:
    """While the first sync of so many people runs; then while the runs of many portals wait and run."""
    with company_of(employees, folder, "slack", clock=False) as company:
        company.python("tests.bench.portals", str(company.database), " ".join(_ADMINS))
        felt, edits, seconds = asyncio.run(_during_a_sync(company, _first_employee(company)))
    many = asyncio.run(_many_portals(Company("", folder, "portals", clock=False)))
    acknowledged, opened = high(felt.acknowledged) * 1000, high(felt.opened) * 1000
    during = f"during a first sync of {employees:,} in {seconds:.0f} s"
    commands, modals = f"{len(felt.acknowledged)} commands", f"{len(felt.opened)} modals"
    return [
        Line(f"Slack: 99% of {commands} acknowledged", f"{acknowledged:.0f} ms", "", "", "300 ms", acknowledged <= 300),
        Line(f"Slack: 99% of {modals} opened", f"{opened:.0f} ms", "", "", "500 ms", opened <= 500),
        Line(f"Slack: most edits in a minute, {during}", f"{edits}", "", "", "20", edits <= 20),
        Line(f"Slack: most edits in a minute, {_PORTALS} portals", f"{many}", "", "", "20", many <= 20),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ukg-bench-") as root:
        show(measure_slack(int(sys.argv[1]), Path(root)))
