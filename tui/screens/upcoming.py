"""Who joins, is invited or leaves in the days to come."""

from datetime import date
from typing import ClassVar

from textual.binding import Binding, BindingType

from core.clock import today_in
from core.domain.roles import Role
from core.services.portals import portal_for
from core.services.upcoming import Due, Upcoming, What, upcoming
from tui.rows import Cell, Column, Row, Rows, Source, Tone
from tui.screens.listing import ListScreen
from tui.words import counted, moment

_STEPS = (1, 3, 7, 14, 30, 60, 90, 180, 366)
_TONES = {What.JOINS: Tone.PLAIN, What.INVITED: Tone.GOOD, What.CREATED: Tone.GOOD, What.ENDS: Tone.BAD}


class UpcomingScreen(ListScreen):
    """By day; + and - look further or less far."""

    PLACE = "Upcoming"
    ABOUT = (
        "What falls due by date: first days, accounts made on the hire date, last days of access. It is what a sync on "
        "that day would do if UKG Pro still said what it said when it was last read. + looks further ahead, - less "
        "far; Enter opens the person."
    )
    FILTER = "Words of a name, an e-mail, or what falls due"
    COLUMNS = (
        Column("Day", 14),
        Column("In", 9),
        Column("What", 8),
        Column("Name", 20, share=1),
        Column("E-mail", 20, share=1),
        Column("Why", 30, share=2, from_width=115),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "further(1)", "More days", key_display="+"),
        Binding("minus", "further(-1)", "Fewer", key_display="-"),
    ]

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._days = 14
        self._found: Upcoming | None = None
        self._timezone = "UTC"

    async def source(self, text: str) -> Source:
        """What falls due."""
        self._timezone = (await portal_for(self.slug, Role.VIEWER)).timezone
        self._found = await upcoming(self.slug, self._days)
        today = today_in(self._timezone)
        return Rows([_row(due, today) for due in self._found.due], text)

    async def load(self) -> None:
        """Show the rows, or why there are none."""
        rows = await self.source(self.text)
        never = self._found is None or self._found.as_read_at is None
        empty = "UKG Pro was not read yet, so nothing is known to fall due. The first sync reads it."
        if not never:
            empty = self.NOT_FOUND if self.text else "Nothing falls due. + looks further ahead."
        self.list.show(rows, empty=empty)

    def count_words(self, count: int) -> str:
        """How much, how far, and as of when."""
        if self._found is None or self._found.as_read_at is None:
            return "Nothing is known yet"
        within = "within a day" if self._days == 1 else f"within {self._days} days"
        return f"{count:,} due {within}, as UKG Pro said {moment(self._found.as_read_at, self._timezone)}"

    def open(self, row: Row) -> None:
        """Open the person."""
        from tui.screens.person import PersonScreen

        if isinstance(row.item, Due):
            self.app.push_screen(PersonScreen(self.slug, row.item.employee_id))

    def action_further(self, by: int) -> None:
        """Look further ahead, or less far."""
        place = max(0, min(_STEPS.index(self._days) + by, len(_STEPS) - 1))
        self._days = _STEPS[place]
        self.reload()


def _row(due: Due, today: date) -> Row:
    days = (due.date - today).days
    named = {0: "today", 1: "tomorrow"}.get(days) or f"in {counted(days, 'day')}"
    cells = (
        f"{due.date:%a %Y-%m-%d}",
        named.removeprefix("in "),
        Cell(due.what.value, _TONES[due.what]),
        due.name,
        due.email or due.employee_id,
        due.sentence,
    )
    return Row(f"{due.date} {due.what} {due.employee_id}", cells, due)
