"""A group's rule as it is stored, and as it is shown: in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.domain.rule_words import format_definition
from core.domain.rules import Definition, Label, decode_definition, troubles
from core.portals.embedded.memberships import labels
from core.services.groups import find_group, rule_state
from core.services.portals import portal_for
from core.store import models


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


async def show_rule(slug: str, group_title: str) -> ShownRule:
    """The rule of a group; raises `SettingsError` when it has none."""
    portal = await portal_for(slug, Role.VIEWER)
    group = await find_group(portal, group_title)
    return shown(group, await rule_of(portal, group), await labels(portal.id), await titles_of(portal))


async def list_rules(slug: str) -> list[ShownRule]:
    """The rules of a portal, by the title of their group."""
    portal = await portal_for(slug, Role.VIEWER)
    known, titles = await labels(portal.id), await titles_of(portal)
    rows = await models.Rule.filter(group__portal_id=portal.id).prefetch_related("group").order_by("group__title_key")
    return [shown(row.group, row, known, titles) for row in rows]


async def rule_of(portal: models.Portal, group: models.Group) -> models.Rule:
    """The rule of a group; raises `SettingsError` when it has none."""
    rule = await models.Rule.get_or_none(group_id=group.id)
    if rule is None or rule_state(rule) == "none":
        raise SettingsError(
            f"{group.title} has no rule; nothing was done. Write one: ukg rule set {portal.slug} '{group.title}' "
            '--where "LABEL OPERATOR VALUE"'
        )
    return rule


def shown(group: models.Group, rule: models.Rule, known: Sequence[Label], titles: dict[int, str]) -> ShownRule:
    """The rule in words; `known` are the fields it may ask for, `titles` those of groups by id."""
    draft, running = definitions_of(rule)
    found = [sentence for one in (draft, running) if one is not None for sentence in troubles(one, known)]
    return ShownRule(
        group=group.title,
        state=rule_state(rule),
        draft=format_definition(draft) if draft else None,
        draft_population=population_title(draft, titles) if draft else None,
        running=format_definition(running) if running else None,
        running_population=population_title(running, titles) if running else None,
        keep_enrolments=rule.keep_enrolments,
        ran_at=rule.ran_at,
        troubles=list(dict.fromkeys(found)),
    )


def definitions_of(rule: models.Rule) -> tuple[Definition | None, Definition | None]:
    """The draft and what runs."""
    draft: str | None = rule.draft
    running: str | None = rule.running
    return (
        decode_definition(draft) if draft is not None else None,
        decode_definition(running) if running is not None else None,
    )


async def titles_of(portal: models.Portal) -> dict[int, str]:
    """The titles of the groups of a portal, by id."""
    return {row.id: row.title for row in await models.Group.filter(portal_id=portal.id)}


def in_words(stored: str | None, titles: dict[int, str]) -> dict[str, Any] | None:
    """A stored definition as the audit shows it."""
    if stored is None:
        return None
    definition = decode_definition(stored)
    words: dict[str, Any] = {"where": format_definition(definition)}
    if definition.population is not None:
        words["members_of"] = population_title(definition, titles)
    return words


def population_title(definition: Definition, titles: dict[int, str]) -> str | None:
    """The title of the group whose members alone are considered, if there is one."""
    if definition.population is None:
        return None
    return titles.get(definition.population, "a group that was removed")


def check_population(definition: Definition, titles: dict[int, str]) -> None:
    """Raises `SettingsError` when the group whose members are considered is gone."""
    if definition.population is not None and definition.population not in titles:
        raise SettingsError(
            "The group whose members the rule considers was removed; nothing was done. Write the rule anew."
        )
