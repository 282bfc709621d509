"""Dynamic rules: who belongs to a group.

A definition is an OR of blocks, each an AND of conditions; with no block at all it takes in everyone. What a condition
can be about is a label: `email domain`, `created` (the day of the account, in the portal's time zone), or a custom user
data field. How one is written in words is in `core.domain.rule_words`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from core.domain.custom_fields import CHOICE_TYPES, CustomField, FieldType

EMAIL_DOMAIN = "email domain"
CREATED = "created"


class Kind(StrEnum):
    """What sort of value a label has; it decides the operators."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    DOMAIN = "domain"


class Operator(StrEnum):
    """How a value is compared; the value of each member is how it is written in words."""

    IS = "is"
    IS_NOT = "is not"
    CONTAINS = "contains"
    DOES_NOT_CONTAIN = "does not contain"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"
    LESS_THAN = "less than"
    AT_MOST = "at most"
    MORE_THAN = "more than"
    AT_LEAST = "at least"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    ANY_OF = "any of"
    NONE_OF = "none of"
    IS_EMPTY = "is empty"
    IS_NOT_EMPTY = "is not empty"


WITHOUT_VALUE = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})
WITH_LIST = frozenset({Operator.ANY_OF, Operator.NONE_OF})

OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    Kind.TEXT: (
        Operator.IS,
        Operator.IS_NOT,
        Operator.CONTAINS,
        Operator.DOES_NOT_CONTAIN,
        Operator.STARTS_WITH,
        Operator.ENDS_WITH,
        Operator.IS_EMPTY,
        Operator.IS_NOT_EMPTY,
    ),
    Kind.NUMBER: (
        Operator.IS,
        Operator.IS_NOT,
        Operator.LESS_THAN,
        Operator.AT_MOST,
        Operator.MORE_THAN,
        Operator.AT_LEAST,
        Operator.BETWEEN,
        Operator.IS_EMPTY,
        Operator.IS_NOT_EMPTY,
    ),
    Kind.DATE: (
        Operator.IS,
        Operator.BEFORE,
        Operator.AFTER,
        Operator.BETWEEN,
        Operator.IS_EMPTY,
        Operator.IS_NOT_EMPTY,
    ),
    Kind.CHOICE: (
        Operator.ANY_OF,
        Operator.NONE_OF,
        Operator.IS,
        Operator.IS_NOT,
        Operator.IS_EMPTY,
        Operator.IS_NOT_EMPTY,
    ),
    Kind.DOMAIN: (Operator.IS, Operator.IS_NOT),
}


class Label(msgspec.Struct, frozen=True):
    """Something a condition can be about. `choices` are those of a choice field."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()


class Condition(msgspec.Struct, frozen=True):
    """One comparison. `values` are texts: none for `is empty`, two for `between`, one or more for `any of`.

    Numbers are written plainly, dates as YYYY-MM-DD.
    """

    label: str
    operator: Operator
    values: tuple[str, ...] = ()


class Definition(msgspec.Struct, frozen=True):
    """Who belongs: everyone for whom all conditions of any block hold; with no block, everyone.

    `population` is the id of the one group whose members are considered, None for all users of the portal.
    """

    blocks: tuple[tuple[Condition, ...], ...] = ()
    population: int | None = None


class Person(NamedTuple):
    """What a rule may look at. `created` is a date as YYYY-MM-DD; `custom` holds values by field label, a choice field
    that takes several as a list."""

    email_key: str
    created: str
    custom: Mapping[str, Any]


class Matcher(NamedTuple):
    """A definition made ready to be asked about many people, and which of their values it looks at."""

    matches: Callable[[Person], bool]
    needs_created: bool
    needs_custom: bool


def labels_of(fields: Iterable[CustomField]) -> tuple[Label, ...]:
    """What conditions of a portal with these fields can be about.

    A field that is labelled as one of the two fixed labels cannot be told from it, and is left out.
    """
    fixed = (Label(EMAIL_DOMAIN, Kind.DOMAIN), Label(CREATED, Kind.DATE))
    names = {label.name for label in fixed}
    return (
        *fixed,
        *(
            Label(field.label, _kind(field.type), field.choices if field.type in CHOICE_TYPES else ())
            for field in fields
            if field.label.casefold() not in names
        ),
    )


def _kind(kind: FieldType) -> Kind:
    if kind in CHOICE_TYPES:
        return Kind.CHOICE
    match kind:
        case FieldType.INTEGER | FieldType.DECIMAL:
            return Kind.NUMBER
        case FieldType.DATE:
            return Kind.DATE
    return Kind.TEXT


def encode_definition(definition: Definition) -> str:
    """The definition as it is stored."""
    return msgspec.json.encode(definition).decode()


def decode_definition(stored: str) -> Definition:
    """The definition that was stored."""
    return msgspec.json.decode(stored, type=Definition)


def uses(definition: Definition, label: str) -> bool:
    """Whether a condition is about this label, whatever its case."""
    key = label.casefold()
    return any(condition.label.casefold() == key for block in definition.blocks for condition in block)


def renamed(definition: Definition, old: str, new: str) -> Definition:
    """The definition with one label written anew."""
    key = old.casefold()
    blocks = tuple(
        tuple(
            msgspec.structs.replace(condition, label=new) if condition.label.casefold() == key else condition
            for condition in block
        )
        for block in definition.blocks
    )
    return msgspec.structs.replace(definition, blocks=blocks)


def troubles(definition: Definition, labels: Sequence[Label]) -> list[str]:
    """A sentence for everything in the definition that can no longer match, for the field or its choices changed."""
    by_key = {label.name.casefold(): label for label in labels}
    sentences: list[str] = []
    for condition in (condition for block in definition.blocks for condition in block):
        label = by_key.get(condition.label.casefold())
        if label is None:
            sentences.append(f"There is no field {condition.label} any more: its condition matches nobody.")
        elif condition.operator not in OPERATORS[label.kind]:
            sentences.append(
                f"{label.name} is a {label.kind} field now and knows no '{condition.operator}': the condition matches "
                "nobody."
            )
        elif label.kind is Kind.CHOICE:
            gone = [value for value in condition.values if value not in label.choices]
            sentences += [f"{label.name} has no choice {value} any more: nobody is found by it." for value in gone]
    return sentences


def dependency_order(populations: Mapping[int, int | None]) -> list[int]:
    """The groups with a rule (keys) so that each comes after the one whose members it considers (values)."""
    ordered: dict[int, None] = {}
    for group in populations:
        chain: list[int] = []
        following: int | None = group
        while following is not None and following in populations and following not in ordered:
            if following in chain:
                break
            chain.append(following)
            following = populations[following]
        ordered.update(dict.fromkeys(reversed(chain)))
    return list(ordered)


def cycle_through(populations: Mapping[int, int | None], group: int) -> list[int]:
    """The groups from `group` back to itself, each considering the members of the next; empty if there is no way."""
    chain = [group]
    following = populations.get(group)
    while following is not None and following not in chain:
        chain.append(following)
        following = populations.get(following)
    return [*chain, group] if following == group else []


def matcher(definition: Definition, labels: Sequence[Label]) -> Matcher:
    """The definition ready for use.

    Text and domains are compared without regard to case. An empty value satisfies `is not`, `does not contain` and
    `none of`, and of the others only `is empty`. Of several choices, `any of` asks for at least one, `none of` for
    none; a choice that was removed since finds nobody any more. A condition whose field is gone, or whose field is of
    another kind now, matches nobody.
    """
    by_key = {label.name.casefold(): label for label in labels}
    kinds: set[str] = set()

    def test_of(condition: Condition) -> Callable[[Person], bool]:
        label = by_key.get(condition.label.casefold())
        if label is None or condition.operator not in OPERATORS[label.kind]:
            return _nobody
        kinds.add(label.name if label.name in (EMAIL_DOMAIN, CREATED) else "custom")
        return _test(label, condition)

    blocks = [[test_of(condition) for condition in block] for block in definition.blocks]
    return Matcher(_any_block(blocks), CREATED in kinds, "custom" in kinds)


def _nobody(person: Person) -> bool:
    return False


def _any_block(blocks: list[list[Callable[[Person], bool]]]) -> Callable[[Person], bool]:
    if not blocks:
        return lambda person: True
    if len(blocks) == 1 and len(blocks[0]) == 1:
        return blocks[0][0]
    return lambda person: any(all(test(person) for test in block) for block in blocks)


def _test(label: Label, condition: Condition) -> Callable[[Person], bool]:
    name, values = label.name, condition.values
    if label.kind is Kind.DOMAIN:
        wanted, same = values[0].casefold(), condition.operator is Operator.IS
        return lambda person: (person.email_key.rpartition("@")[2] == wanted) is same
    if name == CREATED:
        day_test = _date_test(condition.operator, values)
        return lambda person: day_test(person.created)
    match label.kind:
        case Kind.NUMBER:
            number_test = _number_test(condition.operator, [Decimal(value) for value in values])
            return lambda person: number_test(_number(person.custom.get(name)))
        case Kind.DATE:
            date_test = _date_test(condition.operator, values)
            return lambda person: date_test(_text(person.custom.get(name)))
        case Kind.CHOICE:
            choice_test = _choice_test(condition.operator, frozenset(values), label.choices)
            return lambda person: choice_test(_held(person.custom.get(name)))
    text_test = _text_test(condition.operator, values[0].casefold() if values else "")
    return lambda person: text_test(_text(person.custom.get(name)).casefold())


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value).strip()


def _number(value: Any) -> Decimal | int | None:
    """The stored number; what is none counts as empty."""
    if value is None or isinstance(value, int):
        return value
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _held(value: Any) -> frozenset[str]:
    if value is None or value == "":
        return frozenset()
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset((str(value),))


def _text_test(operator: Operator, wanted: str) -> Callable[[str], bool]:
    wanted = wanted.strip() if operator in (Operator.IS, Operator.IS_NOT) else wanted
    tests: dict[Operator, Callable[[str], bool]] = {
        Operator.IS: lambda text: text == wanted,
        Operator.IS_NOT: lambda text: text != wanted,
        Operator.CONTAINS: lambda text: wanted in text,
        Operator.DOES_NOT_CONTAIN: lambda text: wanted not in text,
        Operator.STARTS_WITH: lambda text: text.startswith(wanted),
        Operator.ENDS_WITH: lambda text: text.endswith(wanted),
        Operator.IS_EMPTY: lambda text: not text,
        Operator.IS_NOT_EMPTY: bool,
    }
    return tests[operator]


def _number_test(operator: Operator, values: list[Decimal]) -> Callable[[Decimal | int | None], bool]:
    low, high = (values[0], values[-1]) if values else (Decimal(0), Decimal(0))
    tests: dict[Operator, Callable[[Decimal | int | None], bool]] = {
        Operator.IS: lambda number: number is not None and number == low,
        Operator.IS_NOT: lambda number: number is None or number != low,
        Operator.LESS_THAN: lambda number: number is not None and number < low,
        Operator.AT_MOST: lambda number: number is not None and number <= low,
        Operator.MORE_THAN: lambda number: number is not None and number > low,
        Operator.AT_LEAST: lambda number: number is not None and number >= low,
        Operator.BETWEEN: lambda number: number is not None and low <= number <= high,
        Operator.IS_EMPTY: lambda number: number is None,
        Operator.IS_NOT_EMPTY: lambda number: number is not None,
    }
    return tests[operator]


def _date_test(operator: Operator, values: Sequence[str]) -> Callable[[str], bool]:
    """Days as YYYY-MM-DD are in the order of their texts; an empty text is no day."""
    low, high = (values[0], values[-1]) if values else ("", "")
    tests: dict[Operator, Callable[[str], bool]] = {
        Operator.IS: lambda day: day == low,
        Operator.BEFORE: lambda day: "" < day < low,
        Operator.AFTER: lambda day: day > low,
        Operator.BETWEEN: lambda day: low <= day <= high,
        Operator.IS_EMPTY: lambda day: not day,
        Operator.IS_NOT_EMPTY: bool,
    }
    return tests[operator]


def _choice_test(
    operator: Operator, values: frozenset[str], choices: Sequence[str]
) -> Callable[[frozenset[str]], bool]:
    match operator:
        case Operator.IS_EMPTY:
            return lambda held: not held
        case Operator.IS_NOT_EMPTY:
            return bool
        case Operator.IS_NOT | Operator.NONE_OF:
            return values.isdisjoint
    present = values.intersection(choices)
    return lambda held: not present.isdisjoint(held)
