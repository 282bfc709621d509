"""A screen that is a form: fields that are typed in and saved together, with nothing lost on the way."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantBlur, DescendantFocus
from textual.widget import Widget
from textual.widgets import Button, Input, Static, TextArea

from tui.dialogs.confirming import Confirm
from tui.faults import sentence_of
from tui.fields import Heading, Secret, Wrong
from tui.forms.choice_box import ChoiceBox
from tui.forms.field_row import FieldRow
from tui.forms.values import Form, Values
from tui.screens.base import PortalScreen

__all__ = ["Form", "FormScreen", "Values"]


class FormScreen(PortalScreen):
    """A subclass gives its form in `read` and saves in `save`; `SAVE` is the verb on the button.

    What was typed is kept until it is saved or given up: the form is read again whenever something changed in the
    database, but a field that was typed in stays as it is, with a word beside it when the stored value changed
    meanwhile. What will not do is told beside its field (`Wrong` from `save`, or the field's own `check`), any other
    refusal above the button. Leaving with something unsaved asks first.
    """

    SAVE: ClassVar[str] = "Save"
    SAVING: ClassVar[str] = "Saving …"
    SAVES_UNCHANGED: ClassVar[bool] = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", key_display="^s", priority=True),
        Binding("ctrl+r", "give_up", "Undo typing", key_display="^r"),
        Binding("f1", "app.help", "Help", key_display="F1"),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Field before", show=False),
    ]

    DEFAULT_CSS = """
    FormScreen .form-above { height: auto; padding: 0 1; margin-bottom: 1; }
    FormScreen .form-above Static.further { margin-top: 1; }
    FormScreen .form-above Static { max-width: 110; }
    FormScreen .form-fields { height: 1fr; padding-top: 1; overflow-y: auto; }
    FormScreen .form-about { height: auto; max-height: 3; padding: 0 2; color: $text-muted; max-width: 110; }
    FormScreen .form-refused { height: auto; max-height: 4; padding: 0 2; display: none; }
    FormScreen .form-refused.told { display: block; }
    FormScreen .form-end { height: 1; margin: 1 0; padding: 0 2; }
    FormScreen .form-end Button { margin-right: 2; min-width: 10; }
    FormScreen .form-end .form-state { width: 1fr; }
    """

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._form: Form | None = None  # as it is drawn
        self._base: dict[str, str] = {}
        self._rows: list[FieldRow] = []
        self._saving = False
        self._said = ""

    async def read(self) -> Form:
        """The form, and the values that hold now."""
        raise NotImplementedError

    async def save(self, values: Values) -> str | None:
        """Save, from within `do`; gives the sentence that tells it, or None if it was left after all."""
        raise NotImplementedError

    def after_save(self) -> None:
        """What follows a save."""

    def typed(self, values: Values) -> None:
        """Something was typed: for what is shown along with it."""

    # What is on the screen

    def body(self) -> Iterable[Widget]:
        """The sentences, the fields, the button."""
        with Vertical(classes="form-fields"):  # not a scroll of Textual's own, which would take the arrow keys
            yield Static("Loading …", classes="form-above muted", markup=False)
        yield Static(classes="form-about", markup=False)
        yield Static(classes="form-refused bad", markup=False)
        with Horizontal(classes="form-end"):
            yield Button(self.SAVE, variant="primary", compact=True, id="save", disabled=True)
            yield Static(classes="form-state muted", markup=False)

    async def load(self) -> None:
        """Read the form; what was typed stays."""
        form = await self.read()
        if self._form is None or (_shape(self._form) != _shape(form) and not self.unsaved):
            await self._draw(form)
            self._form = form
            return
        for row in self._rows:
            stored = form.values.get(row.field.name, "")
            was, self._base[row.field.name] = self._base.get(row.field.name, ""), stored
            if row.value == was:
                row.value = stored
            elif stored not in (was, row.value):
                row.say(f"Changed elsewhere meanwhile, to: {stored or 'nothing'}. Saving puts yours in its place.")
        self._tell_above(form)
        self._refresh_state()

    async def _draw(self, form: Form) -> None:
        fields = self.query_one(".form-fields")
        async with self.batch():
            await fields.remove_children()
            rows = [FieldRow(field) for field in form.fields]
            await fields.mount(Vertical(classes="form-above"), *rows)
        self._rows = [row for row in rows if not isinstance(row.field, Heading)]
        self._base = {row.field.name: form.values.get(row.field.name, "") for row in self._rows}
        for row in self._rows:
            row.value = self._base[row.field.name]
        self._tell_above(form)
        self.query_one("#save").display = bool(self._rows)
        if self._rows:
            self._rows[0].take_keys()
        self._refresh_state()

    def _tell_above(self, form: Form) -> None:
        above = self.query_one(".form-above")
        told = [str(each.content) for each in above.query(Static)]
        if told != list(form.above):
            above.remove_children()
            above.mount_all(
                Static(sentence, classes="further" if place else None, markup=False)
                for place, sentence in enumerate(form.above)
            )
        above.display = bool(form.above)

    def row(self, name: str) -> FieldRow:
        """The line of a field."""
        return next(row for row in self._rows if row.field.name == name)

    # What is typed

    @property
    def values(self) -> Values:
        """What is typed in so far."""
        typed = {
            row.field.name: row.value if isinstance(row.field, Secret) else row.value.strip() for row in self._rows
        }
        changed = frozenset(name for name, value in typed.items() if value != self._base.get(name, "").strip())
        return Values(typed, changed)

    @property
    def unsaved(self) -> bool:
        """Whether leaving would lose something."""
        return bool(self.is_mounted and self.values.changed)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something was typed."""
        self._typed_in(event.input)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Something was typed."""
        self._typed_in(event.text_area)

    def on_choice_box_changed(self, event: ChoiceBox.Changed) -> None:
        """Something was chosen."""
        self._typed_in(event.box)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the next field."""
        event.stop()
        self.focus_next()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Tell what the field is about."""
        row = _row_of(event.widget)
        self.query_one(".form-about", Static).update(row.field.about if row else "")

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """A field that was typed in and left tells what is wrong with it."""
        row = _row_of(event.widget)
        if row is not None and row.value != self._base.get(row.field.name, ""):
            row.say(row.field.wrong(row.value))

    def _typed_in(self, control: Widget) -> None:
        row = _row_of(control)
        if row is not None and row.value != self._base.get(row.field.name, ""):
            row.say(None)
            self._refuse(None)
        self._refresh_state()
        self.typed(self.values)

    def _refresh_state(self) -> None:
        number = len(self.values.changed)
        self.query_one("#save", Button).disabled = self._saving or not (number or self.SAVES_UNCHANGED)
        words = f"{number} {'field' if number == 1 else 'fields'} changed, not saved yet" if number else self._said
        self.query_one(".form-state", Static).update(self.SAVING if self._saving else words)
        self.refresh_bindings()

    def _refuse(self, sentence: str | None) -> None:
        refused = self.query_one(".form-refused", Static)
        refused.update(f"✗ {sentence}" if sentence else "")
        refused.set_class(bool(sentence), "told")

    # What is done with it

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Giving up only what was typed."""
        if action == "give_up":
            return self.unsaved
        return action != "save" or bool(self._rows)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """The button."""
        if event.button.id == "save":
            event.stop()
            self.action_save()

    def action_save(self) -> None:
        """Save what was typed."""
        values, ready = self.values, True
        for row in reversed(self._rows):
            wrong = row.field.wrong(values.typed[row.field.name])
            row.say(wrong)
            if wrong:
                row.take_keys()
                ready = False
        if not ready:
            return
        if not values.changed and not self.SAVES_UNCHANGED:
            self.say("Nothing is different, so nothing was saved.")
            return

        if not self._saving:
            self._saving = True
            self._refuse(None)
            self._refresh_state()
            self.do(lambda: self._save(values))

    async def _save(self, values: Values) -> None:
        try:
            said = await self.save(values)
        except Wrong as error:
            self.row(error.name).say(str(error))
            self.row(error.name).take_keys()
        except Exception as error:
            self._refuse(sentence_of(error))
        else:
            if said is not None:
                self._said = f"✓ {said}"
                self._saved(values)
                self.say(said)
                self.after_save()
        finally:
            self._saving = False
            self._refresh_state()

    def _saved(self, values: Values) -> None:
        for row in self._rows:
            typed = values.typed[row.field.name]
            if isinstance(row.field, Secret):
                row.value = typed = ""
            self._base[row.field.name] = typed
        self._refresh_state()

    def action_give_up(self) -> None:
        """Put back what is stored."""
        for row in self._rows:
            row.value = self._base.get(row.field.name, "")
            row.say(None)
        self._refuse(None)
        self._refresh_state()

    def action_back(self) -> None:
        """To where one came from; asked first if something would be lost."""
        if self.busy or not self.unsaved:
            super().action_back()
            return

        async def ask() -> None:
            lines = [f"{self.place} is not saved. What was typed here will be gone."]
            question = Confirm("Throw away what was typed?", lines, "Throw it away", otherwise="Go on typing")
            if await self.ask(question):
                self.action_give_up()
                self.leave()

        self.do(ask)


def _row_of(widget: Widget) -> FieldRow | None:
    return next((each for each in widget.ancestors if isinstance(each, FieldRow)), None)


def _shape(form: Form) -> list[tuple[object, ...]]:
    return [field.shape for field in form.fields]
