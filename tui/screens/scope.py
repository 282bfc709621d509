"""The scope: whom the portal takes from UKG Pro."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from core.domain.scope import ScopeKind
from core.services.scope import ShownScope, preview_scope, set_scope, show_scope
from core.services.trying import try_scope
from tui.dialogs.confirming import Confirm
from tui.rows import Cell, Column, Row, Rows, Source, Tone
from tui.screens.listing import ListScreen
from tui.screens.scope_condition import ScopeConditionScreen
from tui.screens.scope_editing import Editing, capital
from tui.screens.tried import TriedScreen

_MOST_WARNINGS = 4
_OUTSIDE = "Whoever is outside is skipped; an account they have stays as it is until their employment ends."


class ScopeScreen(ListScreen):
    """The conditions by kind; nothing of what is edited counts until it is saved."""

    PLACE = "Scope"
    ABOUT = (
        "Whom the portal takes from UKG Pro: everyone, until conditions say otherwise. Someone is inside when every "
        "condition of 'take only' holds and none of 'leave out' does; people who are listed come first. Whoever is "
        "outside is skipped; an account they have stays as it is until their employment ends. Enter opens a condition; "
        "t tells beforehand what the next sync would do, Ctrl+S saves."
    )
    COLUMNS = (
        Column("Condition by", 25),
        Column("Take only", 16, share=1),
        Column("Leave out", 16, share=1),
        Column("", 9),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", show=False),
        Binding("e", "edit", "Change", show=False),
        Binding("t", "try", "Try"),
        Binding("ctrl+s", "save", "Save", key_display="^s"),
        Binding("u", "put_back", "As it was"),
        Binding("x", "everyone", "Take everyone"),
    ]
    DEFAULT_CSS = """
    ScopeScreen #words { height: auto; max-height: 40%; padding: 1 1 0 1; }
    """

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._editing = Editing()
        self._contested: list[ScopeKind] = []
        self._usable: tuple[bool | None, ...] = ()

    @property
    def unsaved(self) -> bool:
        """Whether leaving would lose something."""
        return bool(self._editing.edited)

    def body(self) -> Iterable[Widget]:
        """Whom it takes in words, and the conditions."""
        yield Static(id="words", markup=False)
        yield from super().body()

    async def load(self) -> None:
        """Read what is stored; what was edited stays."""
        shown = await show_scope(self.slug)
        contested = self._editing.read(shown)
        self._contested = [kind for kind in {*self._contested, *contested} if kind in self._editing.edited]
        if self.unsaved:
            include, exclude = self._editing.changes
            shown = await preview_scope(self.slug, include=include, exclude=exclude)
        self.query_one("#words", Static).update(_words(shown, self._contested))
        await super().load()
        usable = tuple(self.check_action(action, ()) for action in ("save", "everyone"))
        if usable != self._usable:
            self._usable = usable
            self.refresh_bindings()

    async def source(self, text: str) -> Source:
        """The conditions."""
        return Rows([self._row(kind) for kind in ScopeKind], text)

    def _row(self, kind: ScopeKind) -> Row:
        said = self._editing.said[kind]
        taken = ", ".join(said.take)
        if kind is ScopeKind.PERSON and taken:
            taken = f"always: {taken}"
        edited = Cell("not saved", Tone.WARNING) if kind in self._editing.edited else ""
        return Row(kind.value, (capital(kind), taken, ", ".join(said.leave), edited), kind)

    def count_words(self, count: int) -> str:
        """What is not saved."""
        edited = ", ".join(capital(kind).lower() for kind in self._editing.edited)
        return f"Not saved yet: {edited}." if edited else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for what can be done now."""
        if action in ("try", "save", "put_back"):
            return self.unsaved
        if action == "everyone":
            return any(said.take or said.leave for said in self._editing.said.values())
        return True

    def open(self, row: Row) -> None:
        """Change the condition."""
        self.app.push_screen(ScopeConditionScreen(self.slug, ScopeKind(row.key), self._editing))

    def action_edit(self) -> None:
        """Change the condition."""
        self.list.action_open()

    def action_put_back(self) -> None:
        """Forget what was edited."""
        self._editing.put_back()
        self.reload()

    def action_everyone(self) -> None:
        """Drop all conditions, once it is saved."""
        self._editing.take_everyone()
        self.reload()

    def action_try(self) -> None:
        """Tell what the next sync would do."""
        include, exclude = self._editing.changes
        self.app.push_screen(
            TriedScreen(self.slug, lambda: try_scope(self.slug, self.database_url, include=include, exclude=exclude))
        )

    def action_save(self) -> None:
        """Save what was edited, if that is meant."""

        async def save() -> None:
            include, exclude = self._editing.changes
            shown = await preview_scope(self.slug, include=include, exclude=exclude)
            lines = [f"{self.slug} takes: {' '.join(shown.words)}", _inside(shown), _OUTSIDE]
            lines.append("The next sync goes by it. t tells beforehand what it would do.")
            if await self.ask(Confirm(f"Save the scope of {self.slug}?", [line for line in lines if line], "Save")):
                self._editing.read(await set_scope(self.slug, include=include, exclude=exclude))
                self.say(f"Saved: the scope of {self.slug}. The next sync goes by it.")

        self.do(save)

    def action_back(self) -> None:
        """To where one came from; asked first if something would be lost."""
        if self.busy or not self.unsaved:
            super().action_back()
            return

        async def ask() -> None:
            lines = [f"{self.count_words(0)} What was edited here will be gone."]
            if await self.ask(Confirm("Throw away what was edited?", lines, "Throw it away")):
                self._editing.put_back()
                self.leave()

        self.do(ask)


def _words(shown: ShownScope, contested: list[ScopeKind]) -> str:
    lines = [f"{shown.portal} takes: {' '.join(shown.words)}", _inside(shown)]
    lines += [
        f"! The {capital(kind).lower()} was changed elsewhere meanwhile. Saving puts yours in its place."
        for kind in contested
    ]
    lines += [f"! {sentence}" for sentence in shown.warnings[:_MOST_WARNINGS]]
    if len(shown.warnings) > _MOST_WARNINGS:
        lines.append(f"! and {len(shown.warnings) - _MOST_WARNINGS:,} values more that nobody has")
    return "\n".join(line for line in lines if line)


def _inside(shown: ShownScope) -> str:
    last = shown.last_read
    if last is None or last.inside is None:
        return ""
    when = f"{last.read_at:%Y-%m-%d %H:%M} UTC"
    return f"Inside at the last read ({when}): {last.inside:,} of {last.employed:,} who are employed."
