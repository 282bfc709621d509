"""The line that a field of a form is asked on."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static, TextArea

from tui.dialogs.choosing import Choice
from tui.fields import OFF, ON, Field, Heading, Multiline, Number, OneOf, Secret, Switch
from tui.forms.choice_box import ChoiceBox

Control = Input | TextArea | ChoiceBox


class FieldRow(Vertical):
    """A field with its label, and below it what is wrong with it or happened to it meanwhile."""

    DEFAULT_CSS = """
    FieldRow { height: auto; }
    FieldRow > Horizontal { height: auto; }
    FieldRow .field-label { width: 30; padding: 0 1 0 2; }
    .-narrow FieldRow .field-label { width: 26; }
    FieldRow:focus-within .field-label { text-style: bold; }
    FieldRow.-heading { margin-top: 1; }
    FieldRow .heading { width: 1fr; padding: 0 1; text-style: bold; }
    FieldRow Input, FieldRow TextArea { width: 1fr; max-width: 90; background: $surface; }
    FieldRow Input:focus { background: $panel; }
    FieldRow ChoiceBox { max-width: 90; }
    FieldRow .field-told { display: none; padding: 0 1 0 2; }
    FieldRow .field-told.told { display: block; }
    """

    def __init__(self, field: Field) -> None:
        super().__init__(classes="-heading" if isinstance(field, Heading) else None)
        self.field = field
        self._typed = self._control()

    def compose(self) -> ComposeResult:
        """The label and what is typed in."""
        if isinstance(self.field, Heading):
            yield Static(self.field.label, classes="heading", markup=False)
            return
        with Horizontal():
            yield Static(self.field.label, classes="field-label", markup=False)
            yield self._typed
        yield Static(classes="field-told bad", markup=False)

    def _control(self) -> Control:
        field = self.field
        match field:
            case OneOf():
                return ChoiceBox(field.label, field.choices)
            case Switch():
                return ChoiceBox(field.label, [Choice(ON, field.on), Choice(OFF, field.off)])
            case Multiline():
                area = TextArea(compact=True, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False)
                area.styles.height = field.lines
                return area
            case Number():
                return Input(placeholder=field.hint, compact=True, restrict=r"[0-9]*")
            case _:
                return Input(placeholder=field.hint, compact=True, password=isinstance(field, Secret))

    @property
    def value(self) -> str:
        """What is in it."""
        control = self._typed
        return control.text if isinstance(control, TextArea) else control.value

    @value.setter
    def value(self, value: str) -> None:
        control = self._typed
        if isinstance(control, TextArea):
            control.text = value
            control.move_cursor(control.document.end)  # for who adds a line
        else:
            control.value = value

    def say(self, sentence: str | None) -> None:
        """Say what is wrong with it, or no more."""
        told = self.query_one(".field-told", Static)
        told.update(f"✗ {sentence}" if sentence else "")
        told.set_class(bool(sentence), "told")

    def take_keys(self) -> None:
        """Begin typing here."""
        self._typed.focus()
