"""`ukg doctor` on Slack: whether it takes the token, what is wrong if not, and what has not got there."""

import logging
from datetime import timedelta

import pytest

from core.clock import now
from core.services import slack_posts
from core.services.health import examine
from core.settings import load_settings
from core.store.models import Portal, SlackPost
from tests.bot.fake_slack import APP_TOKEN, BOT_TOKEN
from tests.bot.fake_slack.faults import CUT, INTERNAL


@pytest.fixture
def set_up(slack, monkeypatch):
    """Call with settings to have the Slack app set up, with these instead of what is right."""

    def settings(**others):
        right = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.api_url}
        for name, value in (right | others).items():
            monkeypatch.setenv(name, value)
        load_settings.cache_clear()

    yield settings
    load_settings.cache_clear()


async def found(store, subject="slack"):
    findings = {finding.subject: finding for finding in await examine(store)}
    return (findings[subject].status, findings[subject].sentence) if subject in findings else None


async def test_a_token_that_slack_takes_is_well_and_asked_about_once(slack, set_up, store):
    set_up()
    assert await found(store) == ("ok", "Slack accepts SLACK_BOT_TOKEN (workspace Fake).")
    assert [call.method for call in slack.calls] == ["auth.test"]


async def test_without_slack_nothing_is_said_or_asked(slack, store):
    assert await found(store) is None
    assert slack.calls == []


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-other"}, "Slack does not accept SLACK_BOT_TOKEN (invalid_auth), so nothing reaches"),
        ({"SLACK_BOT_TOKEN": ""}, "Slack is not set up, so nothing was started: set SLACK_BOT_TOKEN (xoxb-"),
        ({"SLACK_APP_TOKEN": ""}, "Slack is not set up, so nothing was started: set SLACK_APP_TOKEN (xapp-"),
        ({"SLACK_BOT_TOKEN": APP_TOKEN}, "SLACK_BOT_TOKEN holds something else"),
        ({"UKG_SLACK_CHANNEL": "#people"}, "UKG_SLACK_CHANNEL is no channel's id"),
        ({"SLACK_API_URL": "slack"}, "SLACK_API_URL is no address"),
        ({"SLACK_API_URL": "http://127.0.0.1:1/api/"}, "Slack cannot be asked now (ConnectError); messages wait"),
    ],
)
async def test_what_is_wrong_is_a_plain_sentence_without_a_secret(slack, set_up, store, others, sentence, caplog):
    caplog.set_level(logging.DEBUG)
    set_up(**others)
    status, said = await found(store)
    assert (status, said[: len(sentence)]) == ("wrong", sentence)
    assert not {word for word in (BOT_TOKEN, APP_TOKEN, "xoxb-other") if word in said + caplog.text}


@pytest.mark.parametrize(("trouble", "reason"), [(CUT, "RemoteProtocolError"), (INTERNAL, "status 500")])
async def test_when_slack_cannot_be_asked_that_is_no_fault_of_the_token(slack, set_up, store, trouble, reason):
    set_up()
    slack.fail("auth.test", trouble)
    status, sentence = await found(store)
    assert (status, reason in sentence, "nothing is lost" in sentence) == ("wrong", True, True)


async def test_what_is_no_slack_at_all_is_said(slack, set_up, store):
    set_up(SLACK_API_URL=f"{slack.url}/upload/")
    assert (await found(store))[0] == "wrong"


async def put(subject, **values):
    portal = await Portal.get(slug="acme")
    await slack_posts.put(slack_posts.Kind.RUN, subject, portal_id=portal.id, channel="C1", personal=True)
    await SlackPost.filter(subject=subject).update(**values)


async def test_what_waits_longer_than_it_should_and_what_was_refused_is_told(set_up, acme, store):
    set_up()
    assert await found(store, "slack of acme") is None
    await put("1")
    assert await found(store, "slack of acme") is None  # it has just come
    await put("2", attempts=1, error="not_in_channel")
    await put("3", state="parked", error="invalid_blocks")
    await put("4", state="parked", created_at=now() - timedelta(days=8))
    assert await found(store, "slack of acme") == (
        "note",
        "1 message to Slack waits since 2026-03-10 12:00 UTC (not_in_channel) and will be sent. 1 message was refused "
        "by Slack within the last week and will not come; what was to be told is in the list of runs.",
    )
