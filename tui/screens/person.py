"""Finding somebody by a part of a name, an e-mail or an employee id, whether in the portal or not."""

import asyncio
from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from core.services.person.searching import NOT_THERE, KnownPerson, search_people
from tui.background import in_background
from tui.rows import Cell, Column, Row, Rows, Tone
from tui.screens.base import PortalScreen
from tui.screens.person_page import PersonScreen
from tui.widgets.paged_list import PagedList
from tui.words import counted, toned

__all__ = ["FindPersonScreen", "PersonScreen"]

_PAUSE_SECONDS = 0.12  # typing on sends no question to the database for every letter
_MOST = 50
_HINT = "Type a part of a name, an e-mail or an employee id."


class FindPersonScreen(PortalScreen):
    """A line to type in, and whom it may mean."""

    PLACE = "Explain a person"
    ABOUT = (
        "Type a part of a name, an e-mail or an employee id, choose with the arrows, and Enter explains that person. "
        "Those without an account in the portal are listed too, with the reason; the last line looks up what was typed "
        "as it stands, in what was read of UKG Pro."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("enter", "explain", "Explain", priority=True),
        Binding("f1", "app.help", "Help", key_display="F1"),
        Binding("slash", "type", "Type", show=False),
    ]
    DEFAULT_CSS = """
    FindPersonScreen Input { margin: 1 1 0 1; }
    """

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._found: tuple[str, list[Row]] = ("", [])

    def body(self) -> Iterable[Widget]:
        """The line, and the list."""
        yield Input(placeholder=_HINT)
        yield Static(id="count", markup=False)
        yield PagedList(
            (
                Column("Name", 20, share=2),
                Column("E-mail", 22, share=2),
                Column("Employee", 13),
                Column("State", 9),
                Column("Why", 20, share=3, from_width=100),
            ),
            empty=_HINT,
        )

    def on_mount(self) -> None:
        """Type at once."""
        super().on_mount()
        self.query_one(Input).focus()

    @property
    def _typed(self) -> str:
        return self.query_one(Input).value.strip()

    async def load(self) -> None:
        """Look again."""
        self.query_one(PagedList).show(Rows(await self._find(self._typed)))

    async def _find(self, text: str) -> list[Row]:
        found = await search_people(self.slug, text, _MOST) if text else []
        words = counted(len(found), "person fits", "people fit") if text else ""
        if len(found) == _MOST:
            words = f"The first {_MOST} who fit; type more to narrow"
        self.query_one("#count", Static).update(words)
        rows = [*map(_row, found), *([_as_typed(text)] if text else [])]
        self._found = (text, rows)
        return rows

    def on_input_changed(self) -> None:
        """Look once the typing pauses."""

        async def look() -> None:
            await asyncio.sleep(_PAUSE_SECONDS)
            try:
                rows = Rows(await self._find(self._typed))
            except Exception as error:
                self.tell(error)
                return
            self.query_one(PagedList).show(rows, from_the_top=True)

        in_background(self, look, group="load", exclusive=True)

    def action_explain(self) -> None:
        """Explain the one under the cursor; what was typed so quickly that nothing is listed yet is looked up first."""

        async def explain() -> None:
            text = self._typed
            row = self.query_one(PagedList).row
            if self._found[0] != text or row is None:
                row = next(iter(await self._find(text)), None)
            if row is not None:
                self._open(row)

        self.do(explain)

    def on_paged_list_opened(self, event: PagedList.Opened) -> None:
        """Explain that person."""
        self._open(event.row)

    def on_paged_list_failed(self, event: PagedList.Failed) -> None:
        """Say why nobody is listed."""
        self.tell(event.error)

    def _open(self, row: Row) -> None:
        self.app.push_screen(PersonScreen(self.slug, row.key))

    def action_move(self, by: int) -> None:
        """Move in the list while typing."""
        self.query_one(PagedList).action_move(by)

    def action_type(self) -> None:
        """Type again."""
        self.query_one(Input).focus()


def _row(person: KnownPerson) -> Row:
    state = Cell(NOT_THERE, Tone.WARNING) if person.state == NOT_THERE else toned(person.state)
    cells = (person.name, person.email or "", person.employee_id or "", state, Cell(person.why, Tone.MUTED))
    return Row(person.who, cells, person)


def _as_typed(text: str) -> Row:
    what = "as an e-mail" if "@" in text else "as an employee id"
    return Row(text, (f"Look up “{text}”", Cell(what, Tone.MUTED), "", "", ""))
