"""The web-services address: whatever an admin pastes becomes an origin that credentials may be sent to, or nothing."""

from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.errors import SettingsError
from core.domain.web_address import is_loopback
from core.ukg.address import normalise_address


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("http://service5.ultipro.com/services/LoginService", "https://service5.ultipro.com"),
        ("https://service4.ultipro.com", "https://service4.ultipro.com"),
        ("https://service4.ultipro.com/", "https://service4.ultipro.com"),
        ("https://servicet.ultipro.com/services/EmployeePerson?wsdl#top", "https://servicet.ultipro.com"),
        ("service5.ultipro.com", "https://service5.ultipro.com"),
        ("service5.ultipro.com/services/LoginService", "https://service5.ultipro.com"),
        ("  service5.ultipro.com \n", "https://service5.ultipro.com"),
        ("HTTPS://ServiceT.UltiPro.COM/Services", "https://servicet.ultipro.com"),
        ("service.ultipro.com:8443", "https://service.ultipro.com:8443"),
        ("https://service.ultipro.com:443", "https://service.ultipro.com:443"),
        ("http://service.ultipro.com:80/x", "https://service.ultipro.com"),
        ("http://service.ultipro.com:8080", "https://service.ultipro.com:8080"),
        ("https://service.ultipro.com:", "https://service.ultipro.com"),
        ("gateway", "https://gateway"),
        ("http://10.0.0.7:9000", "https://10.0.0.7:9000"),
        ("http://[2001:db8::7]", "https://[2001:db8::7]"),
        ("https://under_score.example.com", "https://under_score.example.com"),
    ],
)
def test_what_is_pasted_becomes_scheme_host_and_port(pasted: str, address: str) -> None:
    assert normalise_address(pasted) == address


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("http://localhost:8123/services", "http://localhost:8123"),
        ("HTTP://LocalHost:8123", "http://localhost:8123"),
        ("http://127.0.0.1:80", "http://127.0.0.1:80"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8123/", "http://[::1]:8123"),
        ("https://localhost:8123", "https://localhost:8123"),
        ("localhost:8123", "https://localhost:8123"),
        ("[::1]:8123", "https://[::1]:8123"),
    ],
)
def test_http_is_kept_for_this_machine_when_it_is_asked_for(pasted: str, address: str) -> None:
    assert normalise_address(pasted) == address


@pytest.mark.parametrize("host", ["localhost.example.com", "127.0.0.1.example.com", "1270.0.1.example.com"])
def test_a_host_that_only_looks_like_this_machine_gets_https(host: str) -> None:
    assert normalise_address(f"http://{host}") == f"https://{host}"
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "   ",
        "https://",
        "https:///services/LoginService",
        "//service.ultipro.com",
        "http:/service.ultipro.com",
        "https:service.ultipro.com",
        "service ultipro com",
        "https://service.ulti pro.com",
        "ftp://service.ultipro.com",
        "javascript://service.ultipro.com",
        "https://service.ultipro.com:port",
        "https://service.ultipro.com:99999",
        "https://[::1",
        "https://[not-an-address]",
        "https://service..ultipro.com",
        "https://-service.ultipro.com",
        "https://<script>",
        "service5\u200b.ultipro.com",
        "ｓｅｒｖｉｃｅ５.ultipro.com",
        "service5\\ultipro.com",
        "see System Configuration",
    ],
)
def test_what_is_no_address_is_refused_and_the_right_place_to_look_is_named(nonsense: str) -> None:
    with pytest.raises(SettingsError) as refused:
        normalise_address(nonsense)
    assert "nothing was changed" in str(refused.value)
    assert "System Configuration > Security > Web Services" in str(refused.value)


@pytest.mark.parametrize(
    "pasted",
    [
        "https://svc:Hidden-7@service5.ultipro.com",
        "svc:Hidden-7@service5.ultipro.com",
        "https://svc:Hidden-7@",
        "https://svc:Hidden-7@bad host",
        "https://svc:Hidden-7#x@service5.ultipro.com",
        "https://svc:Hidden-7/x@service5.ultipro.com",
        "ftp://svc:Hidden-7@service5.ultipro.com",
    ],
)
def test_a_password_in_the_address_is_refused_and_not_quoted_back(pasted: str) -> None:
    with pytest.raises(SettingsError, match="user and password out of the address; nothing was changed") as refused:
        normalise_address(pasted)
    assert "Hidden" not in str(refused.value)


def test_a_long_text_is_quoted_only_in_part() -> None:
    with pytest.raises(SettingsError) as refused:
        normalise_address("! " * 5000)
    assert len(str(refused.value)) < 400


_HOSTS = st.one_of(
    st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9.-]{0,20}[a-zA-Z0-9])?", fullmatch=True),
    st.ip_addresses().map(lambda address: f"[{address}]" if address.version == 6 else str(address)),
    st.sampled_from(["localhost", "[::1]", "127.0.0.1"]),
)
_PASTED = st.one_of(
    st.text(),
    st.builds(
        "{}{}{}{}{}{}".format,
        st.sampled_from(["", " ", "\t"]),
        st.sampled_from(["", "http://", "https://", "HTTP://", "Https://"]),
        _HOSTS,
        st.one_of(st.just(""), st.integers(0, 70000).map(":{}".format)),
        st.sampled_from(["", "/", "/services/LoginService", "?a=b", "#c"]),
        st.sampled_from(["", "  ", "\n"]),
    ),
)


@given(pasted=_PASTED)
def test_an_address_once_made_stays_as_it_is_and_can_be_asked(pasted: str) -> None:
    try:
        address = normalise_address(pasted)
    except SettingsError:
        assume(False)
    assert normalise_address(address) == address
    parts = urlsplit(address)
    assert parts.scheme == "https" or is_loopback(parts.hostname or "")
    assert (parts.path, parts.query, parts.fragment, parts.username) == ("", "", "", None)
    httpx.URL(address)
