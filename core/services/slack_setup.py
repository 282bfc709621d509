"""Whether the Slack app is set up: is every setting there, does each look right, and does Slack take the token."""

import re
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx
import msgspec

from core.domain.errors import OutsideError, SettingsError
from core.settings import Settings

_PAGE = "your app's page at https://api.slack.com/apps"
_WHERE = {
    "SLACK_BOT_TOKEN": "xoxb-…, under 'OAuth & Permissions', Bot User OAuth Token",
    "SLACK_APP_TOKEN": "xapp-…, under 'Basic Information', App-Level Tokens, with the scope connections:write",
}
_CHANNEL = re.compile(r"[CG][A-Z0-9]+")
_PATIENCE = httpx.Timeout(10.0, connect=5.0)


class SlackUnusable(OutsideError):
    """Slack cannot be asked, or does not take the token."""


class _Tested(msgspec.Struct):
    """What of the answer of `auth.test` matters (docs.slack.dev/reference/methods/auth.test)."""

    ok: bool
    error: str = ""
    team: str = ""


def is_set_up(settings: Settings) -> bool:
    """Whether anything of Slack is set, so that it is meant to be used."""
    return bool(settings.slack_bot_token or settings.slack_app_token or settings.slack_signing_secret)


def check_settings(settings: Settings) -> None:
    """Look at the settings alone; raises `SettingsError` naming what to set and where it is in Slack's pages."""
    missing = [] if settings.slack_bot_token else ["SLACK_BOT_TOKEN"]
    if not settings.slack_app_token and not settings.slack_signing_secret:
        missing.append("SLACK_APP_TOKEN")
    if missing:
        where = " and ".join(f"{name} ({_WHERE[name]})" for name in missing)
        raise SettingsError(f"Slack is not set up, so nothing was started: set {where}, from {_PAGE}.")
    for name, value, beginning in (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-"),
    ):
        if value and not value.startswith(beginning):
            raise SettingsError(
                f"{name} holds something else, so nothing was started: copy it anew ({_WHERE[name]}) from {_PAGE}."
            )
    if settings.ukg_slack_channel and not _CHANNEL.fullmatch(settings.ukg_slack_channel):
        raise SettingsError(
            "UKG_SLACK_CHANNEL is no channel's id, so nothing was started. It looks like C024BE91L and stands at the "
            "end of 'View channel details' in Slack."
        )
    parts = urlsplit(settings.slack_api_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            "SLACK_API_URL is no address of a web API, so nothing was started. Remove it; Slack's own is the default."
        )


async def ask_slack(settings: Settings) -> str:
    """Ask Slack once whether it takes the bot's token; gives the sentence that says so.

    Raises `SettingsError` for settings that cannot be, `SlackUnusable` when Slack refuses or cannot be asked.
    """
    check_settings(settings)
    headers = {"Authorization": f"Bearer {settings.slack_bot_token}"}
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE) as client:
            answer = await client.post(f"{settings.slack_api_url.rstrip('/')}/auth.test", headers=headers)
        if answer.status_code != HTTPStatus.OK:
            raise _away(f"status {answer.status_code}")
        tested = msgspec.json.decode(answer.content, type=_Tested)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _away(type(error).__name__) from None
    except msgspec.DecodeError:
        raise SlackUnusable(
            "What answers at SLACK_API_URL is not Slack, so nothing reaches Slack. Remove the setting; Slack's own "
            "address is the default."
        ) from None
    if not tested.ok:
        raise SlackUnusable(
            f"Slack does not accept SLACK_BOT_TOKEN ({tested.error}), so nothing reaches Slack; messages wait and "
            f"nothing is lost. Copy it anew from {_PAGE}, or install the app again there."
        )
    return f"Slack accepts SLACK_BOT_TOKEN{f' (workspace {tested.team})' if tested.team else ''}."


def _away(reason: str) -> SlackUnusable:
    return SlackUnusable(
        f"Slack cannot be asked now ({reason}); messages wait and nothing is lost. Check the way from this machine to "
        "Slack, then look again."
    )
