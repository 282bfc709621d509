"""Who is in which group: dynamic rules applied, and enrolments that follow.

`reconsider` belongs into every transaction that creates or changes a learner. So that it and a change of the rules or
of a group's courses do not miss each other, the one holds `share_training` and the other `change_training`; whoever
needs learners as well locks those first.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from core.clock import zone
from core.domain.learner import AccountStatus
from core.domain.rules import (
    Definition,
    Label,
    Matcher,
    Person,
    decode_definition,
    dependency_order,
    labels_of,
    matcher,
)
from core.portals.accounts import custom_field
from core.portals.embedded.enrolments import AT_ONCE, enrol, marks, unenrol
from core.store import models
from core.store.bulk import connection_of, execute, insert_rows, select_rows

AUTOMATIC = "automatic"
MANUAL = "manual"
CHANGED_BY_RULE = "change members by rule"

_MOST_NAMED = 20
_LOCK = 0x756B67  # any number that nothing else locks by
_AUDIT_COLUMNS = ("portal_id", "portal_slug", "at", "actor", "face", "action", "subject", "after")

# What a rule may look at. The day of an account is that of its making or, for someone invited, of the acceptance;
# whoever was disabled before that is still pending.
LEARNER_COLUMNS = """
    l.id AS id, l.email_key AS email_key, l.email AS email,
    CASE WHEN l.status = 'disabled' AND NOT l.accepted AND l.password_hash IS NULL AND EXISTS (
        SELECT 1 FROM invite i WHERE i.learner_id = l.id AND i.kind = 'invitation'
    ) THEN 'pending' ELSE l.status END AS status,
    l.custom AS custom,
    CASE WHEN l.accepted_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM invite i WHERE i.learner_id = l.id AND i.kind = 'invitation'
    ) THEN l.accepted_at ELSE l.created_at END AS created_at
"""
_LEARNERS = "SELECT {columns} FROM learner l WHERE +l.portal_id = ? AND l.id IN ({marks}) ORDER BY l.id"
_HELD = "SELECT id, learner_id, group_id, origin FROM membership WHERE learner_id IN ({marks})"
_RUNNING = """
    SELECT g.id AS id, g.title AS title, r.running AS running, r.keep_enrolments AS keep_enrolments
    FROM rule r JOIN learner_group g ON g.id = r.group_id
    WHERE g.portal_id = ? AND r.running IS NOT NULL ORDER BY g.id
"""
_PLACES = {
    "groups": """
        SELECT m.learner_id AS learner_id, g.title AS title FROM membership m
        JOIN learner_group g ON g.id = m.group_id WHERE m.learner_id IN ({marks})
    """,
    "courses": """
        SELECT e.learner_id AS learner_id, c.title AS title FROM enrolment e
        JOIN course c ON c.id = e.course_id WHERE e.learner_id IN ({marks})
    """,
}


class RunningRule(NamedTuple):
    """A rule that is evaluated."""

    group_id: int
    title: str
    definition: Definition
    keep_enrolments: bool


class Moved(NamedTuple):
    """Who joined and left a group by its rule: e-mail addresses."""

    joined: list[str]
    left: list[str]


class Candidate(NamedTuple):
    """A learner as rules see them."""

    id: int
    email: str
    status: str
    person: Person


async def share_training(portal: models.Portal) -> None:
    """Until the transaction ends, nobody changes rules, groups or their courses; others may share this."""
    await _lock(portal, "pg_advisory_xact_lock_shared")


async def change_training(portal: models.Portal) -> None:
    """Until the transaction ends, nobody else changes rules, groups or their courses, or acts on them."""
    await _lock(portal, "pg_advisory_xact_lock")


async def change_everyone(portal: models.Portal) -> None:
    """Like `change_training`, and until then nobody else changes the portal's people either."""
    if not _is_sqlite():
        held = "SELECT 1 FROM learner WHERE portal_id = ? ORDER BY id FOR NO KEY UPDATE"
        await execute(models.Learner, f"SELECT COUNT(*) FROM ({held}) AS held", [portal.id])  # noqa: S608
    await change_training(portal)


async def _lock(portal: models.Portal, function: str) -> None:
    if not _is_sqlite():  # there, a transaction that writes is alone
        await execute(models.Group, f"SELECT {function}(?::int, ?::int)", [_LOCK, portal.id])


def _is_sqlite() -> bool:
    return connection_of(models.Group).capabilities.dialect == "sqlite"


async def labels(portal_id: int) -> tuple[Label, ...]:
    """What conditions of rules can be about in this portal."""
    rows = await models.CustomField.filter(portal_id=portal_id).order_by("id")
    return labels_of(custom_field(row) for row in rows)


async def running_rules(portal_id: int) -> list[RunningRule]:
    """The rules that are evaluated, each after the one whose group is its population."""
    rows = await select_rows(models.Rule, _RUNNING, [portal_id])
    rules = {row[0]: RunningRule(row[0], row[1], decode_definition(row[2]), bool(row[3])) for row in rows}
    order = dependency_order({group_id: rule.definition.population for group_id, rule in rules.items()})
    return [rules[group_id] for group_id in order]


async def reconsider(portal: models.Portal, learner_ids: Sequence[int], moment: datetime) -> None:
    """Bring groups by rule and enrolments of these learners in order, whatever changed about them.

    Call it in the transaction of the change, after it. Automatic members who no longer match leave, and who matches
    joins; someone pending is in no group by rule. Who may sign in is enrolled on the published courses of all their
    groups.
    """
    await settle(portal, learner_ids, moment)


async def reconsider_changed(
    portal: models.Portal,
    changed: Sequence[int],
    status_changed: Sequence[int],
    moment: datetime,
) -> None:
    """Like `reconsider`, for a portal in which mostly nothing follows from a change: where no rule runs, only those
    are looked at whose status or expiry changed."""
    if not changed:
        return
    await share_training(portal)
    rules = await running_rules(portal.id)
    if rules or status_changed:
        await _settle(portal, changed if rules else status_changed, moment, rules)


async def settle(portal: models.Portal, learner_ids: Sequence[int], moment: datetime) -> dict[int, Moved]:
    """`reconsider`, telling who joined and left which group (key: its id) by rule."""
    if not learner_ids:
        return {}
    await _lock_learners(learner_ids)
    await share_training(portal)
    return await _settle(portal, learner_ids, moment, await running_rules(portal.id))


async def _settle(
    portal: models.Portal, learner_ids: Sequence[int], moment: datetime, rules: Sequence[RunningRule]
) -> dict[int, Moved]:
    moved = {rule.group_id: Moved([], []) for rule in rules}
    if rules:
        matchers = matchers_of(rules, await labels(portal.id))
        for start in range(0, len(learner_ids), AT_ONCE):
            await _apply_rules(portal, learner_ids[start : start + AT_ONCE], moment, rules, matchers, moved)
        await _audit(portal, moment, [(rule.title, moved[rule.group_id]) for rule in rules])
    await enrol(portal, learner_ids, moment)
    return moved


def matchers_of(rules: Sequence[RunningRule], known: Sequence[Label]) -> dict[int, Matcher]:
    """What asks about each rule's group, by the group's id."""
    return {rule.group_id: matcher(rule.definition, known) for rule in rules}


async def _lock_learners(learner_ids: Sequence[int]) -> None:
    """Two transactions that look at the same learner go one after the other."""
    if _is_sqlite():
        return
    for start in range(0, len(learner_ids), AT_ONCE):
        some = learner_ids[start : start + AT_ONCE]
        await execute(
            models.Learner,
            f"SELECT id FROM learner WHERE id IN ({marks(some)}) ORDER BY id FOR NO KEY UPDATE",  # noqa: S608
            some,
        )


async def _apply_rules(
    portal: models.Portal,
    learner_ids: Sequence[int],
    moment: datetime,
    rules: Sequence[RunningRule],
    matchers: Mapping[int, Matcher],
    moved: Mapping[int, Moved],
) -> None:
    statement = _LEARNERS.format(columns=LEARNER_COLUMNS, marks=marks(learner_ids))
    rows = await select_rows(models.Learner, statement, [portal.id, *learner_ids])
    candidates = read_candidates(rows, portal.timezone, list(matchers.values()))
    held: dict[tuple[int, int], tuple[int, str]] = {}
    statement = _HELD.format(marks=marks(learner_ids))
    for membership_id, learner_id, group_id, origin in await select_rows(models.Membership, statement, learner_ids):
        held[learner_id, group_id] = (membership_id, origin)
    places = set(held)
    joining: list[tuple[object, ...]] = []
    leaving: list[int] = []
    left: dict[int, list[int]] = {}
    for rule in rules:
        group_id, population = rule.group_id, rule.definition.population
        matches = matchers[group_id].matches
        joined, gone = moved[group_id]
        for candidate in candidates:
            place = (candidate.id, group_id)
            belongs = (
                candidate.status != AccountStatus.PENDING.value
                and (population is None or (candidate.id, population) in places)
                and matches(candidate.person)
            )
            if belongs and place not in places:
                joining.append((group_id, candidate.id, AUTOMATIC, moment))
                joined.append(candidate.email)
                places.add(place)
            elif not belongs and place in held and held[place][1] == AUTOMATIC:
                leaving.append(held[place][0])
                gone.append(candidate.email)
                places.discard(place)
                if not rule.keep_enrolments:
                    left.setdefault(candidate.id, []).append(group_id)
    for start in range(0, len(leaving), AT_ONCE):
        some = leaving[start : start + AT_ONCE]
        await execute(models.Membership, f"DELETE FROM membership WHERE id IN ({marks(some)})", some)  # noqa: S608
    await insert_rows(models.Membership, ("group_id", "learner_id", "origin", "joined_at"), joining)
    await unenrol(left)


def read_candidates(rows: Sequence[tuple[Any, ...]], timezone: str, matchers: Sequence[Matcher]) -> list[Candidate]:
    """Rows that begin with `LEARNER_COLUMNS` as rules see them; only what one of them looks at is read."""
    needs_custom = any(one.needs_custom for one in matchers)
    needs_created = any(one.needs_created for one in matchers)
    decode = msgspec.json.Decoder().decode
    candidates: list[Candidate] = []
    for row in rows:
        created = _day(row[5], timezone) if needs_created else ""
        person = Person(row[1], created, decode(row[4]) if needs_custom else {})
        candidates.append(Candidate(row[0], row[2], row[3], person))
    return candidates


@lru_cache(maxsize=4096)  # whole companies are added within moments
def _day(moment: datetime | str, timezone: str) -> str:
    """The calendar date of a moment of the database in this time zone, as YYYY-MM-DD."""
    made = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    made = made if made.tzinfo else made.replace(tzinfo=UTC)
    return made.astimezone(zone(timezone)).date().isoformat()


async def _audit(portal: models.Portal, moment: datetime, moved: Sequence[tuple[str, Moved]]) -> None:
    """A line for each group whose members changed. Here, and not in the services: it belongs into the transaction."""
    lines = []
    for title, (joined, left) in moved:
        if joined or left:
            people = [*joined, *left][:_MOST_NAMED]
            after = msgspec.json.encode({"joined": len(joined), "left": len(left), "people": people}).decode()
            line = (portal.id, portal.slug, moment, "Automation", "automation", CHANGED_BY_RULE, title, after)
            lines.append(line)
    await insert_rows(models.AuditLine, _AUDIT_COLUMNS, lines)


async def groups_and_courses(learner_ids: Sequence[int]) -> dict[int, tuple[list[str], list[str]]]:
    """The titles of the groups and of the courses of each of these learners, sorted."""
    titles: dict[str, dict[int, list[str]]] = {}
    for what, statement in _PLACES.items():
        found = titles[what] = {learner_id: [] for learner_id in learner_ids}
        rows = (
            await select_rows(models.Membership, statement.format(marks=marks(learner_ids)), learner_ids)
            if learner_ids
            else []
        )
        for learner_id, title in rows:
            found[learner_id].append(title)
    return {
        learner_id: (
            sorted(titles["groups"][learner_id], key=str.casefold),
            sorted(titles["courses"][learner_id], key=str.casefold),
        )
        for learner_id in learner_ids
    }
