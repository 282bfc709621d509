"""Custom user data fields of an embedded portal."""

from collections.abc import Sequence

from core.domain.custom_fields import CustomField, FieldType, new_field
from core.domain.errors import SettingsError
from core.portals.embedded.portal import EmbeddedPortal
from core.services.portals import find_portal
from core.store import models


async def add_field(slug: str, label: str, kind: FieldType, choices: Sequence[str] = ()) -> CustomField:
    """Add a field; labels are unique in a portal whatever their case."""
    portal = await find_portal(slug)
    field = new_field("", label, kind, choices)
    existing = {row.label_key for row in await models.CustomField.filter(portal_id=portal.id)}
    if field.label.casefold() in existing:
        raise SettingsError(f"{slug} has a field {field.label} already; nothing was added.")
    if len(existing) >= portal.field_limit:
        raise SettingsError(
            f"{slug} has {len(existing)} fields, which is its limit; nothing was added. Raise it with "
            f"'ukg portal set {slug} --field-limit N'."
        )
    await models.CustomField.create(
        portal_id=portal.id,
        label=field.label,
        label_key=field.label.casefold(),
        type=field.type.value,
        choices=list(field.choices),
    )
    return field


async def list_fields(slug: str) -> list[CustomField]:
    """The portal's fields, in the order they were added."""
    return await EmbeddedPortal(await find_portal(slug)).custom_fields()
