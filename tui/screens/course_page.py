"""One course: everyone who is enrolled, and how far they are."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from core.domain.enrolment import EnrolmentStatus
from core.services.courses import ListedCourse, list_courses, set_enrolment_status
from core.services.enrolments import ListedEnrolment, WantedEnrolments, count_enrolments, enrolments_page
from core.services.portals import list_portals
from tui.dialogs.choosing import Choice, Choose
from tui.dialogs.confirming import Confirm
from tui.rows import Cell, Column, Paged, Row, Source, Tone
from tui.screens.courses import change_published, choose_and_give, choose_and_take
from tui.screens.listing import ListScreen
from tui.words import counted, moment

_TONES = {
    EnrolmentStatus.COMPLETED: Tone.GOOD,
    EnrolmentStatus.PASSED: Tone.GOOD,
    EnrolmentStatus.FAILED: Tone.BAD,
    EnrolmentStatus.NOT_STARTED: Tone.MUTED,
    EnrolmentStatus.PENDING_REVIEW: Tone.WARNING,
}
_EVERYONE = ""


class CourseScreen(ListScreen):
    """The course of that title."""

    ABOUT = (
        "Who is enrolled on the course, since when, and how far they are; Enter opens someone. e marks how far those "
        "are who are marked (Space), or the one under the cursor; f shows only some. u publishes the course or takes "
        "it back, a gives it to a group, w takes it off a group."
    )
    FILTER = "Words of a name or e-mail address"
    EMPTY = "Nobody is enrolled. a gives the course to a group; its members who can sign in are enrolled."
    MARKS = True
    COLUMNS = (
        Column("E-mail", 26, share=2),
        Column("Name", 18, share=1),
        Column("How far", 14),
        Column("Enrolled", 16),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "status", "Mark"),
        Binding("f", "which", "Show only"),
        Binding("u", "publish", "Publish", show=False),
        Binding("a", "assign", "Give"),
        Binding("w", "withdraw", "Take off"),
    ]

    def __init__(self, slug: str, title: str) -> None:
        super().__init__(slug)
        self._title = title
        self._course: ListedCourse | None = None
        self._which = _EVERYONE
        self._zone = "UTC"

    @property
    def place(self) -> str:
        """The course."""
        return f"Courses › {self._title}"

    async def load(self) -> None:
        """Read the course, and who is enrolled."""
        self._course = next(each for each in await list_courses(self.slug) if each.title == self._title)
        self._zone = next(each.timezone for each in await list_portals() if each.slug == self.slug)
        await super().load()

    async def source(self, text: str) -> Source:
        """Enrolments by e-mail."""
        wanted = WantedEnrolments(EnrolmentStatus(self._which) if self._which else None, text)

        async def page(offset: int, limit: int) -> Sequence[Row]:
            return [self._row(each) for each in await enrolments_page(self.slug, self._title, wanted, offset, limit)]

        return Paged(lambda: count_enrolments(self.slug, self._title, wanted), page)

    def open(self, row: Row) -> None:
        """Why they are as they are."""
        from tui.screens.person_page import PersonScreen

        self.app.push_screen(PersonScreen(self.slug, row.key))

    def _row(self, one: ListedEnrolment) -> Row:
        how_far = Cell(_words(one.status), _TONES.get(EnrolmentStatus(one.status), Tone.PLAIN))
        return Row(one.email, (one.email, one.name, how_far, moment(one.enrolled_at, self._zone)), one)

    def count_words(self, count: int) -> str:
        """How many, in which groups."""
        words = f"{counted(count, 'person', 'people')} {_words(self._which) if self._which else 'enrolled'}"
        if self._course is None:
            return words
        state = "published" if self._course.published else "unpublished"
        return f"{words} · {state} · given to {', '.join(self._course.groups) or 'no group'}"

    def action_which(self) -> None:
        """Show only some."""

        async def choose() -> None:
            choices = [
                Choice(_EVERYONE, "Everyone"),
                *(Choice(each.value, _words(each.value).capitalize()) for each in EnrolmentStatus),
            ]
            which = await self.ask(Choose("Show whom?", choices, now=self._which))
            if which is not None:
                self._which = which

        self.do(choose)

    def action_status(self) -> None:
        """Say how far somebody is."""
        people = [row.key for row in self.list.chosen]
        if not people:
            return

        async def mark() -> None:
            number = people[0] if len(people) == 1 else counted(len(people), "person", "people")
            choices = [Choice(each.value, _words(each.value).capitalize()) for each in EnrolmentStatus]
            status = await self.ask(Choose(f"How far is {number} with {self._title}?", choices))
            if status is None:
                return
            line = f"{number} on {self._title}: {_words(status)}."
            if not await self.ask(Confirm("Mark the enrolment?", [line], "Mark")):
                return
            for email in people:
                await set_enrolment_status(self.slug, email, self._title, EnrolmentStatus(status))
            self.list.unmark()
            self.say(line)

        self.do(mark)

    def action_publish(self) -> None:
        """Publish the course, or take it back."""
        course = self._course
        if course is not None:
            self.do(lambda: change_published(self, course))

    def action_assign(self) -> None:
        """Give it to a group."""
        course = self._course
        if course is not None:
            self.do(lambda: choose_and_give(self, course))

    def action_withdraw(self) -> None:
        """Take it off a group."""
        course = self._course
        if course is not None:
            self.do(lambda: choose_and_take(self, course))


def _words(status: str) -> str:
    return status.replace("_", " ")
