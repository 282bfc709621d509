"""A group's rule as it is taken apart to be written anew."""

import msgspec

from core.domain.roles import Role
from core.domain.rule_words import format_definition
from core.domain.rules import Condition, Definition, Label
from core.portals.embedded.memberships import labels
from core.services.groups import find_group, rule_state
from core.services.portals import portal_for
from core.services.rules.showing import definitions_of, population_title, titles_of
from core.store import models


class EditedRule(msgspec.Struct):
    """A rule to be written on: the draft, else what runs, else nothing.

    `state` is as in a list of groups. `blocks` are conditions, all of a block and any of the blocks; without one it is
    everyone. `members_of` is the title of the group whose members alone are considered. `running` says in words what
    runs now, block by block; None: nothing. `labels` are what conditions can be about, `groups` the other groups.
    """

    group: str
    state: str
    blocks: tuple[tuple[Condition, ...], ...]
    members_of: str | None
    running: list[str] | None
    running_members_of: str | None
    keep_enrolments: bool
    labels: tuple[Label, ...]
    groups: list[str]


async def rule_to_edit(slug: str, group_title: str) -> EditedRule:
    """The rule of a group, also of one that has none yet."""
    portal = await portal_for(slug, Role.VIEWER)
    group = await find_group(portal, group_title)
    rule = await models.Rule.get_or_none(group_id=group.id)
    draft, running = definitions_of(rule) if rule is not None else (None, None)
    titles = await titles_of(portal)
    definition = draft or running or Definition()
    return EditedRule(
        group=group.title,
        state=rule_state(rule),
        blocks=definition.blocks,
        members_of=population_title(definition, titles),
        running=format_definition(running) if running else None,
        running_members_of=population_title(running, titles) if running else None,
        keep_enrolments=rule is not None and rule.keep_enrolments,
        labels=await labels(portal.id),
        groups=sorted((title for key, title in titles.items() if key != group.id), key=str.casefold),
    )
