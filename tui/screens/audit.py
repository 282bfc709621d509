"""Who did what in the portal, and when."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from textual.binding import Binding, BindingType

from core.clock import today_in
from core.domain.roles import Role
from core.services.portals import portal_for
from core.services.spreadsheet import whole_file
from core.services.trail import AuditEntry, changes_between, count_trail, export_trail, trail_page
from tui.dialogs.asking import Ask
from tui.dialogs.telling import Part, Tell
from tui.rows import Cell, Column, Paged, Row, Source, Tone
from tui.screens.change_words import change_table, change_words
from tui.screens.days import check_day, day_of
from tui.screens.files import ask_file
from tui.screens.listing import ListScreen
from tui.words import counted, moment

_EVER = "all"


class AuditScreen(ListScreen):
    """Newest first; Enter shows what was before and after."""

    PLACE = "Audit trail"
    ABOUT = (
        "Everything that was done in the portal: who, through which face, what, to whom, with the values before and "
        "after. Lines are only ever added. / looks for words in who, what and whom, d shows only what was done since a "
        "day, Enter shows a line whole, x writes what is shown into a CSV file."
    )
    FILTER = "Words of who, what, or whom"
    COLUMNS = (
        Column("When", 16),
        Column("Who", 12, share=1),
        Column("Through", 7, from_width=94),
        Column("What", 17),
        Column("Whom", 16, share=2),
        Column("Values", 18, share=4, from_width=94),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "since", "Since"),
        Binding("x", "export", "Export"),
    ]

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._since: date | None = None
        self._timezone = "UTC"

    async def source(self, text: str) -> Source:
        """Lines, newest first."""
        self._timezone = (await portal_for(self.slug, Role.VIEWER)).timezone
        since = self._since

        async def page(offset: int, limit: int) -> Sequence[Row]:
            entries = await trail_page(self.slug, offset, limit, since=since, text=text)
            return [self._row(offset + place, entry) for place, entry in enumerate(entries)]

        return Paged(lambda: count_trail(self.slug, since=since, text=text), page)

    def count_words(self, count: int) -> str:
        """How many, and since when."""
        return counted(count, "line") + (f" since {self._since}" if self._since else "")

    def _row(self, place: int, entry: AuditEntry) -> Row:
        cells = (
            moment(entry.at, self._timezone),
            entry.actor,
            Cell(entry.face, Tone.MUTED),
            entry.action,
            entry.subject,
            Cell(change_words(changes_between(entry.before, entry.after)), Tone.MUTED),
        )
        return Row(str(place), cells, entry)

    def open(self, row: Row) -> None:
        """Show a line whole."""
        entry = row.item
        if isinstance(entry, AuditEntry):
            changes = changes_between(entry.before, entry.after)
            at = moment(entry.at, self._timezone)
            parts: list[Part] = [
                f"{entry.subject}\n{at} ({self._timezone}), by {entry.actor} through {entry.face}",
                change_table(changes) if changes else "There are no values with this line.",
            ]
            self.app.push_screen(Tell(entry.action.capitalize(), parts))

    def action_since(self) -> None:
        """Only what was done since a day."""

        def check(typed: str) -> None:
            if typed != _EVER:
                check_day(typed)

        async def choose() -> None:
            explained = f"Write YYYY-MM-DD, or {_EVER} for everything."
            now = self._since.isoformat() if self._since else ""
            typed = await self.ask(
                Ask("Since which day?", value=now, hint="2026-01-31", explained=explained, check=check)
            )
            if typed is not None:
                self._since = None if typed == _EVER else day_of(typed)
                self.list.cursor = 0

        self.do(choose)

    def action_export(self) -> None:
        """Write what is shown into a file."""

        async def export() -> None:
            name = f"{self.slug}-audit-{today_in(self._timezone)}.csv"
            path = await ask_file(self, "Write the trail to which file?", name, "What is shown is written, as CSV.")
            if path is None:
                return
            with whole_file(path) as file:
                number = await export_trail(self.slug, file, since=self._since, text=self.text)
            self.say(f"{counted(number, 'line is', 'lines are')} in {path}.")

        self.do(export)
