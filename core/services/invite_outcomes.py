"""What comes of resending or cancelling invites, address by address."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from core.clock import now, zone
from core.domain.email import email_key
from core.domain.errors import SettingsError
from core.store.models import Portal

RESEND_INTERVAL = timedelta(minutes=1)
REFUSED = "refused"


class InviteOutcome(msgspec.Struct, frozen=True):
    """What came of one address: `resent`, `cancelled`, or `refused` with the reason in `detail`."""

    email: str
    outcome: str
    detail: str


class NotForThisOne(Exception):
    """This one cannot be done; `str()` says why."""


def given_addresses(emails: Sequence[str]) -> dict[str, str]:
    """The addresses, once each, by e-mail key; raises `SettingsError` when there is none."""
    if not emails:
        raise SettingsError("No e-mail address was given; nothing was changed.")
    given: dict[str, str] = {}
    for email in emails:
        given.setdefault(email_key(email), email.strip())
    return given


def check_interval(portal: Portal, last: datetime | None) -> None:
    """Raise `NotForThisOne` less than a minute after the last link was made out."""
    if last is not None and last > now() - RESEND_INTERVAL:
        allowed = (last + RESEND_INTERVAL).astimezone(zone(portal.timezone))
        raise NotForThisOne(
            f"A link was made out less than a minute ago; the next may be at {allowed:%H:%M:%S} ({portal.timezone})."
        )
