"""The link to Slack: mended where it can be, and the process ends where it cannot."""

import asyncio
import logging

import pytest

from bot import link
from bot.app import make_app, make_client
from bot.commands import all_flows
from bot.dispatch import Dispatcher
from bot.link import SlackLost, check_tokens, hold_link
from bot.work import Work
from core.domain.errors import SettingsError
from core.settings import Settings
from tests.bot.fake_slack import APP_TOKEN, BOT_TOKEN
from tests.bot.fake_slack.faults import CUT, INTERNAL


@pytest.fixture
def often_checked(monkeypatch):
    """The link is checked more often than the library can mend it."""
    monkeypatch.setattr(link, "CHECK_SECONDS", 0.05)


@pytest.fixture
async def held(slack, settings, monkeypatch):
    """A link that notices many times a second whether it is open; gives what it came to, and what ends it."""
    monkeypatch.setattr(link, "_PING_SECONDS", 0.1)
    stop = asyncio.Event()
    app = make_app(settings, Dispatcher(all_flows(), ""), Work())
    task = asyncio.create_task(hold_link(app, settings, stop))
    yield task, stop
    stop.set()
    await asyncio.wait({task})


async def test_a_link_that_slack_refreshes_or_drops_comes_back(slack, held):
    task, _ = held
    await slack.wait_for(lambda: slack.links.number_open)
    await slack.links.ask_to_refresh()
    await slack.wait_for(lambda: slack.links.opened == 2 and slack.links.number_open == 1)
    await slack.links.drop()
    await slack.wait_for(lambda: slack.links.opened == 3)
    assert not task.done()


async def test_a_link_that_only_looks_open_is_replaced(slack, held):
    task, _ = held
    await slack.wait_for(lambda: slack.links.number_open)
    slack.links.mute = True
    await slack.wait_for(lambda: slack.links.opened == 2)
    slack.links.mute = False
    assert (await slack.command("/ukg", user="UANN")).payload == {}
    assert not task.done()


async def test_the_end_is_quiet(slack, held):
    task, stop = held
    await slack.wait_for(lambda: slack.links.number_open)
    stop.set()
    await task
    await slack.wait_for(lambda: slack.links.number_open == 0)


@pytest.mark.parametrize("trouble", ["refused links", "no address", "a revoked token"])
async def test_three_failed_checks_end_it_when_slack_answers_otherwise(slack, often_checked, held, trouble, caplog):
    task, _ = held
    await slack.wait_for(lambda: slack.links.number_open)
    slack.links.refusing = trouble == "refused links"
    slack.token_error = "token_revoked" if trouble == "a revoked token" else None
    if trouble == "no address":
        slack.fail("apps.connections.open", INTERNAL, times=None)
    await slack.links.drop()
    with pytest.raises(SlackLost, match="The process ends, so that its supervisor starts it anew"):
        await asyncio.wait_for(task, 30)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("trouble", [CUT, INTERNAL])
async def test_while_slack_itself_is_down_it_stays_says_so_once_and_links_again(
    slack, often_checked, held, trouble, caplog, monkeypatch
):
    task, _ = held
    await slack.wait_for(lambda: slack.links.number_open)
    slack.fail("*", trouble, times=None)
    await slack.links.drop()
    await slack.wait_for(lambda: len(slack.called("auth.test")) >= 3)
    assert not task.done()
    monkeypatch.setattr(link, "CHECK_SECONDS", 60)  # its real pace: the library takes a second or two to try again
    slack.mend()
    await slack.wait_for(lambda: slack.links.opened == 2)
    assert not task.done()
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert said[0] == "Slack cannot be reached and is tried again and again; syncs and mails go on."
    assert said[1:] in ([], ["Slack can be reached again."])


class Links:
    """What each check of a link finds, one after the other."""

    def __init__(self, *found):
        self.client, self.wss_uri, self.closed = self, "used", False
        self._found, self.checks, self.stop = list(found), 0, asyncio.Event()

    async def is_connected(self):
        self.checks += 1
        if not self._found:
            self.stop.set()
            return True
        return self._found.pop(0)


async def test_it_takes_three_failed_checks_in_a_row(monkeypatch):
    monkeypatch.setattr(link, "CHECK_SECONDS", 0)

    async def slack_answers():
        return True

    now_and_then = Links(*[False, False, True] * 5)
    await link.watch(now_and_then, now_and_then.stop, slack_answers)
    assert now_and_then.checks == 16
    gone = Links(True, False, True, False, False, False, True)
    with pytest.raises(SlackLost):
        await link.watch(gone, gone.stop, slack_answers)
    assert gone.checks == 6


async def test_once_slack_answers_again_the_link_has_three_checks_anew(monkeypatch, caplog):
    monkeypatch.setattr(link, "CHECK_SECONDS", 0)
    answers = [False, True, True]

    async def slack_answers():
        return answers.pop(0)

    back_in_time = Links(*[False] * 8)
    await link.watch(back_in_time, back_in_time.stop, slack_answers)
    assert back_in_time.checks == 9
    assert answers == [True]
    assert [record.getMessage() for record in caplog.records] == [
        "Slack cannot be reached and is tried again and again; syncs and mails go on.",
        "Slack can be reached again.",
    ]
    answers = [False, True, True]
    too_late = Links(*[False] * 9)
    with pytest.raises(SlackLost):
        await link.watch(too_late, too_late.stop, slack_answers)


async def test_tokens_that_slack_takes_are_taken(slack, settings):
    assert await check_tokens(make_client(settings), settings) is True


@pytest.mark.parametrize(
    ("bot_token", "app_token", "named", "reason"),
    [
        ("xoxb-other", APP_TOKEN, "SLACK_BOT_TOKEN", "invalid_auth"),
        (BOT_TOKEN, "xapp-other", "SLACK_APP_TOKEN", "invalid_auth"),
    ],
)
async def test_a_token_that_slack_refuses_is_named(slack, bot_token, app_token, named, reason):
    settings = Settings(slack_bot_token=bot_token, slack_app_token=app_token, slack_api_url=slack.api_url)
    with pytest.raises(SettingsError) as caught:
        await check_tokens(make_client(settings), settings)
    assert str(caught.value).startswith(f"Slack does not accept {named} ({reason}), so nothing was started.")
    assert "other" not in str(caught.value)


@pytest.mark.parametrize("trouble", [CUT, INTERNAL])
async def test_when_slack_cannot_be_asked_that_is_no_fault_of_the_tokens(slack, settings, trouble):
    slack.fail("auth.test", trouble, times=None)
    assert await check_tokens(make_client(settings), settings) is False


async def test_a_revoked_token_and_a_removed_app_are_told_to_the_operator(bot, caplog):
    await bot.event({"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"], "oauth": []}})
    await bot.event({"type": "tokens_revoked", "tokens": {"oauth": ["UANN"]}})
    await bot.event({"type": "app_uninstalled"})
    await bot.command("/ukg", user="UANN")
    await bot.wait_for(lambda: bot.messages("DUANN", to="UANN"))
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert [line.partition(":")[0] for line in told] == [
        "Slack revoked SLACK_BOT_TOKEN",
        "The app was removed from the Slack workspace",
    ]
