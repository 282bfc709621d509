"""The connection to the mail server (UKG_SMTP_URL).

Failures are sorted by what a delivery must do about them:

DeliveryError
├── ServerTrouble     the server cannot be used now: nobody's mail is to blame, all wait
├── ConnectionLost    the server went away in the middle of one mail: that one waits, the others go on
├── TemporaryRefusal  this mail was refused for now: it waits, the others go on
└── PermanentRefusal  this mail was refused for good: it is parked, the others go on
"""

import asyncio
import base64
import re
import ssl
from contextlib import suppress
from ipaddress import ip_address
from types import TracebackType
from urllib.parse import parse_qsl, unquote, urlsplit

import aiosmtplib
import msgspec

from core.domain.errors import OutsideError, SettingsError

STEP_SECONDS = 30.0
_STEPS = 10  # to connect and to send one mail: hello, encryption, hello, login in two, sender, recipient, data in two
_FAREWELL_SECONDS = 5.0
_LONGEST_REPLY = 200
_SECRET_SHAPED = re.compile(r"[A-Za-z0-9_+/=-]{40,}")
_AUTHENTICATION_CODES = (530, 534, 535, 538)
_OF_THIS_MAIL = (552, 555)  # answers to MAIL FROM that are about its size or its options
_STARTTLS = ("offered", "required", "never")


class DeliveryError(OutsideError):
    """A mail was not delivered; the sentence holds neither a secret nor anything of the mail's text."""


class ServerTrouble(DeliveryError):
    """The mail server cannot be used now."""


class ConnectionLost(DeliveryError):
    """The mail server went away while it was given a mail."""


class TemporaryRefusal(DeliveryError):
    """The mail server does not take this mail now."""


class PermanentRefusal(DeliveryError):
    """The mail server will never take this mail as it is."""


class SmtpServer(msgspec.Struct, frozen=True):
    """A mail server and how to speak to it. `starttls` is `offered` (encrypt when it can), `required` or `never`;
    with `tls` the connection is encrypted from its first byte."""

    host: str
    port: int
    tls: bool = False
    starttls: str = "offered"
    user: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"SmtpServer({self.host}:{self.port})"

    @property
    def must_encrypt(self) -> bool:
        """Whether nothing may be sent in the clear: also a password never, unless that is asked for."""
        return self.starttls == "required" or (
            self.starttls == "offered" and self.user is not None and not _is_loopback(self.host)
        )


def read_smtp_url(url: str) -> SmtpServer:
    """The server of `smtp://USER:PASSWORD@HOST:PORT` (`?starttls=required|never`) or `smtps://…`.

    Raises `SettingsError`, which does not repeat what was written: a password may be in it.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _unreadable("its form") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/") or parts.fragment:
        raise _unreadable("its form")
    tls = parts.scheme == "smtps"
    starttls = options.pop("starttls", "offered")
    if options or starttls not in _STARTTLS or (tls and starttls != "offered"):
        raise _unreadable("what follows the question mark")
    user = unquote(parts.username) if parts.username else None
    if port is None:
        port = 465 if tls else 587 if user else 25
    password = unquote(parts.password) if parts.password is not None else None
    return SmtpServer(parts.hostname, port, tls, starttls, user, (password or "") if user else None)


def _unreadable(what: str) -> SettingsError:
    return SettingsError(
        f"UKG_SMTP_URL cannot be read ({what}); nothing was done. Write smtp://USER:PASSWORD@HOST:PORT (with "
        "?starttls=required or ?starttls=never where wanted) or smtps://…, with %-codes for special characters."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class SmtpSession:
    """A conversation with the server; an asynchronous context manager. It connects when it is first needed, and anew
    when the server has hung up. Every step of connecting may take `step_seconds`.

    A mail may take `longest_seconds`, for some servers look long at one before they answer: it is delivered all the
    same when that is not waited for, and would go once more."""

    def __init__(self, server: SmtpServer, sender: str, step_seconds: float = STEP_SECONDS) -> None:
        self._server = server
        self._sender = sender
        self._step_seconds = step_seconds
        self._client: aiosmtplib.SMTP | None = None

    @property
    def longest_seconds(self) -> float:
        """How long connecting and sending one mail may take together."""
        return self._step_seconds * _STEPS

    async def __aenter__(self) -> "SmtpSession":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.hang_up()

    async def hang_up(self) -> None:
        """Say goodbye, if there is a connection; the next mail makes a new one."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                async with asyncio.timeout(_FAREWELL_SECONDS):
                    await client.quit()
            client.close()

    async def connect(self) -> None:
        """Connect, encrypt and log in, unless that is done; raises `ServerTrouble`."""
        if self._client is not None and self._client.is_connected:
            return
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            local_hostname=self._sender.rpartition("@")[2],
            timeout=self._step_seconds,
            use_tls=server.tls,
            start_tls=None if server.tls else _start_tls(server),
        )
        try:
            async with asyncio.timeout(self.longest_seconds):
                await client.connect()
                if client.is_ehlo_or_helo_needed:
                    try:
                        await client.ehlo()
                    except aiosmtplib.SMTPHeloError:
                        await client.helo()
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            client.close()
            raise ServerTrouble(self._connecting_failed(error)) from None
        self._client = client

    def _connecting_failed(self, error: Exception) -> str:
        name = f"The mail server {self._server.host}:{self._server.port}"
        if isinstance(error, aiosmtplib.SMTPAuthenticationError):
            return f"{name} refuses the user or password ({error.code}); no mail was sent. Correct UKG_SMTP_URL."
        if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
            return (
                f"{name} has no certificate that can be trusted, or does not encrypt as told; no mail was sent. Use "
                "the name the certificate is made out to, or point SSL_CERT_FILE to the authority's certificate."
            )
        if isinstance(error, TimeoutError):
            return f"{name} does not answer in time; no mail was sent. It is tried again later."
        if isinstance(error, aiosmtplib.SMTPResponseException):
            return f"{name} answers {error.code} ({self.cleaned(error.message)}); no mail was sent. It is tried later."
        if isinstance(error, aiosmtplib.SMTPException) and "STARTTLS" in str(error).upper():
            return (
                f"{name} offers no encryption, so nothing was sent to it. Use smtps://, or write ?starttls=never "
                "behind UKG_SMTP_URL if mails and password may go in the clear."
            )
        if isinstance(error, aiosmtplib.SMTPException) and "AUTH" in str(error).upper():
            return f"{name} offers no login that we know; no mail was sent. Take the user out of UKG_SMTP_URL."
        return f"{name} cannot be reached; no mail was sent. Check UKG_SMTP_URL and that the server is running."

    async def send(self, recipient: str, body: bytes) -> None:
        """Hand over one mail, headers and all. Returns once the server has taken it; raises one of the errors above."""
        await self.connect()
        client = self._client
        assert client is not None
        beyond_ascii = not recipient.isascii()
        if beyond_ascii and not client.supports_extension("smtputf8"):
            raise PermanentRefusal("The mail server takes no addresses with letters beyond ASCII before the @.")
        options = ["SMTPUTF8"] if beyond_ascii else []
        try:
            async with asyncio.timeout(self.longest_seconds):
                await client.sendmail(
                    self._sender, [recipient], body, mail_options=options, timeout=self.longest_seconds
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise self._refusal(error.recipients[0], "the address") from None
        except aiosmtplib.SMTPSenderRefused as error:
            if error.code in _OF_THIS_MAIL:
                raise self._refusal(error, "the mail") from None
            if error.code < 500 or error.code in _AUTHENTICATION_CODES:
                raise self._breaking_off(error) from None
            raise ServerTrouble(
                f"The mail server does not let us send from this address ({error.code} {self.cleaned(error.message)}). "
                "Correct UKG_MAIL_FROM or UKG_SMTP_URL."
            ) from None
        except aiosmtplib.SMTPResponseException as error:
            raise self._refusal(error, "the mail") from None
        except TimeoutError:
            client.close()
            raise ServerTrouble("The mail server did not answer in time; it is tried again later.") from None
        except (aiosmtplib.SMTPServerDisconnected, OSError):
            client.close()
            raise ConnectionLost(
                "The mail server hung up before it had taken the mail; it is tried again later."
            ) from None
        except (aiosmtplib.SMTPException, ValueError):
            raise PermanentRefusal("Mail cannot be sent to this address. Correct the address.") from None

    def _refusal(self, error: aiosmtplib.SMTPResponseException, what: str) -> DeliveryError:
        if error.code == 421 or error.code in _AUTHENTICATION_CODES or not 400 <= error.code < 600:
            return self._breaking_off(error)
        reply = f"{error.code} {self.cleaned(error.message)}".strip()
        if error.code < 500:
            return TemporaryRefusal(f"The mail server does not take {what} now ({reply}); it is tried again later.")
        return PermanentRefusal(f"The mail server refuses {what} ({reply}).")

    def _breaking_off(self, error: aiosmtplib.SMTPResponseException) -> ServerTrouble:
        reply = f"{error.code} {self.cleaned(error.message)}".strip()
        if error.code in _AUTHENTICATION_CODES:
            return ServerTrouble(f"The mail server wants a login ({reply}). Put user and password into UKG_SMTP_URL.")
        return ServerTrouble(f"The mail server takes no mail now ({reply}); it is tried again later.")

    def cleaned(self, reply: str) -> str:
        """A reply as it may be kept: one line, not long, without links, secrets or what looks like one."""
        password = self._server.password
        text = " ".join("".join(letter if letter.isprintable() else " " for letter in reply).split())
        if password:
            for secret in (password, base64.b64encode(password.encode()).decode()):
                text = text.replace(secret, "…")
        text = _SECRET_SHAPED.sub("…", re.sub(r"https?://\S+", "…", text))
        return text if len(text) <= _LONGEST_REPLY else text[: _LONGEST_REPLY - 1] + "…"


def _start_tls(server: SmtpServer) -> bool | None:
    if server.starttls == "never":
        return False
    return True if server.must_encrypt else None
