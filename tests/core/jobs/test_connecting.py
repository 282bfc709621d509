"""Encryption and login: what is offered is used, what is wrong is told, and no password goes where it should not."""

from urllib.parse import quote

import pytest

from core.domain.errors import SettingsError
from core.jobs.outbox import deliver_due
from core.jobs.smtp import SmtpServer, read_smtp_url
from core.store.models import Mail
from tests.core.jobs.mail_server import PASSWORD, USER, authentication
from tests.core.store.databases import on_sqlite

LOGIN = f"{USER}:{quote(PASSWORD, safe='')}@"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", SmtpServer("mail.example.com", 25)),
        ("smtp://mail.example.com:2525/", SmtpServer("mail.example.com", 2525)),
        ("smtp://u:p%40%2F@mail.example.com", SmtpServer("mail.example.com", 587, user="u", password="p@/")),
        ("smtps://u:p@mail.example.com", SmtpServer("mail.example.com", 465, tls=True, user="u", password="p")),
        ("smtp://h?starttls=required", SmtpServer("h", 25, starttls="required")),
        ("smtp://[::1]:26?starttls=never", SmtpServer("::1", 26, starttls="never")),
    ],
)
def test_a_url_says_which_server_and_how(url, server):
    assert read_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://u:geheim@mail.example.com:port",
        "smtp://u:geheim@mail.example.com?starttls=perhaps",
        "smtp://u:geheim@mail.example.com?tls=1",
        "smtps://u:geheim@mail.example.com?starttls=never",
        "smtp://u:geheim@mail.example.com/path",
        "smtp://u:geh#eim@mail.example.com",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_without_repeating_it(url):
    with pytest.raises(SettingsError, match="UKG_SMTP_URL cannot be read") as refusal:
        read_smtp_url(url)
    assert "geh" not in str(refusal.value)


def test_a_server_does_not_show_its_password():
    assert "geheim" not in repr(read_smtp_url("smtp://u:geheim@mail.example.com"))


@pytest.mark.parametrize(
    ("url", "encrypts"),
    [
        ("smtp://u:p@mail.example.com", True),
        ("smtp://u:p@mail.example.com?starttls=never", False),
        ("smtp://mail.example.com", False),
        ("smtp://mail.example.com?starttls=required", True),
        ("smtp://u:p@127.0.0.1", False),
        ("smtp://u:p@localhost", False),
    ],
)
def test_a_password_is_sent_in_the_clear_only_to_this_machine_or_when_told(url, encrypts):
    assert read_smtp_url(url).must_encrypt is encrypts


@on_sqlite
async def test_user_and_password_open_a_server_that_wants_them(store, owe, start_mail_server, use_mail_server):
    server = start_mail_server(**authentication())
    use_mail_server(f"smtp://{LOGIN}127.0.0.1:{server.port}")
    await owe("ann@example.com")
    assert (await deliver_due(store)).sent == 1


@on_sqlite
@pytest.mark.parametrize(
    ("login", "words"), [("ukg:wrong@", "refuses the user or password (535)"), ("", "wants a login (530")]
)
async def test_a_login_that_fails_is_nobodys_fault_and_told(
    store, owe, start_mail_server, use_mail_server, login, words
):
    server = start_mail_server(**authentication())
    use_mail_server(f"smtp://{login}127.0.0.1:{server.port}")
    await owe("ann@example.com")
    delivered = await deliver_due(store)
    assert (delivered.sent, delivered.waiting, delivered.parked) == (0, 1, 0)
    assert words in delivered.trouble
    assert "wrong" not in delivered.trouble
    assert (await Mail.get()).attempts == 0


@on_sqlite
@pytest.mark.parametrize("option", ["", "?starttls=required"])
async def test_encryption_that_is_offered_is_used(
    store, owe, start_mail_server, use_mail_server, certificate, monkeypatch, option
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    server = start_mail_server(tls_context=certificate.context, require_starttls=True)
    use_mail_server(server.url + option)
    await owe("ann@example.com")
    assert (await deliver_due(store)).sent == 1
    assert server.encrypted == [True]


@on_sqlite
async def test_a_connection_can_be_encrypted_from_its_first_byte(
    store, owe, start_mail_server, use_mail_server, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    server = start_mail_server(ssl_context=certificate.context)
    use_mail_server(f"smtps://127.0.0.1:{server.port}")
    await owe("ann@example.com")
    assert (await deliver_due(store)).sent == 1


@on_sqlite
async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    store, owe, start_mail_server, use_mail_server, certificate
):
    server = start_mail_server(tls_context=certificate.context)
    use_mail_server(server.url)
    await owe("ann@example.com")
    delivered = await deliver_due(store)
    assert (delivered.sent, server.messages) == (0, [])
    assert "no certificate that can be trusted" in delivered.trouble


@on_sqlite
async def test_where_encryption_is_required_and_not_offered_nothing_is_sent(store, owe, smtp, use_mail_server):
    use_mail_server(smtp.url + "?starttls=required")
    await owe("ann@example.com")
    delivered = await deliver_due(store)
    assert (delivered.sent, smtp.messages) == (0, [])
    assert "offers no encryption" in delivered.trouble


@on_sqlite
async def test_encryption_can_be_left_out(store, owe, start_mail_server, use_mail_server, certificate):
    server = start_mail_server(tls_context=certificate.context)
    use_mail_server(server.url + "?starttls=never")
    await owe("ann@example.com")
    assert (await deliver_due(store)).sent == 1
    assert server.encrypted == [False]
