"""The settings of the Slack app: environment and `.env` (design, section 6), and what is said when one is missing."""

import os
from urllib.parse import urlsplit

import msgspec
from dotenv import dotenv_values

from core.domain.errors import SettingsError

_PAGE = "your app's page at https://api.slack.com/apps"
_WHERE = {
    "SLACK_BOT_TOKEN": "xoxb-…, under 'OAuth & Permissions', Bot User OAuth Token",
    "SLACK_APP_TOKEN": "xapp-…, under 'Basic Information', App-Level Tokens, with the scope connections:write",
}


class SlackSettings(msgspec.Struct, frozen=True, rename="upper"):
    """What the environment says about Slack; a name below is the variable's name without regard to case."""

    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_signing_secret: str = ""
    slack_api_url: str = "https://slack.com/api/"

    def __repr__(self) -> str:
        return "SlackSettings(…)"  # never its secrets

    @property
    def over_http(self) -> bool:
        """Whether Slack calls us over HTTP, signed; otherwise we hold a link to Slack (Socket Mode)."""
        return bool(self.slack_signing_secret) and not self.slack_app_token


def load_slack_settings() -> SlackSettings:
    """The settings, fit to start with; raises `SettingsError` saying what to set and where in Slack's pages it stands.

    The environment goes before `.env`; a variable that is empty counts as not set.
    """
    written = [*dotenv_values(".env", encoding="utf-8").items(), *os.environ.items()]
    settings = msgspec.convert({name.upper(): value for name, value in written if value}, SlackSettings, strict=False)
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
    _check_address(settings.slack_api_url)
    return settings


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            "SLACK_API_URL is no address of a web API, so nothing was started. Remove it; Slack's own is the default."
        )
