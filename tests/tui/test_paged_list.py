"""The list of any length: what it reads, where its cursor is, and how its rows look."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui.rows import Cell, Column, Row, Tone
from tui.widgets.paged_list import PAGE, PagedList

WIDTH, HEIGHT = 60, 12
IN_VIEW = HEIGHT - 1
COLUMNS = (Column("Name", 20, share=1), Column("State", 8), Column("More", 10, from_width=70))


class Counted:
    """Rows `person 0` … that say which pages were read; those in `broken` cannot be."""

    def __init__(self, rows: int, names: Sequence[str] = (), broken: frozenset[int] = frozenset()) -> None:
        self.rows, self.names, self.broken = rows, names, broken
        self.read: list[int] = []

    async def count(self) -> int:
        return self.rows

    async def page(self, offset: int, limit: int) -> list[Row]:
        self.read.append(offset // PAGE)
        if offset // PAGE in self.broken:
            raise OSError("the page cannot be read")
        return [self._row(index) for index in range(offset, min(offset + limit, self.rows))]

    def _row(self, index: int) -> Row:
        name = self.names[index] if index < len(self.names) else f"person {index}"
        return Row(str(index), (name, Cell("active", Tone.GOOD), "more"), index)


class Listing(App[None]):
    """Nothing but the list."""

    def __init__(self, *, marks: bool = False) -> None:
        super().__init__()
        self.list = PagedList(
            COLUMNS, marks=marks, empty="Nobody is here yet, and this sentence is longer than a line."
        )
        self.opened: list[str] = []
        self.failed: list[Exception] = []

    def compose(self) -> ComposeResult:
        yield self.list

    def on_mount(self) -> None:
        self.list.focus()

    def on_paged_list_opened(self, event: PagedList.Opened) -> None:
        self.opened.append(event.row.key)

    def on_paged_list_failed(self, event: PagedList.Failed) -> None:
        self.failed.append(event.error)

    def lines(self) -> list[str]:
        """What the list draws, line by line."""
        return ["".join(segment.text for segment in self.list.render_line(y)) for y in range(self.list.size.height)]


@asynccontextmanager
async def listing(source: Counted, *, marks: bool = False) -> AsyncIterator[tuple[Listing, Pilot[None]]]:
    """The list with these rows in a small terminal."""
    app = Listing(marks=marks)
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        app.list.show(source)
        await settled(pilot)
        yield app, pilot


async def settled(pilot: Pilot[None]) -> None:
    """Until everything that was asked for is read and drawn."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def cursor_is_in_view(app: Listing) -> bool:
    """Whether the cursor is on a row there is, and on the screen."""
    shown, count = app.list, app.list.virtual_size.height - 1
    top = shown.scroll_offset.y
    return 0 <= shown.cursor <= max(0, count - 1) and top <= shown.cursor < top + max(1, shown.size.height - 1)


async def test_of_a_hundred_thousand_rows_only_the_pages_in_view_are_read() -> None:
    source = Counted(100_000)
    async with listing(source) as (app, pilot):
        assert source.read == [0]
        await pilot.press("G")
        await settled(pilot)
        assert (app.list.cursor, source.read) == (99_999, [0, 499])
        assert app.lines()[-1].startswith("❯ person 99999")
        await pilot.press("g", "pagedown", "pageup", "j", "k")
        await settled(pilot)
        assert source.read == [0, 499]


async def test_the_keys_move_as_people_expect() -> None:
    async with listing(Counted(1000)) as (app, pilot):
        found = []
        for key in ("j", "down", "k", "pagedown", "pageup", "end", "home", "G", "up", "g", "ctrl+f", "home", "k"):
            await pilot.press(key)
            found.append(app.list.cursor)
        page = IN_VIEW - 1
        assert found == [1, 2, 1, 1 + page, 1, 999, 0, 999, 998, 0, page, 0, 0]


async def test_a_click_puts_the_cursor_there_and_a_second_one_opens() -> None:
    async with listing(Counted(50)) as (app, pilot):
        await pilot.click(PagedList, offset=(5, 4))
        assert (app.list.cursor, app.opened) == (3, [])
        await pilot.click(PagedList, offset=(5, 4), times=2)
        await settled(pilot)
        assert app.opened == ["3"]
        await pilot.click(PagedList, offset=(5, 0))
        assert app.list.cursor == 3
        await pilot.press("enter")
        await settled(pilot)
        assert app.opened == ["3", "3"]


async def test_the_wheel_takes_the_cursor_along() -> None:
    async with listing(Counted(1000)) as (app, pilot):
        for _ in range(4):
            app.list.scroll_relative(y=5, animate=False, immediate=True)
        await settled(pilot)
        assert app.list.scroll_offset.y == app.list.cursor == 20
        app.list.scroll_to(y=0, animate=False, immediate=True)
        await settled(pilot)
        assert (app.list.scroll_offset.y, app.list.cursor) == (0, IN_VIEW - 1)


async def test_marks_are_kept_by_row_and_taken_away_again() -> None:
    async with listing(Counted(50), marks=True) as (app, pilot):
        await pilot.press("space", "space", "j", "space", "k", "space")
        assert ([row.key for row in app.list.chosen], app.list.cursor) == (["0", "1"], 4)
        assert [line[1] for line in app.lines()[1:5]] == ["●", "●", " ", " "]
        await pilot.press("asterisk")
        assert len(app.list.marked) == IN_VIEW
        await pilot.press("asterisk")
        assert [row.key for row in app.list.chosen] == ["4"]


async def test_without_marks_space_does_nothing() -> None:
    async with listing(Counted(50)) as (app, pilot):
        await pilot.press("space", "asterisk")
        assert (app.list.cursor, app.list.marked) == (0, {})


async def test_a_page_that_fails_is_told_once_and_read_again_with_the_next_showing() -> None:
    source = Counted(1000, broken=frozenset({4}))
    async with listing(source) as (app, pilot):
        await pilot.press("G", "k", "k", "j")
        await settled(pilot)
        assert (len(app.failed), source.read.count(4)) == (1, 1)
        assert app.lines()[-2].startswith("❯ …")
        source.broken = frozenset()
        app.list.show(source)
        await settled(pilot)
        assert app.lines()[-2].startswith("❯ person 998")


async def test_a_list_that_shrinks_under_the_cursor_keeps_it_on_a_row() -> None:
    source = Counted(1000)
    async with listing(source) as (app, pilot):
        await pilot.press("G")
        source.rows = 3
        app.list.show(source)
        await settled(pilot)
        assert (app.list.cursor, app.list.scroll_offset.y) == (2, 0)
        assert app.lines()[3].startswith("❯ person 2")
        source.rows = 0
        app.list.show(source)
        await settled(pilot)
        assert (app.list.cursor, app.list.row) == (0, None)
        assert [line.strip() for line in app.lines()[2:4]] == [
            "Nobody is here yet, and this sentence is longer than a",
            "line.",
        ]


async def test_a_page_shorter_than_its_count_is_not_asked_for_without_end() -> None:
    source = Counted(300)
    async with listing(source) as (app, pilot):
        source.rows = 250
        await pilot.press("G")
        await settled(pilot)
        app.list.refresh()
        await settled(pilot)
        assert source.read == [0, 1]
        assert app.list.row is None


async def test_moving_while_rows_are_read_anew_is_not_undone() -> None:
    going_on = asyncio.Event()

    class Slow(Counted):
        async def page(self, offset: int, limit: int) -> list[Row]:
            await going_on.wait()
            return await super().page(offset, limit)

    async with listing(Counted(1000)) as (app, pilot):
        app.list.show(Slow(1000))
        await pilot.press("j", "j", "j")
        going_on.set()
        await settled(pilot)
        assert app.list.cursor == 3


NAMES = (
    "山田 太郎 山田 太郎 山田 太郎 山田 太郎 山田 太郎 山田 太郎",
    "👩‍👩‍👧 Ann 👍🏽 with a long name that is cut somewhere in the middle",
    "e\u0301e\u0301e\u0301 Zoë",
    "two\nlines\tand\x1b[31m colour\x07",
    "\u202egnorw",
    "אברהם בן דוד",
    "[bold]not markup[/]",
    "",
)


async def test_every_row_is_one_line_of_the_width_whatever_the_name() -> None:
    async with listing(Counted(len(NAMES), NAMES)) as (app, pilot):
        for width in (WIDTH, 33, 80):
            await pilot.resize_terminal(width, HEIGHT)
            await settled(pilot)
            lines = app.lines()
            assert {cell_len(line) for line in lines} == {app.list.size.width}
            assert all(line.isprintable() for line in lines)
        assert "[bold]not markup[/]" in lines[7]
        assert "אברהם בן דוד" in lines[6]
        assert "\u202e" not in "".join(lines)
        assert "two lines and" in lines[4]


@given(st.text(max_size=60), st.integers(8, 40))
@settings(max_examples=200, deadline=None)
def test_any_text_takes_exactly_its_cells(text: str, width: int) -> None:
    from tui.widgets.paged_list import _fitted

    fitted = _fitted(text, width)
    assert cell_len(fitted) == width
    assert fitted.isprintable()


KEYS = ("j", "k", "g", "G", "pageup", "pagedown", "space", "asterisk")
CHANGES = st.one_of(
    st.sampled_from(KEYS),
    st.tuples(st.just("rows"), st.sampled_from([0, 1, 5, 11, 12, 199, 200, 201, 5000])),
    st.tuples(st.just("height"), st.integers(2, 30)),
    st.tuples(st.just("wheel"), st.integers(-600, 600)),
)


@given(st.lists(CHANGES, max_size=8))
@settings(max_examples=8, deadline=None)
def test_the_cursor_is_always_on_a_row_and_in_view(changes: list[str | tuple[str, int]]) -> None:
    async def through() -> None:
        source = Counted(1000)
        async with listing(source, marks=True) as (app, pilot):
            for change in changes:
                match change:
                    case ("rows", number):
                        source.rows = int(number)
                        app.list.show(source)
                    case ("height", number):
                        await pilot.resize_terminal(WIDTH, int(number))
                    case ("wheel", number):
                        app.list.scroll_relative(y=int(number), animate=False, immediate=True)
                    case key:
                        await pilot.press(str(key))
                await settled(pilot)
                assert cursor_is_in_view(app), (change, app.list.cursor, app.list.scroll_offset, app.list.size)
                assert app.list.row is not None or source.rows == 0

    asyncio.run(through())
