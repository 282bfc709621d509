"""A portal that is connected to a stand-in of UKG Pro and has a channel; what brings messages there, step by step."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from bot.app import make_client
from bot.posts.sending import Sending
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.services import connections, slack_posts
from core.services.acting import AUTOMATION, acting_as
from core.services.portals import change_portal
from core.services.runner import carry_out_next
from core.services.slack_channels import tell_in
from core.settings import Settings
from tests.bot.fake_slack import FakeSlack


class Ticks:
    """A clock that goes on by so many seconds at each look."""

    def __init__(self, seconds: float = 5.0) -> None:
        self.moment, self.seconds = 0.0, seconds

    def __call__(self) -> float:
        return self.moment


class Looks:
    """Looks, one after the other, at what is to be brought to Slack; `begin_anew` as after a restart."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self.clock = settings, Ticks()
        self.begin_anew()

    def begin_anew(self) -> None:
        self.sending = Sending(make_client(self._settings, retrying=False), clock=self.clock)

    async def __call__(self, number: int = 3) -> None:
        with acting_as(AUTOMATION):
            async with slack_posts.sender() as sender:
                for _ in range(number):
                    self.clock.moment += self.clock.seconds
                    await self.sending.look(sender)


@pytest.fixture
async def sandbox() -> AsyncIterator[UkgSandbox]:
    """UKG Pro with twelve people."""
    people = [
        person_row(
            employeeId=f"E{number}", firstName=f"Pat{number}", lastName="Lee", emailAddress=f"p{number}@example.com"
        )
        for number in range(12)
    ]
    rows = [employment_row(employeeID=f"E{number}") for number in range(12)]
    async with UkgSandbox(Company.of(people, rows)) as running:
        yield running


@pytest.fixture
async def connected(acme: None, sandbox: UkgSandbox, store: str) -> str:
    """The portal acme, connected, without a limit between syncs; its name."""
    credentials = connections.checked_credentials(
        url=sandbox.url,
        user=sandbox.settings.user,
        password=sandbox.settings.password,
        customer_api_key=sandbox.settings.customer_api_key,
        user_api_key=None,
    )
    await connections.connect("acme", credentials, store)
    await change_portal("acme", manual_sync_minutes=0)
    return "acme"


@pytest.fixture
async def told(connected: str) -> str:
    """The portal, whose channel is C1."""
    await tell_in("acme", channel="C1")
    return connected


@pytest.fixture
def rename(sandbox: UkgSandbox) -> Callable[[str], None]:
    """Call with a first name that everybody gets in UKG Pro."""

    def everybody(name: str) -> None:
        for person in sandbox.company.people:
            person["firstName"] = name
        sandbox.company.touch()

    return everybody


@pytest.fixture
def looks(slack: FakeSlack, settings: Settings, store: str, manifest: dict) -> Looks:
    """Call to look three times (or as often as said); the app has the scopes that its manifest asks for."""
    slack.scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    return Looks(settings)


@pytest.fixture
def carry_out(store: str):
    """Call to carry out all requests that may start; gives how many that were."""

    async def work() -> int:
        number = 0
        while await carry_out_next(store, asyncio.Event()):
            number += 1
        return number

    return work


def texts(slack: FakeSlack, channel: str = "C1", *, thread: str | None = None) -> list[str]:
    """What stands in a channel for everybody, or in a thread of it."""
    return [message.text for message in slack.messages(channel) if message.thread_ts == thread]
