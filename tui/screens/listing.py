"""A screen that is a list: filtered with `/`, opened with Enter."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from tui.background import in_background
from tui.rows import Column, Row, Source
from tui.screens.base import PortalScreen
from tui.widgets.filter_box import FilterBox
from tui.widgets.paged_list import PagedList


class ListScreen(PortalScreen):
    """A subclass gives `COLUMNS` and `source`, and opens a row in `open`; a line above the list counts it."""

    COLUMNS: ClassVar[Sequence[Column]] = ()
    EMPTY: ClassVar[str] = "Nothing here."
    NOT_FOUND: ClassVar[str] = "Nothing fits the filter. Esc in the filter clears it."
    FILTER: ClassVar[str] = "Filter"
    MARKS: ClassVar[bool] = False

    BINDINGS: ClassVar[list[BindingType]] = [Binding("slash", "filter", "Filter", key_display="/")]

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self.text = ""
        self._number = 0

    def body(self) -> Iterable[Widget]:
        """The count, the filter, the list."""
        yield Static(id="count", markup=False)
        yield FilterBox(self.FILTER)
        yield PagedList(self.COLUMNS, empty=self.EMPTY, marks=self.MARKS)

    @property
    def list(self) -> PagedList:
        """The list."""
        return self.query_one(PagedList)

    async def source(self, text: str) -> Source:
        """The rows, of which those that fit what is typed in the filter."""
        raise NotImplementedError

    def open(self, row: Row) -> None:
        """Open a row."""

    def count_words(self, count: int) -> str:
        """The line above the list."""
        return f"{count:,}"

    def on_mount(self) -> None:
        """The list has the keys."""
        super().on_mount()
        self.list.focus()

    async def load(self) -> None:
        """Show the rows."""
        self.list.show(await self.source(self.text), empty=self.NOT_FOUND if self.text else self.EMPTY)

    def tell(self, error: Exception) -> None:
        """Say at the top what went wrong; the list is not being read then."""
        super().tell(error)
        self.list.give_up()

    def on_filter_box_typed(self, event: FilterBox.Typed) -> None:
        """Show what fits."""
        if event.text != self.text:
            self.text = event.text
            in_background(self, self._filtered, group="load", exclusive=True)

    async def _filtered(self) -> None:
        try:
            rows = await self.source(self.text)
        except Exception as error:
            self.tell(error)
            return
        self.list.show(rows, empty=self.NOT_FOUND if self.text else self.EMPTY, from_the_top=True)

    def on_filter_box_left(self) -> None:
        """Back to the list."""
        self.list.focus()

    def on_paged_list_filled(self, event: PagedList.Filled) -> None:
        """Count."""
        self._number = event.count
        self.recount()

    def recount(self) -> None:
        """Write the line above the list anew."""
        words = self.count_words(self._number)
        self.query_one("#count", Static).update(f"{words} with “{self.text}”" if self.text else words)

    def on_paged_list_failed(self, event: PagedList.Failed) -> None:
        """Say why there are no rows."""
        self.tell(event.error)

    def on_paged_list_opened(self, event: PagedList.Opened) -> None:
        """Open it."""
        self.open(event.row)

    def action_back(self) -> None:
        """Without the filter first, then to where one came from."""
        if self.text:
            self.query_one(FilterBox).action_clear()
        else:
            super().action_back()

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBox).open()
