"""A real SMTP server on loopback, in a thread of its own, that can be told to make trouble."""

import asyncio
import ssl
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.settings import load_settings

USER, PASSWORD = "ukg", "pass:word/é"


class Received(NamedTuple):
    """A mail as it came: the envelope's addresses and the message."""

    sender: str
    recipient: str
    message: EmailMessage

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()


class MailServer:
    """`replies` maps a recipient to what is answered to RCPT TO, `data_replies` to what is answered to the mail
    itself: a reply, or `hang` (no answer), `die` (hang up without one). `once` lets each of them be given only once.
    `on_mail` is called with each mail before it is answered."""

    def __init__(self, **options: Any) -> None:
        self.messages: list[Received] = []
        self.connections = 0
        self.replies: dict[str, str] = {}
        self.data_replies: dict[str, str] = {}
        self.sender_reply: str | None = None
        self.once = False
        self.on_mail: Callable[[Received], None] | None = None
        self.encrypted: list[bool] = []
        self._silence = asyncio.Event()
        outer = self

        class Counting(Controller):
            def factory(self) -> SMTP:
                outer.connections += 1
                with warnings.catch_warnings():  # of a login without encryption, which is what some tests are about
                    warnings.simplefilter("ignore")
                    return super().factory()

            def _trigger_server(self) -> None:
                self.port = self.server.sockets[0].getsockname()[1]
                super()._trigger_server()

        options = {
            "port": 0,
            "ready_timeout": 10,
            "enable_SMTPUTF8": False,
            "server_hostname": "mail.example.com",
        } | options
        self._controller = Counting(self, hostname="127.0.0.1", **options)

    def start(self) -> "MailServer":
        self._controller.start()
        self.port = self._controller.port
        self.connections = 0  # it connects to itself once, to see that it runs
        return self

    def stop(self) -> None:
        self._controller.loop.call_soon_threadsafe(self._silence.set)
        self._controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        return [mail.recipient for mail in self.messages]

    def _reply(self, replies: dict[str, str], address: str) -> str | None:
        return replies.pop(address, None) if self.once else replies.get(address)

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        reply = self._reply(self.replies, address)
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        address = envelope.rcpt_tos[0]
        message = message_from_bytes(envelope.content, policy=default)
        received = Received(envelope.mail_from, address, message)
        if self.on_mail:
            self.on_mail(received)
        reply = self._reply(self.data_replies, address)
        if reply == "hang":
            await self._silence.wait()
            return "451 stopping"
        if reply == "die":
            server.transport.abort()
            return "451 too late"
        if reply:
            return reply
        self.messages.append(received)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


@pytest.fixture
def start_mail_server() -> Iterator[Callable[..., MailServer]]:
    """Call with options of aiosmtpd's controller to start a mail server; it ends with the test."""
    started: list[MailServer] = []

    def start(**options: Any) -> MailServer:
        started.append(MailServer(**options).start())
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def use_mail_server(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Call with a URL to make it the mail server of the test."""

    def use(url: str) -> None:
        monkeypatch.setenv("UKG_SMTP_URL", url)
        monkeypatch.setenv("UKG_MAIL_FROM", "learning@acme.example.com")
        monkeypatch.setenv("UKG_PUBLIC_URL", "https://learn.acme.example.com/")
        load_settings.cache_clear()

    return use


@pytest.fixture
def smtp(start_mail_server: Callable[..., MailServer], use_mail_server: Callable[[str], None]) -> MailServer:
    """A mail server that takes everything, and is the one to be used."""
    server = start_mail_server()
    use_mail_server(server.url)
    return server


def authentication() -> dict[str, Any]:
    """Options of a mail server that wants `USER` and `PASSWORD`."""

    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    return {"authenticator": check, "auth_required": True, "auth_require_tls": False}


class Certificate(NamedTuple):
    """A self-signed certificate for 127.0.0.1: its file, and what a server needs to show it."""

    file: Path
    context: ssl.SSLContext


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    """A self-signed certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = tmp_path / "certificate.pem", tmp_path / "certificate.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key_file)
    return Certificate(file, context)
