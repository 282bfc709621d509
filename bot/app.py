"""The Slack app: what it listens to. Every listener acknowledges at once and works afterwards."""

import logging
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering import Answer
from bot.dispatch import Dispatcher
from bot.home import show_home
from bot.logs import slack_log
from bot.picker import PICK, flow_of
from bot.settings import SlackSettings
from bot.words import words_of
from bot.work import Work

COMMAND = "/ukg"
ACTIONS = (PICK,)
EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked")

_log = logging.getLogger(__name__)


def make_client(settings: SlackSettings) -> AsyncWebClient:
    """The client of Slack's Web API. It waits out rate limits; what may have been done is not done again by it."""
    return AsyncWebClient(
        settings.slack_bot_token,
        base_url=settings.slack_api_url,
        logger=slack_log(),
        retry_handlers=[AsyncConnectionErrorRetryHandler(), AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
    )


def make_app(settings: SlackSettings, dispatcher: Dispatcher, work: Work) -> AsyncApp:
    """The app, ready to be given requests. It never asks Slack anything before it acknowledges."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=settings.slack_bot_token)

    log = slack_log()
    log.setLevel(logging.ERROR)  # while it is made: Bolt warns of tokens given twice, which is meant
    app = AsyncApp(
        logger=log,
        name="ukg-sync",
        client=make_client(settings),
        authorize=authorize,
        signing_secret=settings.slack_signing_secret,
    )
    log.setLevel(logging.WARNING)
    _listen(app, dispatcher, work)
    return app


def _listen(app: AsyncApp, dispatcher: Dispatcher, work: Work) -> None:
    @app.command(COMMAND)
    async def typed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        user = str(body["user_id"])
        answer = Answer(client, user=user, channel=body.get("channel_id"), response_url=body.get("response_url"))
        words = words_of(body.get("text") or "")
        work.start(dispatcher.typed(words, user=user, trigger_id=body["trigger_id"], answer=answer))

    @app.action(PICK)
    async def picked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        (action,) = body["actions"]
        user, channel = str(body["user"]["id"]), (body.get("channel") or {}).get("id")
        answer = Answer(client, user=user, channel=channel, response_url=body.get("response_url"))
        name, slug = flow_of(action["block_id"]), action["selected_option"]["value"]
        work.start(dispatcher.picked(name, slug, user=user, trigger_id=body["trigger_id"], answer=answer))

    @app.event("app_home_opened")
    async def opened_home(event: dict[str, Any], client: AsyncWebClient) -> None:
        if event.get("tab") == "home":
            work.start(show_home(client, str(event["user"])))

    @app.event("app_uninstalled")
    async def uninstalled() -> None:
        _log.error(
            "The app was removed from the Slack workspace: nothing reaches Slack any more, syncs go on. Install it "
            "again, or run 'ukg serve' instead."
        )

    @app.event("tokens_revoked")
    async def revoked(event: dict[str, Any]) -> None:
        if (event.get("tokens") or {}).get("bot"):
            _log.error(
                "Slack revoked SLACK_BOT_TOKEN: nothing reaches Slack any more, syncs go on. Install the app again and "
                "set the new token."
            )

    @app.error
    async def failed(error: Exception) -> None:
        _log.error("A listener of the Slack app failed (%s).", type(error).__name__)
