"""Dynamic rules of groups: drafted, previewed, run, stopped."""

import asyncio
import csv
import shlex
from collections.abc import AsyncIterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.learner import AccountStatus
from core.domain.roles import Role
from core.domain.rule_words import format_definition, parse_definition
from core.domain.rules import (
    Definition,
    Label,
    cycle_through,
    decode_definition,
    encode_definition,
    matcher,
    renamed,
    troubles,
    uses,
)
from core.portals.embedded.enrolments import AT_ONCE
from core.portals.embedded.memberships import (
    AUTOMATIC,
    LEARNER_COLUMNS,
    change_training,
    labels,
    read_candidates,
    settle,
)
from core.services.audit import audit
from core.services.groups import find_group, rule_state
from core.services.portals import portal_for
from core.services.spreadsheet import safe_cell, whole_file
from core.store import models
from core.store.bulk import select_rows
from core.store.transactions import write_transaction

_PAGE = 5000
# The plus keeps SQLite from reading the whole portal for each page, by the index over it, and sorting that.
_PREVIEW = """
    SELECT {columns}, l.first_name AS first_name, l.last_name AS last_name, m.origin AS origin,
    p.id AS population_id, l.source AS source
    FROM learner l
    LEFT JOIN membership m ON m.learner_id = l.id AND m.group_id = ?
    LEFT JOIN membership p ON p.learner_id = l.id AND p.group_id = ?
    WHERE +l.portal_id = ? AND l.id > ? ORDER BY l.id LIMIT ?
"""
_HEADINGS = ("email", "first_name", "last_name", "status", "effect")


class Effect(StrEnum):
    """What running the rule would mean for someone whom it matches, or who is in the group."""

    JOINS = "joins"
    LEAVES = "leaves"
    STAYS = "stays"
    STAYS_BY_HAND = "stays, added by hand"
    WAITS = "joins on accepting"


class ShownRule(msgspec.Struct):
    """A group's rule in words. `draft` and `running` are blocks of conditions, any of which is enough: an empty list
    is everyone, None that there is none. `draft_population` and `running_population` are titles of groups whose
    members alone are considered. `troubles` are sentences on what can no longer match.
    """

    group: str
    state: str
    draft: list[str] | None
    draft_population: str | None
    running: list[str] | None
    running_population: str | None
    keep_enrolments: bool
    ran_at: datetime | None
    troubles: list[str]


class PreviewedPerson(msgspec.Struct):
    """Someone whom a preview concerns; `source` of the account is `ukg` or `manual`."""

    email: str
    name: str
    status: str
    effect: Effect
    source: str


class Preview(msgspec.Struct):
    """What running a rule would do. `which` is `draft` or `running`; `matching` counts who matches, those added by
    hand among them; `members` are those in the group now, `members_after` then. `empties` warns that nobody would be
    left of a group that has members. `people` are the first of those concerned, `more` how many there are beside;
    neither counts the `pending`, who match and join once they accept their invitation.
    """

    group: str
    which: str
    where: list[str]
    population: str | None
    matching: int
    joining: int
    leaving: int
    members: int
    members_after: int
    empties: bool
    troubles: list[str]
    people: list[PreviewedPerson]
    more: int
    pending: int


class RuleRun(msgspec.Struct):
    """What came of running a rule, over all groups that follow from it: the group's own, and members it has now."""

    group: str
    joined: int
    left: int
    members: int


class _Judged(NamedTuple):
    email: str
    first_name: str
    last_name: str
    status: str
    matches: bool
    member: bool
    effect: Effect
    source: str


async def set_rule(
    slug: str, group_title: str, *, where: Sequence[str] = (), everyone: bool = False, members_of: str | None = None
) -> ShownRule:
    """Write the draft of a group's rule; what runs is not touched until the draft is run.

    Each text of `where` is a block of conditions joined by `and`; any of the blocks is enough. `everyone` stands for
    no condition. `members_of` names the one group whose members are considered.
    """
    portal = await portal_for(slug, Role.ADMIN)
    if everyone == bool(where):
        raise SettingsError(
            "A rule takes in all users or those for whom conditions hold; nothing was changed. Give --all, or --where "
            "once or several times."
        )
    async with write_transaction():
        await change_training(portal)
        group = await find_group(portal, group_title)
        population = await find_group(portal, members_of) if members_of is not None else None
        known = await labels(portal.id)
        definition = parse_definition(where, known, population.id if population else None)
        await _check_no_cycle(portal, group, definition)
        rule, _ = await models.Rule.get_or_create(group_id=group.id)
        titles = await _titles(portal)
        before = _words(rule.draft, titles)
        rule.draft = encode_definition(definition)
        await rule.save(update_fields=["draft"])
        await audit(portal, "rule drafted", group.title, before=before, after=_words(rule.draft, titles))
    return _shown(group, rule, known, titles)


async def _check_no_cycle(portal: models.Portal, group: models.Group, definition: Definition) -> None:
    populations: dict[int, int | None] = {}
    for rule in await models.Rule.filter(group__portal_id=portal.id, running__isnull=False):
        if rule.running is not None:
            populations[rule.group_id] = decode_definition(rule.running).population
    populations[group.id] = definition.population
    cycle = cycle_through(populations, group.id)
    if cycle:
        titles = await _titles(portal)
        chain = " follows ".join(titles[group_id] for group_id in cycle)
        raise SettingsError(f"Groups cannot follow each other in a circle ({chain}); nothing was changed.")


async def _titles(portal: models.Portal) -> dict[int, str]:
    return {row.id: row.title for row in await models.Group.filter(portal_id=portal.id)}


def _words(stored: str | None, titles: dict[int, str]) -> dict[str, Any] | None:
    if stored is None:
        return None
    definition = decode_definition(stored)
    words: dict[str, Any] = {"where": format_definition(definition)}
    if definition.population is not None:
        words["members_of"] = _title(definition, titles)
    return words


def _title(definition: Definition, titles: dict[int, str]) -> str | None:
    if definition.population is None:
        return None
    return titles.get(definition.population, "a group that was removed")


def _definitions(rule: models.Rule) -> tuple[Definition | None, Definition | None]:
    """The draft and what runs."""
    draft: str | None = rule.draft
    running: str | None = rule.running
    return (
        decode_definition(draft) if draft is not None else None,
        decode_definition(running) if running is not None else None,
    )


def _shown(group: models.Group, rule: models.Rule, known: Sequence[Label], titles: dict[int, str]) -> ShownRule:
    draft, running = _definitions(rule)
    found = [sentence for one in (draft, running) if one is not None for sentence in troubles(one, known)]
    return ShownRule(
        group=group.title,
        state=rule_state(rule),
        draft=format_definition(draft) if draft else None,
        draft_population=_title(draft, titles) if draft else None,
        running=format_definition(running) if running else None,
        running_population=_title(running, titles) if running else None,
        keep_enrolments=rule.keep_enrolments,
        ran_at=rule.ran_at,
        troubles=list(dict.fromkeys(found)),
    )


async def show_rule(slug: str, group_title: str) -> ShownRule:
    """The rule of a group; raises `SettingsError` when it has none."""
    portal = await portal_for(slug, Role.VIEWER)
    group = await find_group(portal, group_title)
    return _shown(group, await _rule_of(portal, group), await labels(portal.id), await _titles(portal))


async def list_rules(slug: str) -> list[ShownRule]:
    """The rules of a portal, by the title of their group."""
    portal = await portal_for(slug, Role.VIEWER)
    known, titles = await labels(portal.id), await _titles(portal)
    rows = await models.Rule.filter(group__portal_id=portal.id).prefetch_related("group").order_by("group__title_key")
    return [_shown(row.group, row, known, titles) for row in rows]


async def _rule_of(portal: models.Portal, group: models.Group) -> models.Rule:
    rule = await models.Rule.get_or_none(group_id=group.id)
    if rule is None or rule_state(rule) == "none":
        raise SettingsError(
            f"{group.title} has no rule; nothing was done. Write one: ukg rule set {portal.slug} '{group.title}' "
            '--where "LABEL OPERATOR VALUE"'
        )
    return rule


async def preview_rule(
    slug: str, group_title: str, *, csv_path: Path | None = None, most: int | None = None
) -> Preview:
    """What running the draft would do, or the running rule if there is no draft; nothing is written but the CSV.

    `most` limits `people`; the CSV holds everyone.
    """
    portal = await portal_for(slug, Role.VIEWER)
    group = await find_group(portal, group_title)
    rule = await _rule_of(portal, group)
    draft, running = _definitions(rule)
    definition = draft or running or Definition()
    titles = await _titles(portal)
    _check_population(definition, titles)
    preview = Preview(
        group=group.title,
        which="draft" if draft else "running",
        where=format_definition(definition),
        population=_title(definition, titles),
        matching=0,
        joining=0,
        leaving=0,
        members=0,
        members_after=0,
        empties=False,
        troubles=troubles(definition, await labels(portal.id)),
        people=[],
        more=0,
        pending=0,
    )
    with whole_file(csv_path) if csv_path is not None else nullcontext() as file:
        writer = csv.writer(file) if file is not None else None
        if writer is not None:
            writer.writerow(_HEADINGS)
        async for page in _judged(portal, group, definition):
            _count(preview, page, most)
            if writer is not None:
                writer.writerows(
                    [safe_cell(cell) for cell in (one.email, one.first_name, one.last_name, one.status, one.effect)]
                    for one in page
                )
            await asyncio.sleep(0)
    preview.members_after = preview.members + preview.joining - preview.leaving
    preview.empties = preview.members > 0 and preview.members_after == 0
    return preview


def _count(preview: Preview, page: Sequence[_Judged], most: int | None) -> None:
    for one in page:
        if one.effect is Effect.WAITS:
            preview.pending += 1
            continue
        preview.matching += one.matches
        preview.members += one.member
        preview.joining += one.effect is Effect.JOINS
        preview.leaving += one.effect is Effect.LEAVES
        if most is None or len(preview.people) < most:
            name = f"{one.first_name} {one.last_name}".strip()
            preview.people.append(PreviewedPerson(one.email, name, one.status, one.effect, one.source))
        else:
            preview.more += 1


def _check_population(definition: Definition, titles: dict[int, str]) -> None:
    if definition.population is not None and definition.population not in titles:
        raise SettingsError(
            "The group whose members the rule considers was removed; nothing was done. Write the rule anew."
        )


async def _judged(portal: models.Portal, group: models.Group, definition: Definition) -> AsyncIterator[list[_Judged]]:
    """Pages of those whom the rule matches or who are in the group now."""
    judge = matcher(definition, await labels(portal.id))
    statement = _PREVIEW.format(columns=LEARNER_COLUMNS)
    pending, population = AccountStatus.PENDING.value, definition.population
    last_id = 0
    while True:
        rows = await select_rows(models.Learner, statement, [group.id, population or 0, portal.id, last_id, _PAGE])
        page: list[_Judged] = []
        for row, candidate in zip(rows, read_candidates(rows, portal.timezone, [judge]), strict=True):
            origin, considered = row[8], population is None or row[9] is not None
            would, waits = considered and judge.matches(candidate.person), candidate.status == pending
            if not would and origin is None:
                continue
            matches = would and not waits
            effect = _effect(matches=matches, origin=origin) if matches or origin is not None else Effect.WAITS
            member = origin is not None
            page.append(
                _Judged(candidate.email, row[6], row[7], candidate.status, matches, member, effect, source=row[10])
            )
        yield page
        if len(rows) < _PAGE:
            return
        last_id = rows[-1][0]


def _effect(*, matches: bool, origin: str | None) -> Effect:
    if origin is None:
        return Effect.JOINS
    if origin == AUTOMATIC:
        return Effect.STAYS if matches else Effect.LEAVES
    return Effect.STAYS_BY_HAND


async def run_rule(
    slug: str, group_title: str, *, keep_enrolments: bool | None = None, may_empty: bool = False
) -> RuleRun:
    """Let the draft run: now over everyone, and from then on whenever a learner is created or changed.

    Raises `SettingsError` for a rule that would leave nobody in a group that has members, unless `may_empty`.

    Members who do not match leave, but for those added by hand; with them goes what they have not finished of the
    group's courses, unless another of their groups gives it or `keep_enrolments`. Without a draft the running rule goes
    over everyone once more, which also completes what an interruption left undone; then `keep_enrolments` None leaves
    that setting as it is. Works in small transactions: others can go on meanwhile.
    """
    portal = await portal_for(slug, Role.ADMIN)
    if not may_empty:
        await _refuse_to_empty(slug, group_title)
    async with write_transaction():
        await change_training(portal)
        group = await find_group(portal, group_title)
        rule = await _rule_of(portal, group)
        titles = await _titles(portal)
        before = _words(rule.running, titles)
        draft, running = _definitions(rule)
        definition = draft or running or Definition()
        _check_population(definition, titles)
        await _check_no_cycle(portal, group, definition)
        if draft is not None:
            rule.keep_enrolments = bool(keep_enrolments)
        elif keep_enrolments is not None:
            rule.keep_enrolments = keep_enrolments
        stored = encode_definition(definition)
        rule.update_from_dict({"running": stored, "draft": None, "ran_at": now()})
        await rule.save(update_fields=["running", "draft", "keep_enrolments", "ran_at"])
        after = (_words(stored, titles) or {}) | {"keep_enrolments": rule.keep_enrolments}
        await audit(portal, "rule run", group.title, before=before, after=after)
    joined, left = await _settle_everyone(portal, group)
    members = await models.Membership.filter(group_id=group.id).count()
    return RuleRun(group.title, joined, left, members)


async def _refuse_to_empty(slug: str, group_title: str) -> None:
    preview = await preview_rule(slug, group_title, most=0)
    if preview.empties:
        raise SettingsError(
            f"The rule would empty {preview.group}: all {preview.members} members would leave. It was not run. Look at "
            f"it with 'ukg rule preview {slug} {shlex.quote(preview.group)}', or add --empty to run it all the same."
        )


async def _settle_everyone(portal: models.Portal, group: models.Group) -> tuple[int, int]:
    joined = left = last_id = 0
    statement = "SELECT id FROM learner WHERE +portal_id = ? AND id > ? ORDER BY id LIMIT ?"
    while rows := await select_rows(models.Learner, statement, [portal.id, last_id, AT_ONCE]):
        async with write_transaction():
            moved = await settle(portal, [learner_id for (learner_id,) in rows], now())
        if group.id in moved:
            joined += len(moved[group.id].joined)
            left += len(moved[group.id].left)
        last_id = rows[-1][0]
        await asyncio.sleep(0)
    return joined, left


async def stop_rule(slug: str, group_title: str) -> int:
    """Evaluate the rule no longer; its members stay. Returns how many. It is kept as a draft unless there is one."""
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        await change_training(portal)
        group = await find_group(portal, group_title)
        rule = await models.Rule.get_or_none(group_id=group.id)
        if rule is None or "running" not in rule_state(rule):
            raise SettingsError(f"No rule of {group.title} is running; nothing was changed.")
        before = _words(rule.running, await _titles(portal))
        draft, _ = _definitions(rule)
        rule.update_from_dict({"draft": rule.draft if draft else rule.running, "running": None})
        await rule.save(update_fields=["draft", "running"])
        await audit(portal, "rule stopped", group.title, before=before)
    return await models.Membership.filter(group_id=group.id).count()


async def rename_label(portal_id: int, old: str, new: str) -> None:
    """Let drafts and running rules follow a field that gets another label; in the transaction of that change."""
    for rule in await models.Rule.filter(group__portal_id=portal_id):
        definitions = zip(("draft", "running"), _definitions(rule), strict=True)
        changed = {
            name: encode_definition(renamed(definition, old, new))
            for name, definition in definitions
            if definition is not None and uses(definition, old)
        }
        if changed:
            await models.Rule.filter(id=rule.id).update(**changed)


async def rules_using(portal_id: int, label: str) -> list[str]:
    """The titles of the groups whose running rule uses the field, sorted."""
    rules = await models.Rule.filter(group__portal_id=portal_id, running__isnull=False).prefetch_related("group")
    titles = [
        rule.group.title for rule in rules if rule.running is not None and uses(decode_definition(rule.running), label)
    ]
    return sorted(titles, key=str.casefold)
