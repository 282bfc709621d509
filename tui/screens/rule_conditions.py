"""Asking for one condition of a rule: what it is about, how it compares, with which value."""

from collections.abc import Sequence
from datetime import date, timedelta

from core.clock import now
from core.domain.rule_words import checked_values
from core.domain.rules import OPERATORS, WITH_LIST, WITHOUT_VALUE, Condition, Kind, Label, Operator
from core.services.rules import held_values
from tui.dialogs.choosing import Choice, Choose
from tui.dialogs.choosing_many import ChooseMany
from tui.dialogs.suggesting import Suggest
from tui.screens.base import PortalScreen
from tui.words import counted

_ABOUT = {
    Kind.TEXT: "a text",
    Kind.NUMBER: "a number",
    Kind.DATE: "a date",
    Kind.CHOICE: "one of a list",
    Kind.DOMAIN: "what follows the @",
}
_HINTS = {Kind.NUMBER: "A number, like 3 or 2.5", Kind.DATE: "YYYY-MM-DD", Kind.DOMAIN: "example.com"}


async def ask_condition(
    screen: PortalScreen, labels: Sequence[Label], before: Condition | None = None
) -> Condition | None:
    """A condition asked for step by step, beginning at `before`; None when a step was left."""
    choices = [Choice(label.name, label.name, _ABOUT[label.kind]) for label in labels]
    name = await screen.ask(Choose("A condition about what?", choices, now=before.label if before else ""))
    label = next((each for each in labels if each.name == name), None)
    if label is None:
        return None
    same = before if before is not None and before.label == label.name else None
    operators = [Choice(each.value, each.value) for each in OPERATORS[label.kind]]
    chosen = await screen.ask(Choose(f"{label.name} …", operators, now=same.operator.value if same else ""))
    if chosen is None:
        return None
    operator = Operator(chosen)
    values = await _ask_values(screen, label, operator, same.values if same else ())
    if values is None:
        return None
    return Condition(label.name, operator, checked_values(label, operator, values))


async def _ask_values(
    screen: PortalScreen, label: Label, operator: Operator, before: Sequence[str]
) -> list[str] | None:
    if operator in WITHOUT_VALUE:
        return []
    title = f"{label.name} {operator} …"
    if label.kind is Kind.CHOICE:
        held = {each.value: each.people for each in await held_values(screen.slug, label.name)}
        choices = [
            Choice(each, each, counted(held[each], "person", "people") if each in held else "nobody yet")
            for each in label.choices
        ]
        if operator in WITH_LIST:
            return await screen.ask(ChooseMany(title, choices, now=before))
        one = await screen.ask(Choose(title, choices, now=before[0] if before else ""))
        return None if one is None else [one]
    first = await _ask_value(screen, label, operator, title, (), before)
    if first is None or operator is not Operator.BETWEEN:
        return None if first is None else [first]
    last = await _ask_value(screen, label, operator, f"{label.name} between {first} and …", (first,), before[1:])
    return None if last is None else [first, last]


async def _ask_value(
    screen: PortalScreen,
    label: Label,
    operator: Operator,
    title: str,
    earlier: tuple[str, ...],
    before: Sequence[str],
) -> str | None:
    if label.kind is Kind.DATE:
        suggestions = _days(now().date())
    else:
        held = await held_values(screen.slug, label.name)
        suggestions = [Choice(each.value, each.value, counted(each.people, "person", "people")) for each in held]
    judged_by = operator if earlier or operator is not Operator.BETWEEN else Operator.IS
    return await screen.ask(
        Suggest(
            title,
            suggestions,
            hint=_HINTS.get(label.kind, "Text, whatever the case"),
            value=before[0] if before else "",
            check=lambda value: checked_values(label, judged_by, (*earlier, value)),
        )
    )


def _days(today: date) -> list[Choice]:
    """Days that rules are often about."""
    days = {
        "today": today,
        "the first of this month": today.replace(day=1),
        "the first of this year": today.replace(month=1, day=1),
        "a year ago": today - timedelta(days=365),
    }
    found: dict[str, str] = {}
    for words, day in days.items():
        found.setdefault(day.isoformat(), words)
    return [Choice(day, day, words) for day, words in found.items()]
