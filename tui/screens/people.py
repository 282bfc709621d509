"""Everyone in the portal."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from core.domain.learner import AccountStatus
from core.services.people import ListedLearner, Wanted, count_learners, learners_page
from tui.dialogs.choosing import Choice, Choose
from tui.rows import Cell, Column, Paged, Row, Source, Tone
from tui.screens.listing import ListScreen
from tui.words import counted, toned

_WHICH = {
    "": Choice("", "Everyone"),
    "status active": Choice("status active", "Active"),
    "status pending": Choice("status pending", "Pending", "invited, not accepted yet"),
    "status disabled": Choice("status disabled", "Disabled", "no access, or their last day is over"),
    "source ukg": Choice("source ukg", "From UKG Pro"),
    "source manual": Choice("source manual", "By hand", "added by an admin"),
}


class PeopleScreen(ListScreen):
    """Search and filter; Enter opens someone."""

    PLACE = "People"
    ABOUT = (
        "Everyone in the portal, by e-mail. UKG marks those who come from UKG Pro. / looks for words in names and "
        "e-mail addresses, f shows only some, Enter opens someone: why they are as they are, values and history."
    )
    FILTER = "Words of a name or e-mail address"
    EMPTY = "Nobody yet. The first sync brings people here."
    COLUMNS = (
        Column("E-mail", 24, share=2),
        Column("Name", 18, share=1),
        Column("State", 8),
        Column("UKG", 4),
        Column("Employee", 13, from_width=90),
        Column("Access ends", 11, from_width=100),
        Column("Groups", 14, share=1, from_width=110),
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f", "which", "Show only")]

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._which = ""

    async def source(self, text: str) -> Source:
        """People by e-mail."""
        kind, _, value = self._which.partition(" ")
        wanted = Wanted(
            text=text or None,
            status=AccountStatus(value) if kind == "status" else None,
            source=value if kind == "source" else None,
        )

        async def page(offset: int, limit: int) -> Sequence[Row]:
            return [_row(each) for each in await learners_page(self.slug, wanted, offset, limit)]

        return Paged(lambda: count_learners(self.slug, wanted), page)

    def count_words(self, count: int) -> str:
        """How many, and which."""
        words = counted(count, "person", "people")
        return f"{words}: {_WHICH[self._which].words.lower()}" if self._which else words

    def action_which(self) -> None:
        """Show only some."""

        async def choose() -> None:
            which = await self.ask(Choose("Show whom?", list(_WHICH.values()), now=self._which))
            if which is not None:
                self._which = which

        self.do(choose)


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
