"""One person: why they are as they are, their values, their account, and what happened to them."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static, TabbedContent, TabPane, Tabs

from core.domain.errors import UkgSyncError
from core.domain.roles import Role
from core.services.kinds import Own
from core.services.person import Explanation, explain_person
from core.services.person.record import Event, Person, Record, count_history, history_page, person_record
from core.services.portals import kept_by_learnupon, portal_for
from tui.dialogs.telling import Part, Tell
from tui.rows import Cell, Column, Paged, Row, Tone
from tui.screens import person_words
from tui.screens.base import PortalScreen
from tui.screens.change_words import change_table, change_words
from tui.widgets.paged_list import PagedList
from tui.widgets.reading_page import ReadingPage
from tui.widgets.step import Step, content_of
from tui.words import moment, toned

_TABS = ("steps", "values", "account", "history")
_HISTORY = (
    Column("When", 16),
    Column("What", 16),
    Column("By", 18, from_width=70),
    Column("Values", 24, share=1),
)


class PersonScreen(PortalScreen):
    """`who` is an e-mail or an employee id, of somebody in the portal or not."""

    PLACE = "Person"
    ABOUT = (
        "One person in five steps: what UKG Pro holds, which account that is, what the mapping makes of it, what a "
        "sync decides and why, and what it would write. The other pages show every value with where it comes from, "
        "the account with its groups, courses and links, and what happened; 1 to 4 open them. Shown is what was read "
        "last: u asks UKG Pro now, which needs the network. s syncs this person alone, after asking; a lists what "
        "else can be done."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "act('sync')", "Sync now"),
        Binding("u", "ask_ukg", "Ask UKG Pro"),
        Binding("e", "act('edit')", "Edit"),
        Binding("a", "more", "More"),
        *(Binding(str(place), f"page('{tab}')", show=False) for place, tab in enumerate(_TABS, 1)),
    ]
    DEFAULT_CSS = """
    PersonScreen #who { height: auto; max-height: 2; padding: 0 1; margin-top: 1; text-style: bold; }
    PersonScreen TabbedContent { height: 1fr; }
    PersonScreen TabPane { padding: 1 1 0 1; }
    PersonScreen ReadingPage { height: 1fr; }
    PersonScreen ReadingPage > Static { max-width: 120; }
    PersonScreen Step { display: none; }
    """

    def __init__(self, slug: str | None = None, who: str = "") -> None:
        super().__init__(slug)
        self.who = who
        self.explanation: Explanation | None = None
        self.record = Record(None, [])
        self.timezone = "UTC"
        self.loaded = False
        self._asked: tuple[Explanation, Record] | None = None

    def body(self) -> Iterable[Widget]:
        """Who it is, and the four pages."""
        yield Static(self.who, id="who", markup=False)
        with TabbedContent(initial="steps"):
            with TabPane("1 Why", id="steps"), ReadingPage():
                yield Static("Loading …", id="refused", markup=False)
                for step in person_words.STEPS:
                    yield Step(step)
            with TabPane("2 Values", id="values"), ReadingPage():
                yield Static(id="all-values", markup=False)
            with TabPane("3 Account", id="account"), ReadingPage():
                yield Static(id="all-account", markup=False)
            with TabPane("4 History", id="history"):
                yield PagedList(_HISTORY, empty="Nothing happened to them here yet.")

    def on_mount(self) -> None:
        """The first page has the keys."""
        super().on_mount()
        self._focus_page()

    # What is shown

    async def load(self) -> None:
        """Explain, as UKG Pro was read last, or as it was asked just now; and read what is on record."""
        self.timezone = (await portal_for(self.slug, Role.VIEWER)).timezone
        refusal = None
        try:
            explanation = await explain_person(self.slug, self.who, self.database_url, offline=True)
        except UkgSyncError as error:
            explanation, refusal = None, str(error)
        email = explanation.linked.email if explanation is not None else self.who
        self.record = await person_record(self.slug, email) if email else Record(None, [])
        if self._asked is not None and self._asked[1] == self.record:
            explanation = self._asked[0]
        self.explanation, self.loaded = explanation, True
        await self._show(refusal)

    async def ask_now(self) -> Explanation:
        """Explain by what UKG Pro says now; the page keeps that until the account changes."""
        explanation = await explain_person(self.slug, self.who, self.database_url)
        if explanation.found.read_at is None:
            self._asked = (explanation, self.record)
        return explanation

    async def _show(self, refusal: str | None) -> None:
        explanation, record = self.explanation, self.record
        found = explanation.found if explanation is not None else None
        account = record.account
        name = found.name if found else None
        if account is not None:
            name = f"{account.first_name} {account.last_name}".strip()
        employee_id = (account.employee_id if account else None) or (found.employee_id if found else None)
        self.query_one("#who", Static).update(content_of(person_words.headline(name or self.who, account, employee_id)))
        refused = self.query_one("#refused", Static)
        refused.display = explanation is None
        refused.update(refusal or "")
        lines = person_words.steps(explanation, self.timezone) if explanation is not None else []
        for place, step in enumerate(self.query(Step)):
            step.display = explanation is not None
            if explanation is not None:
                step.show(lines[place])
        there = await kept_by_learnupon(self.slug, Own.GROUPS)
        self.query_one("#all-values", Static).update(person_words.values(explanation, account))
        self.query_one("#all-account", Static).update(person_words.account_table(record, there, self.timezone))
        self._show_history(Person(account.email if account else None, employee_id))

    def _show_history(self, person: Person) -> None:
        async def page(offset: int, limit: int) -> Sequence[Row]:
            events = await history_page(self.slug, person, offset, limit)
            return [self._row(offset + place, event) for place, event in enumerate(events)]

        self.query_one(PagedList).show(Paged(lambda: count_history(self.slug, person), page))

    def _row(self, place: int, event: Event) -> Row:
        values = change_words(event.changes) or event.sentence
        by = event.by or f"run {event.run}"
        cells = (moment(event.at, self.timezone), toned(event.what), by, Cell(values, Tone.MUTED))
        return Row(str(place), cells, event)

    def on_paged_list_opened(self, event: PagedList.Opened) -> None:
        """Show what happened, whole."""
        happened = event.row.item
        if isinstance(happened, Event):
            parts: list[Part] = [f"{moment(happened.at, self.timezone)}, by {happened.by or f'run {happened.run}'}"]
            parts += [happened.sentence] if happened.sentence else []
            parts.append(change_table(happened.changes) if happened.changes else Text("There are no values with it."))
            self.app.push_screen(Tell(happened.what.capitalize(), parts))

    def on_paged_list_failed(self, event: PagedList.Failed) -> None:
        """Say why there is no history."""
        self.tell(event.error)

    # Going about

    def action_page(self, name: str) -> None:
        """Another page."""
        self.query_one(TabbedContent).active = name

    def on_tabbed_content_tab_activated(self) -> None:
        """The page has the keys, unless the tabs are gone through."""
        if not isinstance(self.focused, Tabs):
            self._focus_page()

    def _focus_page(self) -> None:
        active = self.query_one(TabbedContent).active or _TABS[0]
        self.query_one(f"#{active}").query("ReadingPage, PagedList").first().focus()

    # What is done

    def action_ask_ukg(self) -> None:
        """Read this person's record from UKG Pro now."""

        async def ask() -> None:
            self.say("Asking UKG Pro …")
            explanation = await self.ask_now()
            self.say(explanation.found.sentence)

        self.do(ask)

    def action_act(self, name: str) -> None:
        """Do one of the things that can be done with somebody."""
        from tui.screens.person_acts import ACTS

        act = ACTS[name]
        self.do(lambda: act.work(self))

    def action_more(self) -> None:
        """Choose what to do."""
        from tui.screens.person_acts import choose_act

        self.do(lambda: choose_act(self))

    def renamed(self, email: str) -> None:
        """The account has another e-mail now."""
        if "@" in self.who:
            self.who = email
