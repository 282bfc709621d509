"""Where links lead and who mails come from."""

import pytest

from core.domain.errors import SettingsError
from core.settings import load_settings


@pytest.fixture
def settings(monkeypatch):
    """Call with variables of the environment to have them read."""

    def read(**variables: str):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        load_settings.cache_clear()
        return load_settings()

    return read


def test_links_lead_to_this_machine_unless_said_otherwise(settings):
    assert settings().public_url == "http://localhost:8080"
    assert settings(UKG_WEB_PORT="9000").public_url == "http://localhost:9000"
    assert settings(UKG_PUBLIC_URL="https://learn.example.com/ukg/").public_url == "https://learn.example.com/ukg"


@pytest.mark.parametrize(
    "url", ["learn.example.com", "ftp://x.example.com", "https://", "https://a b.example.com", "https://a.example/?x=1"]
)
def test_links_lead_to_web_sites_only(settings, url):
    with pytest.raises(SettingsError, match="UKG_PUBLIC_URL is no address"):
        _ = settings(UKG_PUBLIC_URL=url).public_url


@pytest.mark.parametrize(
    ("variables", "sender"),
    [
        ({}, "ukg-sync@localhost"),
        ({"UKG_PUBLIC_URL": "https://learn.example.com:8443/x"}, "ukg-sync@learn.example.com"),
        ({"UKG_PUBLIC_URL": "http://10.0.0.1"}, "ukg-sync@localhost"),
        ({"UKG_PUBLIC_URL": "http://[::1]:80"}, "ukg-sync@localhost"),
        ({"UKG_MAIL_FROM": " learning@example.com "}, "learning@example.com"),
        ({"UKG_MAIL_FROM": "learning@localhost"}, "learning@localhost"),
    ],
)
def test_mails_come_from_the_doors_host_unless_said_otherwise(settings, variables, sender):
    assert settings(**variables).mail_from == sender


@pytest.mark.parametrize(
    "address",
    ["learning", "Learning <a@example.com>", "a@b@example.com", "a b@localhost", "@localhost", "ä@example.com"],
)
def test_mails_come_from_an_address(settings, address):
    with pytest.raises(SettingsError, match="UKG_MAIL_FROM is no e-mail address"):
        _ = settings(UKG_MAIL_FROM=address).mail_from
