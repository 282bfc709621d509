"""Looking at the portal before a run: the cheap check of every run, and now and then a reading of everyone."""

from datetime import timedelta

import msgspec
from tortoise.queryset import QuerySet

from core.clock import now, today_in
from core.domain.email import email_key
from core.domain.learner import AccountStatus
from core.portals.accounts import update_accounts
from core.portals.learnupon.client import LearnUponClient
from core.portals.learnupon.errors import NoSuchUser
from core.portals.learnupon.fields import take_over_fields
from core.portals.learnupon.habits import Habits
from core.portals.learnupon.mirror import Mirror, Seen, cancelled_by_hand, differs
from core.portals.learnupon.records import Invite, InviteStatus, User
from core.store import models
from core.store.transactions import write_transaction

EVERY = timedelta(days=7)
# Looking for more people than this one by one takes longer than reading everyone, in all but the largest portals.
_ONE_BY_ONE = 40


class Looking:
    """One portal, and what is kept of it between runs (`LearnUponAccount`)."""

    def __init__(self, portal: models.Portal, client: LearnUponClient, habits: Habits) -> None:
        self.habits = habits
        self._portal = portal
        self._client = client

    async def look(self, *, fully: bool) -> Seen:
        """The fields, and everyone if it is asked for or time; else, while anybody is pending, a page of the invites.

        So a day without changes costs two requests at most. Raises `LearnUponError`.
        """
        account = await models.LearnUponAccount.get(portal_id=self._portal.id)
        fields = await take_over_fields(self._portal.id, await self._client.definitions())
        last = account.reconciled_at
        if fully or last is None or now() - last >= EVERY:
            seen = await self._read_everyone(account)
        else:
            seen = await self._look_at_invites(account)
        seen.fields = fields
        return seen

    async def _read_everyone(self, account: models.LearnUponAccount) -> Seen:
        mirror = Mirror(self._portal.id, self.habits, today_in(self._portal.timezone))
        async for users in self._client.everyone():
            self.habits.usernames = self.habits.usernames or any(user.username for user in users)
            mirror.read(users)
        await mirror.take_everyone(self._user)
        listed: set[str] = set()
        lists_ours = False
        async for invites in self._client.invites():
            await mirror.take_invites(invites)
            mirror.seen.edited += await self._take_cancelled(invites)
            listed.update(invite.id for invite in invites)
            lists_ours = lists_ours or any(invite.group_id is None for invite in invites)
        # That the list of invites to groups has those to the portal as well is not established (facts, section 4).
        if lists_ours:
            mirror.seen.edited += await self._take_vanished(listed)
        account.habits = msgspec.json.encode(self.habits).decode()
        account.reconciled_at = now()
        await account.save(update_fields=["habits", "reconciled_at"])
        return mirror.seen

    async def _user(self, user_id: str) -> User | None:
        try:
            return await self._client.user(user_id)
        except NoSuchUser:
            return None

    async def _look_at_invites(self, account: models.LearnUponAccount) -> Seen:
        """Who accepted is a user from now on. Long lists are gone through page by page, one a run."""
        if not await self._pending().exists():
            return Seen()
        invites, more = await self._client.some_invites(account.invites_page)
        account.invites_page = account.invites_page + 1 if more else 1
        await account.save(update_fields=["invites_page"])
        seen = Seen(edited=await self._take_cancelled(invites))
        keys = {email_key(invite.email) for invite in invites if invite.status is InviteStatus.ACCEPTED}
        accepted = await self._pending().filter(email_key__in=list(keys))
        if len(accepted) > _ONE_BY_ONE:
            return await self._read_everyone(account)
        for row in accepted:
            user = await self._client.find(row.email)
            if user is not None:
                seen.edited += differs(row, user, self.habits, today_in(self._portal.timezone))
                async with write_transaction():
                    await update_accounts([row])
        return seen

    async def _take_cancelled(self, invites: list[Invite]) -> int:
        """Whoever is still waiting here for an invitation that was withdrawn or turned down there; how many."""
        over = [each.id for each in invites if each.status in (InviteStatus.CANCELED, InviteStatus.REJECTED)]
        return await self._cancel(await self._pending().filter(remote_invite_id__in=over) if over else [])

    async def _take_vanished(self, listed: set[str]) -> int:
        """Whoever is waiting for an invitation that is in the list no more: withdrawn ones may not stay there."""
        waiting = await self._pending().filter(remote_invite_id__isnull=False)
        return await self._cancel([row for row in waiting if row.remote_invite_id not in listed])

    async def _cancel(self, rows: list[models.Learner]) -> int:
        for row in rows:
            cancelled_by_hand(row)
        async with write_transaction():
            await update_accounts(rows)
        return len(rows)

    def _pending(self) -> QuerySet[models.Learner]:
        return models.Learner.filter(
            portal_id=self._portal.id, status=AccountStatus.PENDING.value, remote_id__isnull=True
        )
