"""A LearnUpon portal as a sync sees it: read from what is known of it, written through its API."""

import asyncio
from collections.abc import Collection, Sequence

from core.clock import today_in
from core.domain.change import Change
from core.domain.email import email_key
from core.domain.outcome import Reason
from core.portals.accounts import holds
from core.portals.base import Journal, NoMoreToday
from core.portals.handing_over import stranded, units
from core.portals.last_admin import leaving_no_admin
from core.portals.learnupon.asking import Asking
from core.portals.learnupon.client import LearnUponClient
from core.portals.learnupon.errors import LearnUponError, StopEverything, ThisPersonOnly, Unsure
from core.portals.learnupon.habits import Habits
from core.portals.learnupon.keeping import Keeping, refusal
from core.portals.learnupon.looking_again import LookingAgain
from core.portals.learnupon.one_person import Kept, OnePerson, can_be_sent
from core.portals.reading import KnownAccounts
from core.store import models
from core.store.transactions import write_transaction

# So many are marked as begun, asked for and recorded together: what a killed process leaves to be looked at.
_AT_ONCE = 20
_WORTH_A_WORD = 20.0


class LearnUponPortal(KnownAccounts):
    """`PortalPort` over the API. Without a client it can be read, from what was seen last."""

    def __init__(
        self, portal: models.Portal, client: LearnUponClient | None = None, habits: Habits | None = None
    ) -> None:
        super().__init__(portal)
        self.habits = habits or Habits()
        self._client = client
        self._asking: Asking | None = None

    @property
    def requests(self) -> int:
        """See `PortalPort`."""
        return 0 if self._client is None else self._client.requests

    async def known_elsewhere(self, keys: Collection[str]) -> set[str]:
        """Nobody is known beforehand: LearnUpon tells of the realm when an account is asked for, and we invite then."""
        return set()

    async def cost(self, changes: int) -> str:
        """See `PortalPort`."""
        if self._client is None or changes == 0:
            return ""
        estimate = self._client.pace.estimate(changes)
        if estimate.fits_week and estimate.seconds < _WORTH_A_WORD:
            return ""
        sentence = (
            f"LearnUpon takes about {changes:,} requests for this, which last at least {_span(estimate.seconds)}."
        )
        if estimate.fits_week:
            return sentence
        left = estimate.requests_left or 0
        return f"{sentence} It takes only {left:,} more this week, so the rest is left for the syncs of other days."

    async def apply(self, changes: Sequence[Change], journal: Journal) -> None:
        """See `PortalPort`. Whoever gives an address up is written before whoever gets it."""
        held = {row.id: row for row in await self._rows(changes)}
        refused = await self._refusals(list(enumerate(changes)), held)
        if refused:
            async with write_transaction():
                await journal.record([refusal(position, changes[position], reason) for position, reason in refused])
        over = dict(refused)
        groups = [[position for position in unit if position not in over] for unit in units(changes, held)]
        batch: list[list[int]] = []
        for group in groups:
            batch.append(group)
            if sum(map(len, batch)) >= _AT_ONCE:
                await self._apply_batch(batch, changes, held, journal)
                batch = []
        await self._apply_batch(batch, changes, held, journal)

    async def look_again(self, changes: Sequence[Change], journal: Journal) -> None:
        """See `PortalPort`."""
        held = {row.id: row for row in await self._rows(changes)}
        looking = LookingAgain(self._ask())
        found = [await self._looked_at(looking, change, held.get(int(change.learner_id or 0))) for change in changes]
        await self._keep(dict(enumerate(found)), changes, journal)
        await journal.give_up([place for place, kept in enumerate(found) if not kept.made])

    async def _looked_at(self, looking: LookingAgain, change: Change, row: models.Learner | None) -> Kept:
        try:
            kept = await looking.look_again(change, row)
        except ThisPersonOnly:
            return Kept(made=False)
        if change.learner_id is None and kept.made:
            # What was known before is not the newcomer's: somebody was to give the address up, and has it still.
            ids = {"remote_id": kept.user_id} if kept.user_id is not None else {"remote_invite_id": kept.invite_id}
            if await models.Learner.exists(portal_id=self.portal_id, **ids):
                return Kept(made=False)
        return kept

    async def _refusals(
        self, changes: Sequence[tuple[int, Change]], held: dict[int, models.Learner]
    ) -> list[tuple[int, Reason]]:
        refusals: dict[int, Reason] = {}
        for position, change in changes:
            row = held.get(int(change.learner_id)) if change.learner_id is not None else None
            if change.learner_id is not None and (row is None or not holds(row, change.before)):
                refusals[position] = Reason.CHANGED_MEANWHILE
            elif not can_be_sent(change):
                refusals[position] = Reason.PORTAL_REFUSED
        refusals |= await self._taken(changes, held, refusals)
        refusals |= dict.fromkeys(stranded(changes, held, refusals), Reason.EMAIL_TAKEN)
        refusals |= await leaving_no_admin(self.active_admins(), changes, held, refusals)
        return sorted(refusals.items())

    async def _taken(
        self, changes: Sequence[tuple[int, Change]], held: dict[int, models.Learner], refused: Collection[int]
    ) -> dict[int, Reason]:
        """Those who would get an address that another account is known to have and keeps, or that somebody before them
        gets."""
        wanted: dict[str, int] = {}
        taken: dict[int, Reason] = {}
        for position, change in changes:
            if change.after.email and position not in refused:
                key = email_key(change.after.email)
                if wanted.setdefault(key, position) != position:
                    taken[position] = Reason.EMAIL_TAKEN
        change_of = {int(change.learner_id): change for _, change in changes if change.learner_id is not None}
        asking = dict(changes)
        holders = models.Learner.filter(portal_id=self.portal_id, email_key__in=list(wanted))
        for learner_id, key in await holders.values_list("id", "email_key"):
            own = change_of.get(int(str(learner_id)))
            if own is asking[wanted[str(key)]] or (own is not None and (own.remove or own.after.email)):
                continue
            taken[wanted[str(key)]] = Reason.EMAIL_TAKEN
        return taken

    async def _apply_batch(
        self,
        groups: Sequence[Sequence[int]],
        changes: Sequence[Change],
        held: dict[int, models.Learner],
        journal: Journal,
    ) -> None:
        """Ask for some together and record what came of them; interrupted, what is under way is still recorded."""
        positions = [position for group in groups for position in group]
        if not positions:
            return
        await journal.begin(positions)
        work = _Batch(OnePerson(self._ask()), changes, held)
        asking = asyncio.ensure_future(work.run(groups))
        try:
            await asyncio.shield(asking)
        except asyncio.CancelledError:
            work.stop()
            await asyncio.wait({asking})
            await self._close(work, positions, changes, journal)
            raise
        await self._close(work, positions, changes, journal)
        if work.error is not None:
            raise work.error

    async def _close(
        self, work: "_Batch", positions: Sequence[int], changes: Sequence[Change], journal: Journal
    ) -> None:
        await self._keep(work.kept, changes, journal)
        await journal.give_up([each for each in positions if each not in work.kept and each not in work.unsure])

    async def _keep(self, kept: dict[int, Kept], changes: Sequence[Change], journal: Journal) -> None:
        if not kept:
            return
        async with write_transaction():
            keeping = Keeping(self.portal_id, self.habits, today_in(self._timezone))
            await journal.record(await keeping.keep(kept, changes))

    async def _rows(self, changes: Sequence[Change]) -> list[models.Learner]:
        ids = [int(change.learner_id) for change in changes if change.learner_id is not None]
        return await models.Learner.filter(portal_id=self.portal_id, id__in=ids)

    def _ask(self) -> Asking:
        assert self._client is not None, "this portal was opened for reading only"
        if self._asking is None:
            self._asking = Asking(self._client, self.habits)
        return self._asking


class _Batch:
    """Some changes under way together. `kept` is what came of them by position, `unsure` are those of which it is not
    known; `error` is what stopped the rest."""

    def __init__(self, person: OnePerson, changes: Sequence[Change], held: dict[int, models.Learner]) -> None:
        self.unsure: set[int] = set()
        self.kept: dict[int, Kept] = {}
        self.error: Exception | None = None
        self._person = person
        self._changes = changes
        self._held = held
        self._stopped = False

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped = True

    async def run(self, groups: Sequence[Sequence[int]]) -> None:
        """Each group in its order, all of them side by side."""
        await asyncio.gather(*(self._run_group(group) for group in groups))

    async def _run_group(self, group: Sequence[int]) -> None:
        rows = [self._held.get(int(self._changes[position].learner_id or 0)) for position in group]
        asked = [(position, self._changes[position], row) for position, row in zip(group, rows, strict=True)]
        begun: set[int] = set()

        def may_begin(position: int) -> bool:
            begun.add(position)
            return not self._stopped

        try:
            async for position, kept in self._person.in_order(asked, may_begin):
                self.kept[position] = kept
        except Exception as error:
            self.stop()
            # A lost answer stays begun, to be looked at; with any other of our errors it is certain that nothing was
            # done.
            if isinstance(error, Unsure) or not isinstance(error, LearnUponError):
                self.unsure |= begun - self.kept.keys()
            cause = error.__cause__ if isinstance(error, Unsure) else None
            self._note(cause if isinstance(cause, StopEverything) else error)

    def _note(self, error: Exception) -> None:
        """Of several errors the one that tells most: that there is no more today says least."""
        if self.error is None or isinstance(self.error, NoMoreToday):
            self.error = error


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{round(seconds)} seconds"
    hours, rest = divmod(minutes, 60)
    return f"{minutes} minutes" if hours == 0 else f"{hours} h {rest} min"
