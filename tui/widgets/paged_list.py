"""A list that draws only the lines in view, and reads only their pages: as quick with 100,000 rows as with ten."""

import textwrap
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.background import in_background
from tui.rows import Cell, Column, Row, Rows, Source, Tone

PAGE = 200
_PAGES_KEPT = 30
_CURSOR, _MARK = "❯", "●"
_EDGE = 2  # cells at the left for the cursor and the mark, so that neither is told by colour alone


class PagedList(ScrollView, can_focus=True):
    """Rows of a `Source` under the titles of their columns, with a cursor, and marks where they are wanted."""

    # The place of the scrollbar is kept free: its coming would make the rows wider than what is left of the line.
    DEFAULT_CSS = """
    PagedList { height: 1fr; scrollbar-gutter: stable; }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "paged-list--titles",
        "paged-list--cursor",
        *(f"paged-list--{tone}" for tone in Tone),
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open"),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home,g", "first", "First", show=False),
        Binding("end,G", "last", "Last", show=False),
        Binding("space", "mark", "Mark", show=False),
        Binding("asterisk", "mark_all", "Mark all in view", show=False),
    ]

    cursor: reactive[int] = reactive(0)

    class Opened(Message):
        """Enter or a second click on a row."""

        def __init__(self, row: Row) -> None:
            self.row = row
            super().__init__()

    class Moved(Message):
        """The cursor stands on another row; None while that is not read yet, or when there is none."""

        def __init__(self, row: Row | None) -> None:
            self.row = row
            super().__init__()

    class Filled(Message):
        """The rows were counted (anew)."""

        def __init__(self, count: int) -> None:
            self.count = count
            super().__init__()

    class Failed(Message):
        """Rows could not be read."""

        def __init__(self, error: Exception) -> None:
            self.error = error
            super().__init__()

    def __init__(
        self, columns: Sequence[Column], *, empty: str = "Nothing here.", marks: bool = False, name: str | None = None
    ) -> None:
        super().__init__(name=name, id=name)
        self._columns, self._empty, self._with_marks = tuple(columns), empty, marks
        self._source: Source = Rows([])
        self._count: int | None = None
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._asked: set[int] = set()
        self._generation = 0
        self.marked: dict[str, Row] = {}
        self._given_up = False
        self._drawn_widths: list[tuple[int, int]] = []
        self._drawn_tones: dict[Tone, Style] = {}
        self._plain = Style()

    # What is shown

    def show(self, source: Source, *, empty: str | None = None, from_the_top: bool = False) -> None:
        """Show other rows; what is there stays in view until they are read."""
        self._generation += 1
        if empty is not None:
            self._empty = empty
        generation = self._generation

        async def read() -> None:
            try:
                count = await source.count()
                pages = {page: await source.page(page * PAGE, PAGE) for page in self._in_view(count, from_the_top)}
            except Exception as error:
                self.post_message(self.Failed(error))
                return
            if generation == self._generation:
                self._take(source, count, pages, 0 if from_the_top else self.cursor)

        in_background(self, read, group="rows", exclusive=True)

    def give_up(self) -> None:
        """Nothing can be read: do not say any longer that it is being read."""
        self._given_up = True
        self.refresh()

    def _in_view(self, count: int, from_the_top: bool) -> list[int]:
        """The pages that will be in view, of that many rows."""
        if not count:
            return []
        first = 0 if from_the_top else max(0, min(self.cursor, self.scroll_offset.y, count - 1))
        last = min(count - 1, first + self._height)
        here = first if from_the_top else min(self.cursor, count - 1)
        return sorted({first // PAGE, last // PAGE, here // PAGE})

    def _take(self, source: Source, count: int, pages: Mapping[int, Sequence[Row]], cursor: int) -> None:
        """Show what was read; the cursor stays where it is now, as far as there are rows."""
        self._source, self._count = source, count
        self._pages = OrderedDict(pages)
        self._asked = set()
        self._resize_virtually()
        self.set_reactive(PagedList.cursor, max(0, min(cursor, count - 1)))
        self._keep_in_view()
        self.refresh()
        self.post_message(self.Filled(count))
        self.post_message(self.Moved(self.row))

    @property
    def row(self) -> Row | None:
        """The row under the cursor, if it is read."""
        return self._row(self.cursor) if self._count else None

    @property
    def chosen(self) -> list[Row]:
        """The marked rows; without any, that under the cursor."""
        return list(self.marked.values()) or ([self.row] if self.row is not None else [])

    def unmark(self) -> None:
        """Take every mark away."""
        self.marked.clear()
        self.refresh()

    def _row(self, index: int) -> Row | None:
        rows = self._pages.get(index // PAGE)
        if rows is None:
            return None
        self._pages.move_to_end(index // PAGE)
        place = index % PAGE
        return rows[place] if place < len(rows) else None

    def _ask_for(self, page: int) -> None:
        """Read a page that is in view and not there. One that failed, or came shorter than the count had it, is not
        asked for again before the rows are shown anew."""
        if page in self._asked or page in self._pages:
            return
        self._asked.add(page)
        generation, source = self._generation, self._source

        async def read() -> None:
            try:
                rows = await source.page(page * PAGE, PAGE)
            except Exception as error:
                self.post_message(self.Failed(error))
                return
            if source is not self._source or generation != self._generation:
                return
            self._pages[page] = rows
            self._asked.discard(page)
            while len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
            self.refresh()
            if self.cursor // PAGE == page:
                self.post_message(self.Moved(self.row))

        in_background(self, read, group="pages")

    # Drawing

    def on_resize(self) -> None:
        """Columns take what there is."""
        self._resize_virtually()
        self._keep_in_view()

    def _resize_virtually(self) -> None:
        width = max(self.scrollable_content_region.width, self._least_width())
        self.virtual_size = Size(width, (self._count or 0) + 1)

    def _least_width(self) -> int:
        shown = self._shown()
        return _EDGE + sum(column.width + 1 for _, column in shown)

    def _shown(self) -> list[tuple[int, Column]]:
        available = self.scrollable_content_region.width
        return [(place, column) for place, column in enumerate(self._columns) if column.from_width <= available]

    def _widths(self) -> list[tuple[int, int]]:
        """The place and the width of each column that is shown."""
        shown = self._shown()
        spare = max(0, self.virtual_size.width - self._least_width())
        shares = sum(column.share for _, column in shown) or 1
        return [(place, column.width + spare * column.share // shares) for place, column in shown]

    def render(self) -> str:
        """Nothing: the lines are drawn one by one."""
        return ""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines of the list; what they have in common is looked up once for all of them."""
        self._drawn_widths, self._drawn_tones, self._plain = self._widths(), self._tones(), self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """The titles, or a row."""
        width = self.size.width
        if y == 0:
            titles = [self._columns[place].title for place, _ in self._drawn_widths]
            return self._line(titles, " " * _EDGE, self.get_component_rich_style("paged-list--titles"))
        if not self._count:
            return self._message(y, width)
        index = self.scroll_offset.y + y - 1
        if index >= self._count:
            return Strip.blank(width, self._plain)
        row, here = self._row(index), index == self.cursor
        if row is None:
            self._ask_for(index // PAGE)
        lit = here and self.has_focus
        style = self.get_component_rich_style("paged-list--cursor") if lit else self._plain
        marked = row is not None and row.key in self.marked
        edge = (_CURSOR if here else " ") + (_MARK if marked else " ")
        cells = ["…"] if row is None else [row.cells[place] for place, _ in self._drawn_widths]
        return self._line(cells, edge, style, {} if lit else self._drawn_tones)

    def _message(self, y: int, width: int) -> Strip:
        loading = "" if self._given_up else "Loading …"
        words = loading if self._count is None else self._empty
        lines = ["", *textwrap.wrap(words, max(1, width - 2 * _EDGE))]
        text = lines[y - 1] if y <= len(lines) else ""
        muted = self.get_component_rich_style("paged-list--muted")
        return Strip([Segment(set_cell_size(f"{' ' * _EDGE}{text}", width), muted)], width)

    def _tones(self) -> dict[Tone, Style]:
        styles = {tone: self.get_component_rich_style(f"paged-list--{tone}") for tone in Tone}
        return {tone: Style(color=style.color, bold=style.bold) for tone, style in styles.items()}

    def _line(
        self, cells: Sequence[str | Cell], edge: str, style: Style, tones: Mapping[Tone, Style] | None = None
    ) -> Strip:
        scroll_x, width = self.scroll_offset.x, self.size.width
        segments = [Segment(edge, style)]
        for cell, (_, cells_wide) in zip(cells, self._drawn_widths, strict=False):
            text, tone = (cell.text, cell.tone) if isinstance(cell, Cell) else (cell, Tone.PLAIN)
            toned = style + tones[tone] if tones and tone is not Tone.PLAIN else style
            segments.append(Segment(f"{_fitted(text, cells_wide)} ", toned))
        return Strip(segments).crop_extend(scroll_x, scroll_x + width, style)

    # Moving about

    def watch_cursor(self, before: int, after: int) -> None:
        """Follow the cursor; where the list stays as it is, only the two lines are drawn anew."""
        top = self.scroll_offset.y
        self._keep_in_view()
        if self.scroll_offset.y == top:
            for index in (before, after):
                self.refresh(Region(0, index - top + 1, self.size.width, 1))
        else:
            self.refresh()
        self.post_message(self.Moved(self.row))

    def _keep_in_view(self) -> None:
        height, top = self._height, self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True, immediate=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The wheel and the scrollbar take the cursor along, so that it is always in view."""
        super().watch_scroll_y(old_value, new_value)
        top = self.scroll_offset.y
        self._go(max(top, min(self.cursor, top + self._height - 1)))

    @property
    def _height(self) -> int:
        """How many rows are in view."""
        return max(1, self.scrollable_content_region.height - 1)

    def _go(self, index: int) -> None:
        self.cursor = max(0, min(index, (self._count or 1) - 1))

    def action_move(self, by: int) -> None:
        """A row down or up."""
        self._go(self.cursor + by)

    def action_page(self, by: int) -> None:
        """A page down or up."""
        self._go(self.cursor + by * max(1, self._height - 1))

    def action_first(self) -> None:
        """To the first row."""
        self._go(0)

    def action_last(self) -> None:
        """To the last row."""
        self._go((self._count or 1) - 1)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.row is not None:
            self.post_message(self.Opened(self.row))

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go on to the next."""
        if self._with_marks and self.row is not None:
            if self.marked.pop(self.row.key, None) is None:
                self.marked[self.row.key] = self.row
            self._go(self.cursor + 1)
            self.refresh()
            self.post_message(self.Moved(self.row))

    def action_mark_all(self) -> None:
        """Mark every row in view; when all are, take the marks away."""
        if not self._with_marks:
            return
        top = self.scroll_offset.y
        seen = [self._row(top + place) for place in range(self._height)]
        rows = {row.key: row for row in seen if row is not None}
        if rows.keys() <= self.marked.keys():
            for key in rows:
                del self.marked[key]
        else:
            self.marked.update(rows)
        self.refresh()
        self.post_message(self.Moved(self.row))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Marks only where they are wanted."""
        return self._with_marks if action in ("mark", "mark_all") else True

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; a second one opens."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y == 0 or not self._count:
            return
        index = self.scroll_offset.y + offset.y - 1
        if index < self._count:
            if index == self.cursor and event.chain > 1:
                self.action_open()
            self.cursor = index


def _fitted(text: str, width: int) -> str:
    """The text on one line in that many cells, with dots where it is cut."""
    line = (
        text if text.isprintable() else " ".join("".join(each if each.isprintable() else " " for each in text).split())
    )
    if cell_len(line) <= width:
        return set_cell_size(line, width)
    return set_cell_size(set_cell_size(line, width - 1).rstrip() + "…", width)
