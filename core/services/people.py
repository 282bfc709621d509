"""Who is in a portal: its learners, and those who have not accepted yet."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import msgspec
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from core.clock import now, today_in, zone
from core.domain.custom_fields import CustomValue
from core.domain.email import email_key
from core.domain.learner import AccountStatus
from core.domain.roles import Role
from core.portals.accounts import custom_values, status_on
from core.portals.embedded.invites import LIFETIME
from core.portals.embedded.memberships import groups_and_courses
from core.portals.reading import KnownAccounts
from core.services.groups import find_group
from core.services.kinds import LEARNUPON
from core.services.portals import portal_for
from core.store import models
from core.store.words import with_words

_PAGE = 1000
_NAMES = ("first_name", "last_name", "email")


class ListedLearner(msgspec.Struct):
    """A learner as listed (design, section 5). `custom` holds every field of the portal by label."""

    email: str
    first_name: str
    last_name: str
    user_type: str
    status: str
    source: str
    employee_id: str | None
    account_expires: date | None
    custom: dict[str, CustomValue]
    groups: list[str]
    courses: list[str]
    invited_at: datetime | None
    created_at: datetime
    created_by: str
    invited_by: str | None


class Wanted(msgspec.Struct, frozen=True):
    """Which learners to list; None: whatever it is.

    `created_after` is a calendar date of the portal's time zone, `source` `ukg` or `manual`, `group` a group's title;
    `text` is looked for in names and e-mail, whatever the case.
    """

    created_after: date | None = None
    source: str | None = None
    status: AccountStatus | None = None
    group: str | None = None
    text: str | None = None


EVERYONE = Wanted()


class PendingUser(msgspec.Struct):
    """Someone invited who has not accepted. `expires_at` is None until the mail is sent, for the link's life is counted
    from then; `expired` tells that the link is dead, `cancelled` that an admin took it back; `resent` how often another
    link was made out here.

    LearnUpon does not tell how long its links live, so of its people `expires_at` is always None.
    """

    email: str
    first_name: str
    last_name: str
    invited_at: datetime
    sent_at: datetime | None
    expires_at: datetime | None
    expired: bool
    cancelled: bool
    resent: int
    source: str


async def learners(slug: str, wanted: Wanted = EVERYONE) -> AsyncIterator[ListedLearner]:
    """The learners in the order their accounts were made."""
    portal = await portal_for(slug, Role.VIEWER)
    labels = [field.label for field in await KnownAccounts(portal).custom_fields()]
    today = today_in(portal.timezone)
    selected = await _selected(portal, wanted, today)
    last_id = 0
    while True:
        rows = await selected.filter(id__gt=last_id).order_by("id").limit(_PAGE)
        for listed in await _all_listed(rows, labels, today):
            yield listed
        if len(rows) < _PAGE:
            return
        last_id = rows[-1].id
        await asyncio.sleep(0)


async def count_learners(slug: str, wanted: Wanted = EVERYONE) -> int:
    """How many learners there are of those wanted."""
    portal = await portal_for(slug, Role.VIEWER)
    return await (await _selected(portal, wanted, today_in(portal.timezone))).count()


async def learners_page(slug: str, wanted: Wanted, offset: int, limit: int) -> list[ListedLearner]:
    """Up to `limit` learners after the first `offset`, by e-mail, for a list that is read as far as it is looked at."""
    portal = await portal_for(slug, Role.VIEWER)
    labels = [field.label for field in await KnownAccounts(portal).custom_fields()]
    today = today_in(portal.timezone)
    selected = await _selected(portal, wanted, today)
    return await _all_listed(await selected.order_by("email_key").offset(offset).limit(limit), labels, today)


async def find_learner(slug: str, email: str) -> ListedLearner | None:
    """The learner with this e-mail; None if there is none."""
    portal = await portal_for(slug, Role.VIEWER)
    labels = [field.label for field in await KnownAccounts(portal).custom_fields()]
    rows = await models.Learner.filter(portal_id=portal.id, email_key=email_key(email))
    listed = await _all_listed(rows, labels, today_in(portal.timezone))
    return listed[0] if listed else None


async def _all_listed(rows: list[models.Learner], labels: list[str], today: date) -> list[ListedLearner]:
    ids = [row.id for row in rows]
    links = dict(await models.Link.filter(learner_id__in=ids).values_list("learner_id", "employee_id"))
    places = await groups_and_courses(ids)
    listed = []
    for row in rows:
        learner = _listed(row, links.get(row.id), labels, today)
        learner.groups, learner.courses = places.get(row.id, ([], []))
        listed.append(learner)
    return listed


async def _selected(portal: models.Portal, wanted: Wanted, today: date) -> QuerySet[models.Learner]:
    selected = models.Learner.filter(portal_id=portal.id)
    if wanted.source is not None:
        selected = selected.filter(source=wanted.source)
    if wanted.created_after is not None:
        day = wanted.created_after
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone(portal.timezone))
        # In UTC, as the column is: SQLite compares moments as the texts they are written as.
        selected = selected.filter(created_at__gte=midnight.astimezone(UTC))
    if wanted.status is AccountStatus.DISABLED:
        selected = selected.filter(Q(status=wanted.status.value) | Q(account_expires__lt=today))
    elif wanted.status is not None:
        ends = Q(account_expires__isnull=True) | Q(account_expires__gte=today)
        selected = selected.filter(ends, status=wanted.status.value)
    if wanted.group is not None:
        group = await find_group(portal, wanted.group)
        selected = selected.filter(memberships__group_id=group.id)
    return with_words(selected, wanted.text or "", *_NAMES)


def _listed(row: models.Learner, employee_id: str | None, labels: list[str], today: date) -> ListedLearner:
    custom = custom_values(row)
    return ListedLearner(
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        user_type=row.user_type,
        status=status_on(row, today).value,
        source=row.source,
        employee_id=employee_id,
        account_expires=row.account_expires,
        custom={label: custom.get(label) for label in labels},
        groups=[],
        courses=[],
        invited_at=row.invited_at,
        invited_by=row.invited_by,
        created_at=row.created_at,
        created_by=row.created_by,
    )


async def pending_users(slug: str) -> list[PendingUser]:
    """Those who were invited and have not accepted, oldest invitation first."""
    portal = await portal_for(slug, Role.VIEWER)
    rows = await _waiting(portal).order_by("id")
    if portal.kind == LEARNUPON:
        invited = await _invited_there(portal, rows)
        return sorted(invited, key=lambda user: (user.invited_at, user.email))
    return await _invited_here(rows)


async def count_pending(slug: str, text: str = "") -> int:
    """How many have not accepted; with a text, those that have each of its words in their names or e-mail."""
    return await _waiting(await portal_for(slug, Role.VIEWER), text).count()


async def pending_page(slug: str, text: str, offset: int, limit: int) -> list[PendingUser]:
    """Up to `limit` of them after the first `offset`, in the order their accounts were made, for a list that is read as
    far as it is looked at."""
    portal = await portal_for(slug, Role.VIEWER)
    rows = await _waiting(portal, text).order_by("id").offset(offset).limit(limit)
    return await (_invited_there(portal, rows) if portal.kind == LEARNUPON else _invited_here(rows))


def _waiting(portal: models.Portal, text: str = "") -> QuerySet[models.Learner]:
    """The accounts of those who were invited and have not accepted."""
    alive = Q(account_expires__isnull=True) | Q(account_expires__gte=today_in(portal.timezone))
    rows = models.Learner.filter(alive, portal_id=portal.id, status=AccountStatus.PENDING.value)
    if portal.kind != LEARNUPON:
        rows = rows.filter(id__in=Subquery(models.Invite.all().values("learner_id")))
    return with_words(rows, text, *_NAMES)


async def _invited_here(rows: list[models.Learner]) -> list[PendingUser]:
    invites: dict[int, list[models.Invite]] = {}
    for start in range(0, len(rows), _PAGE):
        ids = [row.id for row in rows[start : start + _PAGE]]
        for invite in await models.Invite.filter(learner_id__in=ids).order_by("id"):
            invites.setdefault(invite.learner_id, []).append(invite)
    return [_pending(row, invites[row.id]) for row in rows if row.id in invites]


def _pending(row: models.Learner, invites: list[models.Invite]) -> PendingUser:
    newest = invites[-1]
    return PendingUser(
        row.email,
        row.first_name,
        row.last_name,
        invited_at=newest.created_at,
        sent_at=newest.expires_at - LIFETIME if newest.expires_at else None,
        expires_at=newest.expires_at,
        expired=newest.expires_at is not None and newest.expires_at <= now(),
        cancelled=newest.status == "cancelled",
        resent=len(invites) - 1,
        source=row.source,
    )


async def _invited_there(portal: models.Portal, rows: list[models.Learner]) -> list[PendingUser]:
    """LearnUpon mails an invitation when it is asked to; how often it was asked again is in the audit trail."""
    lines = models.AuditLine.filter(portal_id=portal.id, action="invite resent")
    resent = Counter(str(subject) for subject in await lines.values_list("subject", flat=True))
    return [
        PendingUser(
            row.email,
            row.first_name,
            row.last_name,
            invited_at=row.invited_at or row.created_at,
            sent_at=row.invited_at or row.created_at,
            expires_at=None,
            expired=False,
            cancelled=False,
            resent=resent[row.email],
            source=row.source,
        )
        for row in rows
    ]
