"""Dynamic rules in words: `Department is Sales and Grade at least 3`.

A condition is a label, an operator, and what the operator takes: nothing, a value, `X and Y`, or a list with commas. A
value that holds ` and `, a comma in a list, or begins like an operator stands in quotes; a quote in it is doubled.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from core.domain.custom_fields import CustomField, FieldType, Unusable, accept
from core.domain.errors import SettingsError
from core.domain.rules import (
    OPERATORS,
    WITH_LIST,
    WITHOUT_VALUE,
    Condition,
    Definition,
    Kind,
    Label,
    Operator,
)

_SYMBOLS = {
    "==": Operator.IS,
    "=": Operator.IS,
    "!=": Operator.IS_NOT,
    "<>": Operator.IS_NOT,
    "≠": Operator.IS_NOT,
    "<=": Operator.AT_MOST,
    "≤": Operator.AT_MOST,
    "<": Operator.LESS_THAN,
    ">=": Operator.AT_LEAST,
    "≥": Operator.AT_LEAST,
    ">": Operator.MORE_THAN,
}
_WORDS = {operator.value: operator for operator in Operator}
_WORDS |= {f"is {words}": _WORDS[words] for words in _WORDS if words.split()[0] in ("less", "at", "more", "between")}
_WORDS |= {f"is {words}": _WORDS[words] for words in ("before", "after", "any of", "none of")}
_DATE_WORDS = {"on": Operator.IS, "is on": Operator.IS}

_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’"}
_OR = re.compile(r"\bor\s+", re.IGNORECASE)
_AND = re.compile(r"\s+and(?=\s|$)", re.IGNORECASE)
_COMMA_OR_AND = re.compile(r"\s*,|\s+and(?=\s|$)", re.IGNORECASE)
_STARTS_WITH_AND = re.compile(r"and(?=\s|$)", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9_.\-]+")
_RESERVED = {"and"} | {word for words in (*_WORDS, *_DATE_WORDS) for word in words.split()}
_NOTHING = "nothing was changed"


def _patterns(words: dict[str, Operator]) -> list[tuple[re.Pattern[str], Operator]]:
    return [
        (re.compile(r"\s+".join(spelling.split()) + r"(?=$|[\s\"'“‘])", re.IGNORECASE), words[spelling])
        for spelling in sorted(words, key=len, reverse=True)
    ]


_SYMBOL_PATTERNS = [
    (re.compile(re.escape(symbol)), _SYMBOLS[symbol]) for symbol in sorted(_SYMBOLS, key=len, reverse=True)
]
_PATTERNS = _patterns(_WORDS) + _SYMBOL_PATTERNS
_DATE_PATTERNS = _patterns(_WORDS | _DATE_WORDS) + _SYMBOL_PATTERNS


def parse_definition(where: Sequence[str], labels: Sequence[Label], population: int | None = None) -> Definition:
    """The definition whose blocks are these texts; none: everyone.

    Raises `SettingsError` naming what was not understood and what would be.
    """
    return Definition(tuple(_Block(text, labels).conditions() for text in where), population)


def format_definition(definition: Definition) -> list[str]:
    """Each block in words; none: everyone. `parse_definition` understands them."""
    return [" and ".join(_format_condition(condition) for condition in block) for block in definition.blocks]


def _format_condition(condition: Condition) -> str:
    words = f"{condition.label} {condition.operator}"
    if condition.operator in WITHOUT_VALUE:
        return words
    separator = " and " if condition.operator is Operator.BETWEEN else ", "
    return f"{words} {separator.join(_quoted(value) for value in condition.values)}"


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.casefold() not in _RESERVED and not _OR.search(value):
        return value
    return '"' + value.replace('"', '""') + '"'


class _Block:
    """A text that is read from its start to its end."""

    def __init__(self, text: str, labels: Sequence[Label]) -> None:
        self._text = text
        self._at = 0
        self._labels = sorted(labels, key=lambda label: len(label.name), reverse=True)
        self._names = ", ".join(label.name for label in labels)

    def conditions(self) -> tuple[Condition, ...]:
        """All conditions of the text."""
        found = [self._condition()]
        while self._rest():
            if not self._take_and():
                raise SettingsError(
                    f"'{self._shown()}' was not understood after '{self._text[: self._at].strip()[-60:]}'; {_NOTHING}. "
                    "Conditions are joined by 'and'; put a value in quotes where it is not plain."
                )
            found.append(self._condition())
        return tuple(found)

    def _condition(self) -> Condition:
        label, operator = self._label_and_operator()
        values: list[str] = []
        if operator is Operator.BETWEEN:
            values.append(self._value(_AND))
            if not self._take_and():
                raise SettingsError(f"'{label.name} between' takes two values, as in X and Y; {_NOTHING}.")
            values.append(self._value(_AND))
        elif operator in WITH_LIST:
            values.append(self._value(_COMMA_OR_AND))
            while self._rest().startswith(","):
                self._at = self._text.index(",", self._at) + 1
                values.append(self._value(_COMMA_OR_AND))
        elif operator not in WITHOUT_VALUE:
            values.append(self._value(_AND))
        return Condition(label.name, operator, checked_values(label, operator, values))

    def _label_and_operator(self) -> tuple[Label, Operator]:
        self._skip_space()
        if not self._rest():
            after = f" after '{self._text.strip()[-60:]}'" if self._text.strip() else ""
            raise SettingsError(f"A condition is missing{after}; {_NOTHING}. Write: LABEL OPERATOR VALUE")
        first: tuple[Label, int] | None = None
        for label in self._labels:
            end = self._end_of(label.name)
            if end is None:
                continue
            operator, after_operator = self._operator(label, end)
            if operator is not None:
                self._at = after_operator
                return label, operator
            first = first or (label, end)
        if first is None:
            raise SettingsError(
                f"'{self._shown()}' begins with no label that is known; {_NOTHING}. Labels: {self._names}. A value "
                "that holds the word 'and' stands in quotes."
            )
        label, self._at = first
        raise SettingsError(
            f"'{self._shown()}' is no operator of {label.name}; {_NOTHING}. Operators: "
            f"{', '.join(OPERATORS[label.kind])}. A value that begins like an operator stands in quotes."
        )

    def _operator(self, label: Label, end: int) -> tuple[Operator | None, int]:
        """The operator at `end` if the label has it, and where it ends."""
        start = end + len(self._text[end:]) - len(self._text[end:].lstrip())
        for pattern, operator in _DATE_PATTERNS if label.kind is Kind.DATE else _PATTERNS:
            found = pattern.match(self._text, start)
            if found and (start > end or pattern in _SYMBOLS_ALONE):
                return (operator if operator in OPERATORS[label.kind] else None), found.end()
        return None, end

    def _end_of(self, name: str) -> int | None:
        """Where `name` ends if it stands here, whatever its case; folding the case may change the length."""
        key, folded, at = name.casefold(), "", self._at
        while len(folded) < len(key) and at < len(self._text):
            folded += self._text[at].casefold()
            at += 1
        return at if folded == key else None

    def _value(self, stop: re.Pattern[str]) -> str:
        self._skip_space()
        before = self._text[: self._at].strip()[-60:]
        rest = self._rest()
        if not rest or rest.startswith(",") or _STARTS_WITH_AND.match(rest):
            raise SettingsError(f"A value is missing after '{before}'; {_NOTHING}.")
        if rest[0] in _QUOTES:
            return self._quoted_value(_QUOTES[rest[0]], before)
        found = stop.search(self._text, self._at)
        end = found.start() if found else len(self._text)
        value, self._at = self._text[self._at : end].strip(), end
        self._check_no_alternative(value)
        return value

    def _check_no_alternative(self, value: str) -> None:
        """Blocks are given one by one; an `or` with a condition after it would be taken for part of a value."""
        for found in _OR.finditer(value):
            following = value[found.end() :].casefold()
            if any(following.startswith(f"{label.name.casefold()} ") for label in self._labels):
                raise SettingsError(
                    f"'{value[:80]}' holds another condition after 'or'; {_NOTHING}. Give each of them by itself, as "
                    "--where A --where B; a value that holds the word 'or' stands in quotes."
                )

    def _quoted_value(self, quote: str, before: str) -> str:
        value, at = "", self._at + 1
        while True:
            end = self._text.find(quote, at)
            if end < 0:
                raise SettingsError(f"The quote after '{before}' is not closed; {_NOTHING}.")
            value += self._text[at:end]
            if self._text[end + 1 : end + 2] != quote:
                break
            value, at = value + quote, end + 2
        self._at = end + 1
        return value

    def _take_and(self) -> bool:
        found = _AND.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found is not None

    def _skip_space(self) -> None:
        self._at = len(self._text) - len(self._text[self._at :].lstrip())

    def _rest(self) -> str:
        return self._text[self._at :].strip()

    def _shown(self) -> str:
        return self._rest()[:80]


_SYMBOLS_ALONE = {pattern for pattern, _ in _SYMBOL_PATTERNS}


def checked_values(label: Label, operator: Operator, values: Sequence[str]) -> tuple[str, ...]:
    """The values in the form they are kept in; raises `SettingsError` for one that the label cannot have."""
    if any(not value.strip() for value in values):
        raise SettingsError(f"An empty value for {label.name}; {_NOTHING}. Write: {label.name} is empty")
    match label.kind:
        case Kind.NUMBER:
            checked = [_converted(label, FieldType.DECIMAL, value) for value in values]
            if operator is Operator.BETWEEN and Decimal(checked[0]) > Decimal(checked[1]):
                raise _reversed(label, checked)
        case Kind.DATE:
            checked = [_converted(label, FieldType.DATE, value) for value in values]
            if operator is Operator.BETWEEN and checked[0] > checked[1]:
                raise _reversed(label, checked)
        case Kind.CHOICE:
            checked = list(dict.fromkeys(_choice(label, value) for value in values))
        case Kind.DOMAIN:
            checked = [_domain(value) for value in values]
        case Kind.TEXT:
            checked = list(values)
    return tuple(checked)


def _reversed(label: Label, values: Sequence[str]) -> SettingsError:
    return SettingsError(
        f"Nothing is between {values[0]} and {values[1]}; {_NOTHING}. Write: {label.name} between {values[1]} and "
        f"{values[0]}"
    )


def _converted(label: Label, kind: FieldType, value: str) -> str:
    converted = accept(CustomField("", label.name, kind), value.strip())
    if isinstance(converted, Unusable):
        raise SettingsError(f"{converted.sentence[0].upper()}{converted.sentence[1:]}; {_NOTHING}.")
    return str(converted)


def _choice(label: Label, value: str) -> str:
    if value in label.choices:
        return value
    alike = [choice for choice in label.choices if choice.casefold() == value.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    raise SettingsError(
        f"'{value[:80]}' is not a choice of {label.name}; {_NOTHING}. Choices: {', '.join(label.choices)}."
    )


def _domain(value: str) -> str:
    domain = value.strip().casefold()
    if not re.fullmatch(r"[^\s@.]+(\.[^\s@.]+)+", domain):
        raise SettingsError(f"'{value[:80]}' is not an e-mail domain; {_NOTHING}. Write it without @: example.com")
    return domain
