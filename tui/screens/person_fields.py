"""The fields of a form about one person: names, e-mail, and custom user data."""

from collections.abc import Mapping, Sequence

from core.domain.custom_fields import CustomField, CustomValue
from tui.dialogs.choosing import Choice
from tui.fields import Field, Heading, OneOf
from tui.screens.change_words import value_words
from tui.screens.form import Values

_NONE = Choice("", "(none)")
_CUSTOM = "custom "  # before the label, so that no field of the portal is taken for one of the form's own


def names_and_email() -> list[Field]:
    """What every person has."""
    return [
        Field(name="email", label="E-mail", hint="name@example.com", required=True),
        Field(name="first_name", label="First name"),
        Field(name="last_name", label="Last name"),
    ]


def custom_data(fields: Sequence[CustomField]) -> list[Field]:
    """A line for each custom user data field, under a heading."""
    return [Heading(name="", label="Custom user data"), *map(_asked, fields)] if fields else []


def custom_shown(held: Mapping[str, CustomValue]) -> dict[str, str]:
    """The values of the fields, as they are typed."""
    return {f"{_CUSTOM}{label}": "" if value is None else value_words(value) for label, value in held.items()}


def custom_typed(values: Values, fields: Sequence[CustomField]) -> dict[str, str]:
    """What was typed into custom user data fields, by label; only what is another than before."""
    names = {f"{_CUSTOM}{field.label}": field.label for field in fields}
    return {label: values.text(name) for name, label in names.items() if name in values.changed}


def _asked(field: CustomField) -> Field:
    name = f"{_CUSTOM}{field.label}"
    if field.choices and not field.multiple:
        return OneOf(name=name, label=field.label, choices=[_NONE, *(Choice(each, each) for each in field.choices)])
    about = f"Type: {field.type.value.replace('-', ' ')}."
    if field.choices:
        about = f"Several of these, with commas: {', '.join(field.choices)}."
    return Field(name=name, label=field.label, about=about)
