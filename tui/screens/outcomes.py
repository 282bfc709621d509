"""The people of a run or a plan: a list by pages, narrowed by kind and words, and the one under the cursor in full."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from core.domain.outcome import Outcome
from core.services.history import Report, ReportedOutcome
from core.services.outcome_pages import OutcomePages, WantedOutcomes
from tui.background import in_background
from tui.rows import Cell, Column, Paged, Row, Source
from tui.screens.listing import ListScreen
from tui.summaries import changes_line, drawn_person, people
from tui.widgets.filter_box import FilterBox
from tui.widgets.kind_tabs import KindTabs
from tui.widgets.paged_list import PagedList
from tui.words import changes_of, toned


class OutcomesScreen(ListScreen):
    """A subclass gives the `report` (without its outcomes) and the lines above the list in `head`."""

    FILTER = "Words of a name, an e-mail address or an employee id"
    EMPTY = "Nobody: for everyone looked at there was nothing to change."
    COLUMNS = (
        Column("Outcome", 13),
        Column("Who", 20, share=1),
        Column("What changes, or why not", 34, share=3),
        Column("Employee", 13, from_width=110),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "kind(-1)", "Kind before", show=False, priority=True),
        Binding("right", "kind(1)", "Next kind", key_display="←→", priority=True),
    ]
    DEFAULT_CSS = """
    OutcomesScreen #head { height: auto; max-height: 7; padding: 0 1; }
    OutcomesScreen KindTabs { height: 1; padding: 0 1; background: $surface; }
    OutcomesScreen #person { height: auto; min-height: 4; max-height: 8; padding: 0 1; border-top: solid $primary; }
    """

    def body(self) -> Iterable[Widget]:
        """The head, the kinds, the list, someone in full."""
        yield Static(id="head", markup=False)
        yield KindTabs()
        yield Static(id="count", markup=False)
        yield FilterBox(self.FILTER)
        yield PagedList(self.COLUMNS, empty=self.EMPTY, marks=self.MARKS)
        yield Static(id="person", markup=False)

    async def report(self) -> Report:
        """What is shown, without its outcomes."""
        raise NotImplementedError

    async def head(self, report: Report) -> Text:
        """The lines above the list."""
        raise NotImplementedError

    @property
    def kind(self) -> Outcome | None:
        """The kind that is chosen; None for all."""
        kind = self.query_one(KindTabs).kind
        return Outcome(kind) if kind else None

    async def source(self, text: str) -> Source:
        """Those of the kind with these words."""
        report = await self.report()
        self.query_one("#head", Static).update(await self.head(report))
        self.query_one(KindTabs).show(changes_of(report.counts))
        pages = OutcomePages(report, WantedOutcomes(self.kind, text))

        async def page(offset: int, limit: int) -> Sequence[Row]:
            return [_row(each) for each in await pages.page(offset, limit)]

        return Paged(pages.count, page)

    def count_words(self, count: int) -> str:
        """How many, and of which kind."""
        return f"{people(count)}: {self.kind.value}" if self.kind else people(count)

    def on_kind_tabs_chosen(self) -> None:
        """Show those of the kind."""
        in_background(self, self._filtered, group="load", exclusive=True)

    def on_paged_list_moved(self, event: PagedList.Moved) -> None:
        """Show the one under the cursor in full."""
        row = event.row.item if event.row is not None else None
        self.query_one("#person", Static).update(drawn_person(row if isinstance(row, ReportedOutcome) else None))
        self.recount()  # a mark may have come or gone

    def open(self, row: Row) -> None:
        """Explain the person."""
        from tui.screens.person import PersonScreen

        self.app.push_screen(PersonScreen(self.slug, row.key))

    def action_kind(self, by: int) -> None:
        """Another kind."""
        self.query_one(KindTabs).move(by)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The arrows are the filter's while one types in it."""
        if action == "kind":
            return not isinstance(self.focused, Input)
        return super().check_action(action, parameters)


def _row(each: ReportedOutcome) -> Row:
    outcome = Cell(f"held {each.held_as}", toned("held").tone) if each.held_as else toned(each.outcome)
    cells = (outcome, each.name or each.email or each.employee_id, changes_line(each), each.employee_id)
    return Row(each.employee_id, cells, each)
