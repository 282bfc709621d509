"""Writing a rule, without letting it run."""

from collections.abc import Sequence

from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.domain.rule_words import parse_definition
from core.domain.rules import Definition, cycle_through, decode_definition, encode_definition
from core.portals.embedded.memberships import change_training, labels
from core.services.audit import audit
from core.services.groups import find_group
from core.services.portals import portal_for
from core.services.rules.showing import ShownRule, in_words, shown, titles_of
from core.store import models
from core.store.transactions import write_transaction


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
        await check_no_cycle(portal, group, definition)
        rule, _ = await models.Rule.get_or_create(group_id=group.id)
        titles = await titles_of(portal)
        before = in_words(rule.draft, titles)
        rule.draft = encode_definition(definition)
        await rule.save(update_fields=["draft"])
        await audit(portal, "rule drafted", group.title, before=before, after=in_words(rule.draft, titles))
    return shown(group, rule, known, titles)


async def check_no_cycle(portal: models.Portal, group: models.Group, definition: Definition) -> None:
    """Raises `SettingsError` if, with this definition, groups would follow each other in a circle."""
    populations: dict[int, int | None] = {}
    for rule in await models.Rule.filter(group__portal_id=portal.id, running__isnull=False):
        if rule.running is not None:
            populations[rule.group_id] = decode_definition(rule.running).population
    populations[group.id] = definition.population
    cycle = cycle_through(populations, group.id)
    if cycle:
        titles = await titles_of(portal)
        chain = " follows ".join(titles[group_id] for group_id in cycle)
        raise SettingsError(f"Groups cannot follow each other in a circle ({chain}); nothing was changed.")
