"""Changing somebody's name, e-mail or custom user data by hand."""

from collections.abc import Callable

from core.domain.custom_fields import CustomField
from core.domain.errors import SettingsError
from core.services.accounts import Edits, edit_learner
from core.services.fields import list_fields
from core.services.kinds import Own
from core.services.people import find_learner
from core.services.portals import kept_by_learnupon
from tui.screens.form import Form, FormScreen, Values
from tui.screens.person_fields import custom_data, custom_shown, custom_typed, names_and_email

_FROM_UKG = "UKG Pro provides this person: what is changed of name, e-mail and mapped values, the next sync puts right."


class EditPersonScreen(FormScreen):
    """The account with this e-mail; `renamed` is told of another e-mail."""

    PLACE = "Person › Edit"
    ABOUT = (
        "Changes what the portal holds about somebody; no mail is sent. What UKG Pro provides, the next sync puts "
        "right. Ctrl+S saves."
    )

    def __init__(self, slug: str, email: str, renamed: Callable[[str], None]) -> None:
        super().__init__(slug)
        self._email, self._renamed = email, renamed
        self._custom: list[CustomField] = []

    async def read(self) -> Form:
        """What the portal holds now."""
        there = await kept_by_learnupon(self.slug, Own.PEOPLE)
        if there is not None:
            return Form(above=[there])
        self._custom = await list_fields(self.slug)
        learner = await find_learner(self.slug, self._email)
        if learner is None:
            raise SettingsError(f"{self.slug} has nobody with the e-mail {self._email} any more; nothing was changed.")
        values = {"email": learner.email, "first_name": learner.first_name, "last_name": learner.last_name}
        return Form(
            fields=[*names_and_email(), *custom_data(self._custom)],
            values=values | custom_shown(learner.custom),
            above=[_FROM_UKG] if learner.source == "ukg" else [],
        )

    async def save(self, values: Values) -> str:
        """Change what is another."""
        edits = Edits(
            values.new_text("email"),
            values.new_text("first_name"),
            values.new_text("last_name"),
            custom_typed(values, self._custom),
        )
        row = await edit_learner(self.slug, self._email, edits)
        self._email = row.email
        self._renamed(row.email)
        return f"{row.email} is changed."

    def after_save(self) -> None:
        """Back to the person."""
        self.app.pop_screen()
