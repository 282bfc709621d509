"""Custom user data fields: list those of any portal; add, change and remove those of an embedded one."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec.structs import asdict, replace

from core.domain.custom_fields import (
    CustomField,
    CustomValue,
    FieldType,
    Unusable,
    check_type_change,
    new_field,
    reshaped,
)
from core.domain.errors import SettingsError
from core.domain.mapping import check_fit
from core.domain.roles import Role
from core.portals.accounts import custom_field, custom_values
from core.portals.embedded.memberships import change_everyone
from core.portals.reading import KnownAccounts
from core.services.audit import audit
from core.services.kinds import Own
from core.services.mappings import list_mappings
from core.services.portals import embedded_portal_for, portal_for
from core.services.rules import rename_label, rules_using
from core.store import models
from core.store.run_lock import hold_run_lock
from core.store.transactions import write_transaction

_PAGE = 1000


class FieldChanges(msgspec.Struct, frozen=True):
    """What to change of a field; None leaves it as it is."""

    label: str | None = None
    type: FieldType | None = None
    add_choices: tuple[str, ...] = ()
    remove_choices: tuple[str, ...] = ()
    mandatory: bool | None = None
    editable: bool | None = None
    multiple: bool | None = None


async def add_field(
    slug: str,
    label: str,
    kind: FieldType,
    choices: Sequence[str] = (),
    *,
    mandatory: bool = False,
    editable: bool = False,
    multiple: bool = False,
) -> CustomField:
    """Add a field; labels are unique in a portal whatever their case."""
    portal = await embedded_portal_for(slug, Role.ADMIN, Own.FIELDS)
    field = new_field("", label, kind, choices, mandatory=mandatory, editable=editable, multiple=multiple)
    async with write_transaction():
        existing = {row.label_key for row in await models.CustomField.filter(portal_id=portal.id)}
        if field.label.casefold() in existing:
            raise SettingsError(f"{slug} has a field {field.label} already; nothing was added.")
        if len(existing) >= portal.field_limit:
            raise SettingsError(
                f"{slug} has {len(existing)} fields, which is its limit; nothing was added. Raise it with "
                f"'ukg portal set {slug} --field-limit N'."
            )
        await models.CustomField.create(portal_id=portal.id, **_columns(field))
        await audit(portal, "field added", field.label, after=_described(field))
    return field


async def list_fields(slug: str) -> list[CustomField]:
    """The portal's fields, in the order they were added."""
    return await KnownAccounts(await portal_for(slug, Role.VIEWER)).custom_fields()


async def count_holding(slug: str, label: str) -> int:
    """How many people hold something in the field; everyone in the portal is looked at."""
    portal = await portal_for(slug, Role.VIEWER)
    people, last_id = 0, 0
    while rows := await models.Learner.filter(portal_id=portal.id, id__gt=last_id).order_by("id").limit(_PAGE):
        last_id = rows[-1].id
        people += sum(custom_values(row).get(label) is not None for row in rows)
        await asyncio.sleep(0)
    return people


async def change_field(slug: str, label: str, changes: FieldChanges) -> CustomField:
    """Change a field, and what learners hold in it where its shape changes; all or nothing.

    While a running rule uses the field, its choices may grow and it may be renamed; anything that could turn what the
    rule says is refused. Values that a removed choice leaves behind stay until they are changed. Raises `BusyError`
    while the portal is being synced.
    """
    portal = await embedded_portal_for(slug, Role.ADMIN, Own.FIELDS)
    async with hold_run_lock(portal.id, slug), write_transaction():
        await change_everyone(portal)
        row = await _row(portal, label)
        before = custom_field(row)
        after = _changed(before, changes)
        await _check_others(portal, before, after)
        await models.CustomField.filter(id=row.id).update(**_columns(after))
        await _carry_over(portal, before, after)
        await audit(portal, "field changed", before.label, before=_described(before), after=_described(after))
    return after


async def remove_field(slug: str, label: str) -> None:
    """Remove a field with everything learners hold in it and its row of the mapping."""
    portal = await embedded_portal_for(slug, Role.ADMIN, Own.FIELDS)
    async with hold_run_lock(portal.id, slug), write_transaction():
        await change_everyone(portal)
        row = await _row(portal, label)
        await _refuse_if_ruled(portal, row.label, "removed")
        await models.Mapping.filter(portal_id=portal.id, label_key=row.label_key).delete()
        await _rewrite(portal, row.label, lambda values: values.pop(row.label, None))
        await row.delete()
        await audit(portal, "field removed", row.label, before=_described(custom_field(row)))


async def _row(portal: models.Portal, label: str) -> models.CustomField:
    row = await models.CustomField.get_or_none(portal_id=portal.id, label_key=label.strip().casefold())
    if row is None:
        labels = [each.label for each in await models.CustomField.filter(portal_id=portal.id).order_by("id")]
        raise SettingsError(
            f"{portal.slug} has no field '{label.strip()[:80]}'; nothing was changed. Its fields: "
            f"{', '.join(labels) or 'none yet'}."
        )
    return row


def _changed(field: CustomField, changes: FieldChanges) -> CustomField:
    kind = changes.type or field.type
    check_type_change(field, kind)
    for choice in changes.remove_choices:
        if choice not in field.choices:
            raise SettingsError(
                f"'{choice}' is not a choice of {field.label}; nothing was changed. Its choices: "
                f"{', '.join(field.choices)}."
            )
    choices = [choice for choice in field.choices if choice not in changes.remove_choices]
    given = {name: getattr(changes, name) for name in ("mandatory", "editable", "multiple")}
    flags = {name: getattr(field, name) if value is None else value for name, value in given.items()}
    label = field.label if changes.label is None else changes.label
    after = new_field(field.id, label, kind, [*choices, *changes.add_choices], **flags)
    if after == field:
        raise SettingsError(f"{field.label} is so already; nothing was changed.")
    return after


async def _check_others(portal: models.Portal, before: CustomField, after: CustomField) -> None:
    """What else depends on the field: other labels, the mapping, running rules."""
    if before.label.casefold() != after.label.casefold() and await models.CustomField.exists(
        portal_id=portal.id, label_key=after.label.casefold()
    ):
        raise SettingsError(f"{portal.slug} has a field {after.label} already; nothing was changed.")
    for mapping in await list_mappings(portal.slug):
        if mapping.field.label == before.label:
            check_fit(mapping.attribute, after)
    if set(before.choices) - set(after.choices):
        await _refuse_if_ruled(portal, before.label, "robbed of choices")
    if (before.type, before.multiple) != (after.type, after.multiple):
        await _refuse_if_ruled(portal, before.label, "given another shape")


async def _refuse_if_ruled(portal: models.Portal, label: str, what: str) -> None:
    titles = await rules_using(portal.id, label)
    if titles:
        raise SettingsError(
            f"{label} cannot be {what} while running rules use it (groups: {', '.join(titles)}); nothing was changed. "
            f"Stop them first: ukg rule stop {portal.slug} GROUP"
        )


async def _carry_over(portal: models.Portal, before: CustomField, after: CustomField) -> None:
    """Bring mapping, rules and stored values along."""
    if before.label != after.label:
        await models.Mapping.filter(portal_id=portal.id, label_key=before.label.casefold()).update(
            field_label=after.label, label_key=after.label.casefold()
        )
        await rename_label(portal.id, before.label, after.label)
    shape_changes = (before.type, before.multiple) != (after.type, after.multiple)
    if not shape_changes and before.label == after.label:
        return
    unfit: list[Unusable] = []

    def move(values: dict[str, CustomValue]) -> None:
        value = values.pop(before.label)
        if shape_changes:
            # What a choice that was removed left behind is carried along as it is.
            known = replace(after, choices=after.choices + tuple(_held(value) - set(before.choices)))
            fitting = reshaped(known if before.choices else after, value)
            if isinstance(fitting, Unusable):
                unfit.append(fitting)
                return
            value = fitting
        values[after.label] = value

    await _rewrite(portal, before.label, move)
    if unfit:
        people = f"{len(unfit)} {'person holds' if len(unfit) == 1 else 'people hold'}"
        raise SettingsError(
            f"{people} in {before.label} what it could no longer hold, for instance: {unfit[0].sentence}. Nothing was "
            "changed; correct those first."
        )


def _held(value: CustomValue) -> set[str]:
    return set(value) if isinstance(value, list) else set() if value is None else {str(value)}


async def _rewrite(portal: models.Portal, label: str, change: Callable[[dict[str, CustomValue]], object]) -> None:
    """Let `change` work on the values of everyone who holds something under the label."""
    last_id = 0
    while rows := await models.Learner.filter(portal_id=portal.id, id__gt=last_id).order_by("id").limit(_PAGE):
        last_id = rows[-1].id
        touched = []
        for row in rows:
            values = custom_values(row)
            if values.get(label) is not None:
                change(values)
                row.custom = msgspec.json.encode(values).decode()
                touched.append(row)
        if touched:
            await models.Learner.bulk_update(touched, fields=["custom"], batch_size=200)
        await asyncio.sleep(0)


def _columns(field: CustomField) -> dict[str, Any]:
    columns = asdict(field) | {"label_key": field.label.casefold(), "choices": list(field.choices)}
    del columns["id"]
    return columns | {"type": field.type.value}


def _described(field: CustomField) -> dict[str, object]:
    described = asdict(field)
    del described["id"]
    return described
