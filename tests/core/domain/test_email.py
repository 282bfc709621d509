"""When a text is an address, and when two of them are the same."""

import string

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.email import email_key, is_email


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.com",
        "a@b.co",
        "Ann.Lee@Example.COM",
        "ann+courses@example.com",
        "ann_lee-42@mail.example.co.uk",
        "o'brien@example.ie",
        "!#$%&'*/=?^`{|}~@example.com",
        "ann@xn--bcher-kva.example",
        "ann@bücher.example",
        "jörg@bücher.example",
        "アン@例え.jp",
        "ann@company.test",
        "x" * 64 + "@example.com",
        "x" * 60 + "@" + "y" * 63 + "." + "y" * 63 + "." + "y" * 61 + ".com",
    ],
)
def test_an_address_is_recognised(text):
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "@",
        "ann",
        "n/a",
        "ann@",
        "@example.com",
        "ann.example.com",
        "ann@@example.com",
        "ann@lee@example.com",
        "ann@example",
        "ann@localhost",
        "ann@printer.local",
        "ann@example.123",
        "ann@127.0.0.1",
        "ann@[127.0.0.1]",
        ".ann@example.com",
        "ann.@example.com",
        "ann..lee@example.com",
        "ann@example..com",
        "ann@.example.com",
        "ann@example.com.",
        "ann@-example.com",
        "ann@example-.com",
        "ann@exam_ple.com",
        "ann lee@example.com",
        "ann@exam ple.com",
        " ann@example.com",
        "ann@example.com ",
        "ann@example.com\n",
        "ann\x00@example.com",
        "ann\u200b@example.com",
        '"ann lee"@example.com',
        '"ann"@example.com',
        "Ann Lee <ann@example.com>",
        "ann@example.com, bo@example.com",
        "ann@example.com;bo@example.com",
        "mailto:ann@example.com",
        "ann@xn--.example",
        "x" * 65 + "@example.com",
        "x" * 61 + "@" + "y" * 63 + "." + "y" * 63 + "." + "y" * 61 + ".com",
        "ann@" + "x" * 64 + ".com",
        "ann@" + "x." * 130 + "com",
        "ann@" + "\ud800.com",
    ],
)
def test_what_is_no_address_is_told(text):
    assert not is_email(text)


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "x" * 10_000 + "@example.com", "a@" + "b." * 5_000 + "com", "." * 10_000]
)
def test_an_endless_text_is_refused(text):
    assert not is_email(text)


@pytest.mark.parametrize("domain", ["ü" * 25, "xn--" + "4ca" * 15, "例" * 30])
def test_a_domain_counts_by_its_longest_spelling(domain):
    text = "x" * 64 + "@" + f"{domain}." * 3 + "example"
    assert is_email(text) == _the_library_accepts(text)


def _the_library_accepts(text):
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


local_parts = st.text(string.ascii_letters + string.digits + "._+-'\"@ é", min_size=1, max_size=64)
domains = (
    st.sampled_from(["example.com", "bücher.example", "例え.jp", "a.b", "nodot", "x.test", "localhost", "\u212a.com"])
    | st.text(string.ascii_lowercase + string.digits + "-.éß_xn", max_size=40)
    | st.from_regex(r"([a-zA-Z0-9-]{1,8}\.){0,4}(com|edu|gov|IE|arpa|local|x1|museum)", fullmatch=True)
)


@settings(max_examples=200)
@given(text=st.builds("{}@{}".format, local_parts, domains) | st.emails() | st.text(max_size=40))
def test_the_quick_look_agrees_with_the_library(text):
    local_part = text.rpartition("@")[0]
    assert is_email(text) == (_the_library_accepts(text) and len(local_part) <= 64)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@example.com", "ANN@EXAMPLE.COM"),
        ("ann@example.com", "  ann@example.com\t"),
        ("STRASSE@example.com", "straße@example.com"),
        ("ΆΝΝΑΣ@example.gr", "άννας@example.gr"),
    ],
)
def test_addresses_are_the_same_whatever_their_case_and_the_blanks_around_them(one, other):
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@example.com", "anne@example.com"),
        ("ann@example.com", "ann@example.org"),
        ("ann.lee@example.com", "annlee@example.com"),
        ("ann+1@example.com", "ann@example.com"),
        ("jörg@example.com", "jorg@example.com"),
    ],
)
def test_different_addresses_stay_different(one, other):
    assert email_key(one) != email_key(other)


@given(text=st.text() | st.emails())
def test_folding_a_key_again_changes_nothing(text):
    assert email_key(email_key(text)) == email_key(text)
