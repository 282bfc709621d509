"""What the lists of groups and of courses share: where LearnUpon has them, and giving a course to a group."""

from typing import ClassVar

from core.services.courses import assign_course, withdraw_course
from core.services.enrolments import effect_of_assigning, effect_of_withdrawing
from core.services.kinds import Own
from core.services.portals import kept_by_learnupon
from tui.dialogs.choosing import Choice, Choose
from tui.dialogs.confirming import Confirm
from tui.rows import Row, Rows, Source
from tui.screens.base import PortalScreen
from tui.screens.listing import ListScreen
from tui.words import counted


class TrainingList(ListScreen):
    """A list that an embedded portal has here; of a portal of LearnUpon it says where it is. A subclass says what it is
    in `OWN`, which of its actions need it in `ACTIONS`, and gives the rows in `rows`."""

    OWN: ClassVar[Own]
    ACTIONS: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self.elsewhere: str | None = None

    async def rows(self) -> list[Row]:
        """Every row."""
        raise NotImplementedError

    async def source(self, text: str) -> Source:
        """The rows that fit."""
        return Rows(await self.rows(), text)

    async def load(self) -> None:
        """Show the rows, or say where they are."""
        self.elsewhere = await kept_by_learnupon(self.slug, self.OWN)
        self.refresh_bindings()
        if self.elsewhere is not None:
            self.list.show(Rows([]), empty=self.elsewhere)
        else:
            await super().load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is changed here of what LearnUpon keeps."""
        return self.elsewhere is None or action not in self.ACTIONS


async def give_course(screen: PortalScreen, course: str, group: str) -> None:
    """Give a course to a group, asked first."""
    effect = await effect_of_assigning(screen.slug, course, group)
    lines = [
        f"{counted(effect.enrolled, 'member is', 'members are')} enrolled at once, and whoever joins the group later.",
        "Who is pending or disabled is enrolled once they can sign in. Nothing is enrolled while a course is not "
        "published.",
    ]
    if await screen.ask(Confirm(f"Give {course} to {group}?", lines, "Give")):
        number = await assign_course(screen.slug, course, group)
        enrolled = counted(number, "person is", "people are")
        screen.say(f"{group} has the course {course}; {enrolled} enrolled through this group.")


async def take_course(screen: PortalScreen, course: str, group: str) -> None:
    """Take a course off a group, with what is not finished of it, or without."""
    effect = await effect_of_withdrawing(screen.slug, course, group)
    if effect.withdrawn:
        unfinished = counted(effect.withdrawn, "enrolment that is not finished", "enrolments that are not finished")
        choices = [
            Choice("keep", "Let them finish", f"{unfinished} stay"),
            Choice("withdraw", "Take them away", "what is finished, or waits for a review, stays"),
        ]
        what = await screen.ask(Choose(f"What becomes of {unfinished}?", choices))
        if what is None:
            return
    else:
        what = "keep"
    keep = what == "keep"
    lines = [f"Whoever joins {group} from now on is not enrolled on {course} by it."]
    if keep:
        lines.append(f"{counted(effect.kept + effect.withdrawn, 'enrolment stays', 'enrolments stay')}.")
    else:
        went = counted(effect.withdrawn, "enrolment goes", "enrolments go")
        lines.append(f"{went}, {counted(effect.kept, 'stays', 'stay')}.")
    typed = None if keep else "withdraw"
    if await screen.ask(Confirm(f"Take {course} off {group}?", lines, "Take off", typed=typed)):
        number = await withdraw_course(screen.slug, course, group, keep_enrolments=keep)
        screen.say(f"{group} no longer has the course {course}; {counted(number, 'enrolment')} removed.")
