"""What a mail says: the wording that comes with the program or a portal's own, and the message made from it.

A wording is a Jinja template of which little is allowed: variables, a few filters and `if`. An admin writes it, so it
runs in a sandbox, and it can neither loop nor reach anything but the values given.
"""

import re
import unicodedata
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path

import msgspec
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from core.domain.email import LONGEST as LONGEST_ADDRESS
from core.domain.email import is_email
from core.domain.errors import SettingsError

KINDS = ("invitation", "welcome", "reset")
VARIABLES = ("first_name", "last_name", "email", "portal", "link", "expires_hours")
_FILTERS = ("capitalize", "default", "e", "escape", "lower", "title", "trim", "upper")
_ALLOWED = (
    nodes.And,
    nodes.Compare,
    nodes.Concat,
    nodes.CondExpr,
    nodes.Const,
    nodes.Filter,
    nodes.If,
    nodes.Keyword,
    nodes.Name,
    nodes.Not,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.TemplateData,
)
_LONGEST_SUBJECT = 500
_LONGEST_PART = 100_000
_FOLDER = Path(__file__).with_name("mail_templates")
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class Wording(msgspec.Struct, frozen=True):
    """The templates of one kind of mail."""

    subject: str
    text: str
    html: str


class Letter(msgspec.Struct, frozen=True):
    """A mail as its reader sees it: a subject of one line, and the same said as plain text and as HTML."""

    subject: str
    text: str
    html: str


class MailValues(msgspec.Struct, frozen=True):
    """What the variables of a wording stand for; `portal` is its name, `expires_hours` the life of the link."""

    first_name: str
    last_name: str
    email: str
    portal: str
    link: str
    expires_hours: int


def _environment(*, autoescape: bool) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


_PLAIN = _environment(autoescape=False)
_HTML = _environment(autoescape=True)


@lru_cache(maxsize=64)
def _template(source: str, *, html: bool) -> Template:
    return (_HTML if html else _PLAIN).from_string(source)


@lru_cache
def default_wording(kind: str) -> Wording:
    """The wording that comes with the program."""
    subject, text, html = (
        (_FOLDER / f"{kind}.{part}").read_text(encoding="utf-8") for part in ("subject", "text", "html")
    )
    return Wording(subject.strip(), text, html)


def render(wording: Wording, values: MailValues) -> Letter:
    """The letter; raises `SettingsError` for a wording that cannot be filled in."""
    known = {
        name: clean(value) if isinstance(value, str) else value
        for name, value in msgspec.structs.asdict(values).items()
    }
    try:
        return Letter(
            clean(_template(wording.subject, html=False).render(known)),
            _template(wording.text, html=False).render(known),
            _template(wording.html, html=True).render(known),
        )
    except (TemplateError, TypeError, ValueError, ArithmeticError):
        raise SettingsError(
            "The portal's own wording of this mail cannot be filled in. Correct it with 'ukg mail set', or take the "
            "program's with 'ukg mail reset'."
        ) from None


def sample_values(kind_hours: int, portal: str, link: str) -> MailValues:
    """Values to show or to try a wording with."""
    return MailValues("Ann", "Lee", "ann.lee@example.com", portal, link, kind_hours)


def check_wording(wording: Wording) -> None:
    """Raise `SettingsError` naming the part, the line and what is wrong, unless every mail could be made from it."""
    for part, source, longest in (
        ("subject", wording.subject, _LONGEST_SUBJECT),
        ("text", wording.text, _LONGEST_PART),
        ("html", wording.html, _LONGEST_PART),
    ):
        if not source.strip():
            raise SettingsError(f"The {part} is empty; nothing was changed.")
        if len(source) > longest:
            raise SettingsError(f"The {part} is longer than {longest} characters; nothing was changed.")
        if "\0" in source:
            raise SettingsError(f"The {part} holds a null character; nothing was changed. Take it out.")
        _check_template(part, source)
    if len(wording.subject.splitlines()) > 1:
        raise SettingsError("The subject must be one line; nothing was changed.")
    link = "https://learn.example.com/portal/accept/token"
    sample = sample_values(72, "Portal", link)
    nobody = msgspec.structs.replace(sample, first_name="", last_name="")
    for values in (sample, nobody):
        letter = render(wording, values)
        if not letter.subject:
            raise SettingsError("The subject would be empty for people without a name; nothing was changed.")
        for part, said in (("text", letter.text), ("html", letter.html)):
            if link not in said:
                raise SettingsError(
                    f"The {part} must always hold {{{{ link }}}}, or nobody could follow it; nothing was changed."
                )


def _check_template(part: str, source: str) -> None:
    def wrong(line: int, what: str) -> SettingsError:
        return SettingsError(f"Line {line} of the {part}: {what}; nothing was changed.")

    try:
        tree = _PLAIN.parse(source)
    except TemplateSyntaxError as error:
        raise wrong(error.lineno, (error.message or "it cannot be read").rstrip(".")) from None
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            raise wrong(
                node.lineno,
                "a wording may use variables, if, and the filters " + ", ".join(_FILTERS) + ", nothing more",
            )
        if isinstance(node, nodes.Name) and node.name not in VARIABLES:
            raise wrong(node.lineno, f"there is no variable '{node.name[:40]}'; there are {', '.join(VARIABLES)}")
        if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            raise wrong(node.lineno, f"there is no filter '{node.name[:40]}' here; there are {', '.join(_FILTERS)}")


def clean(text: str) -> str:
    """The text as one line: no control characters, no marks that turn the direction of what follows."""
    letters = (
        " " if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _DIRECTION_MARKS else letter
        for letter in text
    )
    return re.sub(r"\s+", " ", "".join(letters)).strip()


def address_for_sending(email: str) -> str | None:
    """The address as a server is told it, its domain in ASCII; None when mail cannot be sent there."""
    if not is_email(email):
        return None
    if email.isascii():
        return email
    from email_validator import validate_email

    checked = validate_email(email, check_deliverability=False, test_environment=True)
    address = checked.ascii_email or f"{checked.local_part}@{checked.ascii_domain}"
    return address if len(address.encode()) <= LONGEST_ADDRESS else None


def message_of(letter: Letter, *, sender: str, portal: str, recipient: str, mark: str, moment: datetime) -> bytes:
    """The message as it is sent: ASCII, but for an address that is not.

    `mark` is what stands before the @ of its Message-ID, the sender's domain behind it.
    """
    message = EmailMessage(policy=SMTP_POLICY)
    message["Subject"] = letter.subject
    message["From"] = Address(clean(portal), addr_spec=sender)
    message["To"] = recipient
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = f"<{mark}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for part in message.iter_parts():
        del part["MIME-Version"]  # said once, at the top
    return message.as_bytes(policy=SMTP_POLICY.clone(cte_type="7bit", utf8=not recipient.isascii()))
