"""Socket Mode: the link to Slack, and the watch that ends the process when it does not come back."""

import asyncio
from contextlib import suppress

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import link_log
from bot.settings import SlackSettings
from bot.troubles import NETWORK, reason_of
from core.domain.errors import SettingsError, UkgSyncError

CHECK_SECONDS = 30.0
CHECKS = 3
_PING_SECONDS = 10.0
_REFUSED = (
    "access_denied",
    "account_inactive",
    "invalid_auth",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "token_expired",
    "token_revoked",
)


class SlackLost(UkgSyncError):
    """The link to Slack is lost and did not come back."""


async def check_tokens(client: AsyncWebClient, settings: SlackSettings) -> bool:
    """Ask Slack whether it takes the tokens; raises `SettingsError` naming the one that it refuses. False when Slack
    cannot be asked now."""
    asked = "SLACK_BOT_TOKEN"
    try:
        await client.auth_test()
        if not settings.over_http:
            asked = "SLACK_APP_TOKEN"
            await client.apps_connections_open(app_token=settings.slack_app_token)
    except SlackClientError as error:
        if reason_of(error) not in _REFUSED:
            return False
        raise SettingsError(
            f"Slack does not accept {asked} ({reason_of(error)}), so nothing was started. Copy it anew from your app's "
            "page at https://api.slack.com/apps, or run 'ukg serve' to go without Slack."
        ) from None
    except NETWORK:
        return False
    return True


async def hold_link(app: AsyncApp, settings: SlackSettings, stop: asyncio.Event) -> None:
    """Hold the link to Slack until `stop` is set. Raises `SlackLost` when three checks in a row find it broken: what
    the library does not mend by itself a new process does, which a supervisor starts."""
    handler = AsyncSocketModeHandler(
        app, settings.slack_app_token, logger=link_log(), web_client=app.client, ping_interval=_PING_SECONDS
    )
    connecting = asyncio.ensure_future(handler.client.connect())  # type: ignore[no-untyped-call]
    try:
        await watch(handler, stop)
    finally:
        handler.client.closed = True
        connecting.cancel()
        await asyncio.wait({connecting})
        with suppress(aiohttp.ClientError, OSError):
            await handler.close_async()  # type: ignore[no-untyped-call]


async def watch(handler: AsyncSocketModeHandler, stop: asyncio.Event) -> None:
    """Check the link again and again until `stop` is set; raises `SlackLost` after three failed checks in a row."""
    failed = 0
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), CHECK_SECONDS)
            return
        if await handler.client.is_connected():
            failed = 0
            continue
        failed += 1
        if failed == CHECKS:
            raise SlackLost(
                "The link to Slack is lost and did not come back. The process ends, so that its supervisor starts it "
                "anew; what was in hand is taken up again then."
            )
        handler.client.wss_uri = None  # its address is good once; without one a new one is asked for
