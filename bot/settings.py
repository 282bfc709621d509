"""The settings of the Slack app, fit to start with: what is said when one is missing or wrong (design, section 6)."""

import re
from urllib.parse import urlsplit

from core.domain.errors import SettingsError
from core.settings import Settings, load_settings

_PAGE = "your app's page at https://api.slack.com/apps"
_WHERE = {
    "SLACK_BOT_TOKEN": "xoxb-…, under 'OAuth & Permissions', Bot User OAuth Token",
    "SLACK_APP_TOKEN": "xapp-…, under 'Basic Information', App-Level Tokens, with the scope connections:write",
}
_CHANNEL = re.compile(r"[CG][A-Z0-9]+")


def over_http(settings: Settings) -> bool:
    """Whether Slack calls us over HTTP, signed; otherwise we hold a link to Slack (Socket Mode)."""
    return bool(settings.slack_signing_secret) and not settings.slack_app_token


def load_slack_settings() -> Settings:
    """The settings, fit to start with; raises `SettingsError` naming what to set and where it is in Slack's pages."""
    settings = load_settings()
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
    _check_address(settings.slack_api_url)
    return settings


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            "SLACK_API_URL is no address of a web API, so nothing was started. Remove it; Slack's own is the default."
        )
