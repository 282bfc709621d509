"""Everyone in the portal."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from core.domain.learner import AccountStatus
from core.services.groups import list_groups
from core.services.people import ListedLearner, Wanted, count_learners, learners_page
from tui.dialogs.choosing import Choice, Choose
from tui.rows import Cell, Column, Paged, Row, Source, Tone
from tui.screens.listing import ListScreen
from tui.words import counted, toned

_WHICH = (
    Choice("", "Everyone"),
    Choice("status active", "Active"),
    Choice("status pending", "Pending", "invited, not accepted yet"),
    Choice("status disabled", "Disabled", "no access, or their last day is over"),
    Choice("source ukg", "From UKG Pro"),
    Choice("source manual", "By hand", "added by an admin"),
)


class PeopleScreen(ListScreen):
    """Search and filter; Enter opens someone."""

    PLACE = "People"
    ABOUT = (
        "Everyone in the portal, by e-mail. UKG marks those who come from UKG Pro. / looks for words in names and "
        "e-mail addresses, f shows only some, such as a group. Enter opens someone: why they are as they are, values "
        "and history. n adds somebody who is not in UKG Pro; x writes those shown into a CSV file."
    )
    FILTER = "Words of a name or e-mail address"
    EMPTY = "Nobody yet. The first sync brings people here; n adds somebody by hand."
    COLUMNS = (
        Column("E-mail", 24, share=2),
        Column("Name", 18, share=1),
        Column("State", 8),
        Column("UKG", 4),
        Column("Employee", 13, from_width=90),
        Column("Access ends", 11, from_width=100),
        Column("Groups", 14, share=1, from_width=110),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "which", "Show only"),
        Binding("n", "new", "New"),
        Binding("x", "export", "Export"),
    ]

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._which = _WHICH[0]

    @property
    def wanted(self) -> Wanted:
        """Who is shown."""
        kind, _, value = self._which.value.partition(" ")
        return Wanted(
            text=self.text or None,
            status=AccountStatus(value) if kind == "status" else None,
            source=value if kind == "source" else None,
            group=value if kind == "group" else None,
        )

    async def source(self, text: str) -> Source:
        """People by e-mail."""
        wanted = self.wanted

        async def page(offset: int, limit: int) -> Sequence[Row]:
            return [_row(each) for each in await learners_page(self.slug, wanted, offset, limit)]

        return Paged(lambda: count_learners(self.slug, wanted), page)

    def count_words(self, count: int) -> str:
        """How many, and which."""
        words = counted(count, "person", "people")
        if not self._which.value:
            return words
        in_group = self._which.value.startswith("group ")
        return f"{words}: {f'in {self._which.words}' if in_group else self._which.words.lower()}"

    def open(self, row: Row) -> None:
        """Open someone."""
        from tui.screens.person import PersonScreen

        learner = row.item
        if isinstance(learner, ListedLearner):
            self.app.push_screen(PersonScreen(self.slug, learner.employee_id or learner.email))

    def action_which(self) -> None:
        """Show only some."""

        async def choose() -> None:
            groups = [
                Choice(f"group {group.title}", group.title, f"group, {counted(group.members, 'member')}")
                for group in await list_groups(self.slug)
            ]
            choices = [*_WHICH, *groups]
            which = await self.ask(Choose("Show whom?", choices, now=self._which.value))
            if which is not None:
                self._which = next(each for each in choices if each.value == which)
                self.list.cursor = 0

        self.do(choose)

    def action_new(self) -> None:
        """Add somebody by hand."""
        from tui.screens.person_adding import AddPersonScreen

        self.app.push_screen(AddPersonScreen(self.slug))

    def action_export(self) -> None:
        """Write those shown into a file."""
        from tui.screens.export import ExportScreen

        self.app.push_screen(ExportScreen(self.slug, self.wanted))


def _row(learner: ListedLearner) -> Row:
    from_ukg = Cell("UKG", Tone.GOOD) if learner.source == "ukg" else Cell("–", Tone.MUTED)
    return Row(
        learner.email,
        (
            learner.email,
            f"{learner.last_name}, {learner.first_name}".strip(", "),
            toned(learner.status),
            from_ukg,
            learner.employee_id or "",
            learner.account_expires.isoformat() if learner.account_expires else "",
            ", ".join(learner.groups),
        ),
        learner,
    )
