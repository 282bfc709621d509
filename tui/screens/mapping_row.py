"""One row of the mapping: what fills the field, whose word counts, and what values that are no choice stand for."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from core.domain.attributes import attribute_by_id
from core.domain.custom_fields import CHOICE_TYPES, CustomField
from core.domain.errors import SettingsError
from core.domain.mapping import OWNER_WORDS, Owner
from core.domain.mapping_draft import DraftRow
from core.services.choices import UnknownChoice
from core.services.kinds import Own
from core.services.mapping_drafts import field_of, put_row, unknown_values
from core.services.portals import kept_by_learnupon
from core.services.samples import Sample, sample_values
from tui.dialogs.choosing import Choice, Choose
from tui.rows import Column, Row, Rows, Source
from tui.screens import mapping_values as values
from tui.screens import mapping_words as words
from tui.screens.listing import ListScreen
from tui.screens.mapping_choosing import choose_attribute, held_row
from tui.words import counted


class MappingRowScreen(ListScreen):
    """A row of a draft. What is chosen is in the draft at once; the draft is saved where the whole mapping is seen."""

    PLACE = "Mapping"
    ABOUT = (
        "How one field is filled. e chooses the attribute of UKG Pro, o whose word counts. If the field has choices, "
        "the list shows the values of UKG Pro that are none of them: they are left out, unless you let a choice stand "
        "for them, or let them become choices. Enter decides on one; Space marks several, for l (the nearest choice), "
        "a (become choices) and d (left out). All of it is in the draft, and counts once the mapping is saved."
    )
    FILTER = "Words of a value or a choice"
    EMPTY = ""
    MARKS = True
    COLUMNS = (
        Column("Value in UKG Pro", 20, share=2),
        Column("People", 7),
        Column("Nearest choice", 16, share=1),
        Column("Stands for", 20, share=2),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", show=False),
        Binding("e", "attribute", "Filled from"),
        Binding("o", "owner", "Whose word"),
        Binding("l", "nearest", "Nearest"),
        Binding("a", "new_choice", "New choice"),
        Binding("d,delete", "leave_out", "Leave out", key_display="d"),
    ]
    DEFAULT_CSS = """
    MappingRowScreen #row { height: auto; max-height: 50%; padding: 1 1 0 1; }
    """

    def __init__(self, slug: str, draft: str, label: str) -> None:
        super().__init__(slug)
        self._draft, self._label = draft, label
        self._held: DraftRow | None = None
        self._field: CustomField | None = None
        self._seen_of: tuple[str, CustomField] | None = None
        self._unknown: list[UnknownChoice] = []
        self._kept_there: str | None = None
        self._usable: tuple[bool | None, ...] = ()

    @property
    def place(self) -> str:
        """Which field."""
        return f"{self.PLACE} › {self._label}"

    def body(self) -> Iterable[Widget]:
        """The row in words, and the values."""
        yield Static(id="row", markup=False)
        yield from super().body()

    def action_reload(self) -> None:
        """Look for the values anew, too."""
        self._seen_of = None
        super().action_reload()

    async def load(self) -> None:
        """Read the row, what its attribute looks like, and what the field does not know of it."""
        held = await held_row(self._draft, self._label)
        if held is None:
            raise SettingsError(f"Nothing fills {self._label} in your draft any more. Esc leads back to the mapping.")
        self._held, self._field = held, await field_of(self.slug, self._label)
        self._kept_there = await kept_by_learnupon(self.slug, Own.FIELDS)
        if self._seen_of != (held.attribute, self._field):
            self._unknown = await unknown_values(self.slug, held)
            self._seen_of = (held.attribute, self._field)
        sample = await sample_values(self.slug, held.attribute)
        self.query_one("#row", Static).update(_words(self._field, held, sample))
        await super().load()
        usable = tuple(self.check_action(action, ()) for action in ("nearest", "new_choice"))
        if usable != self._usable:
            self._usable = usable
            self.refresh_bindings()

    async def source(self, text: str) -> Source:
        """The values that are no choice, the most frequent first."""
        if self._held is None or self._field is None:
            return Rows([])
        return Rows(values.rows(self._unknown, self._held, self._field), text)

    def count_words(self, count: int) -> str:
        """How many people have such a value."""
        if self._field is None or self._field.type not in CHOICE_TYPES:
            return ""
        if not count:
            return f"Every value of the last read is a choice of {self._field.label}."
        people = sum(each.people for each in self._unknown)
        return f"{counted(people, 'person has', 'people have')} a value that is no choice of {self._field.label}."

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for values only where there are some."""
        if action == "new_choice" and self._kept_there:
            return False
        if action in ("nearest", "new_choice", "leave_out"):
            return bool(self._unknown or (self._held is not None and self._held.translations))
        return True

    # The row

    def action_attribute(self) -> None:
        """Let another attribute fill the field."""

        async def choose() -> None:
            await choose_attribute(self, self._draft, self._label)

        self.do(choose)

    def action_owner(self) -> None:
        """Let another word count."""

        async def choose() -> None:
            held = await self._now()
            owners = [Choice(owner.value, OWNER_WORDS[owner], more) for owner, more in words.OWNERS.items()]
            owner = await self.ask(Choose(f"Whose word counts in {self._label}?", owners, now=held.owner.value))
            if owner is not None:
                await put_row(self._draft, replace(await self._now(), owner=Owner(owner)))

        self.do(choose)

    # Values

    def open(self, row: Row) -> None:
        """Decide on a value."""
        unknown = row.item

        async def decide() -> None:
            held, field = await self._now(), await field_of(self.slug, self._label)
            if not isinstance(unknown, UnknownChoice):
                return
            offered = values.choices(field, unknown, held, grows=self._kept_there is None)
            title = f"‘{unknown.value[:80]}’ ({counted(unknown.people, 'person', 'people')}) stands for"
            decided = await self.ask(Choose(title, offered, now=values.decided(held, unknown.value)))
            if decided is not None:
                await put_row(self._draft, values.deciding(await self._now(), [(unknown.value, decided)]))

        self.do(decide)

    def action_nearest(self) -> None:
        """Let the nearest choice stand for each."""
        near = [(each.value, values.choice(each.nearest)) for each in self._chosen if each.nearest is not None]
        self._decide(near, "No choice is near to it." if len(self._chosen) == 1 else "No choice is near to them.")

    def action_new_choice(self) -> None:
        """Let each become a choice."""
        self._decide([(each.value, values.NEW) for each in self._chosen])

    def action_leave_out(self) -> None:
        """Leave each out."""
        self._decide([(each.value, values.NOTHING) for each in self._chosen])

    def _decide(self, decisions: Sequence[tuple[str, str]], otherwise: str = "") -> None:
        async def decide() -> None:
            if not decisions:
                self.say(otherwise)
                return
            await put_row(self._draft, values.deciding(await self._now(), decisions))
            self.list.unmark()

        self.do(decide)

    @property
    def _chosen(self) -> list[UnknownChoice]:
        return [row.item for row in self.list.chosen if isinstance(row.item, UnknownChoice)]

    async def _now(self) -> DraftRow:
        held = await held_row(self._draft, self._label)
        if held is None:
            raise SettingsError(f"Nothing fills {self._label} in your draft any more; nothing was changed.")
        return held


def _words(field: CustomField, held: DraftRow, sample: Sample) -> str:
    filled = words.named(attribute_by_id(held.attribute))
    return "\n".join(
        (
            f"{field.label}, {words.shape(field)}",
            f"Filled from        {filled}",
            f"Whose word counts  {OWNER_WORDS[held.owner]}: {words.OWNERS[held.owner]}",
            words.sampled(sample),
            "",
        )
    )
