"""The rule that is being written, piece by piece: what can be lit and changed."""

from typing import ClassVar

import msgspec
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.screens.rule_words import WrittenRule


class Piece(msgspec.Struct, frozen=True):
    """What a line is about: `condition` (with its place), `and`, `or`, `members_of`, `courses`."""

    what: str
    block: int = 0
    place: int = 0

    @property
    def id(self) -> str:
        """Its name in the list."""
        return f"{self.what} {self.block} {self.place}"


class Pieces(OptionList):
    """The lines of a rule; Enter on one changes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
    ]

    def draw(self, rule: WrittenRule, *, keep_enrolments: bool) -> None:
        """Show the rule; what is lit stays lit as far as it is still there."""
        lit = self.highlighted or 0
        self.clear_options()
        self.add_options(_lines(rule, keep_enrolments=keep_enrolments))
        self.highlighted = max(0, min(lit, self.option_count - 1))
        if self.get_option_at_index(self.highlighted).disabled:
            self.action_cursor_down()

    @property
    def lit(self) -> Piece | None:
        """The piece under the cursor."""
        if self.highlighted is None:
            return None
        what, block, place = (self.get_option_at_index(self.highlighted).id or "head 0 0").split()
        return Piece(what, int(block), int(place))


def _lines(rule: WrittenRule, *, keep_enrolments: bool) -> list[Option]:
    lines: list[Option] = []

    def add(piece: Piece, words: str, *, muted: bool = False, fixed: bool = False) -> None:
        lines.append(Option(Text(words, style="dim" if muted else ""), id=piece.id, disabled=fixed))

    add(Piece("head"), "Whoever this holds for:" if rule.blocks else "All users, without a condition", fixed=True)
    for block, conditions in enumerate(rule.blocks):
        if block:
            add(Piece("between", block), "or", fixed=True)
        for place in range(len(conditions)):
            add(Piece("condition", block, place), f"  {'and ' if place else ''}{rule.words_of(block, place)}")
    add(Piece("and"), "  + and …" if rule.blocks else "  + a condition")
    if rule.blocks:
        add(Piece("or"), "  + or …")
    add(Piece("members_of"), f"Of the members of {rule.members_of}" if rule.members_of else "Of all users")
    courses = "stays on its courses" if keep_enrolments else "goes off its courses, unless finished"
    add(Piece("courses"), f"Who leaves {courses}")
    return lines
