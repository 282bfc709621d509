"""The embedded portal as a sync sees it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import UNSET
from tortoise.exceptions import BaseORMException, DBConnectionError, IntegrityError
from tortoise.queryset import QuerySet

from core.clock import now
from core.domain.change import Change
from core.domain.learner import AccountStatus
from core.domain.outcome import SENTENCES, Reason
from core.portals.accounts import (
    holds,
    in_use,
    insert_accounts,
    new_account,
    put,
    update_accounts,
)
from core.portals.base import Applied, Journal
from core.portals.embedded.invites import add_invites, close_invites
from core.portals.embedded.memberships import reconsider_changed
from core.portals.embedded.realm import disable_below, enable_below, known_elsewhere, licences_left, reconsider_below
from core.portals.handing_over import stranded, units
from core.portals.last_admin import leaving_no_admin
from core.portals.parking import park
from core.portals.reading import KnownAccounts
from core.store import models
from core.store.transactions import write_transaction


class EmbeddedPortal(KnownAccounts):
    """`PortalPort` over the tables; a batch of changes is one transaction with what is recorded about it."""

    def __init__(self, portal: models.Portal) -> None:
        super().__init__(portal)
        self._portal = portal

    async def known_elsewhere(self, keys: Collection[str]) -> set[str]:
        """See `PortalPort`."""
        return await known_elsewhere(self._portal, keys)

    @property
    def requests(self) -> int:
        """Nothing leaves the database."""
        return 0

    async def cost(self, changes: int) -> str:
        """Nothing worth a word."""
        return ""

    async def look_again(self, changes: Sequence[Change], journal: Journal) -> None:
        """A change and its record are one transaction, so nothing is ever left begun."""
        await journal.give_up(range(len(changes)))

    async def apply(self, changes: Sequence[Change], journal: Journal) -> None:
        """All changes in one transaction; should one of them be refused by the database, each in its own, but for
        those that exchange their addresses."""
        try:
            await self._apply_together(list(enumerate(changes)), journal)
        except DBConnectionError:
            raise
        except (BaseORMException, ValueError):
            held = {row.id: row for row in await self._rows(changes)}
            for unit in units(changes, held):
                await self._apply_unit([(position, changes[position]) for position in unit], journal)

    async def _apply_unit(self, changes: Sequence[tuple[int, Change]], journal: Journal) -> None:
        try:
            await self._apply_together(changes, journal)
        except DBConnectionError:
            raise
        except (BaseORMException, ValueError) as error:
            reason = Reason.EMAIL_TAKEN if isinstance(error, IntegrityError) else Reason.PORTAL_REFUSED
            async with write_transaction():
                await journal.record([_refused(position, change, reason) for position, change in changes])

    async def _apply_together(self, changes: Sequence[tuple[int, Change]], journal: Journal) -> None:
        moment = now()
        async with write_transaction():
            held = await self._held_rows([change for _, change in changes])
            refusals = await self._refusals(changes, held)
            applied: list[Applied] = []
            created: list[tuple[int, Change]] = []
            changed: list[models.Learner] = []
            invited: list[tuple[int, str]] = []
            cancelled: list[int] = []
            readdressed: list[int] = []
            removed: list[int] = []
            for position, change in changes:
                if position in refusals:
                    applied.append(_refused(position, change, refusals[position]))
                    continue
                if change.learner_id is None:
                    created.append((position, change))
                    continue
                row = held[int(change.learner_id)]
                if change.remove:
                    removed.append(row.id)
                    applied.append(Applied(position, None))
                    continue
                put(row, change, moment)
                changed.append(row)
                if change.after.email is not UNSET:
                    readdressed.append(row.id)
                if change.cancel_invite:
                    cancelled.append(row.id)
                if change.invite:
                    invited.append((row.id, row.status))
                applied.append(Applied(position, change.learner_id, row.revision))
            await close_invites(removed, "cancelled")
            await models.Learner.filter(id__in=removed).delete()
            if len(readdressed) > 1:
                await park(readdressed)
            await update_accounts(changed)
            await self._pass_on([change for _, change in changes], changed, moment)
            await close_invites(readdressed, "voided", only="reset")
            await close_invites(cancelled, "cancelled")
            await close_invites([learner_id for learner_id, _ in invited], "voided")
            created = await self._within_licences(created, applied)
            touched = [row.id for row in changed]
            ids = await insert_accounts([new_account(self.portal_id, change, moment) for _, change in created])
            for (position, change), learner_id in zip(created, ids, strict=True):
                applied.append(Applied(position, str(learner_id), revision=1))
                touched.append(learner_id)
                if change.invite:
                    invited.append((learner_id, str(change.after.status)))
            await add_invites(self.portal_id, invited, moment)
            await reconsider_changed(self._portal, touched, _whose_access_changed(changes), moment)
            await journal.record(applied)

    async def _refusals(
        self, changes: Sequence[tuple[int, Change]], held: Mapping[int, models.Learner]
    ) -> dict[int, Reason]:
        """Why changes cannot be made, by their position."""
        refusals: dict[int, Reason] = {}
        for position, change in changes:
            row = held.get(int(change.learner_id)) if change.learner_id is not None else None
            as_seen = row is not None and holds(row, change.before) and not (change.remove and in_use(row))
            if change.learner_id is not None and not as_seen:
                refusals[position] = Reason.CHANGED_MEANWHILE
        refusals |= dict.fromkeys(stranded(changes, held, refusals), Reason.EMAIL_TAKEN)
        return refusals | await leaving_no_admin(self.active_admins(), changes, held, refusals)

    async def _within_licences(
        self, created: list[tuple[int, Change]], applied: list[Applied]
    ) -> list[tuple[int, Change]]:
        """Those for whom there is a licence; the others are refused one by one."""
        left = await licences_left(self._portal) if self._portal.parent_id is not None and created else None
        if left is None:
            return created
        allowed: list[tuple[int, Change]] = []
        for position, change in created:
            takes = 0 if change.after.status is AccountStatus.PENDING else 1
            if takes > left:
                applied.append(_refused(position, change, Reason.LICENCE_LIMIT))
            else:
                left -= takes
                allowed.append((position, change))
        return allowed

    async def _pass_on(self, changes: Sequence[Change], changed: Sequence[models.Learner], moment: datetime) -> None:
        """What happened to people's access here, in the sub-portals."""
        moved = {int(change.learner_id or 0) for change in changes if change.after.status is not UNSET}
        for work, disabled in ((disable_below, True), (enable_below, False)):
            keys = [
                row.email_key
                for row in changed
                if row.id in moved and (row.status == AccountStatus.DISABLED.value) is disabled
            ]
            if keys:
                await reconsider_below(await work(self._portal, keys), moment)

    async def _held_rows(self, changes: Sequence[Change]) -> dict[int, models.Learner]:
        rows = self._rows(changes)
        return {row.id: row for row in await rows.order_by("id").select_for_update()} if changes else {}

    def _rows(self, changes: Sequence[Change]) -> QuerySet[models.Learner]:
        ids = [int(change.learner_id) for change in changes if change.learner_id is not None]
        return models.Learner.filter(portal_id=self.portal_id, id__in=ids)


def _whose_access_changed(changes: Sequence[tuple[int, Change]]) -> list[int]:
    """Those who may be enrolled now and could not before, or the reverse. New accounts are in no group yet."""
    return [
        int(change.learner_id)
        for _, change in changes
        if change.learner_id is not None
        and (change.after.status is not UNSET or change.after.account_expires is not UNSET)
    ]


def _refused(position: int, change: Change, reason: Reason) -> Applied:
    return Applied(position, change.learner_id, refused=reason, detail=SENTENCES[reason])
