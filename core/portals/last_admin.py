"""A portal keeps an admin: not all of them can lose access in one step."""

from collections.abc import Collection, Mapping, Sequence

from tortoise.queryset import QuerySet

from core.domain.change import Change
from core.domain.learner import UserType
from core.domain.outcome import Reason
from core.portals.accounts import ends_access
from core.store import models


async def leaving_no_admin(
    active_admins: QuerySet[models.Learner],
    changes: Sequence[tuple[int, Change]],
    held: Mapping[int, models.Learner],
    refused: Collection[int],
) -> dict[int, Reason]:
    """One of the changes, by its position, if together they would end the access of every admin that there is.

    `changes` come with their positions, `held` are rows by learner id, `refused` are positions.
    """
    admins = {row.id for row in held.values() if row.user_type == UserType.ADMIN.value}
    ending = {
        int(change.learner_id): position
        for position, change in changes
        if change.learner_id is not None and position not in refused and ends_access(change)
    }
    if not admins & ending.keys():
        return {}
    active = {row.id for row in await active_admins}
    if not active or active - ending.keys():
        return {}
    return {ending[min(active)]: Reason.LAST_ADMIN}
