"""The mapping: which attribute fills which field, who owns the field, and which choices stand for other values."""

import shlex
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from core.domain.attributes import attribute_by_id
from core.domain.custom_fields import FITTING, CustomField
from core.domain.errors import SettingsError
from core.domain.mapping import Mapping, Owner, check_fit
from core.domain.roles import Role
from core.portals.reading import KnownAccounts
from core.services.audit import audit
from core.services.kinds import LEARNUPON
from core.services.portals import portal_for
from core.store import models
from core.store.transactions import write_transaction


class UnfitMapping(msgspec.Struct, frozen=True):
    """A row of the mapping that a sync passes over, for its field is gone or takes no such values any more; a sentence
    says so, and what to do."""

    attribute: str
    label: str
    sentence: str


async def map_attributes(slug: str, pairs: Sequence[str], owner: Owner | None = None) -> list[Mapping]:
    """Take `ATTRIBUTE=LABEL` pairs into the mapping, all or none; a field that was filled otherwise is filled anew.

    A field keeps its owner unless another is given, and its translations unless another attribute fills it from now
    on. Gives back the rows as they are then.
    """
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        before = {_key(mapping): mapping for mapping in await current_mappings(portal)}
        after = await _wanted(portal, pairs, owner, before)
        labels = [mapping.field.label for mapping in after]
        for mapping in after:
            await models.Mapping.filter(portal_id=portal.id, label_key=mapping.field.label.casefold()).delete()
            await models.Mapping.create(portal_id=portal.id, **columns_of(mapping))
        await audit(
            portal,
            "mapping changed",
            ", ".join(labels),
            before={mapping.field.label: _described(before.get(_key(mapping))) for mapping in after},
            after={mapping.field.label: _described(mapping) for mapping in after},
        )
    return after


async def tried_mappings(
    portal: models.Portal, pairs: Sequence[str] = (), owner: Owner | None = None, without: str | None = None
) -> list[Mapping]:
    """The whole mapping as it would be with these pairs in it, or `without` a field; nothing is saved."""
    rows = {_key(mapping): mapping for mapping in await current_mappings(portal)}
    if without is not None and rows.pop(without.strip().casefold(), None) is None:
        raise SettingsError(f"Nothing fills a field '{without[:80]}' in {portal.slug}; nothing was changed.")
    for mapping in await _wanted(portal, pairs, owner, rows):
        rows[_key(mapping)] = mapping
    return list(rows.values())


async def _wanted(
    portal: models.Portal, pairs: Sequence[str], owner: Owner | None, before: dict[str, Mapping]
) -> list[Mapping]:
    fields = {field.label.casefold(): field for field in await KnownAccounts(portal).custom_fields()}
    wanted = [_mapping(portal, pair, fields) for pair in pairs]
    if len({_key(mapping) for mapping in wanted}) < len(wanted):
        raise SettingsError("One field is named twice; a field is filled by one attribute. Nothing was mapped.")
    return [_taking_over(mapping, before.get(_key(mapping)), owner) for mapping in wanted]


def _key(mapping: Mapping) -> str:
    return mapping.field.label.casefold()


def _taking_over(mapping: Mapping, before: Mapping | None, owner: Owner | None) -> Mapping:
    """The row as wanted, with what it keeps of the one before."""
    if before is None:
        return replace(mapping, owner=owner or Owner.HR)
    kept = before.translations if before.attribute.id == mapping.attribute.id else ()
    return replace(mapping, owner=owner or before.owner, translations=kept)


def _described(mapping: Mapping | None) -> object:
    """What the audit trail says of a row: its attribute, and whatever else is not as usual."""
    if mapping is None:
        return None
    if mapping.owner is Owner.HR and not mapping.translations:
        return mapping.attribute.id
    translations = dict(mapping.translations)
    return {"attribute": mapping.attribute.id, "owner": mapping.owner, "translations": translations}


def columns_of(mapping: Mapping) -> dict[str, Any]:
    """A row of the mapping as it is stored."""
    return {
        "attribute_id": mapping.attribute.id,
        "field_label": mapping.field.label,
        "label_key": mapping.field.label.casefold(),
        "owner": mapping.owner.value,
        "translations": translations_text(mapping.translations),
    }


def translations_text(translations: Iterable[tuple[str, str]]) -> str:
    """The translations as they are stored."""
    return msgspec.json.encode(dict(sorted(translations))).decode()


def _as_mapping(row: models.Mapping, field: CustomField) -> Mapping:
    translations = msgspec.json.decode(row.translations, type=dict[str, str])
    return Mapping(attribute_by_id(row.attribute_id), field, Owner(row.owner), tuple(sorted(translations.items())))


def _mapping(portal: models.Portal, pair: str, fields: dict[str, CustomField]) -> Mapping:
    attribute_id, separator, label = pair.partition("=")
    if not separator or not attribute_id.strip() or not label.strip():
        raise SettingsError(f"'{pair[:80]}' is not ATTRIBUTE=LABEL; nothing was mapped. Write e.g. job_title=Job.")
    attribute = attribute_by_id(attribute_id.strip())
    field = fields.get(label.strip().casefold())
    if field is None:
        known = ", ".join(field.label for field in fields.values()) or "none yet"
        add = f"Add one with 'ukg field add {portal.slug} LABEL --type TYPE'."
        if portal.kind == LEARNUPON:
            add = "Add one in LearnUpon, under Settings > Users > Custom User Data, and map it then."
        raise SettingsError(
            f"{portal.slug} has no field '{label.strip()[:80]}'; nothing was mapped. Its fields: {known}. {add}"
        )
    check_fit(attribute, field)
    return Mapping(attribute, field)


async def list_mappings(slug: str) -> list[Mapping]:
    """The mapping, in the order it was made."""
    portal = await portal_for(slug, Role.VIEWER)
    return await current_mappings(portal)


async def current_mappings(portal: models.Portal) -> list[Mapping]:
    """The mapping as a sync uses it; rows whose field is gone, or of a type by now that does not fit, are left out."""
    fields = {field.label.casefold(): field for field in await KnownAccounts(portal).custom_fields()}
    rows = await models.Mapping.filter(portal_id=portal.id).order_by("id")
    mappings = [_as_mapping(row, fields[row.label_key]) for row in rows if row.label_key in fields]
    return [mapping for mapping in mappings if mapping.field.type in FITTING[mapping.attribute.type]]


async def unfit_mappings(slug: str) -> list[UnfitMapping]:
    """The rows of the mapping that a sync passes over, in the order they were made."""
    return await unfit_mappings_of(await portal_for(slug, Role.VIEWER))


async def unfit_mappings_of(portal: models.Portal) -> list[UnfitMapping]:
    """The same for whoever has asked for the role already."""
    fields = {field.label.casefold(): field for field in await KnownAccounts(portal).custom_fields()}
    used = {_key(mapping) for mapping in await current_mappings(portal)}
    rows = await models.Mapping.filter(portal_id=portal.id).order_by("id")
    return [_unfit(portal.slug, row, fields.get(row.label_key)) for row in rows if row.label_key not in used]


def _unfit(slug: str, row: models.Mapping, field: CustomField | None) -> UnfitMapping:
    trouble = "which is no longer there" if field is None else f"which is of type {field.type} and takes no such values"
    return UnfitMapping(
        row.attribute_id,
        row.field_label,
        f"{row.attribute_id} is mapped to {row.field_label}, {trouble}, so it is not written. Map it to another field, "
        f"or take it out: ukg map remove {slug} {shlex.quote(row.field_label)}",
    )


async def remove_mapping(slug: str, label: str) -> None:
    """Take a field out of the mapping; the values it holds stay."""
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        row = await models.Mapping.get_or_none(portal_id=portal.id, label_key=label.strip().casefold())
        if row is None:
            raise SettingsError(f"Nothing fills a field '{label[:80]}' in {slug}; nothing was changed.")
        await row.delete()
        await audit(portal, "mapping removed", row.field_label, before={row.field_label: row.attribute_id})
