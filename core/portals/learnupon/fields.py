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
    wanted = {field.id: field for field in fields if _usable(field)}
    if not known:
        await _add(portal_id, list(wanted.values()))
        return []
    sentences: list[str] = []
    async with write_transaction():
        for remote_id, row in known.items():
            if remote_id not in wanted:
                sentences += await _gone(portal_id, row)
        for field in wanted.values():
            held = known.get(field.id)
            if held is not None:
                sentences += await _changed(portal_id, held, field)
        await _add(portal_id, [field for field in wanted.values() if field.id not in known])
    return sentences


def _usable(field: CustomField) -> bool:
    return len(field.label) <= LONGEST_LABEL and field.label.casefold() not in RESERVED_LABELS


async def _add(portal_id: int, fields: Sequence[CustomField]) -> None:
    for field in fields:
        taken = await models.CustomField.exists(portal_id=portal_id, label_key=field.label.casefold())
        if not taken:
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
    if not mapped:
        return []
    return [
        f"The field {row.label} is no longer in LearnUpon, so nothing is written to it; take it out of the mapping."
    ]


async def _changed(portal_id: int, row: models.CustomField, field: CustomField) -> list[str]:
    before = custom_field(row)
    if (before.label, before.type, before.choices) == (field.label, field.type, field.choices):
        return []
    sentences: list[str] = []
    if before.label != field.label:
        await _rename(portal_id, before.label, field.label)
        sentences.append(f"The field {before.label} is called {field.label} in LearnUpon now; its mapping follows.")
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


async def _rename(portal_id: int, before: str, after: str) -> None:
    await models.Mapping.filter(portal_id=portal_id, label_key=before.casefold()).update(
        field_label=after, label_key=after.casefold()
    )

    def move(values: dict[str, CustomValue]) -> bool:
        if before not in values:
            return False
        values[after] = values.pop(before)
        return True

    await _each(portal_id, move)


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
