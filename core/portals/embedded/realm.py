"""A realm: a top-level portal and its sub-portals; what one of them means for people in the others.

facts/portal-semantics.md, sections 5.7, 5.8 and 6.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec
from tortoise.expressions import F

from core.clock import now
from core.domain.learner import AccountStatus
from core.portals.embedded.invites import close_invites, never_accepted
from core.store import models
from core.store.bulk import insert_rows

TOP_LEVEL = "top_level"
_AT_ONCE = 500
_AUDIT_COLUMNS = ("portal_id", "portal_slug", "at", "actor", "face", "action", "subject", "before", "after")


async def known_elsewhere(portal: models.Portal, keys: Collection[str]) -> set[str]:
    """Those of the e-mail keys that have an account in another portal of the realm."""
    others = await _others(portal)
    wanted = list(keys)
    found: set[str] = set()
    for start in range(0, len(wanted) if others else 0, _AT_ONCE):
        rows = models.Learner.filter(portal_id__in=others, email_key__in=wanted[start : start + _AT_ONCE])
        found.update(str(key) for key in await rows.values_list("email_key", flat=True))
    return found


async def _others(portal: models.Portal) -> list[int]:
    top = portal.parent_id or portal.id
    rows = await models.Portal.filter(parent_id=top).exclude(id=portal.id).only("id")
    return [row.id for row in rows] + ([top] if top != portal.id else [])


async def licences_left(portal: models.Portal) -> int | None:
    """How many more accounts the portal may have; None: there is no limit. Someone pending takes none yet.

    Until the transaction ends, nobody else is told, so that two people do not take the last one at the same time.
    """
    row = await models.Portal.filter(id=portal.id, licence_limit__isnull=False).select_for_update(no_key=True).first()
    if row is None or row.licence_limit is None:
        return None
    taken = await models.Learner.filter(portal_id=portal.id).exclude(status=AccountStatus.PENDING.value).count()
    return max(0, row.licence_limit - taken)


async def disable_below(portal: models.Portal, keys: Sequence[str]) -> list[int]:
    """People disabled in a top-level portal lose access to its sub-portals too; returns the learner ids.

    The reverse is not so: what a sub-portal does stays there.
    """
    rows = await _below(portal, keys)
    ended = [row for row in rows if row.status != AccountStatus.DISABLED]
    if ended:
        await models.Learner.filter(id__in=[row.id for row in ended]).update(
            status=AccountStatus.DISABLED.value,
            disabled_by=TOP_LEVEL,
            revision=F("revision") + 1,
            session_version=F("session_version") + 1,
        )
        await close_invites([row.id for row in ended], "cancelled")
        await _audit(ended, "disabled", {row.id: AccountStatus.DISABLED for row in ended})
    return [row.id for row in ended]


async def enable_below(portal: models.Portal, keys: Sequence[str]) -> list[int]:
    """Give back what `disable_below` took, and nothing that was ended in a sub-portal itself."""
    rows = [row for row in await _below(portal, keys) if row.disabled_by == TOP_LEVEL]
    waiting = await never_accepted(rows)
    given = {row.id: AccountStatus.PENDING if row.id in waiting else AccountStatus.ACTIVE for row in rows}
    for status in set(given.values()):
        ids = [learner_id for learner_id, own in given.items() if own is status]
        await models.Learner.filter(id__in=ids).update(
            status=status.value, disabled_by=None, revision=F("revision") + 1
        )
    await _audit(rows, "enabled", given)
    return [row.id for row in rows]


async def _audit(rows: Sequence[models.Learner], action: str, after: Mapping[int, AccountStatus]) -> None:
    """A line in the trail of the sub-portal for each of its people; `after` is their status now, by id."""
    if not rows:
        return
    slugs = {portal.id: portal.slug for portal in await models.Portal.filter(id__in={row.portal_id for row in rows})}
    lines = []
    for row in rows:
        before, now_is = (msgspec.json.encode({"status": one}).decode() for one in (row.status, after[row.id]))
        who = ("Automation", "automation", action, row.email)
        lines.append((row.portal_id, slugs[row.portal_id], now(), *who, before, now_is))
    await insert_rows(models.AuditLine, _AUDIT_COLUMNS, lines)


async def _below(portal: models.Portal, keys: Sequence[str]) -> list[models.Learner]:
    """People of the sub-portals, held until the transaction ends."""
    if portal.parent_id is not None or not keys:
        return []
    below = [row.id for row in await models.Portal.filter(parent_id=portal.id).only("id")]
    if not below:
        return []
    rows = models.Learner.filter(portal_id__in=below, email_key__in=list(keys)).order_by("id")
    return await rows.select_for_update(no_key=True)


async def reconsider_below(learner_ids: Sequence[int], moment: datetime) -> None:
    """Groups and enrolments of people whose access to a sub-portal changed."""
    if not learner_ids:
        return
    from core.portals.embedded.memberships import reconsider

    rows = await models.Learner.filter(id__in=list(learner_ids)).only("id", "portal_id")
    for portal in await models.Portal.filter(id__in={row.portal_id for row in rows}):
        await reconsider(portal, [row.id for row in rows if row.portal_id == portal.id], moment)
