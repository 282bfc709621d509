"""Settings come from the environment, and never show what is secret."""

import pytest

from core.clock import now
from core.domain.errors import SettingsError
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


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-12-23", "2026-12-23T12:00:00+00:00"),
        ("2026-12-23T09:30:00Z", "2026-12-23T09:30:00+00:00"),
        ("2026-12-23T09:30:00", "2026-12-23T09:30:00+00:00"),
    ],
)
def test_the_clock_stands_at_a_moment_or_at_noon_of_a_day(monkeypatch: pytest.MonkeyPatch, written, moment) -> None:
    monkeypatch.setenv("UKG_NOW", written)
    assert now().isoformat() == moment


def test_what_is_neither_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKG_NOW", "2026-02-30")
    with pytest.raises(SettingsError, match="The setting UKG_NOW cannot be read"):
        load_settings()
