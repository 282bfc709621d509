"""Mapping: which attribute fills which custom user data field, and what one employee's values become."""

from collections.abc import Sequence

import msgspec

from core.domain.attributes import Attribute
from core.domain.custom_fields import FITTING, CustomField, CustomValue, Unusable, accept
from core.domain.employee import Employee
from core.domain.errors import SettingsError


class Mapping(msgspec.Struct, frozen=True):
    """One row of the mapping: an attribute fills a field."""

    attribute: Attribute
    field: CustomField


class ValueWarning(msgspec.Struct, frozen=True, gc=False):
    """One value that could not be used; the stored one stays. `field` and `value` are set for unknown choices."""

    sentence: str
    field: str | None = None
    value: str | None = None


class Mapped(msgspec.Struct, frozen=True):
    """What an employee's mapped values come to: `values` by field label (None clears), and what was unusable."""

    values: dict[str, CustomValue]
    warnings: tuple[ValueWarning, ...]


def check_fit(attribute: Attribute, field: CustomField) -> None:
    """Raise `SettingsError` when values of `attribute` can never be values of `field`."""
    fitting = FITTING[attribute.type]
    if field.type not in fitting:
        kinds = " or ".join(sorted(fitting))
        raise SettingsError(
            f"{attribute.label} is a {attribute.type} and cannot fill {field.label}, a field of type {field.type}; "
            f"nothing was mapped. Choose a field of type {kinds}."
        )


def map_values(employee: Employee, mappings: Sequence[Mapping]) -> Mapped:
    """The values to store for `employee`.

    An attribute that UKG Pro left out of its answer is left out here too, so nothing is cleared by its absence.
    """
    values: dict[str, CustomValue] = {}
    warnings: list[ValueWarning] = []
    for mapping in mappings:
        if mapping.attribute.id not in employee.attributes:
            continue
        value = employee.attributes[mapping.attribute.id]
        stored = accept(mapping.field, value)
        if isinstance(stored, Unusable):
            warnings.append(
                ValueWarning(
                    f"{stored.sentence}; the stored value stays",
                    field=mapping.field.label if stored.unknown_choice else None,
                    value=str(value) if stored.unknown_choice else None,
                )
            )
        else:
            values[mapping.field.label] = stored
    return Mapped(values, tuple(warnings))
