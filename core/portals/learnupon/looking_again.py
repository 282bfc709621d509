"""What came of a change whose making was cut off: looked at before anything is written again."""

from msgspec import UNSET
from msgspec.structs import replace

from core.domain.change import Change
from core.domain.email import email_key
from core.domain.learner import AccountStatus
from core.portals.accounts import custom_values
from core.portals.learnupon.asking import IN_THE_REALM, Asking
from core.portals.learnupon.one_person import Kept, as_update, outcome_of_an_invitation, status_of_a_user
from core.portals.learnupon.reading_back import holds
from core.portals.learnupon.records import User
from core.store import models


class LookingAgain:
    """Looks at changes one by one."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def look_again(self, change: Change, row: models.Learner | None) -> Kept:
        """What came of a change whose making was cut off; all that is written is what it emptied by the way."""
        if row is None and change.learner_id is not None:
            return Kept(made=False)
        if row is None or row.remote_id is None:
            return await self._look_for_newcomer(change, row)
        user = await self._asking.user(row.remote_id)
        if user is None:
            return Kept(made=change.remove, gone=not change.remove)
        made = not change.remove and holds(user, as_update(change), self._asking.habits, unseen=False)
        if made:
            user = await self._asking.give_back(_known(row, user), as_update(change), user)
        return Kept(made=made, user_id=user.id, status=status_of_a_user(change), user=user)

    async def _look_for_newcomer(self, change: Change, row: models.Learner | None) -> Kept:
        ends = change.remove or change.after.status is AccountStatus.DISABLED
        email = change.after.email or (row.email if row is not None else "")
        user = await self._asking.find(email)
        if user is not None and row is not None and email_key(email) != row.email_key:
            return Kept(made=False, other=user, withdrawn=not await self._is_waiting(row))
        if user is not None:
            made = (ends and not change.remove and not user.enabled) or row is None
            return Kept(made=made, user_id=user.id, status=status_of_a_user(change), user=user)
        invite_id = await self._asking.open_invite(email)
        if ends:
            return Kept(made=invite_id is None)
        asked_for = row is None or bool(change.after.email) or change.after.status is not UNSET
        if invite_id is None or not asked_for:
            return Kept(made=False, withdrawn=row is not None and not await self._is_waiting(row))
        outcome = outcome_of_an_invitation(change)
        detail = None if outcome is None else IN_THE_REALM
        return Kept(made=True, invite_id=invite_id, status=AccountStatus.PENDING, outcome=outcome, detail=detail)

    async def _is_waiting(self, row: models.Learner) -> bool:
        return await self._asking.open_invite(row.email) is not None


def _known(row: models.Learner, user: User) -> User:
    """The user as they were when last seen; a language is not kept."""
    return replace(
        user,
        first_name=row.first_name,
        last_name=row.last_name,
        account_expires=row.account_expires,
        custom=custom_values(row),
    )
