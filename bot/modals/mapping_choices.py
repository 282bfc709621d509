"""What UKG Pro's values stand for in a choice field: the menus, and what was chosen in them.

A menu stands for one value. It and its options are named by digests, since names are short in Slack.
"""

from collections.abc import Sequence
from hashlib import blake2b

from bot.blocks import Option, first_hundred, one_line, one_of_many, option, searched
from bot.content import Block
from bot.interactions import Values
from core.domain.custom_fields import CustomField
from core.domain.errors import SettingsError
from core.domain.mapping_draft import DraftRow
from core.services.choices import UnknownChoice, can_be_added

TRANSLATE, NO_CHOICE, NEW_CHOICE = "map_translate", "none", "new"
_MOST_CHOICES = 98  # of the 100 options of a menu two are ours
_A_PAGE = 8
_MOST_OPTIONS = 400  # in all menus of a page, which is then far from too large for Slack
_NONE = option("Nothing, leave it out", NO_CHOICE)
_NEW = option("Itself, as a new choice", NEW_CHOICE)


def values_on_a_page(field: CustomField) -> int:
    """For how many values there is room."""
    number = max(1, len(field.choices))  # LearnUpon may have a choice field without any
    return _A_PAGE if number > _MOST_CHOICES else max(1, min(_A_PAGE, _MOST_OPTIONS // number))


def menu(name: str, field: CustomField, unknown: UnknownChoice, held: DraftRow, *, grows: bool) -> Block:
    """The menu for one value. Nothing is chosen beforehand but what an admin chose: what is nearest is only said.
    `grows` tells whether the field may be given new choices here."""
    choices = offered(field, held)
    own = [_NONE, *([_NEW] if grows and can_be_added(field, unknown.value) else [])]
    choice = held.translations.get(unknown.value)
    chosen = NEW_CHOICE if unknown.value in held.additions else _name(choice) if choice in choices else None
    people = "1 person" if unknown.people == 1 else f"{unknown.people} people"
    label = f"‘{one_line(unknown.value, 80)}’ ({people}) stands for"
    hint = f"Nearest: {one_line(unknown.nearest, 100)}" if unknown.nearest else ""
    if len(choices) <= _MOST_CHOICES:
        return one_of_many(name, label, [*own, *(_option(each) for each in choices)], chosen, hint=hint)
    picked = _NEW if chosen == NEW_CHOICE else _option(str(choice)) if chosen else None
    return searched(name, label, picked, hint=hint, optional=True)


def suggested(field: CustomField, held: DraftRow, typed: str, *, grows: bool) -> list[Option]:
    """The choices that fit what was typed, for a field that has more than a menu shows."""
    word = typed.casefold().strip()
    own = [_NONE, *([_NEW] if grows else [])]
    return first_hundred([*own, *(_option(each) for each in offered(field, held) if word in each.casefold())])


def chosen(values: Values, field: CustomField, unknown: Sequence[UnknownChoice], held: DraftRow) -> DraftRow:
    """The row with what was chosen in the menus that were shown; what other pages say stays as it is held.

    Raises `SettingsError` when a choice is gone that was chosen.
    """
    translations, additions = dict(held.translations), list(held.additions)
    known = {_name(each): each for each in offered(field, held)}
    for value in (each.value for each in unknown if translation_name(each.value) in values):
        choice = values.choice(translation_name(value))
        translations.pop(value, None)
        additions = [each for each in additions if each != value]
        if choice == NEW_CHOICE:
            additions.append(value)
        elif choice in known:
            translations[value] = known[choice]
        elif choice not in (None, NO_CHOICE):
            raise SettingsError(
                f"The choices of {field.label} have changed meanwhile, so nothing was kept. Choose again for "
                f"‘{one_line(value, 80)}’."
            )
    return DraftRow(held.attribute, held.label, held.owner, translations, tuple(additions))


def offered(field: CustomField, held: DraftRow) -> list[str]:
    """The choices that there are, and those that there will be once the draft is saved."""
    return list(dict.fromkeys([*field.choices, *held.additions]))


def translation_name(value: str) -> str:
    """The name of the menu for a value."""
    return f"{TRANSLATE}-{_name(value)}"


def _option(choice: str) -> Option:
    return option(choice, _name(choice))


def _name(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()
