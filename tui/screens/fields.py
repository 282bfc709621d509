"""The custom user data fields of a portal."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from core.domain.custom_fields import CustomField
from core.services.fields import count_holding, list_fields, remove_field
from core.services.kinds import Own
from core.services.mappings import list_mappings
from core.services.portals import kept_by_learnupon
from tui.dialogs.confirming import Confirm
from tui.rows import Cell, Column, Row, Rows, Source, Tone
from tui.screens.field_form import FieldFormScreen
from tui.screens.fields_anew import FieldsAnew
from tui.screens.listing import ListScreen
from tui.words import counted


class FieldsScreen(ListScreen):
    """The fields; those of LearnUpon are made there and only shown here."""

    PLACE = "Fields"
    ABOUT = (
        "Custom user data: what the portal knows of its people besides name and e-mail. A field may be filled from UKG "
        "Pro by the mapping, by hand, or by people themselves. n adds one, Enter changes one: its name, its choices, "
        "who fills it in. d removes one with everything that people hold in it. In a portal of LearnUpon fields are "
        "made in LearnUpon; they are read anew when this opens."
    )
    FILTER = "Words of a field or a choice"
    EMPTY = "No fields yet. n adds the first."
    COLUMNS = (
        Column("Field", 18, share=2),
        Column("Type", 14),
        Column("Filled from", 18, share=2),
        Column("By people", 10),
        Column("Choices", 12, share=5),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "Change", show=False),
        Binding("n", "add", "Add"),
        Binding("d,delete", "remove", "Remove", key_display="d"),
    ]
    DEFAULT_CSS = """
    FieldsScreen #told { display: none; height: auto; max-height: 5; padding: 0 1; }
    FieldsScreen #told.told { display: block; }
    """

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._kept_there = ""
        self._told = ""
        self._fields = FieldsAnew()

    def body(self) -> Iterable[Widget]:
        """Where fields are made, if not here; the fields."""
        yield Static(id="told", markup=False)
        yield from super().body()

    async def load(self) -> None:
        """Read the fields; those of LearnUpon anew, the first time."""
        if not self._fields.are_read:
            self._kept_there = self._told = await kept_by_learnupon(self.slug, Own.FIELDS) or ""
            self._tell_above()
            self.refresh_bindings()
            await super().load()
            trouble = await self._fields.read(self.slug, self.database_url)
            self._told += f"\n! {trouble}" if trouble else ""
            self._tell_above()
        await super().load()

    def on_unmount(self) -> None:
        """Nobody waits for the fields any more."""
        self._fields.give_up()

    def _tell_above(self) -> None:
        self.query_one("#told", Static).update(self._told)
        self.query_one("#told").set_class(bool(self._told), "told")

    async def source(self, text: str) -> Source:
        """The fields, in the order they were added."""
        filled = {mapping.field.label: mapping.attribute.label for mapping in await list_mappings(self.slug)}
        return Rows([_row(field, filled.get(field.label, "")) for field in await list_fields(self.slug)], text)

    def count_words(self, count: int) -> str:
        """How many."""
        return counted(count, "field")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is changed here of what LearnUpon keeps."""
        return not (action in ("edit", "add", "remove") and self._kept_there)

    def open(self, row: Row) -> None:
        """Change it."""
        if isinstance(row.item, CustomField) and not self._kept_there:
            self.app.push_screen(FieldFormScreen(self.slug, row.item.label))

    def action_edit(self) -> None:
        """Change it."""
        self.list.action_open()

    def action_add(self) -> None:
        """Add one."""
        self.app.push_screen(FieldFormScreen(self.slug))

    def action_remove(self) -> None:
        """Remove one with what people hold in it, if that is meant."""
        row = self.list.row

        async def remove() -> None:
            if row is None:
                return
            people = await count_holding(self.slug, row.key)
            holding = f"{counted(people, 'person holds', 'people hold')} something in it, which is gone then"
            lines = [f"{holding if people else 'Nobody holds anything in it'}; so is its row of the mapping."]
            if await self.ask(Confirm(f"Remove the field {row.key}?", lines, "Remove", typed=row.key)):
                await remove_field(self.slug, row.key)
                self.say(f"Removed: {row.key}.")

        self.do(remove)


def _row(field: CustomField, filled: str) -> Row:
    by_people = "must" if field.mandatory else "may" if field.editable else ""
    choices = ", ".join(field.choices)
    if field.multiple:
        choices = f"several of {choices}"
    cells = (field.label, field.type.value, Cell(filled, Tone.MUTED), by_people, Cell(choices, Tone.MUTED))
    return Row(field.label, cells, field)
