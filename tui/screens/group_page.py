"""One group: its rule in words, its courses, its members."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from core.services.courses import list_courses
from core.services.groups import GroupMember, ListedGroup, change_members, list_groups, make_automatic
from core.services.members import count_members, members_page
from core.services.people import Wanted, learners_page
from core.services.portals import list_portals
from core.services.rules import EditedRule, rule_to_edit
from tui.dialogs.choosing import Choice, Choose
from tui.dialogs.confirming import Confirm
from tui.dialogs.suggesting import Suggest
from tui.rows import Cell, Column, Paged, Row, Source, Tone
from tui.screens.listing import ListScreen
from tui.screens.rule_words import rule_in_words
from tui.screens.training import give_course
from tui.words import counted, moment, toned

_SUGGESTED = 200
_NAMED = 5


class GroupScreen(ListScreen):
    """The group of that title; its members are changed here, its rule on a screen of its own."""

    ABOUT = (
        "Who is in the group; Enter opens someone. automatic: its rule brought them in, and takes them out when they "
        "no longer fit. manual: added by hand; no rule takes them out. m makes them automatic, so that the rule "
        "decides about everyone. a adds people, d takes out those that are marked (Space) or the one under the cursor, "
        "e opens the rule, c gives the group a course."
    )
    FILTER = "Words of a name or e-mail address"
    EMPTY = "Nobody is in it. a adds people by hand, e writes a rule that fills it."
    MARKS = True
    COLUMNS = (
        Column("E-mail", 24, share=2),
        Column("Name", 16, share=1),
        Column("State", 9),
        Column("Origin", 10),
        Column("Joined", 16),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add"),
        Binding("d,delete", "remove", "Take out", key_display="d"),
        Binding("m", "automatic", "Automatic"),
        Binding("e", "rule", "Rule"),
        Binding("c", "course", "Course"),
    ]

    def __init__(self, slug: str, title: str) -> None:
        super().__init__(slug)
        self._title = title
        self._group: ListedGroup | None = None
        self._zone = "UTC"

    @property
    def place(self) -> str:
        """The group."""
        return f"Groups › {self._title}"

    def body(self) -> Iterable[Widget]:
        """What there is of a rule and of courses, and the members."""
        yield Static("", id="about", markup=False)
        yield from super().body()

    async def load(self) -> None:
        """Read the group, its rule, its members."""
        rule = await rule_to_edit(self.slug, self._title)
        self._group = next(each for each in await list_groups(self.slug) if each.title == rule.group)
        self._zone = next(each.timezone for each in await list_portals() if each.slug == self.slug)
        self.query_one("#about", Static).update(_about(self._group, rule))
        self.refresh_bindings()
        await super().load()

    async def source(self, text: str) -> Source:
        """Members by e-mail."""

        async def page(offset: int, limit: int) -> Sequence[Row]:
            return [self._row(each) for each in await members_page(self.slug, self._title, text, offset, limit)]

        return Paged(lambda: count_members(self.slug, self._title, text), page)

    def open(self, row: Row) -> None:
        """Why they are as they are."""
        from tui.screens.person_page import PersonScreen

        self.app.push_screen(PersonScreen(self.slug, row.key))

    def _row(self, member: GroupMember) -> Row:
        origin = Cell(member.origin, Tone.GOOD if member.origin == "automatic" else Tone.PLAIN)
        joined = moment(member.joined_at, self._zone)
        return Row(member.email, (member.email, member.name, toned(member.status), origin, joined), member)

    def count_words(self, count: int) -> str:
        """How many, and how they came."""
        if self.text or self._group is None:
            return counted(count, "member")
        return f"{counted(count, 'member')}: {self._group.automatic:,} by rule, {self._group.manual:,} by hand"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Members are made automatic where there are some added by hand."""
        return action != "automatic" or (self._group is not None and self._group.manual > 0)

    def action_rule(self) -> None:
        """Look at the rule, and write it."""
        from tui.screens.rule_builder import RuleScreen

        self.app.push_screen(RuleScreen(self.slug, self._title))

    def action_add(self) -> None:
        """Add somebody by hand."""

        async def add() -> None:
            people = await learners_page(self.slug, Wanted(), 0, _SUGGESTED)
            known = [Choice(each.email, each.email, f"{each.first_name} {each.last_name}".strip()) for each in people]
            typed = await self.ask(
                Suggest(f"Add to {self._title}", known, hint="E-mail address, or several with spaces between them")
            )
            emails = typed.replace(",", " ").replace(";", " ").split() if typed else []
            if not emails:
                return
            lines = [f"{_named(emails)} would be in {self._title} by hand; no rule takes them out.", self._courses()]
            if await self.ask(Confirm(f"Add {counted(len(emails), 'person', 'people')}?", lines, "Add")):
                changed = await change_members(self.slug, self._title, add=emails)
                number = len(changed.added) + len(changed.made_manual)
                self.say(f"{number} added to {self._title}; {len(emails) - number} were in it by hand already.")

        self.do(add)

    def _courses(self) -> str:
        titles = ", ".join(self._group.courses) if self._group else ""
        return f"They are enrolled on: {titles}." if titles else "The group has no course."

    def action_remove(self) -> None:
        """Take out those marked."""
        emails = [row.key for row in self.list.chosen]
        if not emails:
            return

        async def remove() -> None:
            choices = [
                Choice("keep", "Stay on its courses", "enrolments are left as they are"),
                Choice("unenrol", "Off its courses", "what is not finished goes, unless another group gives it"),
            ]
            what: str | None = "keep"
            if self._group is not None and self._group.courses:
                what = await self.ask(Choose("What becomes of their courses?", choices))
            if what is None:
                return
            unenrol = what == "unenrol"
            courses = "What they have not finished of its courses goes." if unenrol else "Their enrolments stay."
            number = counted(len(emails), "person", "people")
            lines = [f"{_named(emails)} would leave {self._title}. {courses}"]
            if await self.ask(Confirm(f"Take {number} out of {self._title}?", lines, "Take out")):
                changed = await change_members(self.slug, self._title, remove=emails, unenrol_removed=unenrol)
                self.list.unmark()
                self.say(f"{len(changed.removed)} taken out of {self._title}.")

        self.do(remove)

    def action_automatic(self) -> None:
        """Let the rule decide about those added by hand, too."""

        async def make() -> None:
            manual = self._group.manual if self._group else 0
            lines = [
                f"{counted(manual, 'member')} added by hand would be automatic.",
                "A running rule takes those out at once who do not fit; without one they stay until there is one.",
            ]
            if await self.ask(Confirm(f"Make the members of {self._title} automatic?", lines, "Make automatic")):
                number = await make_automatic(self.slug, self._title)
                self.say(f"{counted(number, 'member')} of {self._title} made automatic.")

        self.do(make)

    def action_course(self) -> None:
        """Give the group a course."""

        async def give() -> None:
            courses = [each for each in await list_courses(self.slug) if self._title not in each.groups]
            if not courses:
                self.say("There is no other course. Add one under Courses.")
                return
            choices = [Choice(each.title, each.title, "" if each.published else "not published") for each in courses]
            course = await self.ask(Choose(f"Give {self._title} which course?", choices))
            if course is not None:
                await give_course(self, course, self._title)

        self.do(give)


def _named(emails: Sequence[str]) -> str:
    more = f" and {len(emails) - _NAMED:,} more" if len(emails) > _NAMED else ""
    return f"{', '.join(emails[:_NAMED])}{more}"


def _about(group: ListedGroup, rule: EditedRule) -> Text:
    lines = []
    if rule.running is not None:
        lines.append(f"Rule     {rule_in_words(rule.running, rule.running_members_of)}")
    else:
        lines.append("Rule     none is running; members come and go by hand")
    if "draft" in rule.state:
        lines.append("Draft    there is one, which does nothing until it is run: e")
    lines.append(f"Courses  {', '.join(group.courses) or 'none'}")
    return Text("\n".join(lines))
