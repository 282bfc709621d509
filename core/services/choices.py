"""Values of UKG Pro that a choice field does not know: which there are, and what an admin makes of them.

Nothing is ever guessed: a value becomes a choice, or is translated to one, when an admin says so.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec
from rapidfuzz import fuzz, process, utils

from core.clock import today_in
from core.domain.custom_fields import CHOICE_TYPES, CustomField, FieldType, new_field
from core.domain.employee import AttributeValue
from core.domain.errors import SettingsError
from core.domain.lifecycle import is_terminated
from core.domain.mapping import Mapping, choice_text, unknown_choice
from core.domain.roles import Role
from core.portals.reading import KnownAccounts
from core.services.audit import audit
from core.services.fields import FieldChanges, change_field
from core.services.kinds import Own
from core.services.mappings import current_mappings, translations_text
from core.services.portals import embedded_portal_for, portal_for
from core.services.scope import scope_of
from core.store import models
from core.store.transactions import write_transaction
from core.sync.snapshot import snapshot_employees, snapshot_info

# 0 to 100, as rapidfuzz has it: `Nursing` is 67 near to `Nurse`, `Marketing` 55 to `Manufacturing`.
_NEAR = 65


class UnknownChoice(msgspec.Struct, frozen=True):
    """A value that `people` employees inside the scope carry and that the field does not know.

    `nearest` is the choice that is spelled most alike, None when none is near.
    """

    field: str
    value: str
    people: int
    nearest: str | None


class UnknownChoices(msgspec.Struct, frozen=True):
    """The unknown values of the last read of UKG Pro, the most frequent of a field first.

    `not_read` names the mapped choice fields whose attribute was not asked for then.
    """

    portal: str
    read_at: datetime
    values: list[UnknownChoice]
    not_read: list[str]


class Translation(msgspec.Struct, frozen=True):
    """In the field with this label, `choice` stands for UKG Pro's `value`."""

    label: str
    value: str
    choice: str


async def unknown_choices(slug: str) -> UnknownChoices:
    """What the choice fields do not know of the last read of UKG Pro.

    Counted are those who would be synced: still employed, and inside the scope. Raises `SettingsError` before the
    first read.
    """
    portal = await portal_for(slug, Role.VIEWER)
    found = await unknown_among(portal, await _choice_mappings(portal))
    if found is None:
        raise SettingsError(
            f"{slug} has not read UKG Pro yet, so its values are not known; nothing was changed. Sync it first: "
            f"ukg sync {slug}"
        )
    return found


async def unknown_among(portal: models.Portal, mappings: Sequence[Mapping]) -> UnknownChoices | None:
    """The same for these rows, which need not be saved, of choice fields; None before the first read."""
    info = await snapshot_info(portal.id)
    if info is None:
        return None
    scope, today = scope_of(portal), today_in(portal.timezone)
    carried: list[Counter[AttributeValue]] = [Counter() for _ in mappings]
    async for employees in snapshot_employees(portal.id):
        for employee in employees:
            if not is_terminated(employee, today) and scope.outside(employee) is None:
                for counter, mapping in zip(carried, mappings, strict=True):
                    counter[employee.attributes.get(mapping.attribute.id)] += 1
    values: list[UnknownChoice] = []
    for counter, mapping in zip(carried, mappings, strict=True):
        values += await _unknown(mapping, counter)
    not_read = [mapping.field.label for mapping in mappings if mapping.attribute.id not in info.attribute_ids]
    return UnknownChoices(portal.slug, info.read_at, values, not_read)


async def _unknown(mapping: Mapping, carried: Counter[AttributeValue]) -> list[UnknownChoice]:
    people: Counter[str] = Counter()
    for value, number in carried.items():
        unknown = unknown_choice(mapping, value)
        if unknown is not None:
            people[unknown] += number
    found: list[UnknownChoice] = []
    spelled = {choice: utils.default_process(choice) for choice in mapping.field.choices}
    for value, number in sorted(people.items(), key=lambda pair: (-pair[1], pair[0])):
        nearest = _nearest(value, spelled) if mapping.field.type is FieldType.STRING_CHOICE else None
        found.append(UnknownChoice(mapping.field.label, value, number, nearest))
        await asyncio.sleep(0)
    return found


def _nearest(value: str, spelled: dict[str, str]) -> str | None:
    """The choice spelled most alike, whatever the case, the order of the words and the signs between them."""
    word = utils.default_process(value)
    near = process.extract(word, spelled, scorer=fuzz.token_ratio, score_cutoff=_NEAR, limit=None)
    return max(near, key=lambda found: fuzz.ratio(word, found[0]))[2] if near else None


async def add_choices(slug: str, additions: Sequence[tuple[str, str]]) -> list[CustomField]:
    """Add values, given as (label, value), to the choices of fields; gives back the fields as they are then.

    Everything is checked before anything is added. Raises `BusyError` while the portal is being synced.
    """
    portal = await embedded_portal_for(slug, Role.ADMIN, Own.FIELDS)
    fields = await KnownAccounts(portal).custom_fields()
    translated = {mapping.field.label: dict(mapping.translations) for mapping in await _choice_mappings(portal)}
    wanted: dict[str, list[str]] = {}
    for label, value in additions:
        field = _choice_field(slug, label, fields)
        text = _checked_value(field, value)
        if text in translated.get(field.label, {}):
            raise SettingsError(
                f"'{text}' is translated to '{translated[field.label][text]}' in {field.label}; nothing was changed. "
                f"Forget that first: ukg choices {slug} --forget '{field.label}:{text}'"
            )
        wanted.setdefault(field.label, []).append(text)
    return [await change_field(slug, label, FieldChanges(add_choices=tuple(added))) for label, added in wanted.items()]


def can_be_added(field: CustomField, value: str) -> bool:
    """Whether the value could be one of the field's choices, and is none yet."""
    try:
        grown(field, [_checked_value(field, value)])
    except SettingsError:
        return False
    return True


def grown(field: CustomField, choices: Sequence[str]) -> CustomField:
    """The field with these choices more; raises `SettingsError` for what cannot be one."""
    flags = {"mandatory": field.mandatory, "editable": field.editable, "multiple": field.multiple}
    more = [choice for choice in choices if choice not in field.choices]
    return new_field(field.id, field.label, field.type, [*field.choices, *more], **flags) if more else field


async def translate(slug: str, translations: Sequence[Translation]) -> None:
    """Let choices stand for values of UKG Pro, all or none of them; the next sync goes by it.

    A value that was translated otherwise is translated anew.
    """
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        mappings = await _mappings_to_change(portal)
        rows: dict[str, dict[str, str | None]] = {}
        for wanted in translations:
            mapping = _mapped(slug, wanted.label, mappings)
            field = mapping.field
            value = _checked_value(field, wanted.value)
            choice = choice_text(field, wanted.choice.strip())
            if choice not in field.choices:
                raise SettingsError(
                    f"'{wanted.choice[:80]}' is not a choice of {field.label}; nothing was changed. Its choices: "
                    f"{', '.join(field.choices)}."
                )
            rows.setdefault(field.label, {})[value] = choice
        await _store(portal, mappings, rows)


async def forget_translations(slug: str, translated: Sequence[tuple[str, str]]) -> None:
    """Drop the translations of values, given as (label, value), all or none: they are unknown again."""
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        mappings = await _mappings_to_change(portal)
        rows: dict[str, dict[str, str | None]] = {}
        for label, typed in translated:
            mapping = _mapped(slug, label, mappings)
            value = choice_text(mapping.field, typed.strip())
            if value is None or value not in dict(mapping.translations):
                known = ", ".join(f"'{known}'" for known, _ in mapping.translations) or "none"
                raise SettingsError(
                    f"'{typed[:80]}' is not translated in {mapping.field.label}; nothing was changed. "
                    f"Translated are: {known}."
                )
            rows.setdefault(mapping.field.label, {})[value] = None
        await _store(portal, mappings, rows)


async def _choice_mappings(portal: models.Portal) -> list[Mapping]:
    """The rows of the mapping that fill a choice field."""
    mappings = await current_mappings(portal)
    return [mapping for mapping in mappings if mapping.field.type in CHOICE_TYPES]


async def _mappings_to_change(portal: models.Portal) -> list[Mapping]:
    """The same, kept from others until the transaction ends."""
    await models.Mapping.filter(portal_id=portal.id).select_for_update(no_key=True)
    return await _choice_mappings(portal)


async def _store(portal: models.Portal, mappings: Sequence[Mapping], changes: dict[str, dict[str, str | None]]) -> None:
    """Write changed translations by label and value; None drops one. Call it in a transaction."""
    before: dict[str, dict[str, str | None]] = {}
    for mapping in mappings:
        changed = changes.get(mapping.field.label)
        if changed is None:
            continue
        held = dict(mapping.translations)
        before[mapping.field.label] = {value: held.get(value) for value in changed}
        after = [(value, choice) for value, choice in {**held, **changed}.items() if choice is not None]
        await models.Mapping.filter(portal_id=portal.id, label_key=mapping.field.label.casefold()).update(
            translations=translations_text(after)
        )
    if before != changes:
        await audit(portal, "translations changed", ", ".join(changes), before=before, after=changes)


def _choice_field(slug: str, label: str, fields: Sequence[CustomField]) -> CustomField:
    key = label.strip().casefold()
    field = next((field for field in fields if field.label.casefold() == key), None)
    if field is None or field.type not in CHOICE_TYPES:
        known = ", ".join(field.label for field in fields if field.type in CHOICE_TYPES) or "none yet"
        raise SettingsError(
            f"{slug} has no choice field '{label.strip()[:80]}'; nothing was changed. Its choice fields: {known}."
        )
    return field


def _mapped(slug: str, label: str, mappings: Sequence[Mapping]) -> Mapping:
    key = label.strip().casefold()
    for mapping in mappings:
        if mapping.field.label.casefold() == key:
            return mapping
    known = ", ".join(mapping.field.label for mapping in mappings) or "none yet"
    raise SettingsError(
        f"{slug} fills no choice field '{label.strip()[:80]}' from UKG Pro; nothing was changed. "
        f"Choice fields it fills: {known}."
    )


def _checked_value(field: CustomField, value: str) -> str:
    """The value as the field would write it; it must not be one of its choices already."""
    text = choice_text(field, value.strip())  # what is read of UKG Pro is trimmed as well
    if not text:
        kind = field.type.removesuffix("-choice")
        raise SettingsError(
            f"'{value[:80]}' cannot be a value of {field.label}, which holds a {kind}; nothing changed."
        )
    if text in field.choices:
        raise SettingsError(f"'{text}' is a choice of {field.label} already; nothing was changed.")
    return text
