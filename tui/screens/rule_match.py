"""Whom a written rule matches: counts, and the first people of each effect."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from core.services.rules import Effect, Preview, PreviewedPerson
from tui.rows import Cell, Column, Row, Rows, Tone
from tui.screens.rule_words import preview_in_words
from tui.widgets.paged_list import PagedList

_TONES = {Effect.JOINS: Tone.GOOD, Effect.LEAVES: Tone.BAD, Effect.WAITS: Tone.WARNING}
_COLUMNS = (Column("Would", 20), Column("Name", 14, share=1), Column("E-mail", 18, share=2, from_width=58))


class RuleMatch(Container):
    """Empty until `show`; muted from `begin` on, while it is counted anew."""

    DEFAULT_CSS = """
    RuleMatch #counts { padding: 0 1; height: auto; max-height: 6; }
    """

    def compose(self) -> ComposeResult:
        """The counts above the people."""
        yield Static("", id="counts", markup=False)
        yield PagedList(_COLUMNS, empty="Nobody joins or leaves, and nobody is in it.")

    def begin(self) -> None:
        """What is shown is of what was written before."""
        self.query_one("#counts").add_class("muted")

    def show(self, preview: Preview) -> None:
        """Show what running the rule would do."""
        counts = self.query_one("#counts", Static)
        counts.remove_class("muted")
        counts.update(Text("\n".join(preview_in_words(preview))))
        self.query_one(PagedList).show(Rows([_row(person) for person in preview.people]))


def _row(person: PreviewedPerson) -> Row:
    effect = Cell(str(person.effect), _TONES.get(person.effect, Tone.MUTED))
    return Row(person.email, (effect, person.name, person.email), person)
