"""Groups: add, list, remove, and who is in them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from core.clock import now
from core.domain.email import email_key
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.domain.rules import decode_definition
from core.portals.embedded.enrolments import AT_ONCE, unenrol
from core.portals.embedded.memberships import AUTOMATIC, MANUAL, change_training, settle, share_training
from core.services.audit import audit
from core.services.kinds import Own
from core.services.names import checked_name, name_key
from core.services.portals import embedded_portal_for, portal_for
from core.store import models
from core.store.bulk import insert_rows, select_rows
from core.store.transactions import write_transaction

_MOST_NAMED = 20

_COUNTS = """
    SELECT m.group_id AS group_id, m.origin AS origin, COUNT(*) AS members FROM membership m
    JOIN learner_group g ON g.id = m.group_id WHERE g.portal_id = ? GROUP BY m.group_id, m.origin
"""
_MEMBERS = """
    SELECT l.email AS email, l.first_name AS first_name, l.last_name AS last_name, l.status AS status,
    m.origin AS origin, m.joined_at AS joined_at, l.source AS source
    FROM membership m JOIN learner l ON l.id = m.learner_id WHERE m.group_id = ? ORDER BY l.email_key
"""
_MANUAL_MEMBERS = """
    SELECT learner_id FROM membership WHERE group_id = ? AND origin = 'manual' ORDER BY learner_id LIMIT ?
"""


class ListedGroup(msgspec.Struct):
    """A group as listed. `rule` is `none`, `draft`, `running`, or `running, draft`; `courses` are titles, sorted."""

    title: str
    members: int
    automatic: int
    manual: int
    rule: str
    courses: list[str]


class GroupMember(msgspec.Struct):
    """Someone in a group. `origin` is `manual` or `automatic`, `source` of the account `ukg` or `manual`."""

    email: str
    name: str
    status: str
    origin: str
    joined_at: datetime
    source: str


class ChangedMembers(msgspec.Struct):
    """Whom a change by hand really concerned, by e-mail. `made_manual` were in the group by its rule."""

    added: list[str]
    made_manual: list[str]
    removed: list[str]


async def find_group(portal: models.Portal, title: str) -> models.Group:
    """The group of that title, whatever its case; raises `SettingsError` naming those there are, or for a portal of
    LearnUpon, which keeps its own."""
    Own.GROUPS.refuse(portal)
    group = await models.Group.get_or_none(portal_id=portal.id, title_key=name_key(title))
    if group is None:
        titles = [row.title for row in await models.Group.filter(portal_id=portal.id).order_by("title_key").limit(10)]
        known = f"There are: {', '.join(titles)}." if titles else f"Add it: ukg group add {portal.slug} TITLE"
        raise SettingsError(f"{portal.slug} has no group '{title[:80]}'; nothing was done. {known}")
    return group


async def add_group(slug: str, title: str) -> models.Group:
    """Add a group; titles are unique in a portal whatever their case."""
    portal = await embedded_portal_for(slug, Role.ADMIN, Own.GROUPS)
    checked = checked_name("A group's title", title)
    async with write_transaction():
        await change_training(portal)
        if await models.Group.exists(portal_id=portal.id, title_key=name_key(checked)):
            raise SettingsError(f"{slug} has a group {checked} already; nothing was added.")
        group = await models.Group.create(
            portal_id=portal.id, title=checked, title_key=name_key(checked), created_at=now()
        )
        await audit(portal, "group added", checked)
    return group


async def list_groups(slug: str) -> list[ListedGroup]:
    """Every group of the portal, by title."""
    portal = await portal_for(slug, Role.VIEWER)
    counts: dict[int, dict[str, int]] = {}
    for group_id, origin, members in await select_rows(models.Membership, _COUNTS, [portal.id]):
        counts.setdefault(group_id, {})[origin] = members
    rules = {row.group_id: row for row in await models.Rule.filter(group__portal_id=portal.id)}
    courses: dict[int, list[str]] = {}
    for row in await models.GroupCourse.filter(group__portal_id=portal.id).prefetch_related("course"):
        courses.setdefault(row.group_id, []).append(row.course.title)
    return [
        ListedGroup(
            title=group.title,
            members=sum(counts.get(group.id, {}).values()),
            automatic=counts.get(group.id, {}).get(AUTOMATIC, 0),
            manual=counts.get(group.id, {}).get(MANUAL, 0),
            rule=rule_state(rules.get(group.id)),
            courses=sorted(courses.get(group.id, []), key=str.casefold),
        )
        for group in await models.Group.filter(portal_id=portal.id).order_by("title_key")
    ]


def rule_state(rule: models.Rule | None) -> str:
    """What there is of a group's rule, in a word or two."""
    states = [] if rule is None else [name for name in ("running", "draft") if getattr(rule, name) is not None]
    return ", ".join(states) or "none"


async def group_members(slug: str, title: str) -> list[GroupMember]:
    """Who is in the group, by e-mail."""
    portal = await portal_for(slug, Role.VIEWER)
    group = await find_group(portal, title)
    rows = await select_rows(models.Membership, _MEMBERS, [group.id])
    return [
        GroupMember(email, f"{first} {last}".strip(), status, origin, _moment(joined), source)
        for email, first, last, status, origin, joined, source in rows
    ]


def _moment(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


async def change_members(
    slug: str,
    title: str,
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    unenrol_removed: bool = False,
) -> ChangedMembers:
    """Add and remove members by hand, by e-mail; all of it or nothing.

    Added ones are enrolled on the group's courses; someone pending is when they accept. Whom the rule had brought in
    and who is added becomes a manual member, whom no rule takes out. Enrolments of those removed stay unless
    `unenrol_removed`. Removing someone whom the running rule would bring back at once is refused.
    """
    portal = await embedded_portal_for(slug, Role.OPERATOR, Own.GROUPS)
    both = {email_key(email) for email in add} & {email_key(email) for email in remove}
    if both:
        raise SettingsError(f"{min(both)} is to be both added and removed; nothing was changed.")
    async with write_transaction():
        people = await _people(portal, [*add, *remove])
        await share_training(portal)
        group = await find_group(portal, title)
        moment = now()
        adding, removing = ([people[key] for key in _keys(emails)] for emails in (add, remove))
        held = {
            row.learner_id: row
            for row in await models.Membership.filter(
                group_id=group.id, learner_id__in=[row.id for row in people.values()]
            )
        }
        changed = ChangedMembers(
            added=[row.email for row in adding if row.id not in held],
            made_manual=[row.email for row in adding if row.id in held and held[row.id].origin != MANUAL],
            removed=[row.email for row in removing if row.id in held],
        )
        outside = [row.email for row in removing if row.id not in held]
        if outside:
            raise SettingsError(f"{outside[0]} is not in {group.title}; nothing was changed.")
        await insert_rows(
            models.Membership,
            ("group_id", "learner_id", "origin", "joined_at"),
            [(group.id, row.id, MANUAL, moment) for row in adding if row.id not in held],
        )
        await models.Membership.filter(
            id__in=[held[row.id].id for row in adding if row.id in held and held[row.id].origin != MANUAL]
        ).update(origin=MANUAL)
        await models.Membership.filter(id__in=[held[row.id].id for row in removing]).delete()
        moved = await settle(portal, [row.id for row in people.values()], moment)
        if removing and group.id in moved and moved[group.id].joined:
            raise SettingsError(
                f"{moved[group.id].joined[0]} matches the rule of {group.title} and would join again at once; nothing "
                f"was changed. Change the rule, or stop it: ukg rule stop {slug} '{group.title}'"
            )
        if unenrol_removed:
            await unenrol({row.id: [group.id] for row in removing})
        await _audit_members(portal, group, changed)
    return changed


async def _audit_members(portal: models.Portal, group: models.Group, changed: ChangedMembers) -> None:
    numbers = {"added": changed.added + changed.made_manual, "removed": changed.removed}
    after = {
        what: {"number": len(emails), "people": emails[:_MOST_NAMED]} for what, emails in numbers.items() if emails
    }
    if after:
        await audit(portal, "group members changed", group.title, after=after)


def _keys(emails: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(email_key(email) for email in emails))


async def _people(portal: models.Portal, emails: Sequence[str]) -> dict[str, models.Learner]:
    """The learners by e-mail key, held until the transaction ends; `SettingsError` if there is none for one."""
    keys = _keys(emails)
    found: dict[str, models.Learner] = {}
    for start in range(0, len(keys), AT_ONCE):
        some = models.Learner.filter(portal_id=portal.id, email_key__in=keys[start : start + AT_ONCE]).order_by("id")
        found |= {row.email_key: row for row in await some.select_for_update(no_key=True)}
    missing = [key for key in keys if key not in found]
    if missing:
        raise SettingsError(
            f"{portal.slug} has no learner {missing[0][:120]}{f' (and {len(missing) - 1} more)' * (len(missing) > 1)}; "
            "nothing was changed."
        )
    return found


async def make_automatic(slug: str, title: str) -> int:
    """Turn the manual members of a group into automatic ones, so that its rule may take them out; returns how many.

    A running rule does so at once with those who do not match.
    """
    portal = await portal_for(slug, Role.OPERATOR)
    group = await find_group(portal, title)
    number = 0
    while True:
        async with write_transaction():
            rows = await select_rows(models.Membership, _MANUAL_MEMBERS, [group.id, AT_ONCE])
            ids = [learner_id for (learner_id,) in rows]
            if not ids:
                return number
            await _settle_as_automatic(portal, group, ids)
            await audit(portal, "members made automatic", group.title, after={"number": len(ids)})
        number += len(ids)


async def _settle_as_automatic(portal: models.Portal, group: models.Group, learner_ids: Sequence[int]) -> None:
    """Make these members automatic and let the rules see them; in a transaction."""
    await models.Learner.filter(id__in=list(learner_ids)).order_by("id").select_for_update(no_key=True).only("id")
    await share_training(portal)
    await models.Membership.filter(group_id=group.id, learner_id__in=list(learner_ids)).update(origin=AUTOMATIC)
    await settle(portal, learner_ids, now())


async def remove_group(slug: str, title: str) -> int:
    """Remove a group with its rule; returns how many members it had. Their accounts and enrolments stay.

    Refused while a running rule considers the members of this group.
    """
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        await change_training(portal)
        group = await find_group(portal, title)
        for rule in await models.Rule.filter(group__portal_id=portal.id, running__isnull=False).prefetch_related(
            "group"
        ):
            if rule.running is not None and decode_definition(rule.running).population == group.id:
                raise SettingsError(
                    f"The rule of {rule.group.title} considers the members of {group.title}; nothing was removed. Stop "
                    f"it first: ukg rule stop {slug} '{rule.group.title}'"
                )
        members = await models.Membership.filter(group_id=group.id).count()
        await group.delete()
        await audit(portal, "group removed", group.title, before={"members": members})
    return members
