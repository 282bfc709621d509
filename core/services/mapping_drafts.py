"""The mapping as somebody is editing it: kept as a draft until it is saved, so that nothing is lost in between.

Each admin has one draft in a portal, whatever the face. How it is saved: `core.services.mapping_saving`.
"""

import msgspec
from msgspec.structs import replace

from core.clock import now
from core.domain.attributes import attribute_by_id
from core.domain.custom_fields import CHOICE_TYPES, FITTING, CustomField
from core.domain.errors import SettingsError
from core.domain.mapping import Mapping, Owner, check_fit, choice_text
from core.domain.mapping_draft import DraftRow, changes, told
from core.domain.roles import Role
from core.portals.reading import KnownAccounts
from core.services.choices import UnknownChoice, grown, unknown_among
from core.services.drafts import Kept, Kind, change, drop, find, keep, owner_of
from core.services.kinds import Own
from core.services.portals import portal_for
from core.services.trying import Tried, try_mappings
from core.store import models
from core.store.transactions import write_transaction


class Edited(msgspec.Struct, frozen=True):
    """What a mapping draft holds: the mapping as it was when the portal's audit trail ended with the line `line`, and
    as it would be."""

    base: tuple[DraftRow, ...]
    rows: tuple[DraftRow, ...]
    line: int


class ShownRow(msgspec.Struct, frozen=True):
    """A row of a draft. `change` is `new`, `changed`, `removed` or empty; `field` None when there is none any more;
    `trouble` says why a sync would pass the row over."""

    row: DraftRow
    attribute: str
    field: CustomField | None
    change: str
    trouble: str | None


class ShownDraft(msgspec.Struct, frozen=True):
    """A draft as shown: its rows in their order, those removed last. `changed_by_others` says what others have saved
    since it was begun."""

    id: str
    portal: str
    rows: list[ShownRow]
    changed_by_others: list[str]

    @property
    def differs(self) -> bool:
        """Whether there is anything to save."""
        return any(row.change for row in self.rows)


async def open_mapping_draft(slug: str) -> ShownDraft:
    """The draft of whoever acts, begun now if there is none; one without changes follows the mapping."""
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        await models.Portal.filter(id=portal.id).select_for_update(no_key=True).get()  # so that there is one only
        known = models.Draft.filter(portal_id=portal.id, kind=Kind.MAPPING.value, owner=await owner_of(portal))
        existing = await known.filter(expires_at__gt=now()).order_by("-changed_at").first()
        current = await current_rows(portal)
        fresh = Edited(current, current, await last_line(portal))
        if existing is None:
            draft_id = await keep(slug, Kind.MAPPING, fresh, role=Role.ADMIN)
        else:
            draft_id = existing.id
            held = msgspec.json.decode(existing.content, type=Edited)
            if not changes(held.base, held.rows) and changes(held.base, current):
                await change(draft_id, fresh)
    return await show_mapping_draft(draft_id)


async def show_mapping_draft(draft_id: str) -> ShownDraft:
    """The draft as it is."""
    kept = await find_edited(draft_id)
    portal = await portal_for(kept.portal, Role.ADMIN)
    fields = await fields_of(portal)
    edited = kept.content
    differing = changes(edited.base, edited.rows)
    old = {row.key for row in edited.base}
    shown = [
        _shown(row, fields, "" if row.key not in differing else "changed" if row.key in old else "new")
        for row in edited.rows
    ]
    shown += [_shown(row, fields, "removed") for row in edited.base if differing.get(row.key, row) is None]
    return ShownDraft(kept.id, kept.portal, shown, told(edited.base, await current_rows(portal)))


async def put_row(draft_id: str, row: DraftRow) -> None:
    """Let an attribute fill a field in the draft; raises `SettingsError` when it cannot, or a translation is none, or
    a new choice cannot be one."""
    async with write_transaction():
        kept = await find_edited(draft_id)
        portal = await portal_for(kept.portal, Role.ADMIN)
        if row.additions:
            Own.FIELDS.refuse(portal)
        fields = await fields_of(portal)
        mapping = mapping_of(row, fields, kept.portal)
        new = tuple(choice for choice in mapping.field.choices if choice not in fields[row.key].choices)
        rows = {each.key: each for each in kept.content.rows}
        rows[row.key] = replace(row, label=mapping.field.label, translations=dict(mapping.translations), additions=new)
        await change(draft_id, replace(kept.content, rows=tuple(rows.values())))


async def take_row_out(draft_id: str, label: str) -> None:
    """Let nothing fill the field any more in the draft; the values that it holds stay."""
    async with write_transaction():
        kept = await find_edited(draft_id)
        left = tuple(row for row in kept.content.rows if row.key != label.casefold())
        await change(draft_id, replace(kept.content, rows=left))


async def put_row_back(draft_id: str, label: str) -> None:
    """Let the draft say of the field what the mapping said when it was begun."""
    async with write_transaction():
        kept = await find_edited(draft_id)
        rows = {row.key: row for row in kept.content.rows if row.key != label.casefold()}
        rows |= {row.key: row for row in kept.content.base if row.key == label.casefold()}
        await change(draft_id, replace(kept.content, rows=tuple(rows.values())))


async def discard_mapping_draft(draft_id: str) -> None:
    """Forget what was edited; the mapping stays as it is."""
    await find_edited(draft_id)
    await drop(draft_id)


async def try_mapping_draft(draft_id: str, database_url: str) -> Tried:
    """How outcomes would differ if the draft were saved; see `core.services.trying`."""
    kept = await find_edited(draft_id)
    portal = await portal_for(kept.portal, Role.ADMIN)
    fields = await fields_of(portal)
    rows = [row for row in kept.content.rows if _trouble(row, fields) is None]
    return await try_mappings(kept.portal, database_url, [mapping_of(row, fields, kept.portal) for row in rows])


async def unknown_values(slug: str, row: DraftRow) -> list[UnknownChoice]:
    """The values of the last read that the field does not know, if this attribute fills it; empty for a field without
    choices, and before the first read of the attribute."""
    portal = await portal_for(slug, Role.ADMIN)
    mapping = mapping_of(replace(row, translations={}, additions=()), await fields_of(portal), slug)
    found = await unknown_among(portal, [mapping]) if mapping.field.type in CHOICE_TYPES else None
    return found.values if found is not None else []


async def field_of(slug: str, label: str) -> CustomField:
    """The field of that label."""
    portal = await portal_for(slug, Role.ADMIN)
    return _field(label, await fields_of(portal), slug)


async def find_edited(draft_id: str) -> Kept[Edited]:
    """The draft of whoever acts, who must be an admin still."""
    return await find(draft_id, Kind.MAPPING, Edited, role=Role.ADMIN)


async def current_rows(portal: models.Portal) -> tuple[DraftRow, ...]:
    """The mapping as it is stored, rows whose field is gone among it."""
    rows = await models.Mapping.filter(portal_id=portal.id).order_by("id")
    return tuple(
        DraftRow(
            row.attribute_id,
            row.field_label,
            Owner(row.owner),
            msgspec.json.decode(row.translations, type=dict[str, str]),
        )
        for row in rows
    )


async def last_line(portal: models.Portal) -> int:
    """The last line of the portal's audit trail, 0 before the first."""
    line = await models.AuditLine.filter(portal_id=portal.id).order_by("-id").first()
    return line.id if line is not None else 0


async def fields_of(portal: models.Portal) -> dict[str, CustomField]:
    """The portal's fields by key."""
    return {field.label.casefold(): field for field in await KnownAccounts(portal).custom_fields()}


def _field(label: str, fields: dict[str, CustomField], slug: str) -> CustomField:
    field = fields.get(label.casefold())
    if field is None:
        raise SettingsError(f"{slug} has no field '{label[:80]}' any more; nothing was changed.")
    return field


def mapping_of(row: DraftRow, fields: dict[str, CustomField], slug: str) -> Mapping:
    """The row with what it names, the field with its new choices; raises `SettingsError` for a field that is gone, or
    what does not fit."""
    attribute, field = attribute_by_id(row.attribute), _field(row.label, fields, slug)
    check_fit(attribute, field)
    if row.additions:
        field = grown(field, [choice_text(field, value) or value for value in row.additions])
    return Mapping(attribute, field, row.owner, _translations(row, field))


def _translations(row: DraftRow, field: CustomField) -> tuple[tuple[str, str], ...]:
    for choice in row.translations.values():
        if choice not in field.choices:
            raise SettingsError(
                f"'{choice[:80]}' is no choice of {field.label}; nothing was changed. Its choices: "
                f"{', '.join(field.choices[:20])}."
            )
    written = {choice_text(field, value) or value: choice for value, choice in row.translations.items()}
    return tuple(sorted((value, choice) for value, choice in written.items() if value not in field.choices))


def _shown(row: DraftRow, fields: dict[str, CustomField], what: str) -> ShownRow:
    attribute = attribute_by_id(row.attribute)
    return ShownRow(row, attribute.label, fields.get(row.key), what, _trouble(row, fields))


def _trouble(row: DraftRow, fields: dict[str, CustomField]) -> str | None:
    field = fields.get(row.key)
    if field is None:
        return f"There is no field {row.label} any more, so nothing is written. Take the row out."
    if field.type not in FITTING[attribute_by_id(row.attribute).type]:
        return f"{field.label} is of type {field.type} now and takes no such values. Choose another attribute."
    return None
