"""What running a rule would do, person by person, before it is run; also of one that is still being written."""

import asyncio
import csv
from collections.abc import AsyncIterator, Sequence
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import msgspec

from core.domain.learner import AccountStatus
from core.domain.roles import Role
from core.domain.rule_words import format_definition
from core.domain.rules import Condition, Definition, matcher, troubles
from core.portals.embedded.memberships import AUTOMATIC, LEARNER_COLUMNS, labels, read_candidates
from core.services.groups import find_group
from core.services.portals import portal_for
from core.services.rules.showing import check_population, definitions_of, population_title, rule_of, titles_of
from core.services.spreadsheet import safe_cell, whole_file
from core.store import models
from core.store.bulk import select_rows

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


class PreviewedPerson(msgspec.Struct):
    """Someone whom a preview concerns; `source` of the account is `ukg` or `manual`."""

    email: str
    name: str
    status: str
    effect: Effect
    source: str


class Preview(msgspec.Struct):
    """What running a rule would do. `which` is `draft`, `running` or `edited`; `matching` counts who matches, those
    added by hand among them; `members` are those in the group now, `members_after` then. `empties` warns that nobody
    would be left of a group that has members. `people` are the first of those concerned, `more` how many there are
    beside; neither counts the `pending`, who match and join once they accept their invitation.
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


class _Judged(NamedTuple):
    email: str
    first_name: str
    last_name: str
    status: str
    matches: bool
    member: bool
    effect: Effect
    source: str


async def preview_rule(
    slug: str, group_title: str, *, csv_path: Path | None = None, most: int | None = None
) -> Preview:
    """What running the draft would do, or the running rule if there is no draft; nothing is written but the CSV.

    `most` limits `people`; the CSV holds everyone.
    """
    portal = await portal_for(slug, Role.VIEWER)
    group = await find_group(portal, group_title)
    rule = await rule_of(portal, group)
    draft, running = definitions_of(rule)
    definition = draft or running or Definition()
    titles = await titles_of(portal)
    check_population(definition, titles)
    preview = await _blank(portal, group, definition, "draft" if draft else "running", titles)
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
    return _summed(preview)


async def preview_conditions(
    slug: str,
    group_title: str,
    blocks: Sequence[Sequence[Condition]],
    *,
    members_of: str | None = None,
    most: int = 0,
) -> Preview:
    """What running a rule of these conditions would do, before they are kept anywhere; without any: all users.

    `members_of` names the one group whose members are considered. `people` are up to `most` of each effect, those first
    whom the rule would move, and those at the end who are pending.
    """
    portal = await portal_for(slug, Role.VIEWER)
    group = await find_group(portal, group_title)
    population = await find_group(portal, members_of) if members_of is not None else None
    definition = Definition(tuple(map(tuple, blocks)), population.id if population else None)
    preview = await _blank(portal, group, definition, "edited", await titles_of(portal))
    people: dict[Effect, list[PreviewedPerson]] = {effect: [] for effect in Effect}
    async for page in _judged(portal, group, definition):
        _count(preview, page, 0)
        for one in page:
            if len(people[one.effect]) < most:
                people[one.effect].append(_person(one))
        await asyncio.sleep(0)
    preview.people = [one for some in people.values() for one in some]
    preview.more -= len(preview.people) - len(people[Effect.WAITS])
    return _summed(preview)


async def _blank(
    portal: models.Portal, group: models.Group, definition: Definition, which: str, titles: dict[int, str]
) -> Preview:
    return Preview(
        group=group.title,
        which=which,
        where=format_definition(definition),
        population=population_title(definition, titles),
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


def _summed(preview: Preview) -> Preview:
    preview.members_after = preview.members + preview.joining - preview.leaving
    preview.empties = preview.members > 0 and preview.members_after == 0
    return preview


def _person(one: _Judged) -> PreviewedPerson:
    name = f"{one.first_name} {one.last_name}".strip()
    return PreviewedPerson(one.email, name, one.status, one.effect, one.source)


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
            preview.people.append(_person(one))
        else:
            preview.more += 1


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
