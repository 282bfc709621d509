"""Invite settings: when and how new people get their account."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from core.domain.invite_settings import InviteHow, InviteWhen
from core.services.kinds import LEARNUPON
from core.services.portals import list_portals, set_invites
from core.services.trying import try_invites
from tui.dialogs.choosing import Choice
from tui.dialogs.confirming import Confirm
from tui.fields import OneOf
from tui.screens.form import Form, FormScreen, Values
from tui.screens.tried import TriedScreen

_WHENS = {
    InviteWhen.ADDED: "As soon as they are in UKG Pro",
    InviteWhen.HIRE_DATE: "On their hire date",
}
_HOWS = {
    InviteHow.INVITE: "They are invited, and have an account once they accept",
    InviteHow.WELCOME: "They have an account at once, and a mail to set a password",
    InviteHow.ACTIVE: "They have an account at once, and no mail",
}
_BY_LEARNUPON = "They have an account at once; what mail they get is LearnUpon's to say"


class InvitesScreen(FormScreen):
    """Both settings, and what they would do before they are saved."""

    PLACE = "Invite settings"
    ABOUT = (
        "When somebody new is in UKG Pro, they get an account in the portal: at once or on their hire date, active or "
        "once they accept an invitation. Nobody who has an account is affected. Ctrl+T tells what the next sync would "
        "do with what is chosen here; Ctrl+S saves it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "try", "What would change?", key_display="^t", priority=True)
    ]
    DEFAULT_CSS = """
    InvitesScreen FieldRow .field-label, InvitesScreen.-narrow FieldRow .field-label { width: 8; }
    """

    async def read(self) -> Form:
        """The settings as they are."""
        overview = next(each for each in await list_portals() if each.slug == self.slug)
        hows = _HOWS | ({InviteHow.WELCOME: _BY_LEARNUPON} if overview.kind == LEARNUPON else {})
        fields = [
            OneOf(
                name="when",
                label="When",
                choices=[Choice(each.value, words) for each, words in _WHENS.items()],
                about="Somebody whose hire date is not reached yet is listed under Upcoming.",
            ),
            OneOf(name="how", label="How", choices=[Choice(each.value, words) for each, words in hows.items()]),
        ]
        above = ["How new people get their account. Nobody who has one is affected."]
        if overview.sso:
            above.append("The portal uses single sign-on: everyone is active at once, and no mail is sent.")
        return Form(fields=fields, values=overview.invites, above=above)

    def action_try(self) -> None:
        """Tell what the next sync would do with what is chosen."""
        when, how = InviteWhen(self.values.text("when")), InviteHow(self.values.text("how"))
        self.app.push_screen(
            TriedScreen(self.slug, lambda: try_invites(self.slug, self.database_url, when=when, how=how))
        )

    async def save(self, values: Values) -> str | None:
        """Save what was chosen, if that is meant."""
        when, how = InviteWhen(values.text("when")), InviteHow(values.text("how"))
        lines = [
            f"New people get their account: {_lower(_WHENS[when])}. {_HOWS[how]}.",
            "The next sync goes by it. Ctrl+T tells beforehand for whom.",
        ]
        if not await self.ask(Confirm(f"Save the invite settings of {self.slug}?", lines, "Save")):
            return None
        await set_invites(self.slug, when=when, how=how)
        return f"Saved: the invite settings of {self.slug}. The next sync goes by them."


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]
