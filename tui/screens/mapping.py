"""The mapping: which attribute of UKG Pro fills which field, edited in a draft."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from core.services.choices import UnknownChoice
from core.services.fields import list_fields
from core.services.kinds import Own
from core.services.mapping_drafts import (
    ShownDraft,
    ShownRow,
    discard_mapping_draft,
    open_mapping_draft,
    put_row_back,
    take_row_out,
    try_mapping_draft,
)
from core.services.mapping_mismatches import leaves_out_the_same, left_out
from core.services.mapping_saving import MappingMoved, save_mapping_draft
from core.services.portals import kept_by_learnupon
from core.services.samples import Sample, sample_several
from tui.dialogs.choosing import Choose
from tui.dialogs.confirming import Confirm
from tui.rows import Column, Row, Rows, Source
from tui.screens import mapping_words as words
from tui.screens.fields_anew import FieldsAnew
from tui.screens.listing import ListScreen
from tui.screens.mapping_choosing import choose_attribute
from tui.screens.mapping_row import MappingRowScreen
from tui.screens.tried import TriedScreen
from tui.widgets.paged_list import PagedList
from tui.words import counted

_MOST_CONFIRMED = 12


class MappingScreen(ListScreen):
    """The rows of the draft of whoever acts, the same as in Slack; nothing of it counts until it is saved."""

    PLACE = "Mapping"
    ABOUT = (
        "Each line is a field of the portal and the attribute of UKG Pro that fills it. HR-owned: what is empty in UKG "
        "Pro is cleared. Leave if blank: what is empty there stays. First value only: it is taken once, then the field "
        "is left alone. What you change is kept in a draft, here and in Slack, also when you leave; nothing of it "
        "counts until it is saved with Ctrl+S. t tells beforehand whom it would change."
    )
    FILTER = "Words of a field, an attribute or a value"
    EMPTY = "No field is filled yet. n fills the first; f shows the fields there are."
    COLUMNS = (
        Column("Field", 16, share=2),
        Column("Filled from", 18, share=2),
        Column("Whose word", 16),
        Column("Draft", 9),
        Column("Left out", 8),
        Column("In UKG Pro", 20, share=5, from_width=96),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", show=False),
        Binding("e", "edit", "Edit", show=False),
        Binding("n", "add", "Add"),
        Binding("d,delete", "take_out", "Take out", key_display="d"),
        Binding("u", "put_back", "As it was", show=False),
        Binding("t", "try", "Try"),
        Binding("ctrl+s", "save", "Save", key_display="^s"),
        Binding("x", "discard", "Throw away", show=False),
        Binding("f", "fields", "Fields"),
    ]
    DEFAULT_CSS = """
    MappingScreen #told { display: none; height: auto; max-height: 5; padding: 0 1; }
    MappingScreen #told.told { display: block; }
    MappingScreen #row { height: auto; max-height: 8; padding: 0 1; border-top: solid $primary; }
    """

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._draft: ShownDraft | None = None
        self._samples: dict[str, Sample] = {}
        self._looked_at: tuple[ShownDraft, datetime | None] | None = None
        self._left_out: dict[str, list[UnknownChoice]] = {}
        self._moved: str = ""
        self._fields = FieldsAnew()
        self._usable: tuple[bool | None, ...] = ()

    def body(self) -> Iterable[Widget]:
        """What others changed, the rows, and more about the one under the cursor."""
        yield Static(id="told", classes="warning", markup=False)
        yield from super().body()
        yield Static(id="row", markup=False)

    async def load(self) -> None:
        """Read the draft, and what its attributes look like; the first time, the fields of LearnUpon anew."""
        await self._show_draft()
        if not self._fields.are_read and await kept_by_learnupon(self.slug, Own.FIELDS):
            self._moved = await self._fields.read(self.slug, self.database_url)
            await self._show_draft()

    def on_unmount(self) -> None:
        """Nobody waits for the fields any more."""
        self._fields.give_up()

    async def _show_draft(self) -> None:
        self._draft = await open_mapping_draft(self.slug)
        self._samples = await sample_several(self.slug, [each.row.attribute for each in self._draft.rows])
        others = self._draft.changed_by_others
        since = f"Others have changed the mapping since you began: {' '.join(others)}" if others else ""
        told = "\n".join(f"! {sentence}" for sentence in (self._moved, since) if sentence)
        self.query_one("#told", Static).update(told)
        self.query_one("#told").set_class(bool(told), "told")
        await super().load()
        self._refresh_keys()
        if await self._look_for_left_out(self._draft):
            await super().load()

    async def _look_for_left_out(self, draft: ShownDraft) -> bool:
        """Count the values that are no choice, unless that was done of the same; whether there may be others now."""
        read_at = max((each.read_at for each in self._samples.values() if each.read_at), default=None)
        known = self._looked_at
        if known is not None and known[1] == read_at and leaves_out_the_same(known[0], draft):
            return False
        self._left_out = await left_out(draft.id)
        self._looked_at = (draft, read_at)
        return True

    async def source(self, text: str) -> Source:
        """The rows, those removed last."""
        rows = self._draft.rows if self._draft is not None else []
        return Rows(
            [words.listed(each, self._samples.get(each.row.attribute), self._none_of(each)) for each in rows], text
        )

    def _none_of(self, shown: ShownRow) -> list[UnknownChoice]:
        return self._left_out.get(shown.row.key, []) if shown.change != "removed" else []

    def count_words(self, count: int) -> str:
        """How many fields are filled, and what is not saved."""
        return words.summary(self._draft) if self._draft is not None else ""

    def on_paged_list_moved(self, event: PagedList.Moved) -> None:
        """Tell more about the row."""
        shown = self._shown
        told = words.about(shown, self._samples.get(shown.row.attribute), self._none_of(shown)) if shown else ""
        self.query_one("#row", Static).update(told)
        self._refresh_keys()

    @property
    def _shown(self) -> ShownRow | None:
        row = self.list.row
        return row.item if row is not None and isinstance(row.item, ShownRow) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for what can be done with this row, and with this draft."""
        if action in ("try", "save", "discard"):
            return self._draft is not None and self._draft.differs
        if action in ("take_out", "put_back") and self.is_mounted:
            change = self._shown.change if self._shown is not None else None
            return change in (("", "new", "changed") if action == "take_out" else ("changed", "removed"))
        return True

    def _refresh_keys(self) -> None:
        """Draw the keys again where others can be used now."""
        usable = tuple(self.check_action(action, ()) for action in ("save", "take_out", "put_back"))
        if usable != self._usable:
            self._usable = usable
            self.refresh_bindings()

    # A row

    def open(self, row: Row) -> None:
        """Edit it."""
        if self._draft is None or not isinstance(row.item, ShownRow):
            return
        if row.item.change == "removed":
            self.action_put_back()
        elif row.item.field is None:
            self.action_take_out()
        else:
            self.app.push_screen(MappingRowScreen(self.slug, self._draft.id, row.item.row.label))

    def action_edit(self) -> None:
        """Edit the row."""
        self.list.action_open()

    def action_add(self) -> None:
        """Fill another field."""

        async def add() -> None:
            draft = await open_mapping_draft(self.slug)
            filled = {each.row.label: each.attribute for each in draft.rows if each.change != "removed"}
            fields = await list_fields(self.slug)
            choices = words.field_choices(fields, filled)
            if not choices:
                self.say("The portal has no field that UKG Pro could fill. f shows its fields, n there adds one.")
                return
            label = await self.ask(Choose("Which field is to be filled from UKG Pro?", choices))
            if label is None:
                return
            if label in filled or await choose_attribute(self, draft.id, label):
                self.app.push_screen(MappingRowScreen(self.slug, draft.id, label))

        self.do(add)

    def action_take_out(self) -> None:
        """Let nothing fill the field any more."""
        if self._draft is not None and self._shown is not None:
            draft, label = self._draft.id, self._shown.row.label
            self.do(lambda: take_row_out(draft, label))

    def action_put_back(self) -> None:
        """Let the row be as it was."""
        if self._draft is not None and self._shown is not None:
            draft, label = self._draft.id, self._shown.row.label
            self.do(lambda: put_row_back(draft, label))

    # The draft

    def action_try(self) -> None:
        """Tell whom it would change."""
        if self._draft is not None:
            draft = self._draft.id
            self.app.push_screen(TriedScreen(self.slug, lambda: try_mapping_draft(draft, self.database_url)))

    def action_save(self) -> None:
        """Save the draft, if that is meant."""

        async def save() -> None:
            draft = await open_mapping_draft(self.slug)
            changed = [words.change_words(each) for each in draft.rows if each.change]
            more = len(changed) - _MOST_CONFIRMED
            lines = [f"{words.not_saved(draft)}:", "\n".join(f"• {line}" for line in changed[:_MOST_CONFIRMED])]
            lines += [f"and {more} more"] if more > 0 else []
            out = sum(each.people for values in self._left_out.values() for each in values)
            if out:
                lines.append(f"{counted(out, 'person has', 'people have')} a value that is no choice, and is left out.")
            lines.append("The next sync goes by it. To see beforehand whom it would change, leave this and press t.")
            if not await self.ask(Confirm(f"Save the mapping of {self.slug}?", lines, "Save")):
                return
            try:
                number = await save_mapping_draft(draft.id)
            except MappingMoved as moved:
                self._moved = str(moved)
                return
            self._moved = ""
            self.say(f"Saved: {counted(number, 'field')} of {self.slug}. The next sync goes by it.")

        self.do(save)

    def action_discard(self) -> None:
        """Throw the draft away, if that is meant."""

        async def discard() -> None:
            draft = await open_mapping_draft(self.slug)
            lines = [f"Not saved yet: {words.not_saved(draft)}. The mapping stays as it is."]
            if await self.ask(Confirm("Throw the draft away?", lines, "Throw away")):
                await discard_mapping_draft(draft.id)
                self._moved = ""
                self.say("The draft was thrown away; the mapping is as it was.")

        self.do(discard)

    def action_fields(self) -> None:
        """The fields that there are."""
        from tui.screens.fields import FieldsScreen

        self.app.push_screen(FieldsScreen(self.slug))
