"""The outbox and the wording of the mails of embedded portals, as admins see them."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import msgspec

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.jobs.mail_text import KINDS, Letter, Wording, check_wording, default_wording, render, sample_values
from core.jobs.outbox import wording_of
from core.portals.embedded.invites import lifetime
from core.services.audit import audit
from core.services.kinds import Own
from core.services.portals import embedded_portal_for, portal_for
from core.settings import load_settings
from core.store.models import Learner, Mail, MailTemplate
from core.store.transactions import write_transaction

STATES = ("waiting", "sent", "parked", "void")
_PAGE = 1000


class OutboxEntry(msgspec.Struct, frozen=True):
    """A mail as listed; never its link. `to` is where it went, or would go now; `next_try` is None unless it waits."""

    kind: str
    to: str
    state: str
    attempts: int
    next_try: datetime | None
    error: str | None
    created_at: datetime
    sent_at: datetime | None


class KindOfMail(msgspec.Struct, frozen=True):
    """The wording of one kind of mail; `own` tells whether it is the portal's own."""

    kind: str
    own: bool
    subject: str
    text: str
    html: str


async def outbox(slug: str, *, states: Sequence[str] = STATES) -> AsyncIterator[OutboxEntry]:
    """The portal's mails in these states, in the order they were written."""
    portal = await portal_for(slug, Role.VIEWER)
    for state in states:
        if state not in STATES:
            raise SettingsError(f"'{state[:40]}' is no state of a mail; there are {', '.join(STATES)}.")
    last_id = 0
    while True:
        rows = await Mail.filter(portal_id=portal.id, state__in=states, id__gt=last_id).order_by("id").limit(_PAGE)
        ids = {row.learner_id for row in rows}
        addresses = dict(await Learner.filter(id__in=ids).values_list("id", "email")) if ids else {}
        for row in rows:
            yield OutboxEntry(
                kind=row.kind,
                to=row.sent_to or str(addresses.get(row.learner_id, "")),
                state=row.state,
                attempts=row.attempts,
                next_try=max(row.due_at, row.claimed_until or row.due_at) if row.state == "waiting" else None,
                error=row.error,
                created_at=row.created_at,
                sent_at=row.sent_at,
            )
        if len(rows) < _PAGE:
            return
        last_id = rows[-1].id


async def retry_parked(slug: str) -> int:
    """Let the portal's parked mails wait for delivery again, as if never tried; returns how many there were."""
    portal = await embedded_portal_for(slug, Role.OPERATOR, Own.MAILS)
    async with write_transaction():
        number = await Mail.filter(portal_id=portal.id, state="parked").update(
            state="waiting", attempts=0, due_at=now(), claimed_until=None, error=None
        )
        if number:
            await audit(portal, "parked mails retried", "outbox", after={"mails": number})
    return number


async def wording(slug: str, kind: str) -> KindOfMail:
    """How the portal words that kind of mail: `invitation`, `welcome` or `reset`."""
    portal = await embedded_portal_for(slug, Role.VIEWER, Own.MAILS)
    _check_kind(kind)
    used = await wording_of(portal.id, kind)
    own = await MailTemplate.exists(portal_id=portal.id, kind=kind)
    return KindOfMail(kind, own, used.subject, used.text, used.html)


async def set_wording(
    slug: str, kind: str, *, subject: str | None = None, text: str | None = None, html: str | None = None
) -> KindOfMail:
    """Give the portal its own wording of a kind of mail; None leaves a part as it is. Raises `SettingsError` naming
    part and line for a wording that no mail can be made from."""
    portal = await embedded_portal_for(slug, Role.ADMIN, Own.MAILS)
    _check_kind(kind)
    given = {"subject": subject, "text": text, "html": html}
    changes = {part: words for part, words in given.items() if words is not None}
    if not changes:
        raise SettingsError("No wording was given; nothing was changed. Give a subject, a text or an HTML part.")
    async with write_transaction():
        before = await wording_of(portal.id, kind)
        after: Wording = msgspec.structs.replace(before, **changes)
        check_wording(after)
        own = await MailTemplate.get_or_none(portal_id=portal.id, kind=kind)
        if own is None:
            own = MailTemplate(portal_id=portal.id, kind=kind)
        own.subject, own.text, own.html = after.subject, after.text, after.html
        await own.save()
        await audit(
            portal,
            "mail wording set",
            kind,
            before={part: getattr(before, part) for part in changes},
            after=changes,
        )
    return KindOfMail(kind, own=True, subject=after.subject, text=after.text, html=after.html)


async def reset_wording(slug: str, kind: str) -> KindOfMail:
    """Take the program's wording again."""
    portal = await embedded_portal_for(slug, Role.ADMIN, Own.MAILS)
    _check_kind(kind)
    async with write_transaction():
        own = await MailTemplate.get_or_none(portal_id=portal.id, kind=kind)
        if own is not None:
            before = {"subject": own.subject, "text": own.text, "html": own.html}
            await own.delete()
            await audit(portal, "mail wording reset", kind, before=before)
    default = default_wording(kind)
    return KindOfMail(kind, own=False, subject=default.subject, text=default.text, html=default.html)


async def preview(slug: str, kind: str) -> Letter:
    """The mail as someone would get it, with made-up values and a link that opens nothing."""
    portal = await embedded_portal_for(slug, Role.VIEWER, Own.MAILS)
    _check_kind(kind)
    page = "reset" if kind == "reset" else "accept"
    link = f"{load_settings().public_url}/{portal.slug}/{page}/EXAMPLE"
    hours = int(lifetime(kind) / timedelta(hours=1))
    return render(await wording_of(portal.id, kind), sample_values(hours, portal.name, link))


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise SettingsError(f"'{kind[:40]}' is no kind of mail; there are {', '.join(KINDS)}. Nothing was done.")
