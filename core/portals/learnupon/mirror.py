"""What a LearnUpon portal holds, kept in our tables as it was when last seen.

Everyone is read now and then (facts/learnupon-api.md, section 1.3: no filter tells who changed). Nothing of a reading
counts before all of it is there and can be believed. What an admin did by hand shows as a difference: the account's
revision grows, so that the next plan looks at it.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date

import msgspec

from core.clock import now
from core.domain.email import email_key
from core.domain.learner import AccountStatus, UserType
from core.portals.accounts import ADMIN, update_accounts
from core.portals.learnupon.errors import UnreadableAnswer
from core.portals.learnupon.habits import Habits
from core.portals.learnupon.records import Invite, InviteStatus, User
from core.portals.parking import park
from core.store import models
from core.store.bulk import insert_rows, select_rows
from core.store.transactions import write_transaction

_AT_ONCE = 500
# More than this part of the accounts that were known cannot be gone at once; a handful always may.
_BELIEVABLE = 0.1
_A_FEW = 5
# So many are asked for one by one before they count as gone: a list that is read while it grows shorter skips some.
_ONE_BY_ONE = 40
_BY_HAND = "LearnUpon"
_COLUMNS = (
    "portal_id",
    "email",
    "email_key",
    "first_name",
    "last_name",
    "user_type",
    "status",
    "disabled_by",
    "account_expires",
    "expiry_by",
    "accepted",
    "source",
    "custom",
    "revision",
    "created_at",
    "created_by",
    "last_sign_in_at",
    "remote_id",
    "remote_invite_id",
)
_KNOWN = "SELECT id, remote_id, email_key FROM learner WHERE portal_id = ? AND remote_id IS NOT NULL"


class Seen(msgspec.Struct):
    """What a reading found: `users` in all, of whom `new` were not known; `edited` by hand since they were seen last,
    and `gone` from LearnUpon; `fields` are sentences about custom user data fields that changed."""

    users: int = 0
    new: int = 0
    edited: int = 0
    gone: int = 0
    everyone: bool = False
    fields: list[str] = []


def differs(row: models.Learner, user: User, habits: Habits, today: date) -> bool:
    """Put what the portal holds into the row; whether something was another of what a sync keeps right."""
    before = _kept(row)
    if row.email_key != email_key(user.email):
        if email_key(row.email) != email_key(user.email):
            row.email = user.email
        row.email_key = email_key(user.email)
    row.first_name, row.last_name = user.first_name, user.last_name
    row.user_type = (user.user_type or UserType.ADMIN).value
    row.custom = msgspec.json.encode(user.custom).decode()
    if user.enabled and row.status != AccountStatus.ACTIVE.value:
        row.status, row.disabled_by = AccountStatus.ACTIVE.value, None
    if not user.enabled and row.status != AccountStatus.DISABLED.value:
        # Past its expiry LearnUpon disables an account by itself; at any other time somebody did.
        expired = row.account_expires is not None and row.account_expires <= today
        row.status, row.disabled_by = AccountStatus.DISABLED.value, row.expiry_by if expired else ADMIN
    if user.account_expires is not None:
        habits.shows_expiry = True
    if habits.shows_expiry and row.account_expires != user.account_expires:
        row.account_expires = user.account_expires
        row.expiry_by = ADMIN if user.account_expires is not None else None
    row.remote_id, row.remote_invite_id = user.id, None
    row.last_sign_in_at = user.last_sign_in_at
    row.accepted = row.accepted or user.used
    if _kept(row) == before:
        return False
    row.revision += 1
    return True


def _kept(row: models.Learner) -> tuple[object, ...]:
    custom = msgspec.json.decode(row.custom)
    names = (row.first_name, row.last_name, row.user_type)
    return (row.email, *names, row.status, row.disabled_by, row.account_expires, row.expiry_by, row.accepted, custom)


class Mirror:
    """Takes users in as they are in LearnUpon: some, or a reading of everyone."""

    def __init__(self, portal_id: int, habits: Habits, today: date) -> None:
        self.seen = Seen(everyone=True)
        self._portal_id = portal_id
        self._habits = habits
        self._today = today
        self._pages: list[bytes] = []
        self._ids: set[str] = set()
        self._holders: dict[str, str] = {}
        self._left_out: set[str] = set()

    def read(self, users: Sequence[User]) -> None:
        """Keep one page of everyone, packed: nothing is taken in yet."""
        self._ids.update(user.id for user in users)
        self._pages.append(msgspec.msgpack.encode(users))

    async def take_everyone(self, ask: Callable[[str], Awaitable[User | None]]) -> None:
        """Take in what was read: who was known and is no longer there is gone, which `ask` is to confirm.

        Raises `UnreadableAnswer`, and takes nothing in, when more are missing than anybody could have removed by hand.
        """
        known = await select_rows(models.Learner, _KNOWN, [self._portal_id])
        missing = {remote_id: int(learner_id) for learner_id, remote_id, _ in known if remote_id not in self._ids}
        if len(missing) > max(_A_FEW, _BELIEVABLE * len(known)):
            raise UnreadableAnswer(
                f"LearnUpon lists {len(self._ids):,} users, and {len(missing):,} of the {len(known):,} accounts that "
                "were known are not among them. Nothing was changed in the portal. See whether the API keys are of "
                "the right portal; if the accounts were really removed, give the keys again with --start-afresh."
            )
        if len(missing) <= _ONE_BY_ONE:
            overlooked = [user for remote_id in missing if (user := await ask(remote_id)) is not None]
            self.read(overlooked)
        gone = [learner_id for remote_id, learner_id in missing.items() if remote_id not in self._ids]
        for start in range(0, len(gone), _AT_ONCE):
            async with write_transaction():
                await models.Learner.filter(id__in=gone[start : start + _AT_ONCE]).delete()
        self._find_holders({remote_id: key for _, remote_id, key in known})
        for page in self._pages:
            users = msgspec.msgpack.decode(page, type=list[User])
            self.seen.users += len(users)
            async with write_transaction():
                await self.put_users(users)
        self.seen.gone = len(gone)
        await self._end()

    def _find_holders(self, known: dict[str, str]) -> None:
        """Who has an address, among users whose addresses differ only in case: whoever was known by it, or the first.
        No employee could be told to be the others, nor those without an e-mail."""
        for page in self._pages:
            for user in msgspec.msgpack.decode(page, type=list[User]):
                key = email_key(user.email)
                if key and (key not in self._holders or known.get(user.id) == key):
                    self._holders[key] = user.id
        holding = set(self._holders.values())
        self._left_out = {user_id for user_id in self._ids if user_id not in holding}

    async def put_users(self, users: Sequence[User]) -> bool:
        """Some users, inside a transaction; whether an account lost its address by it and waits for another."""
        fitting = {}
        for user in users:
            key = email_key(user.email)
            if key and self._holders.setdefault(key, user.id) == user.id:
                fitting[key] = user
        rows = await self._rows(fitting)
        by_remote = {row.remote_id: row for row in rows if row.remote_id is not None}
        by_key = {row.email_key: row for row in rows}
        changed, new, in_the_way = [], [], []
        for key, user in fitting.items():
            row, holder = by_remote.get(user.id), by_key.get(key)
            if row is None and holder is not None and holder.remote_id is None:
                row = holder
            elif holder is not None and holder is not row:
                in_the_way.append(holder)
            if row is None:
                new.append(user)
                continue
            was = (row.email_key, row.remote_id, row.last_sign_in_at, row.remote_invite_id)
            edited = differs(row, user, self._habits, self._today)
            self.seen.edited += edited
            if edited or was != (row.email_key, row.remote_id, row.last_sign_in_at, row.remote_invite_id):
                changed.append(row)
        await park([row.id for row in in_the_way])
        await update_accounts(changed)
        await insert_rows(models.Learner, _COLUMNS, [self._new_row(user) for user in new])
        self.seen.new += len(new)
        return bool({row.id for row in in_the_way} - {row.id for row in changed})

    async def _rows(self, users: dict[str, User]) -> list[models.Learner]:
        ids = [user.id for user in users.values()]
        rows = {row.id: row for row in await models.Learner.filter(portal_id=self._portal_id, remote_id__in=ids)}
        for row in await models.Learner.filter(portal_id=self._portal_id, email_key__in=list(users)):
            rows.setdefault(row.id, row)
        return list(rows.values())

    def _new_row(self, user: User) -> tuple[object, ...]:
        expires = user.account_expires
        self._habits.shows_expiry = self._habits.shows_expiry or expires is not None
        return (
            self._portal_id,
            user.email,
            email_key(user.email),
            user.first_name,
            user.last_name,
            (user.user_type or UserType.ADMIN).value,
            (AccountStatus.ACTIVE if user.enabled else AccountStatus.DISABLED).value,
            None if user.enabled else ADMIN,
            expires,
            ADMIN if expires is not None else None,
            user.used,
            "manual",
            msgspec.json.encode(user.custom).decode(),
            1,
            user.created_at or now(),
            _BY_HAND,
            user.last_sign_in_at,
            user.id,
            None,
        )

    async def take_invites(self, invites: Iterable[Invite]) -> None:
        """Some of the invites: whoever waits for theirs is pending here too."""
        open_ones = {email_key(invite.email): invite for invite in invites if invite.status is InviteStatus.SENT}
        open_ones.pop("", None)
        async with write_transaction():
            known = await models.Learner.filter(portal_id=self._portal_id, email_key__in=list(open_ones))
            for row in known:
                invite = open_ones.pop(row.email_key)
                if row.remote_id is None and row.remote_invite_id != invite.id:
                    self.seen.edited += _invited_again(row, invite)
                    await update_accounts([row])
            await insert_rows(models.Learner, _COLUMNS, [self._invited_row(invite) for invite in open_ones.values()])
            self.seen.new += len(open_ones)

    def _invited_row(self, invite: Invite) -> tuple[object, ...]:
        moment = invite.created_at or now()
        person = (self._portal_id, invite.email, email_key(invite.email), "", "", UserType.LEARNER.value)
        state = (AccountStatus.PENDING.value, None, None, None, False, "manual", "{}", 1)
        return (*person, *state, moment, _BY_HAND, None, None, invite.id)

    async def _end(self) -> None:
        """Whoever lost their address to another has one again by now."""
        parked = models.Learner.filter(portal_id=self._portal_id, email_key__startswith=" ")
        for row in await parked:
            if row.remote_id is None or row.remote_id in self._left_out:
                await row.delete()
        if await parked.exists():
            raise UnreadableAnswer(
                "The users of LearnUpon were changed while they were read, so the list does not fit together. Nothing "
                "was changed in the portal. Sync again."
            )


def _invited_again(row: models.Learner, invite: Invite) -> bool:
    """An admin invited somebody by hand; whether their invitation had been over."""
    row.remote_invite_id = invite.id
    if row.status == AccountStatus.PENDING.value:
        return False
    row.status, row.disabled_by = AccountStatus.PENDING.value, None
    row.revision += 1
    return True


def cancelled_by_hand(row: models.Learner) -> None:
    """An admin of LearnUpon withdrew the invitation: no sync sends another."""
    row.status, row.disabled_by = AccountStatus.DISABLED.value, ADMIN
    row.revision += 1
