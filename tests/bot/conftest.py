"""Slack on loopback, and the app on its link, for every test of the bot."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import ACTIONS, make_app
from bot.commands import all_flows
from bot.dispatch import Dispatcher
from bot.link import hold_link
from bot.linked import Linked
from bot.registry import INTERACTIONS
from bot.work import Work
from core.domain.roles import Role
from core.services.admins import set_admin
from core.services.portals import create_portal
from core.settings import Settings
from tests.bot.companies import account, click, connected, opened, sandbox, synced  # noqa: F401
from tests.bot.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack, Message
from tests.bot.fake_slack.structure import elements_of
from tests.bot.processes import database, start  # noqa: F401

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
TODAY = "2026-03-10"


@pytest.fixture(scope="session")
def manifest() -> Any:
    """The manifest of the Slack app."""
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """Slack with Ann (UANN) and Bob (UBOB) and a channel that the app is in (C1); slow machines are borne with."""
    async with FakeSlack(acknowledge_within=30) as running:
        running.add_user("UANN", "ann")
        running.add_user("UBOB", "bob")
        running.add_channel("C1", "people-sync")
        yield running


@pytest.fixture
def settings(slack: FakeSlack) -> Settings:
    """The settings with which the app reaches that Slack."""
    return Settings(slack_bot_token=BOT_TOKEN, slack_app_token=APP_TOKEN, slack_api_url=slack.api_url)


@pytest.fixture
async def bot(slack: FakeSlack, settings: Settings, store: str, manifest: Any) -> AsyncIterator[FakeSlack]:
    """Slack with the app on its link, with no more scopes than the manifest asks for.

    At the end: whatever was drawn with a button or menu had a listener behind it, and every message its text.
    """
    slack.scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    stop, work, linked = asyncio.Event(), Work(), Linked()
    app = make_app(settings, Dispatcher(all_flows(), store, linked), work)
    link = asyncio.create_task(hold_link(app, settings, stop, linked))
    await slack.wait_for(lambda: slack.links.number_open)
    yield slack
    await work.end()
    stop.set()
    await link
    drawn = [message.blocks for message in slack.workspace.messages]
    drawn += [view.content["blocks"] for view in slack.workspace.views.values()]
    drawn += [call.arguments["view"]["blocks"] for call in slack.calls if call.method.startswith("views.")]
    assert not {name for blocks in drawn for name in told_of(blocks)} - set(ACTIONS)
    searched = {
        element["action_id"]
        for blocks in drawn
        for element in elements_of(blocks)
        if element["type"].endswith("external_select")
    }
    assert not {name.partition("-")[0] for name in searched} - {menu.action_id for menu in INTERACTIONS.menus}
    assert all(message.text.strip() for message in slack.workspace.messages)


def told_of(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """The elements of which Slack tells the app as soon as they are used; of inputs it does when they are submitted."""
    for block in blocks:
        if block["type"] != "input" or block.get("dispatch_action"):
            yield from (element["action_id"] for element in elements_of([block]))


@pytest.fixture
async def acme(store: str, set_clock: Callable[[str], None]) -> None:
    """The portal acme, in which Ann is an admin and Bob nobody, on 10 March 2026."""
    set_clock(TODAY)
    await create_portal("acme", name="Acme Ltd")
    await set_admin("acme", "Ann Lee", Role.ADMIN, slack_user="UANN")


@pytest.fixture
async def beta(acme: None) -> None:
    """A second portal of Ann's, in which Bob may look."""
    await create_portal("beta")
    await set_admin("beta", "Ann Lee", Role.OPERATOR, slack_user="UANN")
    await set_admin("beta", "Bob", Role.VIEWER, slack_user="UBOB")


@pytest.fixture
def ask(bot: FakeSlack) -> Callable[..., Any]:
    """Call with what follows `/ukg` to type it and have the answer, once it is there."""

    async def type_and_wait(text: str = "", *, user: str = "UANN", channel: str = "C1") -> Message:
        seen = len(bot.messages(channel, to=user))
        acknowledged = await bot.command("/ukg", text, user=user, channel=channel)
        assert acknowledged.payload == {}
        return await bot.wait_for(lambda: next(iter(bot.messages(channel, to=user)[seen:]), None))

    return type_and_wait
