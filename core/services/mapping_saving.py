"""Saving a mapping draft: nothing of anybody is lost when others changed the mapping meanwhile.

The draft then takes their changes over, and whoever saves is told of them first.
"""

from core.domain.custom_fields import CustomField
from core.domain.errors import SettingsError
from core.domain.mapping import Owner
from core.domain.mapping_draft import DraftRow, changes, merged, told
from core.services.audit import audit
from core.services.choices import add_choices
from core.services.drafts import Kept, change, drop
from core.services.mapping_drafts import Edited, current_rows, fields_of, find_edited, last_line, mapping_of
from core.services.mappings import columns_of
from core.store import models
from core.store.transactions import write_transaction

_ACTIONS = ("mapping changed", "mapping removed", "translations changed")


class MappingMoved(SettingsError):
    """Others changed the mapping meanwhile; nothing was saved, and the draft holds their changes beside one's own."""


async def save_mapping_draft(draft_id: str) -> int:
    """Let the mapping be as the draft says, and fields have the choices that it adds; gives how many rows changed. The
    draft is over then.

    Raises `MappingMoved` when others changed the mapping since: nothing is saved, the draft holds both their changes
    and one's own (one's own where both changed one row), and saving it once more saves that. Raises `SettingsError`
    for a row that cannot be, `BusyError` when there are new choices and the portal is being synced.
    """
    async with write_transaction():
        kept = await find_edited(draft_id)
        portal = await models.Portal.filter(slug=kept.portal).select_for_update(no_key=True).get()
        current = await current_rows(portal)
        theirs = changes(kept.content.base, current)
        if not theirs:
            return await _save(kept, portal)
        moved = await _taken_over(kept, portal, current)
    raise MappingMoved(moved)


async def _taken_over(kept: Kept[Edited], portal: models.Portal, current: tuple[DraftRow, ...]) -> str:
    """Bring the draft up to date; gives the sentence that says so."""
    edited = kept.content
    both = merged(edited.base, edited.rows, current)
    who = await models.AuditLine.filter(portal_id=portal.id, action__in=_ACTIONS, id__gt=edited.line).order_by("id")
    names = list(dict.fromkeys(line.actor for line in who)) or ["Somebody"]
    sentences = " ".join(told(edited.base, current))
    kept_mine = f" Where you both changed a field ({', '.join(both.contested)}), your draft says what you said."
    await change(kept.id, Edited(current, both.rows, await last_line(portal)))
    return (
        f"{' and '.join(names)} changed the mapping meanwhile, so nothing was saved yet. {sentences} Your draft holds "
        f"both now.{kept_mine if both.contested else ''} Look through it and save it again."
    )


async def _save(kept: Kept[Edited], portal: models.Portal) -> int:
    edited = kept.content
    wanted = changes(edited.base, edited.rows)
    if not wanted:
        raise SettingsError("Nothing was changed in this draft, so there is nothing to save.")
    fields = await fields_of(portal)
    before = {row.key: row for row in edited.base}
    for key, row in wanted.items():
        stored = models.Mapping.filter(portal_id=portal.id, label_key=key)
        if row is None:
            await stored.delete()
            continue
        values = columns_of(mapping_of(row, fields, portal.slug))
        if not await stored.update(**values):
            await models.Mapping.create(portal_id=portal.id, **values)
    labels = {key: (row or before[key]).label for key, row in wanted.items()}
    await audit(
        portal,
        "mapping changed",
        ", ".join(labels.values()),
        before={labels[key]: _described(before.get(key)) for key in wanted},
        after={labels[key]: _described(row) for key, row in wanted.items()},
    )
    await _add_choices(kept.portal, [row for row in wanted.values() if row is not None], fields)
    await drop(kept.id)
    return len(wanted)


async def _add_choices(slug: str, rows: list[DraftRow], fields: dict[str, CustomField]) -> None:
    new = [(row.label, value) for row in rows for value in row.additions if value not in fields[row.key].choices]
    if new:
        await add_choices(slug, new)


def _described(row: DraftRow | None) -> object:
    """What the audit trail says of a row: its attribute, and whatever else is not as usual."""
    if row is None:
        return None
    if row.owner is Owner.HR and not row.translations and not row.additions:
        return row.attribute
    new = {"new_choices": list(row.additions)} if row.additions else {}
    return {"attribute": row.attribute, "owner": row.owner, "translations": dict(row.translations), **new}
