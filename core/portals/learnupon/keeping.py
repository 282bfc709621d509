"""What came of changes, put into the tables: one step, together with what is recorded about it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from core.clock import now
from core.domain.change import Change
from core.domain.email import email_key
from core.domain.outcome import SENTENCES, Reason
from core.portals.accounts import insert_accounts, new_account, put, update_accounts
from core.portals.base import Applied
from core.portals.learnupon.habits import Habits
from core.portals.learnupon.mirror import Mirror, differs
from core.portals.learnupon.one_person import Kept
from core.portals.learnupon.records import User
from core.portals.parking import park
from core.store import models


def refusal(position: int, change: Change, reason: Reason, detail: str | None = None) -> Applied:
    """A change that was not made."""
    return Applied(position, change.learner_id, refused=reason, detail=detail or SENTENCES[reason])


class Keeping:
    """Puts results into the tables of one portal; `today` is its date."""

    def __init__(self, portal_id: int, habits: Habits, today: date) -> None:
        self._portal_id = portal_id
        self._habits = habits
        self._today = today

    async def keep(self, kept: Mapping[int, Kept], changes: Sequence[Change]) -> list[Applied]:
        """Must be called inside a transaction. `kept` is by position; returns what is to be recorded of it."""
        ids = [int(changes[place].learner_id or 0) for place in kept if changes[place].learner_id is not None]
        rows = {row.id: row for row in await models.Learner.filter(id__in=ids).order_by("id").select_for_update()}
        applied: list[Applied] = []
        created: list[int] = []
        changed: list[models.Learner] = []
        away: list[int] = []
        found: list[User] = []
        readdressed: list[models.Learner] = []
        for place, result in kept.items():
            change = changes[place]
            row = rows.get(int(change.learner_id)) if change.learner_id is not None else None
            if not result.made and result.reason is not None:
                applied.append(refusal(place, change, result.reason, result.detail))
            if result.other is not None:
                found.append(result.other)
            if row is None:
                if result.made and change.learner_id is None:
                    created.append(place)
                elif result.made:
                    applied.append(refusal(place, change, Reason.CHANGED_MEANWHILE))
                if result.user is not None:
                    found.append(result.user)
                continue
            if result.gone or (change.remove and result.made):
                away.append(row.id)
                if result.made:
                    applied.append(Applied(place, None))
                continue
            key = row.email_key
            revision = self._put(row, change, result)
            changed.append(row)
            if row.email_key != key:
                readdressed.append(row)
            if result.made:
                applied.append(
                    Applied(place, change.learner_id, revision, detail=result.detail, outcome=result.outcome)
                )
        await models.Learner.filter(id__in=away).delete()
        await self._make_room(readdressed)
        await update_accounts(changed)
        applied += await self._create({place: kept[place] for place in created}, changes)
        if await Mirror(self._portal_id, self._habits, self._today).put_users(found):
            await self._read_everyone_next()
        return applied

    async def _make_room(self, readdressed: Sequence[models.Learner]) -> None:
        """Nobody else can have these addresses any more: of whoever has one here, more is known once all are read."""
        keys = [row.email_key for row in readdressed]
        holders = await models.Learner.filter(portal_id=self._portal_id, email_key__in=keys)
        await park([row.id for row in [*readdressed, *holders]])
        if {row.id for row in holders} - {row.id for row in readdressed}:
            await self._read_everyone_next()

    async def _read_everyone_next(self) -> None:
        await models.LearnUponAccount.filter(portal_id=self._portal_id).update(reconciled_at=None)

    def _put(self, row: models.Learner, change: Change, result: Kept) -> int:
        """Bring the row up to date; the revision at which it held what the change said. Where LearnUpon holds something
        else, the row has a later one, so that the next sync looks at it."""
        if result.withdrawn:
            row.remote_invite_id = None
            row.revision += 1
        if result.made:
            put(row, change, now())
            if result.status is not None:
                row.status, row.disabled_by = result.status.value, None
            row.remote_id = result.user_id or row.remote_id
            row.remote_invite_id = None if row.remote_id is not None else result.invite_id
        revision = row.revision
        if result.user is not None:
            differs(row, result.user, self._habits, self._today)
        return revision

    async def _create(self, created: Mapping[int, Kept], changes: Sequence[Change]) -> list[Applied]:
        """Rows for new accounts, as they were asked for."""
        moment = now()
        rows = {
            place: new_account(
                self._portal_id,
                changes[place],
                moment,
                status=result.status,
                remote_id=result.user_id,
                remote_invite_id=result.invite_id,
            )
            for place, result in created.items()
        }
        here = await self._here_already(changes[place] for place in created)
        new = [place for place in created if _key(changes[place]) not in here]
        ids = await insert_accounts([rows[place] for place in new])
        applied = [
            _arrived(place, str(learner_id), 1, created[place]) for place, learner_id in zip(new, ids, strict=True)
        ]
        for place, result in created.items():
            row = here.get(_key(changes[place]))
            if row is None:
                continue
            if await models.Link.exists(learner_id=row.id):
                applied.append(refusal(place, changes[place], Reason.EMAIL_TAKEN))
                continue
            row.remote_id, row.remote_invite_id = result.user_id or row.remote_id, result.invite_id
            await row.save(update_fields=["remote_id", "remote_invite_id"])
            applied.append(_arrived(place, str(row.id), 0, result))
        return applied

    async def _here_already(self, changes: Iterable[Change]) -> dict[str, models.Learner]:
        """Accounts that became known here between a change and the look at what came of it, by e-mail key."""
        keys = [_key(change) for change in changes]
        return {
            row.email_key: row for row in await models.Learner.filter(portal_id=self._portal_id, email_key__in=keys)
        }


def _key(change: Change) -> str:
    return email_key(change.after.email or "")


def _arrived(place: int, learner_id: str, revision: int, result: Kept) -> Applied:
    return Applied(place, learner_id, revision, detail=result.detail, outcome=result.outcome)
