"""Settings come from the environment, and never show what is secret."""

import pytest

from core.settings import load_settings


def test_what_is_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "UKG_SECRET_KEY"):
        monkeypatch.setenv(name, "hush")
    monkeypatch.setenv("UKG_SMTP_URL", "smtp://user:hush@mail.example.com")
    settings = load_settings()
    assert (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret) == ("hush",) * 3
    assert "hush" not in f"{settings!r} {settings}"


def test_slack_is_asked_at_its_own_address_unless_another_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().slack_api_url == "https://slack.com/api/"
    load_settings.cache_clear()
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    monkeypatch.setenv("UKG_SLACK_CHANNEL", "C1")
    assert (load_settings().slack_api_url, load_settings().ukg_slack_channel) == ("http://127.0.0.1:1/api/", "C1")
