"""The Slack app: what it listens to. Every listener acknowledges at once and works afterwards."""

import logging
import re
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
from bot.interacting import clicked, submitting, suggested
from bot.interactions import Click, Form, Menu
from bot.logs import slack_log
from bot.once import Once, key_of
from bot.picker import PICK, flow_of
from bot.registry import INTERACTIONS
from bot.views import Opened
from bot.words import words_of
from bot.work import Work
from core.settings import Settings

COMMAND = "/ukg"
ACTIONS = (PICK, *(click.action_id for click in INTERACTIONS.clicks))
EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked")

_log = logging.getLogger(__name__)


def make_client(settings: Settings, *, retrying: bool = True) -> AsyncWebClient:
    """The client of Slack's Web API. It waits out rate limits and tries again when a connection fails, unless it is
    told not to (`retrying`): what may have been done is then not done again by it."""
    handlers = [AsyncConnectionErrorRetryHandler(), AsyncRateLimitErrorRetryHandler(max_retry_count=2)]
    return AsyncWebClient(
        settings.slack_bot_token,
        base_url=settings.slack_api_url,
        logger=slack_log(),
        retry_handlers=handlers if retrying else [],
    )


def make_app(settings: Settings, dispatcher: Dispatcher, work: Work) -> AsyncApp:
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
    once = Once()
    _listen(app, dispatcher, work, once)
    _listen_to_events(app, work, once)
    for click in INTERACTIONS.clicks:
        _listen_to_click(app, click, dispatcher.database_url, work, once)
    for form in INTERACTIONS.forms:
        _listen_to_form(app, form, dispatcher.database_url, work, once)
    for menu in INTERACTIONS.menus:
        _listen_to_menu(app, menu, dispatcher.database_url)
    return app


def _listen_to_click(app: AsyncApp, click: Click, database_url: str, work: Work, once: Once) -> None:
    @app.action(click.action_id)
    async def listener(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        if once.is_new(key_of(body)):
            work.start(clicked(click, body, _answer_to(body, client), database_url))


def _listen_to_form(app: AsyncApp, form: Form, database_url: str, work: Work, once: Once) -> None:
    @app.view(form.name)
    async def listener(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        async def submit() -> dict[str, Any]:
            return await submitting(form, body, _answer_to(body, client), database_url, work)

        await ack(**await once.answer(key_of(body), submit))


def _listen_to_menu(app: AsyncApp, menu: Menu, database_url: str) -> None:
    @app.options(re.compile(rf"{re.escape(menu.action_id)}(-.*)?"))
    async def listener(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack(options=await suggested(menu, body, _answer_to(body, client), database_url))


def _answer_to(body: dict[str, Any], client: AsyncWebClient) -> Answer:
    channel = (body.get("channel") or {}).get("id")
    return Answer(client, user=str(body["user"]["id"]), channel=channel, response_url=body.get("response_url"))


def _listen(app: AsyncApp, dispatcher: Dispatcher, work: Work, once: Once) -> None:
    @app.command(COMMAND)
    async def typed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        if not once.is_new(key_of(body)):
            return
        user = str(body["user_id"])
        answer = Answer(client, user=user, channel=body.get("channel_id"), response_url=body.get("response_url"))
        words = words_of(body.get("text") or "")
        work.start(dispatcher.typed(words, user=user, trigger_id=body["trigger_id"], answer=answer))

    @app.action(PICK)
    async def picked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        if not once.is_new(key_of(body)):
            return
        (action,) = body["actions"]
        user, channel = str(body["user"]["id"]), (body.get("channel") or {}).get("id")
        answer = Answer(client, user=user, channel=channel, response_url=body.get("response_url"))
        name, slug, view = flow_of(action["block_id"]), action["selected_option"]["value"], body.get("view")
        modal = Opened(answer, view["title"]["text"], view["id"], view["hash"]) if view else None
        work.start(dispatcher.picked(name, slug, user=user, trigger_id=body["trigger_id"], answer=answer, modal=modal))

    @app.error
    async def failed(error: Exception) -> None:
        _log.error("A listener of the Slack app failed (%s).", type(error).__name__)


def _listen_to_events(app: AsyncApp, work: Work, once: Once) -> None:
    @app.event("app_home_opened")
    async def opened_home(event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        if event.get("tab") == "home" and once.is_new(key_of(body)):
            work.start(show_home(client, str(event["user"])))

    @app.event("app_uninstalled")
    async def uninstalled(body: dict[str, Any]) -> None:
        if once.is_new(key_of(body)):
            _log.error(
                "The app was removed from the Slack workspace: nothing reaches Slack any more, syncs go on. Install it "
                "again, or run 'ukg serve' instead."
            )

    @app.event("tokens_revoked")
    async def revoked(event: dict[str, Any], body: dict[str, Any]) -> None:
        if (event.get("tokens") or {}).get("bot") and once.is_new(key_of(body)):
            _log.error(
                "Slack revoked SLACK_BOT_TOKEN: nothing reaches Slack any more, syncs go on. Install the app again and "
                "set the new token."
            )
