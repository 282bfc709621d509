"""The portal's custom user data fields as last seen, and what has become of them since.

They can only be changed in LearnUpon (facts/learnupon-api.md, section 3), so every change is news to us: said in a
sentence before a sync goes on with it.
"""

from collections.abc import Callable, Sequence

import msgspec
from tortoise.expressions import F

from core.domain.custom_fields import LONGEST_LABEL, RESERVED_LABELS, CustomField, CustomValue
from core.portals.accounts import custom_field, custom_values
from core.store import models
from core.store.transactions import write_transaction

_PAGE = 500


async def take_over_fields(portal_id: int, fields: Sequence[CustomField]) -> list[str]:
    """Make the fields known as they are now (`id` is LearnUpon's); returns a sentence for each change that concerns
    the mapping or what people hold. A mapping follows a field that was renamed; of one that is gone it stays, unused.
    """
    known = {row.remote_id: row for row in await models.CustomField.filter(portal_id=portal_id)}
    wanted = {field.id: field for field in _usable(fields)}
    if all(field.id in known and not _differs(known[field.id], field) for field in wanted.values()) and (
        known.keys() <= wanted.keys()
    ):
        return []
    sentences: list[str] = []
    async with write_transaction():
        for remote_id, row in known.items():
            if remote_id not in wanted:
                sentences += await _gone(portal_id, row)
        kept = [(known[field.id], field) for field in wanted.values() if field.id in known]
        sentences += await _rename(portal_id, [(row, field) for row, field in kept if row.label != field.label])
        for row, field in kept:
            if _differs(row, field):
                sentences += await _changed(portal_id, row, field)
        for field in wanted.values():
            if field.id not in known:
                await _add(portal_id, field)
    return sentences


def _usable(fields: Sequence[CustomField]) -> list[CustomField]:
    """Those that can be told from each other, and from a learner's own values."""
    usable: dict[str, CustomField] = {}
    for field in fields:
        if len(field.label) <= LONGEST_LABEL and field.label.casefold() not in RESERVED_LABELS:
            usable.setdefault(field.label.casefold(), field)
    return list(usable.values())


async def _add(portal_id: int, field: CustomField) -> None:
    await models.CustomField.create(
        portal_id=portal_id,
        label=field.label,
        label_key=field.label.casefold(),
        type=field.type.value,
        choices=list(field.choices),
        remote_id=field.id,
    )


async def _gone(portal_id: int, row: models.CustomField) -> list[str]:
    mapped = await models.Mapping.exists(portal_id=portal_id, label_key=row.label_key)
    await row.delete()
    await _each(portal_id, lambda values: values.pop(row.label, None) is not None)
    if not mapped:
        return []
    return [
        f"The field {row.label} is no longer in LearnUpon, so nothing is written to it; take it out of the mapping."
    ]


def _differs(row: models.CustomField, field: CustomField) -> bool:
    before = custom_field(row)
    return (before.label, before.type, before.choices) != (field.label, field.type, field.choices)


async def _changed(portal_id: int, row: models.CustomField, field: CustomField) -> list[str]:
    before = custom_field(row)
    sentences: list[str] = []
    if before.type is not field.type:
        sentences.append(
            f"The field {field.label} is of type {field.type} in LearnUpon now (it was {before.type}); an attribute "
            "that no longer fits is not written to it."
        )
    missing = [choice for choice in before.choices if choice not in field.choices]
    if missing and field.choices:
        people = await _holding(portal_id, field.label, missing)
        sentences.append(
            f"The field {field.label} lost choices in LearnUpon: {', '.join(missing[:10])}. {people} people hold one "
            "of them and keep it; values of UKG Pro that are no choice any more are not written."
        )
    await models.CustomField.filter(id=row.id).update(
        label=field.label,
        label_key=field.label.casefold(),
        type=field.type.value,
        choices=list(field.choices),
    )
    return sentences


async def _rename(portal_id: int, renamed: Sequence[tuple[models.CustomField, CustomField]]) -> list[str]:
    """Fields may have exchanged their labels: all are moved out of the way before the first gets its new one."""
    labels = {row.label: field.label for row, field in renamed}
    if not labels:
        return []
    mappings: list[tuple[int, str]] = []
    for before, after in labels.items():
        mapped = models.Mapping.filter(portal_id=portal_id, label_key=before.casefold())
        mappings += [(mapping.id, after) for mapping in await mapped]
    for row, _ in renamed:
        await models.CustomField.filter(id=row.id).update(label_key=f" {row.id}")
    # A mapping of a field that is gone may still have the label; the one that follows a field comes first.
    taken = models.Mapping.filter(portal_id=portal_id, label_key__in=[after.casefold() for _, after in mappings])
    await taken.exclude(id__in=[mapping_id for mapping_id, _ in mappings]).delete()
    for mapping_id, _ in mappings:
        await models.Mapping.filter(id=mapping_id).update(label_key=f" {mapping_id}")
    for mapping_id, after in mappings:
        await models.Mapping.filter(id=mapping_id).update(field_label=after, label_key=after.casefold())

    def move(values: dict[str, CustomValue]) -> bool:
        moved = {after: values.pop(before) for before, after in labels.items() if before in values}
        values |= moved
        return bool(moved)

    await _each(portal_id, move)
    return [
        f"The field {before} is called {after} in LearnUpon now; its mapping follows."
        for before, after in labels.items()
    ]


async def _holding(portal_id: int, label: str, choices: Sequence[str]) -> int:
    holders = 0

    def count(values: dict[str, CustomValue]) -> bool:
        nonlocal holders
        holders += str(values.get(label)) in choices
        return False

    await _each(portal_id, count)
    return holders


async def _each(portal_id: int, look: Callable[[dict[str, CustomValue]], bool]) -> None:
    """Look at what everyone holds, and keep it if that changed it."""
    last = 0
    while rows := await models.Learner.filter(portal_id=portal_id, id__gt=last).order_by("id").limit(_PAGE):
        last = rows[-1].id
        for row in rows:
            values = custom_values(row)
            if look(values):
                text = msgspec.json.encode(values).decode()
                await models.Learner.filter(id=row.id).update(custom=text, revision=F("revision") + 1)
