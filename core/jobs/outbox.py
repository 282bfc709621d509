"""Delivering the outbox: each mail goes once, whoever and however many deliver.

A mail is claimed for a while in a transaction of its own, which also makes out its link and looks whether it should
still go; then it is handed to the mail server; then it is marked as sent, and its link's life begins. Only a crash
between the last two lets it go a second time, once the claim has lapsed: under the same Message-ID and with the same
link. A mail that is refused for now waits longer each time; a server that cannot be used makes all of them wait.
"""

import asyncio
import logging
import random
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec
from tortoise.exceptions import BaseORMException
from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet

from core.clock import now, today_in
from core.domain.errors import SettingsError, UkgSyncError
from core.domain.learner import AccountStatus
from core.jobs.mail_text import (
    MailValues,
    Wording,
    address_for_sending,
    default_wording,
    message_of,
    render,
)
from core.jobs.smtp import (
    STEP_SECONDS,
    ConnectionLost,
    PermanentRefusal,
    ServerTrouble,
    SmtpSession,
    TemporaryRefusal,
    read_smtp_url,
)
from core.portals.embedded.invites import lifetime, token_hash, token_of
from core.settings import load_settings
from core.store import models
from core.store.keys import load_keyring
from core.store.secrets import Keyring
from core.store.transactions import write_transaction

POLL_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 15 * 60.0
_CLAIM_MARGIN = timedelta(minutes=5)
_LONGEST_WAIT_MINUTES = 60
_GIVE_UP_AFTER_MINUTES = 24 * 60
_MAILS_PER_CONNECTION = 100
_LOSSES_IN_A_ROW = 3
_ADDRESS_UNUSABLE = "Mail cannot be sent to this address. Correct it in UKG Pro or in the portal, then retry."
_PAGE_OF = {"invitation": "accept", "welcome": "accept", "reset": "reset"}

_log = logging.getLogger(__name__)


class Delivered(msgspec.Struct, frozen=True):
    """What a delivery did: how many mails it sent and parked, how many wait after it (now or for later), and what
    keeps the mail server from taking any, if something does."""

    sent: int
    waiting: int
    parked: int
    trouble: str | None = None


class _Claimed(msgspec.Struct, frozen=True):
    """A mail that is ours to send until its claim lapses."""

    mail: models.Mail
    learner: models.Learner
    portal: models.Portal
    token: str


def no_mail_server() -> SettingsError:
    """What is said when mail should be sent and UKG_SMTP_URL is not set."""
    return SettingsError(
        "UKG_SMTP_URL is not set, so no mail was sent; mails wait in the outbox and nothing is lost. Set it to "
        "smtp://USER:PASSWORD@HOST:PORT."
    )


async def deliver_due(
    database_url: str,
    *,
    most: int | None = None,
    step_seconds: float = STEP_SECONDS,
    stop: asyncio.Event | None = None,
) -> Delivered:
    """Send the mails that are due, `most` of them at most, until `stop` is set; the database must be open.

    Each step of connecting to the mail server may take `step_seconds`, a mail ten times as long. Raises
    `SettingsError` without a mail server or for settings that cannot be read; trouble with the server is told in what
    is returned.
    """
    settings = load_settings()
    if not settings.ukg_smtp_url:
        raise no_mail_server()
    server, sender, public_url = read_smtp_url(settings.ukg_smtp_url), settings.mail_from, settings.public_url
    keyring = await load_keyring(database_url)
    sent = parked = tried = losses = 0
    trouble: str | None = None
    async with SmtpSession(server, sender, step_seconds) as session:
        claim_for = timedelta(seconds=session.longest_seconds * 2) + _CLAIM_MARGIN
        while (most is None or tried < most) and not (stop is not None and stop.is_set()):
            claimed = await _claim(keyring, claim_for)
            if claimed is None:
                break
            tried += 1
            try:
                await _send(session, claimed, sender, public_url)
            except ServerTrouble as error:
                trouble = str(error)
                await _release(claimed, trouble)
                break
            except (TemporaryRefusal, ConnectionLost) as error:
                parked += await _put_off(claimed, error)
                losses = losses + 1 if isinstance(error, ConnectionLost) else 0
                if losses == _LOSSES_IN_A_ROW:
                    trouble = str(error)
                    break
            except (PermanentRefusal, SettingsError) as error:
                parked += await _park(claimed, str(error))
            else:
                sent, losses = sent + 1, 0
                await _mark_sent(claimed)
                if sent % _MAILS_PER_CONNECTION == 0:
                    await session.hang_up()
    return Delivered(sent, await models.Mail.filter(state="waiting").count(), parked, trouble)


async def deliver_forever(database_url: str, stop: asyncio.Event, *, poll_seconds: float = POLL_SECONDS) -> None:
    """Deliver what falls due until `stop` is set, looking every few seconds; the database must be open.

    Trouble with the server or the settings is logged once as it begins, and waited out, up to 15 minutes at a time.
    The mail that is being sent when `stop` is set is still finished.
    """
    if not load_settings().ukg_smtp_url:
        _log.warning("UKG_SMTP_URL is not set: mails wait in the outbox")
        await stop.wait()
        return
    failures = 0
    said: str | None = None
    while not stop.is_set():
        try:
            delivered = await deliver_due(database_url, stop=stop)
            trouble = delivered.trouble
            if delivered.sent or delivered.parked:
                _log.info("mail: %d sent, %d parked, %d waiting", delivered.sent, delivered.parked, delivered.waiting)
        except UkgSyncError as error:
            trouble = str(error)
        except Exception as error:  # whatever a day brings, mails go on once it is over
            trouble = f"the delivery broke off ({type(error).__name__}) and is tried again later"
        if trouble is not None and trouble != said:
            _log.warning("mail: %s", trouble)
        if trouble is None and said is not None:
            _log.info("mail: delivery goes on")
        said = trouble
        failures = failures + 1 if trouble is not None else 0
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause_seconds(failures, poll_seconds))


def pause_seconds(failures: int, poll_seconds: float = POLL_SECONDS) -> float:
    """Seconds until the next look, after so many failures in a row."""
    return float(min(poll_seconds * 2 ** min(failures, 20), max(_LONGEST_PAUSE_SECONDS, poll_seconds)))


def _claimable(moment: datetime) -> QuerySet[models.Mail]:
    return models.Mail.filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lte=moment), state="waiting", due_at__lte=moment
    )


async def _claim(keyring: Keyring, claim_for: timedelta) -> _Claimed | None:
    """Claim the mail that is due longest; None when there is none. Mails that should not go any more become void.

    Looked for without a lock, then taken in the order in which everyone locks: invite, then mail.
    """
    while True:
        found = await _claimable(now()).order_by("due_at", "id").first()
        if found is None:
            return None
        async with write_transaction():
            moment = now()
            invite = await models.Invite.filter(id=found.invite_id).select_for_update().first()
            if not await _claimable(moment).filter(id=found.id).update(claimed_until=moment + claim_for):
                continue
            mail = await models.Mail.get(id=found.id)
            learner = await models.Learner.get(id=mail.learner_id)
            portal = await models.Portal.get(id=mail.portal_id)
            if invite is None or not _should_go(mail, invite, learner, portal):
                await models.Mail.filter(id=mail.id).update(state="void", claimed_until=None)
                continue
            token = token_of(invite, keyring)
            if invite.token_hash != token_hash(token):
                await models.Invite.filter(id=invite.id).update(token_hash=token_hash(token))
            return _Claimed(mail, learner, portal, token)


def _should_go(mail: models.Mail, invite: models.Invite, learner: models.Learner, portal: models.Portal) -> bool:
    if portal.sso or invite.status != "open" or learner.status == AccountStatus.DISABLED:
        return False
    if learner.account_expires is not None and learner.account_expires < today_in(portal.timezone):
        return False
    return mail.kind != "invitation" or learner.status == AccountStatus.PENDING


async def _send(session: SmtpSession, claimed: _Claimed, sender: str, public_url: str) -> None:
    learner = claimed.learner
    recipient = address_for_sending(learner.email)
    if recipient is None:
        raise PermanentRefusal(_ADDRESS_UNUSABLE)
    try:
        body = await _body(claimed, recipient, sender, public_url)
    except (SettingsError, BaseORMException):
        raise
    except Exception as error:
        raise PermanentRefusal(
            f"No message could be made for this person ({type(error).__name__}). Please report it."
        ) from error
    await session.send(recipient, body)


async def _body(claimed: _Claimed, recipient: str, sender: str, public_url: str) -> bytes:
    mail, learner, portal = claimed.mail, claimed.learner, claimed.portal
    values = MailValues(
        first_name=learner.first_name,
        last_name=learner.last_name,
        email=learner.email,
        portal=portal.name,
        link=f"{public_url}/{portal.slug}/{_PAGE_OF[mail.kind]}/{claimed.token}",
        expires_hours=int(lifetime(mail.kind) / timedelta(hours=1)),
    )
    return message_of(
        render(await wording_of(portal.id, mail.kind), values),
        sender=sender,
        portal=portal.name,
        recipient=recipient,
        mark=mail.message_id,
        moment=now(),
    )


async def wording_of(portal_id: int, kind: str) -> Wording:
    """The portal's own wording of that kind of mail, else the program's."""
    own = await models.MailTemplate.get_or_none(portal_id=portal_id, kind=kind)
    return Wording(own.subject, own.text, own.html) if own is not None else default_wording(kind)


async def _mark_sent(claimed: _Claimed) -> None:
    mail = claimed.mail
    async with write_transaction():
        moment = now()
        await models.Invite.filter(id=mail.invite_id).update(expires_at=moment + lifetime(mail.kind))
        await models.Mail.filter(id=mail.id).update(
            state="sent",
            sent_at=moment,
            sent_to=claimed.learner.email,
            claimed_until=None,
            error=None,
            attempts=F("attempts") + 1,
        )


async def _release(claimed: _Claimed, error: str) -> None:
    """Let the mail go, without blame, behind all others that wait: should it be what the server stumbles over, the
    others get their turn first."""
    async with write_transaction():
        await _waiting(claimed).update(claimed_until=None, due_at=now(), error=error)


async def _put_off(claimed: _Claimed, error: Exception) -> int:
    """Let the mail wait, longer each time; after a day of that it is parked. Returns how many were parked."""
    attempts = claimed.mail.attempts + 1
    if sum(_wait_minutes(attempt) for attempt in range(1, attempts)) >= _GIVE_UP_AFTER_MINUTES:
        return await _park(claimed, f"Given up after a day. {error}")
    minutes = _wait_minutes(attempts) * random.uniform(0.8, 1.2)  # noqa: S311
    async with write_transaction():
        await _waiting(claimed).update(
            claimed_until=None, due_at=now() + timedelta(minutes=minutes), error=str(error), attempts=attempts
        )
    return 0


def _wait_minutes(attempt: int) -> int:
    """Minutes to wait after that attempt, counted from 1: 1, 2, 4, … 60."""
    return int(min(2 ** min(attempt - 1, 10), _LONGEST_WAIT_MINUTES))


async def _park(claimed: _Claimed, error: str) -> int:
    """Put the mail aside for an admin to look at. Returns how many were parked."""
    async with write_transaction():
        return await _waiting(claimed).update(
            state="parked", claimed_until=None, error=error, attempts=claimed.mail.attempts + 1
        )


def _waiting(claimed: _Claimed) -> QuerySet[models.Mail]:
    return models.Mail.filter(id=claimed.mail.id, state="waiting")
