"""What is known of a portal's accounts and fields, from the tables; the same for every kind of portal.

An embedded portal lives there; of any other they hold what it was when last seen.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date

import msgspec
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from core.clock import today_in
from core.domain.custom_fields import CustomField, CustomValue
from core.domain.learner import AccountStatus, Learner, UserType
from core.portals.accounts import RESENDING, SYNC, custom_field
from core.store import models
from core.store.bulk import select_rows

_AT_ONCE = 500
_LEARNERS = """
    SELECT learner.id, learner.email, learner.email_key, learner.first_name, learner.last_name, learner.user_type,
           learner.status, learner.account_expires, learner.disabled_by, learner.expiry_by, learner.accepted,
           learner.custom, learner.revision, link.employee_id, learner.remote_id IS NOT NULL
      FROM learner LEFT JOIN link ON link.learner_id = learner.id
     WHERE learner.portal_id = ? AND {column} IN ({marks})
"""
_UNLINKED = """
    SELECT email_key FROM learner WHERE portal_id = ? AND id NOT IN (SELECT learner_id FROM link)
"""
_custom = msgspec.json.Decoder(dict[str, CustomValue])


class KnownAccounts:
    """The reading half of `core.portals.base.PortalPort`; needs no network."""

    def __init__(self, portal: models.Portal) -> None:
        self.portal_id = portal.id
        self._timezone = portal.timezone

    async def custom_fields(self) -> list[CustomField]:
        """The portal's fields, in the order they became known."""
        rows = await models.CustomField.filter(portal_id=self.portal_id).order_by("id")
        return [custom_field(row) for row in rows]

    async def learners_by_id(self, ids: Collection[str]) -> dict[str, Learner]:
        """See `PortalPort`. Read past the model layer: a run that decides for everyone reads everyone."""
        found = _read(self.portal_id, "learner.id", [int(key) for key in ids])
        return {learner.id: learner async for _, learner in found}

    async def learners_by_email(self, keys: Collection[str]) -> dict[str, Learner]:
        """See `PortalPort`."""
        return {key: learner async for key, learner in _read(self.portal_id, "learner.email_key", list(keys))}

    async def unlinked_emails(self) -> set[str]:
        """See `PortalPort`."""
        rows = await select_rows(models.Learner, _UNLINKED, [self.portal_id])
        return {email for (email,) in rows}

    async def sole_admin(self) -> str | None:
        """See `PortalPort`."""
        admins = await self.active_admins().limit(2)
        return str(admins[0].id) if len(admins) == 1 else None

    def active_admins(self) -> QuerySet[models.Learner]:
        """The admins who can sign in today."""
        return models.Learner.filter(
            Q(account_expires__isnull=True) | Q(account_expires__gte=today_in(self._timezone)),
            portal_id=self.portal_id,
            user_type=UserType.ADMIN.value,
            status=AccountStatus.ACTIVE.value,
        )


async def _read(
    portal_id: int, column: str, values: Sequence[int] | Sequence[str]
) -> AsyncIterator[tuple[str, Learner]]:
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        statement = _LEARNERS.format(column=column, marks=", ".join("?" * len(some)))
        for row in await select_rows(models.Learner, statement, [portal_id, *some]):
            learner_id, email, key, first, last, kind, status, expires, disabled_by, expiry_by, accepted = row[:11]
            custom, revision, employee_id, registered = row[11:]
            yield (
                key,
                Learner(
                    id=str(learner_id),
                    email=email,
                    first_name=first,
                    last_name=last,
                    user_type=UserType(kind),
                    status=AccountStatus(status),
                    account_expires=date.fromisoformat(expires) if isinstance(expires, str) else expires,
                    disabled_by_sync=disabled_by in (SYNC, RESENDING),
                    expiry_by_sync=expiry_by == SYNC,
                    accepted=bool(accepted),
                    custom=_custom.decode(custom),
                    revision=revision,
                    linked_employee_id=employee_id,
                    registered=bool(registered),
                ),
            )
