"""Socket Mode: the link to Slack, and the watch that ends the process when it does not come back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.linked import Linked
from bot.logs import link_log
from bot.settings import over_http
from bot.troubles import NETWORK, REFUSED_TOKENS, reason_of
from core.domain.errors import SettingsError, UkgSyncError
from core.settings import Settings

CHECK_SECONDS = 30.0
CHECKS = 3
_PING_SECONDS = 10.0

_log = logging.getLogger(__name__)


class SlackLost(UkgSyncError):
    """The link to Slack is lost and did not come back."""


async def check_tokens(client: AsyncWebClient, settings: Settings) -> bool:
    """Ask Slack whether it takes the tokens; raises `SettingsError` naming the one that it refuses. False when Slack
    cannot be asked now."""
    asked = "SLACK_BOT_TOKEN"
    try:
        await client.auth_test()
        if not over_http(settings):
            asked = "SLACK_APP_TOKEN"
            await client.apps_connections_open(app_token=settings.slack_app_token)
    except SlackClientError as error:
        if reason_of(error) not in REFUSED_TOKENS:
            return False
        raise SettingsError(
            f"Slack does not accept {asked} ({reason_of(error)}), so nothing was started. Copy it anew from your app's "
            "page at https://api.slack.com/apps, or run 'ukg serve' to go without Slack."
        ) from None
    except NETWORK:
        return False
    return True


async def hold_link(app: AsyncApp, settings: Settings, stop: asyncio.Event, linked: Linked | None = None) -> None:
    """Hold the link to Slack until `stop` is set; `linked` tells others how it stands. Raises `SlackLost` when three
    checks in a row find it broken although Slack can be reached: what the library does not mend by itself a new process
    does, which a supervisor starts."""
    handler = AsyncSocketModeHandler(
        app, settings.slack_app_token, logger=link_log(), web_client=app.client, ping_interval=_PING_SECONDS
    )
    if linked is not None:
        linked.is_open = handler.client.is_connected
    connecting = asyncio.ensure_future(handler.client.connect())  # type: ignore[no-untyped-call]
    try:
        await watch(handler, stop, lambda: _slack_answers(app.client))
    finally:
        handler.client.closed = True
        connecting.cancel()
        await asyncio.wait({connecting})
        with suppress(aiohttp.ClientError, OSError):
            await handler.close_async()  # type: ignore[no-untyped-call]


async def watch(
    handler: AsyncSocketModeHandler, stop: asyncio.Event, slack_answers: Callable[[], Awaitable[bool]]
) -> None:
    """Check the link again and again until `stop` is set.

    Raises `SlackLost` after three failed checks in a row if Slack answers otherwise. While Slack itself cannot be
    reached a new process would be no better off: that is said once, the rest of this one goes on, and once Slack
    answers again the link has three checks anew to come back.
    """
    failed, away = 0, False
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), CHECK_SECONDS)
            return
        connected = await handler.client.is_connected()
        failed = 0 if connected else failed + 1
        reached = connected or (failed == CHECKS and await slack_answers())
        if reached and away:
            _log.warning("Slack can be reached again.")
            failed, away = 0, False
        elif failed == CHECKS and reached:
            raise SlackLost(
                "The link to Slack is lost and did not come back. The process ends, so that its supervisor starts "
                "it anew; what was in hand is taken up again then."
            )
        elif failed == CHECKS:
            if not away:
                _log.warning("Slack cannot be reached and is tried again and again; syncs and mails go on.")
            failed, away = 0, True
        if not connected:
            handler.client.wss_uri = None  # its address is good once; without one a new one is asked for


async def _slack_answers(client: AsyncWebClient) -> bool:
    """Whether Slack's Web API can be asked; a refusal is an answer too, a fault of Slack's own is none."""
    try:
        await client.auth_test()
    except SlackApiError as error:
        status = getattr(error.response, "status_code", 500)
        return isinstance(status, int) and status < HTTPStatus.INTERNAL_SERVER_ERROR
    except (SlackClientError, *NETWORK):
        return False
    return True
