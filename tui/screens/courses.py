"""The courses of the portal: who gets them, and how far people are."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from core.services.courses import ListedCourse, add_course, list_courses, publish_course, unpublish_course
from core.services.enrolments import effect_of_publishing
from core.services.groups import list_groups
from core.services.kinds import Own
from tui.dialogs.asking import Ask
from tui.dialogs.choosing import Choice, Choose
from tui.dialogs.confirming import Confirm
from tui.rows import Cell, Column, Row, Tone
from tui.screens.base import PortalScreen
from tui.screens.training import TrainingList, give_course, take_course
from tui.words import counted


class CoursesScreen(TrainingList):
    """Enter opens a course: everyone who is enrolled."""

    PLACE = "Courses"
    ABOUT = (
        "A course is given to groups: their members are enrolled on it, now and when they join. Only a published "
        "course takes enrolments. n adds one, u publishes it or takes it back, a gives it to a group, w takes it off a "
        "group. Enter shows who is enrolled and how far they are."
    )
    FILTER = "Words of a title, a group, a state"
    EMPTY = "No course yet. Press n to add the first."
    OWN = Own.COURSES
    ACTIONS = frozenset({"new", "publish", "assign", "withdraw"})
    COLUMNS = (
        Column("Course", 22, share=2),
        Column("State", 11),
        Column("Enrolled", 8),
        Column("How far", 20, share=2),
        Column("Groups", 12, share=1),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New"),
        Binding("u", "publish", "Publish"),
        Binding("a", "assign", "Give"),
        Binding("w", "withdraw", "Take off"),
    ]

    async def rows(self) -> list[Row]:
        """Courses by title."""
        return [_row(course) for course in await list_courses(self.slug)]

    def count_words(self, count: int) -> str:
        """How many."""
        return counted(count, "course") if self.elsewhere is None else ""

    def open(self, row: Row) -> None:
        """Who is enrolled on it."""
        from tui.screens.course_page import CourseScreen

        self.app.push_screen(CourseScreen(self.slug, row.key))

    def _course(self) -> ListedCourse | None:
        item = self.list.row.item if self.list.row is not None else None
        return item if isinstance(item, ListedCourse) else None

    def action_new(self) -> None:
        """Add a course."""

        async def add() -> None:
            title = await self.ask(Ask("Add a course", hint="Title"))
            if title is None:
                return
            choices = [
                Choice("now", "Published", "takes enrolments at once"),
                Choice("later", "Not published yet", "u publishes it when it is ready"),
            ]
            when = await self.ask(Choose(f"Is {title} ready?", choices))
            if when is not None:
                course = await add_course(self.slug, title, draft=when == "later")
                self.say(f"Course {course.title} is there. a gives it to a group.")

        self.do(add)

    def action_publish(self) -> None:
        """Publish the course under the cursor, or take it back."""
        course = self._course()
        if course is not None:
            self.do(lambda: change_published(self, course))

    def action_assign(self) -> None:
        """Give it to a group."""
        course = self._course()
        if course is not None:
            self.do(lambda: choose_and_give(self, course))

    def action_withdraw(self) -> None:
        """Take it off a group."""
        course = self._course()
        if course is not None:
            self.do(lambda: choose_and_take(self, course))


async def change_published(screen: PortalScreen, course: ListedCourse) -> None:
    """Publish a course, or take no more enrolments on it; asked first with the counts."""
    title, effect = course.title, await effect_of_publishing(screen.slug, course.title)
    if course.published:
        stay = counted(effect.kept, "enrolment there is stays", "enrolments there are stay")
        lines = [f"Nobody else is enrolled on it; the {stay}."]
        if await screen.ask(Confirm(f"Unpublish {title}?", lines, "Unpublish")):
            number = await unpublish_course(screen.slug, title)
            people = counted(number, "person is", "people are")
            screen.say(f"Course {title} takes no more enrolments; {people} enrolled on it still.")
        return
    groups = ", ".join(course.groups) or "no group yet"
    lines = [f"{counted(effect.enrolled, 'person is', 'people are')} enrolled at once, of: {groups}."]
    if await screen.ask(Confirm(f"Publish {title}?", lines, "Publish")):
        number = await publish_course(screen.slug, title)
        screen.say(f"Course {title} is published; {counted(number, 'person is', 'people are')} enrolled on it.")


async def choose_and_give(screen: PortalScreen, course: ListedCourse) -> None:
    """Choose a group that does not have the course, and give it."""
    groups = [each for each in await list_groups(screen.slug) if each.title not in course.groups]
    if not groups:
        screen.say("There is no other group. Add one under Groups.")
        return
    choices = [Choice(each.title, each.title, counted(each.members, "member")) for each in groups]
    group = await screen.ask(Choose(f"Give {course.title} to which group?", choices))
    if group is not None:
        await give_course(screen, course.title, group)


async def choose_and_take(screen: PortalScreen, course: ListedCourse) -> None:
    """Choose a group that has the course, and take it off."""
    if not course.groups:
        screen.say(f"No group has {course.title}.")
        return
    choices = [Choice(each, each) for each in course.groups]
    group = await screen.ask(Choose(f"Take {course.title} off which group?", choices))
    if group is not None:
        await take_course(screen, course.title, group)


def _row(course: ListedCourse) -> Row:
    state = Cell("published", Tone.GOOD) if course.published else Cell("unpublished", Tone.WARNING)
    how_far = ", ".join(f"{number:,} {status.replace('_', ' ')}" for status, number in course.enrolments.items())
    enrolled = f"{sum(course.enrolments.values()):>8,}"
    return Row(course.title, (course.title, state, enrolled, how_far, ", ".join(course.groups)), course)
