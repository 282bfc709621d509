"""The groups of the portal: members, rule, courses."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from core.services.groups import ListedGroup, add_group, list_groups, remove_group
from core.services.kinds import Own
from tui.dialogs.asking import Ask
from tui.dialogs.confirming import Confirm
from tui.rows import Cell, Column, Row, Tone
from tui.screens.training import TrainingList
from tui.words import counted

_TONES = {"running": Tone.GOOD, "none": Tone.MUTED}


class GroupsScreen(TrainingList):
    """Enter opens a group."""

    PLACE = "Groups"
    ABOUT = (
        "A group holds people who get the same courses. A rule fills it by itself (running): whoever fits joins, "
        "whoever no longer fits leaves; a draft does nothing until it is run. People can also be added by hand, and no "
        "rule takes those out. Enter opens a group, e its rule."
    )
    FILTER = "Words of a title, a course, a state"
    EMPTY = "No group yet. Press n to add the first."
    OWN = Own.GROUPS
    ACTIONS = frozenset({"new", "remove", "rule"})
    COLUMNS = (
        Column("Group", 24, share=2),
        Column("Members", 8),
        Column("By rule", 8),
        Column("By hand", 8),
        Column("Rule", 14),
        Column("Courses", 10, share=2),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New"),
        Binding("e", "rule", "Rule"),
        Binding("d,delete", "remove", "Remove", key_display="d"),
    ]

    async def rows(self) -> list[Row]:
        """Groups by title."""
        return [_row(group) for group in await list_groups(self.slug)]

    def count_words(self, count: int) -> str:
        """How many."""
        return counted(count, "group") if self.elsewhere is None else ""

    def open(self, row: Row) -> None:
        """Its members, rule and courses."""
        from tui.screens.group_page import GroupScreen

        self.app.push_screen(GroupScreen(self.slug, row.key))

    def action_rule(self) -> None:
        """Write its rule."""
        from tui.screens.rule_builder import RuleScreen

        if self.list.row is not None:
            self.app.push_screen(RuleScreen(self.slug, self.list.row.key))

    def action_new(self) -> None:
        """Add a group."""

        async def add() -> None:
            title = await self.ask(Ask("Add a group", hint="Title"))
            if title is not None:
                group = await add_group(self.slug, title)
                self.say(f"{group.title} is added. e writes its rule, Enter opens it to add people by hand.")

        self.do(add)

    def action_remove(self) -> None:
        """Remove the group under the cursor; its title is typed first."""
        row = self.list.row
        if row is None or not isinstance(row.item, ListedGroup):
            return
        group = row.item

        async def remove() -> None:
            lines = [
                f"{counted(group.members, 'member')} would no longer be in it, and its rule is gone with it.",
                "Their accounts and enrolments stay.",
            ]
            if await self.ask(Confirm(f"Remove the group {group.title}?", lines, "Remove", typed=group.title)):
                had = await remove_group(self.slug, group.title)
                self.say(f"Group {group.title} is removed; it had {counted(had, 'member')}, whose accounts stay.")

        self.do(remove)


def _row(group: ListedGroup) -> Row:
    rule = Cell(group.rule, _TONES.get(group.rule, Tone.WARNING))
    numbers = (f"{number:>7,}" for number in (group.members, group.automatic, group.manual))
    return Row(group.title, (group.title, *numbers, rule, ", ".join(group.courses)), group)
