"""The guard: how many changes of a kind pass before an admin has to look."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from core.domain.guard import Kind, Limit, Span
from core.services.guard import GuardSettings, change_guard, default_guard, guard_settings, parse_limit
from tui.dialogs.confirming import Confirm
from tui.fields import OFF, ON, Field, Heading, Switch
from tui.screens.form import Form, FormScreen, Values

_NO_LIMIT = "off"
_SECOND = "second"
_SPANS = {
    Span.RUN: "In one run",
    Span.WEEK: "In seven days",
    Span.COMPANY: "In one company, in a run",
    Span.DEPARTMENT: "In one department, in a run",
}
_KINDS = {
    Kind.ENDED: "Lose access",
    Kind.CREATED: "Get an account (back)",
    Kind.UPDATED: "Are updated",
    Kind.EMAIL_CHANGED: "Get another e-mail",
    Kind.BLANKED: "Have a value blanked",
}


class GuardScreen(FormScreen):
    """The limits over each span, and who may approve what exceeds them."""

    PLACE = "Guard"
    ABOUT = (
        "The guard keeps a mistake in UKG Pro from reaching everybody. A sync counts the changes of each kind before "
        "it writes; those of a kind that exceeds its limit are held until an admin approves the plan, and the rest "
        "goes through. A limit is written 2% (of the people who are linked to an employee), 5 (people), 2% or 5 "
        "(whichever is more), or off."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "default", "Default limits", key_display="^t")]

    async def read(self) -> Form:
        """All limits."""
        settings = await guard_settings(self.slug)
        fields: list[Field] = []
        values = {_SECOND: ON if settings.second_approver else OFF}
        for span, words in _SPANS.items():
            fields.append(Heading(name=span.value, label=words))
            limits = settings.limits.get(span.value, {})
            for kind, label in _KINDS.items():
                about = f"{words}: people who {label.lower()}. Write 2%, 5, 2% or 5 (whichever is more), or off."
                fields.append(
                    Field(name=_name(span, kind), label=label, hint=_NO_LIMIT, check=_check_limit, about=about)
                )
                values[_name(span, kind)] = limits.get(kind.value, _NO_LIMIT)
        fields += [
            Heading(name="approving", label="Approving"),
            Switch(
                name=_SECOND,
                label="Who may approve",
                on="another admin than who asked",
                off="any admin",
                about=_approvers(settings),
            ),
        ]
        return Form(
            fields=fields,
            values=values,
            above=["What exceeds a limit is held until an admin approves it; the rest goes through."],
        )

    async def save(self, values: Values) -> str:
        """The limits that are others, span by span."""
        second = values.new_on(_SECOND)
        for span in Span:
            changes = {
                kind: _limit(values.text(_name(span, kind))) for kind in Kind if _name(span, kind) in values.changed
            }
            if changes or second is not None:
                await change_guard(self.slug, changes, span, second_approver=second)
                second = None
        return f"Saved: the guard of {self.slug}."

    def action_default(self) -> None:
        """Back to what a new portal has."""

        async def work() -> None:
            lines = ["The limits of a new portal take the place of all of these. Who may approve stays as it is."]
            if await self.ask(Confirm("Back to the default limits?", lines, "Take the default")):
                self.action_give_up()
                await default_guard(self.slug)
                self.say("The limits are those of a new portal.")

        self.do(work)


def _name(span: Span, kind: Kind) -> str:
    return f"{span.value} {kind.value}"


def _check_limit(text: str) -> None:
    _limit(text)


def _limit(text: str) -> Limit | None:
    return parse_limit(text.strip() or _NO_LIMIT)


def _approvers(settings: GuardSettings) -> str:
    few = {
        0: f"{settings.portal} has no admin yet, so for now whoever asked may approve.",
        1: f"{settings.portal} has one admin only, who may approve what they asked for in any case.",
    }
    return few.get(settings.admins, "Whether an admin may approve a plan that they asked for themselves.")
