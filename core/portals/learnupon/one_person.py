"""One change, asked of LearnUpon: which calls it takes, for someone new, a user, or someone who is only invited."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import nullcontext, suppress

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from core.domain.change import Change
from core.domain.email import email_key
from core.domain.learner import LONGEST_NAME, AccountStatus
from core.domain.outcome import Outcome, Reason
from core.portals.accounts import custom_values
from core.portals.learnupon.asking import Arrival, Asking, NotMade
from core.portals.learnupon.errors import ThisPersonOnly, once_written
from core.portals.learnupon.records import Newcomer, User, UserChange
from core.portals.learnupon.usernames import username_for
from core.store import models

_LONGEST_EMAIL = 254


# A change with its place, and the row of the account it concerns, None for a new one.
Asked = tuple[int, Change, models.Learner | None]


class Kept(msgspec.Struct, frozen=True):
    """What came of one change, to be kept in the tables.

    Made: `user_id` or `invite_id` is what the account is known by from now on, `status` what it is, where the change
    does not say it; `outcome` and `detail` are set where it came out as another. Not made: `reason` says why, or is
    None where nothing is to be reported; `gone` tells that there is no such user, `withdrawn` that the invitation is
    over all the same. Either way `user` is the account as the portal has it now, where it was looked at, and `other`
    is somebody unknown who was found to have the address.
    """

    made: bool
    user_id: str | None = None
    invite_id: str | None = None
    status: AccountStatus | None = None
    outcome: Outcome | None = None
    detail: str | None = None
    reason: Reason | None = None
    gone: bool = False
    withdrawn: bool = False
    user: User | None = None
    other: User | None = None


# Whoever was moved out of the way, by the id of the row: the user, None for someone invited.
Moved = dict[int, User | None]


class OnePerson:
    """Makes changes one by one."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def in_order(
        self, group: Sequence[Asked], may_begin: Callable[[int], bool]
    ) -> AsyncIterator[tuple[int, Kept]]:
        """Make changes that hand addresses on among themselves: whoever gives one up comes first. Where everyone waits
        for another, the first is moved out of the way. `may_begin` is asked before each; once somebody was moved, all
        of them are ended."""
        waiting = list(group)
        moved: Moved = {}
        while waiting:
            taken = {row.email_key for _, _, row in waiting if row is not None and row.id not in moved}
            asked = next((each for each in waiting if not _waits(each, taken)), None)
            position, change, row = asked or next(
                each for each in waiting if each[2] is not None and each[2].id not in moved
            )
            if not may_begin(position) and not moved:
                return
            with once_written() if moved else nullcontext():
                if asked is None and row is not None:
                    moved[row.id] = await self._move_away(row)
                    continue
                waiting.remove((position, change, row))
                kept = await self.make(change, row, moved)
                if not kept.made and row is not None and row.id in moved:
                    kept = await self._settle(kept, change, row)
            yield position, kept

    async def make(self, change: Change, row: models.Learner | None, moved: Moved | None = None) -> Kept:
        """Make one change. Raises `LearnUponError` for what is not this person's own trouble."""
        try:
            if row is None:
                return await self._arrive(change, self._newcomer(change, None))
            if row.remote_id is None:
                return await self._make_ofoutcome_of_an_invitation(change, row, moved or {})
            if change.remove:
                await self._asking.remove(row.remote_id)
                return Kept(made=True)
            await self._asking.update(row.remote_id, as_update(change), custom_values(row), row.account_expires)
            return Kept(made=True, user_id=row.remote_id, status=status_of_a_user(change))
        except NotMade as error:
            return Kept(
                made=False,
                reason=error.reason,
                detail=error.sentence,
                user=error.user,
                other=error.other,
                gone=error.gone,
                withdrawn=error.withdrawn,
            )
        except ThisPersonOnly as error:
            return Kept(made=False, reason=Reason.PORTAL_REFUSED, detail=str(error))

    async def _arrive(self, change: Change, newcomer: Newcomer) -> Kept:
        invites = change.after.status is AccountStatus.PENDING
        arrival: Arrival = await (self._asking.invite(newcomer) if invites else self._asking.create(newcomer))
        if arrival.user_id is not None:
            return Kept(made=True, user_id=arrival.user_id, status=AccountStatus.ACTIVE, user=arrival.user)
        return Kept(
            made=True,
            invite_id=arrival.invite_id,
            status=AccountStatus.PENDING,
            outcome=outcome_of_an_invitation(change),
            detail=arrival.detail,
        )

    async def _make_ofoutcome_of_an_invitation(self, change: Change, row: models.Learner, moved: Moved) -> Kept:
        """Someone invited is no user: their invitation can be withdrawn or sent anew. Other values are kept here and
        reach LearnUpon once the invitation is accepted."""
        after = change.after
        ends = change.remove or after.status is AccountStatus.DISABLED
        returns = row.status == AccountStatus.DISABLED.value and after.status is not UNSET and not ends
        if returns:
            return await self._arrive(change, self._newcomer(change, row))
        rewrites = ends or after.email is not UNSET
        if row.id in moved:
            user = moved[row.id]
        elif rewrites:
            user = await self._asking.withdraw(row.email, row.remote_invite_id)
        else:
            user = await self._asking.find(row.email)
        if user is not None:
            return await self._accepted(change, user)
        if ends or not rewrites:
            return Kept(made=True, invite_id=None if ends else row.remote_invite_id)
        with once_written():
            return await self._invite_anew(change, row)

    async def _invite_anew(self, change: Change, row: models.Learner) -> Kept:
        """After the invitation to the old address was withdrawn."""
        try:
            arrival = await self._asking.invite(self._newcomer(change, row))
        except NotMade as error:
            error.withdrawn = True
            raise
        return Kept(made=True, invite_id=arrival.invite_id, detail=arrival.detail)

    async def _accepted(self, change: Change, user: User) -> Kept:
        """They accepted since they were seen last: the change is made to the user, as whom they are known from now."""
        if change.remove:
            raise NotMade(Reason.CHANGED_MEANWHILE, user=user)
        try:
            await self._asking.update(user.id, as_update(change), user.custom, user.account_expires)
        except NotMade as error:
            error.user = error.user or user
            raise
        with once_written():
            return Kept(
                made=True,
                user_id=user.id,
                status=None if change.after.status is AccountStatus.DISABLED else AccountStatus.ACTIVE,
                user=await self._asking.user(user.id),
            )

    async def _move_away(self, row: models.Learner) -> User | None:
        """Free the address for another; nothing is ever delivered to the one in its place (RFC 2606). Returns the user;
        someone invited has none, and their invitation is withdrawn."""
        user = None
        if row.remote_id is None:
            user = await self._asking.withdraw(row.email, row.remote_invite_id)
        user_id = row.remote_id or (user.id if user is not None else None)
        if user_id is not None:
            await self._readdress(user_id, f"moving-{user_id}@ukg-sync.invalid")
        return user

    async def _settle(self, kept: Kept, change: Change, row: models.Learner) -> Kept:
        """Whoever was moved away and could not be changed gets their own address again, or else the new one."""
        if row.remote_id is None:
            return kept if kept.user is not None else replace(kept, withdrawn=True)
        for email in (row.email, change.after.email):
            if email:
                await self._readdress(row.remote_id, email)
            user = await self._asking.user(row.remote_id)
            if user is None or email_key(user.email) == email_key(email or ""):
                break
        return replace(kept, user=user, gone=user is None)

    async def _readdress(self, user_id: str, email: str) -> None:
        """A refusal shows where the address is needed: there it is still taken."""
        with suppress(NotMade):
            await self._asking.update(user_id, UserChange(email=email))

    def _newcomer(self, change: Change, row: models.Learner | None) -> Newcomer:
        after = change.after
        held = {} if row is None else custom_values(row)
        expires = after.account_expires
        if expires is UNSET:
            expires = row.account_expires if row is not None else None
        email = after.email or (row.email if row is not None else "")
        return Newcomer(
            email=email,
            first_name=(row.first_name if row is not None else "") if after.first_name is UNSET else after.first_name,
            last_name=(row.last_name if row is not None else "") if after.last_name is UNSET else after.last_name,
            account_expires=expires,
            custom=held | after.custom,
            username=username_for(email) if self._asking.habits.usernames else None,
        )


def _waits(asked: Asked, taken: set[str]) -> bool:
    """Whether the address that the change gives is still another's."""
    _, change, row = asked
    if not change.after.email:
        return False
    key = email_key(change.after.email)
    return key in taken and (row is None or row.email_key != key)


def outcome_of_an_invitation(change: Change) -> Outcome | None:
    """What an invitation is where something else was planned."""
    return None if change.after.status is AccountStatus.PENDING else Outcome.INVITED


def status_of_a_user(change: Change) -> AccountStatus | None:
    """A user is never pending, whatever the change says (a change may be older than the acceptance)."""
    return AccountStatus.ACTIVE if change.after.status is AccountStatus.PENDING else None


def as_update(change: Change) -> UserChange:
    """The change as it is sent about a user."""
    after = change.after
    return UserChange(
        email=after.email,
        first_name=after.first_name,
        last_name=after.last_name,
        enabled=UNSET if after.status is UNSET else after.status is not AccountStatus.DISABLED,
        account_expires=after.account_expires,
        custom=dict(after.custom),
    )


def can_be_sent(change: Change) -> bool:
    """Whether every text is one that both LearnUpon and our tables take."""
    after = change.after
    names = [name for name in (after.first_name, after.last_name) if name is not UNSET]
    email = after.email or ""
    texts = [email, *names, *(str(value) for value in after.custom.values())]
    try:
        sound = "\0" not in "".join(texts).encode().decode()
    except UnicodeEncodeError:
        return False
    return sound and len(email) <= _LONGEST_EMAIL and all(len(name) <= LONGEST_NAME for name in names)
