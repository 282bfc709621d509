"""What a learner may put right about themselves: the custom user data fields that admins made editable."""

from collections.abc import Mapping, Sequence

import msgspec

from core.clock import now
from core.domain.custom_fields import CHOICE_TYPES, CustomField, CustomValue, FieldType, Unusable, accept_several
from core.portals.accounts import custom_field, custom_values
from core.portals.embedded.memberships import reconsider
from core.services.acting import acting_as
from core.services.audit import audit
from core.services.door.accounts import learner_acting
from core.services.door.refusals import EntriesRefused
from core.store import models
from core.store.transactions import write_transaction

_LARGEST = 2**63 - 1


class ProfileField(msgspec.Struct, frozen=True):
    """A field as a learner sees it. `name` is the name of its input; `value` what is stored, None for nothing;
    one that is not `editable` is only shown."""

    name: str
    field: CustomField
    value: CustomValue
    editable: bool

    @property
    def missing(self) -> bool:
        """Whether the learner still has to fill it in."""
        return self.editable and self.field.mandatory and not self.entries

    @property
    def entries(self) -> list[str]:
        """The value as it stands in a form: several only where the field takes several."""
        if isinstance(self.value, list):
            return self.value
        text = "" if self.value is None else str(self.value)
        return [text] if text else []

    @property
    def has_choices(self) -> bool:
        """Whether the value is one of a list."""
        return self.field.type in CHOICE_TYPES

    @property
    def is_date(self) -> bool:
        """Whether the value is a date."""
        return self.field.type is FieldType.DATE

    @property
    def is_number(self) -> bool:
        """Whether the value is typed in digits."""
        return self.field.type in (FieldType.INTEGER, FieldType.DECIMAL)


async def profile_of(portal: models.Portal, learner: models.Learner) -> list[ProfileField]:
    """The fields that concern the learner: those they may edit, and those that hold something.

    A field that is filled from UKG Pro is only shown, whatever it says: the next sync would undo what they write.
    """
    rows = await models.CustomField.filter(portal_id=portal.id).order_by("id")
    mapped = {row.label_key for row in await models.Mapping.filter(portal_id=portal.id)}
    custom = custom_values(learner)
    fields = [
        ProfileField(
            name=f"field-{row.id}",
            field=custom_field(row),
            value=custom.get(row.label),
            editable=row.editable and row.label_key not in mapped,
        )
        for row in rows
    ]
    return [field for field in fields if field.editable or field.entries]


async def is_incomplete(portal: models.Portal, learner: models.Learner) -> bool:
    """Whether the learner has yet to fill in a mandatory field."""
    return any(field.missing for field in await profile_of(portal, learner))


async def change_profile(portal: models.Portal, learner: models.Learner, entries: Mapping[str, Sequence[str]]) -> None:
    """Store the entries, given by the names of the inputs; an editable field without an entry stays as it is.

    Raises `EntriesRefused` by the names of the inputs, and stores nothing then.
    """
    async with write_transaction():
        row = await models.Learner.filter(id=learner.id).select_for_update(no_key=True).get()
        before = custom_values(row)
        after = dict(before)
        sentences: dict[str, str] = {}
        for field in await profile_of(portal, row):
            if not field.editable:
                continue
            value = _checked(field, entries[field.name]) if field.name in entries else field.value
            if isinstance(value, Unusable):
                sentences[field.name] = value.sentence
            elif value is not None:
                after[field.field.label] = value
            elif field.field.mandatory:
                sentences[field.name] = "Please fill this in."
            else:
                after.pop(field.field.label, None)
        if sentences:
            raise EntriesRefused(sentences)
        labels = [label for label in before | after if before.get(label) != after.get(label)]
        if not labels:
            return
        row.custom = msgspec.json.encode(after).decode()
        row.revision += 1
        await row.save(update_fields=["custom", "revision"])
        with acting_as(learner_acting(row)):
            await audit(
                portal,
                "change own profile",
                row.email,
                before={label: before.get(label) for label in labels},
                after={label: after.get(label) for label in labels},
            )
        await reconsider(portal, [row.id], now())


def _checked(field: ProfileField, texts: Sequence[str]) -> CustomValue | Unusable:
    texts = [text.strip() for text in texts]
    if not all(text.isprintable() for text in texts):
        return Unusable("Leave out characters that cannot be seen.")
    value = accept_several(field.field, texts)
    if isinstance(value, Unusable):
        return Unusable(_sentence(field.field))
    if isinstance(value, int) and abs(value) > _LARGEST:
        return Unusable("That number is too large.")
    return value


def _sentence(field: CustomField) -> str:
    match field.type:
        case FieldType.DATE:
            return "Write a date like 2026-03-31."
        case FieldType.INTEGER:
            return "Write a whole number like 12."
        case FieldType.DECIMAL:
            return "Write a number like 12.5."
        case FieldType.STRING:
            return "That is too long."
    return "Choose one of the list."
