"""The mapping: which attribute fills which field."""

from collections.abc import Sequence

from core.domain.attributes import attribute_by_id
from core.domain.custom_fields import CustomField
from core.domain.errors import SettingsError
from core.domain.mapping import Mapping, check_fit
from core.domain.roles import Role
from core.portals.base import PortalPort
from core.portals.embedded.portal import EmbeddedPortal
from core.services.audit import audit
from core.services.portals import portal_for
from core.store import models
from core.store.transactions import write_transaction


async def map_attributes(slug: str, pairs: Sequence[str]) -> list[Mapping]:
    """Take `ATTRIBUTE=LABEL` pairs into the mapping, all or none; a field that was filled otherwise is filled anew."""
    portal = await portal_for(slug, Role.ADMIN)
    fields = {field.label.casefold(): field for field in await EmbeddedPortal(portal).custom_fields()}
    mappings = [_mapping(slug, pair, fields) for pair in pairs]
    labels = [mapping.field.label for mapping in mappings]
    if len(set(labels)) < len(labels):
        raise SettingsError("One field is named twice; a field is filled by one attribute. Nothing was mapped.")
    async with write_transaction():
        before = {row.field_label: row.attribute_id for row in await models.Mapping.filter(portal_id=portal.id)}
        for mapping in mappings:
            key = mapping.field.label.casefold()
            await models.Mapping.filter(portal_id=portal.id, label_key=key).delete()
            await models.Mapping.create(
                portal_id=portal.id,
                attribute_id=mapping.attribute.id,
                field_label=mapping.field.label,
                label_key=key,
            )
        await audit(
            portal,
            "mapping changed",
            ", ".join(labels),
            before={label: before.get(label) for label in labels},
            after={mapping.field.label: mapping.attribute.id for mapping in mappings},
        )
    return mappings


def _mapping(slug: str, pair: str, fields: dict[str, CustomField]) -> Mapping:
    attribute_id, separator, label = pair.partition("=")
    if not separator or not attribute_id.strip() or not label.strip():
        raise SettingsError(f"'{pair[:80]}' is not ATTRIBUTE=LABEL; nothing was mapped. Write e.g. job_title=Job.")
    attribute = attribute_by_id(attribute_id.strip())
    field = fields.get(label.strip().casefold())
    if field is None:
        known = ", ".join(field.label for field in fields.values()) or "none yet"
        raise SettingsError(
            f"{slug} has no field '{label.strip()[:80]}'; nothing was mapped. Its fields: {known}. "
            f"Add one with 'ukg field add {slug} LABEL --type TYPE'."
        )
    check_fit(attribute, field)
    return Mapping(attribute, field)


async def list_mappings(slug: str) -> list[Mapping]:
    """The mapping, in the order it was made."""
    portal = await portal_for(slug, Role.VIEWER)
    return await current_mappings(portal, EmbeddedPortal(portal))


async def current_mappings(portal: models.Portal, port: PortalPort) -> list[Mapping]:
    """The mapping as a sync uses it; rows whose field is gone from the portal are left out."""
    fields = {field.label.casefold(): field for field in await port.custom_fields()}
    rows = await models.Mapping.filter(portal_id=portal.id).order_by("id")
    return [
        Mapping(attribute_by_id(row.attribute_id), fields[row.label_key]) for row in rows if row.label_key in fields
    ]


async def remove_mapping(slug: str, label: str) -> None:
    """Take a field out of the mapping; the values it holds stay."""
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        row = await models.Mapping.get_or_none(portal_id=portal.id, label_key=label.strip().casefold())
        if row is None:
            raise SettingsError(f"Nothing fills a field '{label[:80]}' in {slug}; nothing was changed.")
        await row.delete()
        await audit(portal, "mapping removed", row.field_label, before={row.field_label: row.attribute_id})
