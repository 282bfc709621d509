"""The settings of the Slack app, fit to start with (design, section 6)."""

from core.services.slack_setup import check_settings
from core.settings import Settings, load_settings


def over_http(settings: Settings) -> bool:
    """Whether Slack calls us over HTTP, signed; otherwise we hold a link to Slack (Socket Mode)."""
    return bool(settings.slack_signing_secret) and not settings.slack_app_token


def load_slack_settings() -> Settings:
    """The settings, fit to start with; raises `SettingsError` naming what to set and where it is in Slack's pages."""
    settings = load_settings()
    check_settings(settings)
    return settings
