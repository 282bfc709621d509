"""One condition of the scope: which values are taken, which are left out."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from core.domain.scope import WORDS, ScopeKind, value_key
from core.services.scope_values import SeenValue, values_seen
from tui.dialogs.writing import Write
from tui.rows import Cell, Column, Row, Rows, Source, Tone
from tui.screens.listing import ListScreen
from tui.screens.scope_editing import Editing, capital
from tui.words import counted

_HINTS = {
    ScopeKind.STATUS: "The letters of UKG Pro, such as A or L.",
    ScopeKind.PERSON: "Employee ids or e-mails; they are taken, or left, whatever else is said.",
}


class ScopeConditionScreen(ListScreen):
    """What is chosen here is part of what is edited on the scope's screen, and is saved there."""

    PLACE = "Scope"
    ABOUT = (
        "The values that people of the last read of UKG Pro have. a takes people with the value, d leaves them out, u "
        "says nothing of it; Enter goes from one to the next, Space marks several first. n writes values that are not "
        "in the list, one in a line. As soon as one value is taken, only people with one of those taken are. Esc leads "
        "back, where it is saved."
    )
    FILTER = "Words of a value"
    EMPTY = "Nothing is listed. n writes values, one in a line."
    MARKS = True
    COLUMNS = (
        Column("Value", 16, share=1),
        Column("Name", 16, share=2),
        Column("People", 8),
        Column("Said here", 12),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "say('take')", "Take"),
        Binding("d,delete", "say('leave')", "Leave out", key_display="d"),
        Binding("u", "say('')", "Say nothing"),
        Binding("n", "write", "Write"),
    ]
    DEFAULT_CSS = """
    ScopeConditionScreen #words { height: auto; max-height: 40%; padding: 1 1 0 1; }
    """

    def __init__(self, slug: str, kind: ScopeKind, editing: Editing) -> None:
        super().__init__(slug)
        self._kind, self._editing = kind, editing
        self._values: list[SeenValue] | None = None
        self._looked = False

    @property
    def place(self) -> str:
        """By what."""
        return f"{self.PLACE} › {capital(self._kind)}"

    def body(self) -> Iterable[Widget]:
        """What is said, and the values."""
        yield Static(id="words", markup=False)
        yield from super().body()

    def action_reload(self) -> None:
        """Look at everyone anew."""
        self._looked = False
        super().action_reload()

    async def load(self) -> None:
        """Look which values there are, once, and show what is said of them."""
        if not self._looked:
            self._values = await values_seen(self.slug, self._kind)
            self._looked = True
        self.query_one("#words", Static).update(self._words())
        await super().load()

    def _words(self) -> str:
        said, words = self._editing.said[self._kind], WORDS[self._kind]
        always = "Always taken" if self._kind is ScopeKind.PERSON else f"Only people with the {words}"
        lines = [f"{always}: {', '.join(said.take)}."] if said.take else []
        lines += [f"Left out: {', '.join(said.leave)}."] if said.leave else []
        lines = lines or [f"Nothing is said by {words}, so nobody is left out by it."]
        if self._kind in _HINTS:
            lines.append(_HINTS[self._kind])
        if self._values is None and self._kind is not ScopeKind.PERSON:
            lines.append(f"The last read of UKG Pro did not ask for the {words}. n writes values as UKG Pro does.")
        return "\n".join(lines)

    async def source(self, text: str) -> Source:
        """The values that were seen, those of most people first, and what else is said."""
        said = self._editing.said[self._kind]
        seen = self._values or []
        known = {value_key(each.value) for each in seen}
        others = [SeenValue(value, 0) for value in (*said.take, *said.leave) if value_key(value) not in known]
        return Rows([self._row(each) for each in (*others, *seen)], text)

    def _row(self, seen: SeenValue) -> Row:
        said, key = self._editing.said[self._kind], value_key(seen.value)
        what: str | Cell = ""
        if key in {value_key(value) for value in said.take}:
            what = Cell("taken", Tone.GOOD)
        elif key in {value_key(value) for value in said.leave}:
            what = Cell("left out", Tone.BAD)
        return Row(key, (seen.value, seen.name, f"{seen.people:,}" if seen.people else "", what), seen)

    def count_words(self, count: int) -> str:
        """How many values."""
        return counted(count, "person", "people") if self._kind is ScopeKind.PERSON else counted(count, "value")

    def open(self, row: Row) -> None:
        """From nothing to taken, to left out, to nothing."""
        said = self._editing.said[self._kind]
        taken, left = ({value_key(value) for value in each} for each in (said.take, said.leave))
        self._say([row], "leave" if row.key in taken else "" if row.key in left else "take")

    def action_say(self, where: str) -> None:
        """Take the marked ones, leave them out, or say nothing of them."""
        self._say(self.list.chosen, where)

    def _say(self, rows: list[Row], where: str) -> None:
        values = [row.item.value for row in rows if isinstance(row.item, SeenValue)]
        self._editing.say(self._kind, values, where)
        self.list.unmark()
        self.reload()

    def action_write(self) -> None:
        """Write values that are not in the list."""

        async def write() -> None:
            title = f"{capital(self._kind)}: which?"
            hint = _HINTS.get(self._kind, "As UKG Pro writes it.")
            written = await self.ask(Write(title, f"One in a line. {hint}", ("take", "Take"), ("leave", "Leave out")))
            if written is not None:
                self._editing.say(self._kind, written.lines, written.act)

        self.do(write)
