"""Admins: who may do what in the portal."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from core.domain.roles import Role
from core.services.admins import ListedAdmin, list_admins, remove_admin, set_admin
from tui.dialogs.choosing import Choice
from tui.dialogs.confirming import Confirm
from tui.fields import Field, OneOf
from tui.rows import Cell, Column, Row, Rows, Source, Tone
from tui.screens.form import Form, FormScreen, Values
from tui.screens.listing import ListScreen
from tui.words import counted, day

_ROLES = {
    Role.VIEWER: "looks, and changes nothing",
    Role.OPERATOR: "syncs, and sees to people and invites",
    Role.ADMIN: "everything: connect, map, settings, approve",
}


class AdminsScreen(ListScreen):
    """Everyone with a role; Enter changes it."""

    PLACE = "Admins and roles"
    ABOUT = (
        "Who may do what in this portal and its sub-portals: a viewer looks, an operator syncs and sees to people and "
        "invites, an admin does everything. Whoever works from Slack is known there by their Slack user id; whoever "
        "has the machine may do everything without a role."
    )
    EMPTY = "Nobody has a role yet. n gives somebody one."
    FILTER = "Words of a name or role"
    COLUMNS: ClassVar[Sequence[Column]] = (
        Column("Name", 24, share=1),
        Column("Role", 9),
        Column("In Slack", 14),
        Column("May", 44, from_width=105),
        Column("Since", 11),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "Give a role"),
        Binding("e", "edit", "Change", show=False),
        Binding("d,delete", "remove", "Take away"),
    ]

    async def source(self, text: str) -> Source:
        """By name."""
        return Rows([_row(admin) for admin in await list_admins(self.slug)], text)

    def count_words(self, count: int) -> str:
        """How many."""
        return f"{counted(count, 'person has', 'people have')} a role"

    def open(self, row: Row) -> None:
        """Change a role."""
        if isinstance(row.item, ListedAdmin):
            self.app.push_screen(AdminScreen(self.slug, row.item))

    def action_new(self) -> None:
        """Give somebody a role."""
        self.app.push_screen(AdminScreen(self.slug))

    def action_edit(self) -> None:
        """Change the role under the cursor."""
        self.list.action_open()

    def action_remove(self) -> None:
        """Take the role under the cursor away."""
        row = self.list.row
        if row is None or not isinstance(row.item, ListedAdmin):
            return
        admin = row.item

        async def remove() -> None:
            lines = [
                f"{admin.name} is {admin.role} here.",
                "They may do nothing here any more, unless a portal above lets them. What they did stays on record.",
            ]
            if await self.ask(Confirm("Take the role away?", lines, "Take it away")):
                await remove_admin(self.slug, admin.name)
                self.say(f"{admin.name} has no role in {self.slug} any more.")

        self.do(remove)


class AdminScreen(FormScreen):
    """Giving somebody a role, or changing the one that `held` has."""

    PLACE = "Role"
    ABOUT = AdminsScreen.ABOUT

    def __init__(self, slug: str | None = None, held: ListedAdmin | None = None) -> None:
        super().__init__(slug)
        self._held = held

    @property
    def place(self) -> str:
        """Whose role it is."""
        return f"Role of {self._held.name}" if self._held else "Give a role"

    async def read(self) -> Form:
        """Who, which role, and who that is in Slack."""
        held = self._held
        fields: list[Field] = [
            OneOf(
                name="role",
                label="Role",
                choices=[Choice(role.value, role.value.capitalize(), words) for role, words in _ROLES.items()],
                about="Left and right go through the roles, Enter shows them all.",
            ),
            Field(
                name="slack_user",
                label="Slack user id",
                hint="U024BE7LH",
                about="For whoever works from Slack: it stands in their profile there, under 'Copy member ID'.",
            ),
        ]
        if held is None:
            about = "Their name on this machine or in the company; it stands in the audit trail."
            fields.insert(0, Field(name="name", label="Name", required=True, about=about))
            return Form(fields=fields, values={"role": Role.VIEWER.value})
        return Form(fields=fields, values={"role": held.role.value, "slack_user": held.slack_user or ""})

    async def save(self, values: Values) -> str:
        """Give it."""
        name = self._held.name if self._held else values.text("name")
        given = await set_admin(
            self.slug, name, Role(values.text("role")), slack_user=values.text("slack_user").upper() or None
        )
        return f"{given.name} is {given.role} in {self.slug} now."

    def after_save(self) -> None:
        """Back to the list."""
        self.leave()


def _row(admin: ListedAdmin) -> Row:
    in_slack = admin.slack_user or Cell("not in Slack", Tone.MUTED)
    return Row(
        admin.name, (admin.name, admin.role.value, in_slack, _ROLES[admin.role], day(admin.created_at.date())), admin
    )
