"""Writing one person to LearnUpon so that it is certain what came of it.

Whatever LearnUpon leaves open is settled here: an answer that was lost is looked up before anything is repeated, an
address that exists in the realm is invited instead, values that an update may empty are sent along.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import date
from typing import TypeVar

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from core.clock import now
from core.domain.custom_fields import CustomValue
from core.domain.email import email_key
from core.domain.outcome import SENTENCES, Reason
from core.portals.learnupon.client import LearnUponClient
from core.portals.learnupon.errors import (
    NOT_FOR_THIS_PERSON,
    AlreadyExists,
    AlreadyInvited,
    LearnUponError,
    NoLicence,
    NoSuchUser,
    Refused,
    Unsure,
    once_written,
)
from core.portals.learnupon.habits import Habits
from core.portals.learnupon.reading_back import Trust, holds
from core.portals.learnupon.records import InviteStatus, Newcomer, User, UserChange
from core.portals.learnupon.usernames import another_username

Made = TypeVar("Made")

IN_THE_REALM = "The address has an account in another portal of the realm, so the person was invited to this one."
APPEARED = "An account with this e-mail is in LearnUpon by now; the next sync links it."
SILENT = (
    "LearnUpon accepted the change and did not make it. Look at this person in LearnUpon; the next sync tries again."
)
HAD_AN_INVITE = "There was an open invitation already, so no second one was sent."


INVITATION_VOID = "Their earlier invitation is void."


class NotMade(Exception):
    """A change that was not made, and why. `user` is the account itself as it is, `other` somebody else who has the
    address; `gone` tells that nobody is there, `withdrawn` that the invitation is over all the same."""

    def __init__(
        self,
        reason: Reason,
        detail: str = "",
        *,
        user: User | None = None,
        other: User | None = None,
        gone: bool = False,
        withdrawn: bool = False,
    ) -> None:
        super().__init__(detail or SENTENCES[reason])
        self.reason = reason
        self.user = user
        self.other = other
        self.gone = gone
        self.withdrawn = withdrawn

    @property
    def sentence(self) -> str:
        """What is said of it; of someone whose invitation is over, something was changed."""
        return str(self).replace(NOT_FOR_THIS_PERSON, INVITATION_VOID) if self.withdrawn else str(self)


class Arrival(msgspec.Struct, frozen=True):
    """Someone new in the portal: a user with an id, or someone invited. `detail` says what was not as planned; `user`
    is given where the account came out otherwise than it was asked for."""

    user_id: str | None = None
    invite_id: str | None = None
    detail: str | None = None
    user: User | None = None


class Asking:
    """One portal, for one run."""

    def __init__(self, client: LearnUponClient, habits: Habits) -> None:
        self._client = client
        self._habits = habits
        self._trust = Trust(habits, now())
        self._firsts = asyncio.Lock()

    @property
    def habits(self) -> Habits:
        """What the portal was seen to do."""
        return self._habits

    async def create(self, newcomer: Newcomer) -> Arrival:
        """Make an account, or invite someone whom the realm has already. Raises `NotMade`."""
        if self._trust.knows(_as_change(newcomer), new=True):
            return await self._create(newcomer)
        async with self._firsts:
            return await self._create(newcomer)

    async def _create(self, newcomer: Newcomer) -> Arrival:
        try:
            user_id = await _sure(lambda: self._client.create(newcomer), lambda: self._id_of(newcomer.email))
        except AlreadyExists:
            await self._refuse_member(newcomer.email)
            if newcomer.username and (holder := await self._client.find_username(newcomer.username)) is not None:
                return await self._create(replace(newcomer, username=another_username(newcomer.email, holder.id)))
            return replace(await self.invite(newcomer), detail=IN_THE_REALM)
        except AlreadyInvited:
            return Arrival(detail=HAD_AN_INVITE)
        except Refused as error:
            raise _not_made(error) from error
        return Arrival(user_id=user_id, user=await self._made_otherwise(user_id, newcomer))

    async def invite(self, newcomer: Newcomer) -> Arrival:
        """Send an invitation, unless there is an open one. What the portal's fields take no more is left out: it would
        cost the person the invitation. Raises `NotMade`."""
        newcomer = replace(newcomer, custom=await self._client.fitting(newcomer.custom))
        try:
            invite_id = await _sure(lambda: self._client.invite(newcomer), lambda: self.open_invite(newcomer.email))
        except AlreadyInvited:
            return Arrival(detail=HAD_AN_INVITE)
        except AlreadyExists as error:
            await self._refuse_member(newcomer.email)
            raise NotMade(Reason.PORTAL_REFUSED, str(error)) from error
        except Refused as error:
            raise _not_made(error) from error
        return Arrival(invite_id=invite_id)

    async def update(
        self, user_id: str, change: UserChange, held: Collection[str] = (), expires: date | None = None
    ) -> None:
        """Write what changed. `held` are the labels of the custom user data that the person holds, `expires` is their
        expiry where it is known, as some portals do not show it. Raises `NotMade`."""
        if change == UserChange():
            return
        try:
            await self._update(user_id, change, expires, beside=bool(set(held) - change.custom.keys()))
        except AlreadyExists as error:
            raise NotMade(Reason.EMAIL_TAKEN) from error
        except NoSuchUser as error:
            raise NotMade(Reason.CHANGED_MEANWHILE, gone=True) from error
        except Refused as error:
            raise _not_made(error, await self._looked_at(user_id)) from error

    async def give_back(self, before: User, change: UserChange, after: User) -> User:
        """After an update that was cut off before it was seen what it empties: learn that now, and give it back.
        Returns the user as they are then."""
        if self._habits.learnt_for(change, beside=bool(before.custom.keys() - change.custom.keys())):
            return after
        self._habits.learn(before, change, after, took=False)
        if not self._habits.empties_beside(change):
            return after
        await self._put(after.id, await self._whole(before, change, None))
        return await self._client.user(after.id)

    async def remove(self, user_id: str) -> None:
        """Take away an account that nobody has used. Raises `NotMade`."""
        try:
            user = await self._client.user(user_id)
            if user.used:
                raise NotMade(Reason.CHANGED_MEANWHILE, user=user)
            await _sure(_done(lambda: self._client.delete(user_id)), lambda: self._is_gone(user_id))
        except NoSuchUser:
            return
        except Refused as error:
            raise _not_made(error) from error

    async def withdraw(self, email: str, invite_id: str | None) -> User | None:
        """Void the open invitation to an address. Gives back the user, and voids nothing, if it was accepted."""
        user = await self._client.find(email)
        if user is not None:
            return user
        invite_id = invite_id or await self.open_invite(email)
        if invite_id is not None:
            try:
                await _sure(_done(lambda: self._client.cancel_invite(invite_id)), lambda: self._is_void(email))
            except NoSuchUser:
                return None
            except Refused as error:
                raise _not_made(error) from error
        return None

    async def find(self, email: str) -> User | None:
        """The user of this address in this portal."""
        return await self._client.find(email)

    async def user(self, user_id: str) -> User | None:
        """The user with this id, None when they are gone."""
        try:
            return await self._client.user(user_id)
        except NoSuchUser:
            return None

    async def open_invite(self, email: str) -> str | None:
        """The id of the open invitation to an address; reads the invites to the first that fits."""
        async for page in self._client.invites():
            for invite in page:
                if invite.status is InviteStatus.SENT and email_key(invite.email) == email_key(email):
                    return invite.id
        return None

    async def _update(self, user_id: str, change: UserChange, expires: date | None, *, beside: bool) -> None:
        """The first update of each kind goes alone: the others profit from what it shows."""
        if self._habits.learnt_for(change, beside=beside) and self._trust.knows(change):
            await self._write(user_id, change, expires)
            return
        async with self._firsts:
            if self._habits.learnt_for(change, beside=beside):
                await self._write(user_id, change, expires)
            else:
                await self._learn_by(user_id, change, expires)

    async def _write(self, user_id: str, change: UserChange, expires: date | None) -> None:
        sent = change
        if self._habits.empties_beside(change):
            sent = await self._whole(await self._client.user(user_id), change, expires)
        await self._put(user_id, sent)
        if self._trust.wants_proof(change) and (user := await self._looked_at(user_id)) is not None:
            self._judge(change, user)

    async def _learn_by(self, user_id: str, change: UserChange, expires: date | None) -> None:
        """What an update empties by the way is seen, and given back at once. Only the language is sent along: should
        this be cut off, the rest can be given back from what is known here (see `give_back`)."""
        before = await self._client.user(user_id)
        try:
            await self._put(user_id, replace(change, language=before.language or UNSET))
        except Refused:
            await self._put(user_id, change)
        with once_written():
            after = await self._client.user(user_id)
            took = not holds(before, change, self._habits) and holds(after, change, self._habits)
            self._habits.learn(before, change, after, took=took)
            if self._habits.empties_beside(change):
                await self._put(user_id, await self._whole(before, change, expires))
                after = await self._client.user(user_id)
        self._trust.wants_proof(change)
        self._judge(change, after)

    async def _put(self, user_id: str, change: UserChange) -> None:
        await _sure(_done(lambda: self._client.update(user_id, change)), lambda: self._has_become(user_id, change))

    async def _looked_at(self, user_id: str) -> User | None:
        """The user after a write; None if they cannot be read, which is no reason to forget that they were written."""
        try:
            return await self._client.user(user_id)
        except LearnUponError:
            return None

    def _judge(self, change: UserChange, user: User) -> None:
        if not self._trust.judge(change, user):
            raise NotMade(Reason.PORTAL_REFUSED, SILENT, user=user)

    async def _made_otherwise(self, user_id: str, newcomer: Newcomer) -> User | None:
        """The new account as it is, if LearnUpon dropped something of it; None if not, or if it was not looked at."""
        wanted = _as_change(newcomer)
        if not self._trust.wants_proof(wanted, new=True):
            return None
        user = await self._looked_at(user_id)
        return None if user is None or self._trust.judge(wanted, user, new=True) else user

    async def _whole(self, user: User, change: UserChange, expires: date | None) -> UserChange:
        return _whole(user, change, expires, await self._client.fitting(user.custom))

    async def _refuse_member(self, email: str) -> None:
        """Raise `NotMade` for an address that is in this very portal by now, unknown to us."""
        user = await self._client.find(email)
        if user is not None:
            raise NotMade(Reason.EMAIL_TAKEN, APPEARED, other=user)

    async def _id_of(self, email: str) -> str | None:
        user = await self._client.find(email)
        return None if user is None else user.id

    async def _has_become(self, user_id: str, change: UserChange) -> bool | None:
        return holds(await self._client.user(user_id), change, self._habits, unseen=False) or None

    async def _is_gone(self, user_id: str) -> bool | None:
        return await self.user(user_id) is None or None

    async def _is_void(self, email: str) -> bool | None:
        return await self.open_invite(email) is None or None


async def _sure(write: Callable[[], Awaitable[Made]], found: Callable[[], Awaitable[Made | None]]) -> Made:
    """What the write gives; if its answer is lost, what is found of it, and only if nothing is, a second try."""
    try:
        return await write()
    except Unsure:
        with once_written():
            made = await found()
        return await write() if made is None else made


def _done(write: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[bool]]:
    async def done() -> bool:
        await write()
        return True

    return done


def _not_made(error: Refused, user: User | None = None) -> NotMade:
    reason = Reason.LICENCE_LIMIT if isinstance(error, NoLicence) else Reason.PORTAL_REFUSED
    return NotMade(reason, str(error), user=user)


def _whole(user: User, change: UserChange, expires: date | None, custom: dict[str, CustomValue]) -> UserChange:
    """The change with everything beside it that the user holds; `custom` is what of it the fields still take."""
    held = {
        name: getattr(user, name)
        for name in ("first_name", "last_name", "language", "account_expires")
        if getattr(change, name) is UNSET and getattr(user, name)
    }
    if change.account_expires is UNSET and expires is not None:
        held.setdefault("account_expires", expires)
    return replace(change, **held, custom=custom | change.custom)


def _as_change(newcomer: Newcomer) -> UserChange:
    custom: dict[str, CustomValue] = {label: value for label, value in newcomer.custom.items() if value is not None}
    expires = newcomer.account_expires or UNSET
    return UserChange(
        first_name=newcomer.first_name, last_name=newcomer.last_name, account_expires=expires, custom=custom
    )
