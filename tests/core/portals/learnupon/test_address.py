"""The portal's address: whatever an admin pastes becomes an origin that the API keys may be sent to, or nothing."""

import pytest

from core.domain.errors import SettingsError
from core.portals.learnupon.address import is_loopback, normalise_address
from core.portals.learnupon.client import Account, LearnUponClient


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("acme.learnupon.com", "https://acme.learnupon.com"),
        (" https://acme.learnupon.com/api/v1/ \n", "https://acme.learnupon.com"),
        ("http://acme.learnupon.com/api/v1/users?page=1", "https://acme.learnupon.com"),
        ("HTTPS://Acme.LearnUpon.com:8443/x", "https://acme.learnupon.com:8443"),
        ("http://acme.learnupon.com:80", "https://acme.learnupon.com"),
        ("http://127.0.0.1:8123/api/v1", "http://127.0.0.1:8123"),
        ("http://[::1]:8123", "http://[::1]:8123"),
        ("http://localhost.example.com", "https://localhost.example.com"),
    ],
)
def test_what_is_pasted_becomes_scheme_host_and_port(pasted: str, address: str) -> None:
    assert normalise_address(pasted) == address
    assert normalise_address(address) == address
    assert LearnUponClient(Account(pasted, "u", "p"))._connection.url == address


@pytest.mark.parametrize(
    "nonsense",
    ["", "   ", "https://", "ftp://acme.learnupon.com", "https://acme..learnupon.com", "https://[::1", "acme portal"],
)
def test_what_is_no_address_is_refused_and_an_example_given(nonsense: str) -> None:
    with pytest.raises(SettingsError, match=r"nothing was changed.*https://acme\.learnupon\.com"):
        normalise_address(nonsense)


def test_keys_in_the_address_are_refused_and_not_quoted_back() -> None:
    with pytest.raises(SettingsError, match="Leave the API keys out") as refused:
        normalise_address("https://key:Hidden-7@acme.learnupon.com")
    assert "Hidden" not in str(refused.value)


def test_loopback_is_known_by_name_and_by_address() -> None:
    assert is_loopback("localhost")
    assert is_loopback("127.9.9.9")
    assert not is_loopback("acme.learnupon.com")


def test_the_keys_are_never_shown() -> None:
    assert repr(Account("https://acme.learnupon.com", "key-name", "Hidden-7")) == (
        "Account(url='https://acme.learnupon.com', secrets hidden)"
    )
