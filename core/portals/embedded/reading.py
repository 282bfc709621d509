"""Many learners at once, past the model layer: a run that decides for everyone reads everyone."""

from collections.abc import AsyncIterator, Sequence
from datetime import date

import msgspec

from core.domain.custom_fields import CustomValue
from core.domain.learner import AccountStatus, Learner, UserType
from core.portals.embedded.accounts import SYNC
from core.store import models
from core.store.bulk import select_rows

_AT_ONCE = 500
_LEARNERS = """
    SELECT learner.id, learner.email, learner.email_key, learner.first_name, learner.last_name, learner.user_type,
           learner.status, learner.account_expires, learner.disabled_by, learner.expiry_by, learner.accepted,
           learner.custom, learner.revision, link.employee_id
      FROM learner LEFT JOIN link ON link.learner_id = learner.id
     WHERE learner.portal_id = ? AND {column} IN ({marks})
"""
_custom = msgspec.json.Decoder(dict[str, CustomValue])


async def learners_with_ids(portal_id: int, ids: Sequence[int]) -> dict[str, Learner]:
    """The learners with these ids, by id."""
    return {learner.id: learner async for _, learner in _read(portal_id, "learner.id", ids)}


async def learners_with_emails(portal_id: int, keys: Sequence[str]) -> dict[str, Learner]:
    """The learners with these e-mail keys, by e-mail key."""
    return {key: learner async for key, learner in _read(portal_id, "learner.email_key", keys)}


async def _read(
    portal_id: int, column: str, values: Sequence[int] | Sequence[str]
) -> AsyncIterator[tuple[str, Learner]]:
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        statement = _LEARNERS.format(column=column, marks=", ".join("?" * len(some)))
        for row in await select_rows(models.Learner, statement, [portal_id, *some]):
            learner_id, email, key, first, last, kind, status, expires, disabled_by, expiry_by, accepted = row[:11]
            custom, revision, employee_id = row[11:]
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
                    disabled_by_sync=disabled_by == SYNC,
                    expiry_by_sync=expiry_by == SYNC,
                    accepted=bool(accepted),
                    custom=_custom.decode(custom),
                    revision=revision,
                    linked_employee_id=employee_id,
                ),
            )
