"""A custom user data field: added, renamed, its choices, who fills it in."""

from collections.abc import Sequence

from core.domain.custom_fields import CHOICE_TYPES, LONGEST_LABEL, CustomField, FieldType, check_type_change
from core.domain.errors import SettingsError
from core.services.fields import FieldChanges, add_field, change_field, count_holding, list_fields
from tui.dialogs.choosing import Choice
from tui.dialogs.confirming import Confirm
from tui.fields import OFF, ON, Field, Multiline, OneOf, Switch, Wrong
from tui.screens.form import Form, FormScreen, Values
from tui.words import counted

_TYPES = {
    FieldType.STRING: "any text",
    FieldType.STRING_CHOICE: "one of your choices",
    FieldType.DATE: "a day",
    FieldType.DECIMAL: "a number",
    FieldType.DECIMAL_CHOICE: "a number among your choices",
    FieldType.INTEGER: "a whole number",
    FieldType.INTEGER_CHOICE: "a whole number among your choices",
}
_BY_PEOPLE = {"": "nobody", "may": "people may", "must": "people must"}


class FieldFormScreen(FormScreen):
    """A field to be added; with a `label`, the field of that name."""

    PLACE = "Fields"
    ABOUT = (
        "A field that a choice type has takes only its choices, one in a line and without commas. Its type may become "
        "another only where nothing is lost by it. What people hold in the field is carried along when it is renamed; "
        "values that a removed choice leaves behind stay until they are changed."
    )

    def __init__(self, slug: str, label: str | None = None) -> None:
        super().__init__(slug)
        self._label = label

    @property
    def place(self) -> str:
        """Which field."""
        return f"{self.PLACE} › {self._label or 'new'}"

    async def read(self) -> Form:
        """The field as it is."""
        if self._label is None:
            return _form(None, list(FieldType))
        field = await self._field()
        return _form(field, [kind for kind in FieldType if _may_become(field, kind)])

    async def save(self, values: Values) -> str | None:
        """Add it or change it; what touches others is asked for."""
        choices = [line.strip() for line in values.text("choices").splitlines() if line.strip()]
        kind, by_people, several = FieldType(values.text("type")), values.text("people"), values.on("several")
        editable, mandatory = bool(by_people), by_people == "must"
        label = values.text("label")
        _check_shape(kind, choices, several=several)
        if self._label is None:
            added = await add_field(
                self.slug, label, kind, choices, mandatory=mandatory, editable=editable, multiple=several
            )
            return f"Added: {added.label}. The mapping can fill it from UKG Pro."
        field = await self._field()
        changes = FieldChanges(
            label=label if label != field.label else None,
            type=kind if kind is not field.type else None,
            add_choices=tuple(each for each in choices if each not in field.choices),
            remove_choices=tuple(each for each in field.choices if each not in choices),
            mandatory=mandatory,
            editable=editable,
            multiple=several,
        )
        people = await count_holding(self.slug, field.label)
        lines = [*_said(field, changes), f"{counted(people, 'person holds', 'people hold')} something in it."]
        if not await self.ask(Confirm(f"Change the field {field.label}?", lines, "Change")):
            return None
        changed = await change_field(self.slug, field.label, changes)
        self._label = changed.label
        return f"Changed: {changed.label}."

    def after_save(self) -> None:
        """Back to the list."""
        self.leave()

    async def _field(self) -> CustomField:
        fields = {field.label: field for field in await list_fields(self.slug)}
        if self._label not in fields:
            raise SettingsError(f"{self.slug} has no field {self._label} any more; nothing was changed.")
        return fields[self._label]


def _form(field: CustomField | None, kinds: Sequence[FieldType]) -> Form:
    fields: list[Field] = [
        Field(name="label", label="Name", hint=f"1 to {LONGEST_LABEL} characters", required=True),
        OneOf(
            name="type",
            label="Holds",
            choices=[Choice(kind.value, _TYPES[kind], kind.value) for kind in _TYPES if kind in kinds],
            about="Attributes of UKG Pro are texts, numbers or days; none is a whole number.",
        ),
        Multiline(
            name="choices", label="Choices", about="One in a line; only for a field that holds choices.", lines=6
        ),
        Switch(name="several", label="Takes", on="several choices", off="one choice or value"),
        OneOf(
            name="people",
            label="Filled in by hand by",
            choices=[Choice(value, words) for value, words in _BY_PEOPLE.items()],
            about="Whether people fill it in themselves, in the portal; an admin always can.",
        ),
    ]
    if field is None:
        return Form(fields=fields, values={"type": FieldType.STRING.value, "people": "", "several": OFF})
    values = {
        "label": field.label,
        "type": field.type.value,
        "choices": "\n".join(field.choices),
        "several": ON if field.multiple else OFF,
        "people": "must" if field.mandatory else "may" if field.editable else "",
    }
    return Form(fields=fields, values=values)


def _check_shape(kind: FieldType, choices: Sequence[str], *, several: bool) -> None:
    """Raise `Wrong` where choices and type are at odds."""
    if kind in CHOICE_TYPES and not choices:
        raise Wrong("choices", f"A field that holds {_TYPES[kind]} needs at least one; nothing was saved.")
    if kind not in CHOICE_TYPES and choices:
        raise Wrong("choices", f"A field that holds {_TYPES[kind]} has no choices; nothing was saved. Take them out.")
    if kind not in CHOICE_TYPES and several:
        raise Wrong("several", f"A field that holds {_TYPES[kind]} has no choices to take several of.")


def _may_become(field: CustomField, kind: FieldType) -> bool:
    try:
        check_type_change(field, kind)
    except SettingsError:
        return False
    return True


def _said(field: CustomField, changes: FieldChanges) -> list[str]:
    lines = [f"It is renamed to {changes.label}, here, in the mapping and in rules."] if changes.label else []
    lines += [f"It holds {_TYPES[changes.type]}, not {_TYPES[field.type]}."] if changes.type else []
    if changes.add_choices:
        lines.append(f"{counted(len(changes.add_choices), 'choice')} more: {', '.join(changes.add_choices[:10])}")
    if changes.remove_choices:
        gone = ", ".join(changes.remove_choices[:10])
        lines.append(
            f"{counted(len(changes.remove_choices), 'choice')} less: {gone}. Who holds one keeps it until changed."
        )
    return lines
