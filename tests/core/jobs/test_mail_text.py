"""What mails say, and that nobody's name or wording can make them something else."""

import unicodedata
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import SettingsError
from core.jobs.mail_text import (
    KINDS,
    Letter,
    MailValues,
    Wording,
    address_for_sending,
    check_wording,
    clean,
    default_wording,
    message_of,
    render,
)

LINK = "https://learn.example.com/acme/accept/abc"
ANN = MailValues("Ann", "Lee", "ann@example.com", "Acme Academy", LINK, 72)
MOMENT = datetime(2026, 3, 10, 12, tzinfo=UTC)
PLAIN = Wording("Hello", "{{ link }}", "{{ link }}")


def values(**changes: object) -> MailValues:
    return MailValues(**{name: getattr(ANN, name) for name in ANN.__struct_fields__} | changes)


def sent(letter: Letter, portal: str = "Acme"):
    """The message as its receiver's program reads it."""
    body = message_of(
        letter, sender="learning@example.com", portal=portal, recipient="ann@example.com", mark="a1", moment=MOMENT
    )
    return message_from_bytes(body, policy=default)


@pytest.mark.parametrize("kind", KINDS)
def test_the_programs_wording_says_who_what_and_for_how_long(kind):
    letter = render(default_wording(kind), ANN)
    check_wording(default_wording(kind))
    assert "Acme Academy" in letter.subject
    for said in (letter.text, letter.html):
        assert "Hello Ann," in said
        assert LINK in said
        assert "Acme Academy" in said
        assert "works once, and for 72 hours" in " ".join(said.split())
        assert "you can ignore this mail" in " ".join(said.split())
        assert "{" not in said


@pytest.mark.parametrize("kind", KINDS)
def test_the_programs_html_is_well_formed_names_its_language_and_needs_no_image(kind):
    class Reader(HTMLParser):
        open: list[str] = []  # noqa: RUF012
        seen: list[str] = []  # noqa: RUF012

        def handle_starttag(self, tag, attributes):
            self.seen.append(tag)
            if tag == "html":
                assert dict(attributes)["lang"] == "en"
            if tag not in ("meta", "br"):
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    reader = Reader()
    reader.open, reader.seen = [], []
    reader.feed(render(default_wording(kind), ANN).html)
    assert reader.open == []
    assert {"img", "script", "link", "table"} & set(reader.seen) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_someone_without_a_name_is_greeted_too(kind):
    letter = render(default_wording(kind), values(first_name="", last_name=""))
    assert "Hello,\n" in letter.text
    assert "<p>Hello,</p>" in letter.html


def test_values_are_escaped_in_html_and_only_there():
    letter = render(PLAIN, values(link="a&b"))
    assert (letter.text, letter.html) == ("a&b", "a&amp;b")
    letter = render(default_wording("invitation"), values(first_name='<a href="x">', portal="A & B {{ link }}"))
    assert '<a href="x">' not in letter.html
    assert "You are invited to A & B {{ link }}" in letter.subject


def test_a_message_says_that_a_machine_sent_it_and_offers_text_and_html():
    message = sent(render(default_wording("invitation"), ANN), portal="Äcme, Inc.")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<a1@example.com>"
    assert message["Date"].datetime == MOMENT
    assert message["From"].addresses[0].display_name == "Äcme, Inc."
    assert message["From"].addresses[0].addr_spec == "learning@example.com"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


ODD = st.text(max_size=60) | st.sampled_from(
    [
        "Ann\r\nBcc: x@y.example",
        "Ann\n\nbody",
        "a\u2028b\x85c",
        "=?utf-8?q?x?=",
        '"',
        "<x@y>",
        "a,b;c:",
        "\u202egro",
        "\0",
    ]
)


@settings(deadline=None)
@given(first_name=ODD, last_name=ODD, portal=ODD.filter(clean))
def test_no_name_can_add_a_header_or_a_recipient(first_name, last_name, portal):
    wording = Wording("{{ first_name }} {{ last_name }} {{ portal }}.", "{{ first_name }}{{ link }}", "{{ link }}")
    letter = render(wording, values(first_name=first_name, last_name=last_name, portal=portal))
    message = sent(letter, portal)
    assert sorted(name.lower() for name in message) == sorted(
        ["subject", "from", "to", "date", "message-id", "auto-submitted", "mime-version", "content-type"]
    )
    assert message["To"] == "ann@example.com"
    assert [address.addr_spec for address in message["From"].addresses] == ["learning@example.com"]
    assert message.get_body(("html",)).get_content().strip() == LINK
    assert len(message.get_body(("plain",)).get_content().splitlines()) == 1


@settings(deadline=None)
@given(ODD)
def test_cleaned_text_is_one_line_and_stays_as_it_is(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned == cleaned.strip()
    assert len(cleaned.splitlines()) <= 1
    assert not any(unicodedata.category(letter) == "Cc" for letter in cleaned)


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "M", "N"], exclude_characters="\u061c"), min_size=1))
def test_letters_of_any_script_are_kept(name):
    assert clean(name) == name


@pytest.mark.parametrize(
    ("wording", "sentence"),
    [
        (Wording("", "{{ link }}", "{{ link }}"), "The subject is empty"),
        (Wording("one\ntwo", "{{ link }}", "{{ link }}"), "The subject must be one line"),
        (Wording("x" * 501, "{{ link }}", "{{ link }}"), "The subject is longer than 500"),
        (Wording("{{ first_name }}", "{{ link }}", "{{ link }}"), "empty for people without a name"),
        (Wording("Hi", "no link", "{{ link }}"), "The text must always hold {{ link }}"),
        (Wording("Hi", "{{ link }}", "no link"), "The html must always hold {{ link }}"),
        (Wording("Hi", "{# {{ link }} #}x", "{{ link }}"), "The text must always hold {{ link }}"),
        (Wording("Hi", "{% if first_name %}{{ link }}{% endif %}x", "{{ link }}"), "The text must always hold"),
        (Wording("Hi", "a\n{{ link }\nb", "{{ link }}"), "Line 2 of the text: "),
        (Wording("Hi", "{{ link }}", "{% if first_name %}{{ link }}"), "Line 1 of the html: "),
        (
            Wording("Hi", "{{ link }}\n\n{{ surname }}", "{{ link }}"),
            "Line 3 of the text: there is no variable 'surname'",
        ),
        (Wording("Hi {{ link | nothing }}", "{{ link }}", "{{ link }}"), "Line 1 of the subject: "),
        (Wording("Hi", "{{ link }}", "{{ link | safe }}"), "there is no filter 'safe'"),
        (Wording("Hi", "{{ link }}{{ portal.__class__ }}", "{{ link }}"), "nothing more"),
        (Wording("Hi", "{{ link }}{% for a in portal %}{% endfor %}", "{{ link }}"), "nothing more"),
        (Wording("Hi", "{{ link }}{{ 'x' * 9 }}", "{{ link }}"), "nothing more"),
        (Wording("Hi", "{{ link }}{% include 'x' %}", "{{ link }}"), "nothing more"),
        (Wording("Hi", "{{ link }}{{ cycler() }}", "{{ link }}"), "nothing more"),
        (Wording("Hi", "{{ link }}\0", "{{ link }}"), "null character"),
        (Wording("Hi", "{{ link }}{{ link > 1 }}", "{{ link }}"), "cannot be filled in"),
    ],
)
def test_a_wording_that_no_mail_can_be_made_from_is_refused_saying_where_and_why(wording, sentence):
    with pytest.raises(SettingsError) as refusal:
        check_wording(wording)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_unknown_variable_is_answered_with_those_there_are():
    with pytest.raises(SettingsError, match="first_name, last_name, email, portal, link, expires_hours"):
        check_wording(Wording("Hi", "{{ link }}{{ name }}", "{{ link }}"))


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_wording_or_is_refused_with_a_sentence(source):
    refusal = None
    try:
        check_wording(Wording("Hi", source + "{{ link }}", "{{ link }}"))
    except SettingsError as error:
        refusal = str(error)
    assert refusal is None or len(refusal.splitlines()) == 1


@pytest.mark.parametrize(
    ("email", "address"),
    [
        ("ann@example.com", "ann@example.com"),
        ("ann@bücher.example.com", "ann@xn--bcher-kva.example.com"),
        ("jürgen@bücher.example.com", "jürgen@xn--bcher-kva.example.com"),
        ("ann", None),
        ("ann@example.com\r\nRCPT TO:<x@y.example>", None),
        ("ann@example.com, bea@example.com", None),
        ("", None),
    ],
)
def test_an_address_is_told_to_a_server_in_the_form_it_understands(email, address):
    assert address_for_sending(email) == address
