"""What rules have to do with the fields they ask for, by label."""

from core.domain.rules import decode_definition, encode_definition, renamed, uses
from core.services.rules.showing import definitions_of
from core.store import models


async def rename_label(portal_id: int, old: str, new: str) -> None:
    """Let drafts and running rules follow a field that gets another label; in the transaction of that change."""
    for rule in await models.Rule.filter(group__portal_id=portal_id):
        definitions = zip(("draft", "running"), definitions_of(rule), strict=True)
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
