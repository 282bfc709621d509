"""Adding somebody by hand who is not in UKG Pro."""

from core.domain.custom_fields import CustomField
from core.domain.invite_settings import InviteHow
from core.domain.learner import UserType
from core.services.accounts import NewLearner, add_learner
from core.services.fields import list_fields
from core.services.kinds import Own
from core.services.portals import kept_by_learnupon
from tui.dialogs.choosing import Choice
from tui.fields import Field, OneOf
from tui.screens.days import check_day, day_of
from tui.screens.form import Form, FormScreen, Values
from tui.screens.person_fields import custom_data, custom_typed, names_and_email

_HOW = (
    Choice(InviteHow.INVITE, "Invite", "pending until they accept, by a mail with a link"),
    Choice(InviteHow.WELCOME, "Welcome", "active at once, with a mail to choose a password"),
    Choice(InviteHow.ACTIVE, "Active", "active at once, without a mail"),
)
TYPES = (
    Choice(UserType.LEARNER, "Learner"),
    Choice(UserType.INSTRUCTOR, "Instructor"),
    Choice(UserType.MANAGER, "Manager"),
    Choice(UserType.ADMIN, "Admin", "may do everything in the learning portal"),
)


class AddPersonScreen(FormScreen):
    """Who it is, how they are told, until when."""

    PLACE = "People › New"
    SAVE = "Add"
    ABOUT = (
        "Adds somebody who is not in UKG Pro, such as a contractor. A sync leaves them alone until an employee has the "
        "same e-mail. Ctrl+S adds them."
    )

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._custom: list[CustomField] = []

    async def read(self) -> Form:
        """An empty form; a sentence alone where LearnUpon keeps its people."""
        there = await kept_by_learnupon(self.slug, Own.PEOPLE)
        if there is not None:
            return Form(above=[there])
        self._custom = await list_fields(self.slug)
        fields = [
            *names_and_email(),
            OneOf(name="how", label="How", choices=_HOW, about="How they get their account."),
            OneOf(name="type", label="User type", choices=TYPES),
            Field(name="expires", label="Last day of access", hint="YYYY-MM-DD, empty: no end", check=check_day),
            *custom_data(self._custom),
        ]
        return Form(fields=fields, values={"how": InviteHow.INVITE, "type": UserType.LEARNER})

    async def save(self, values: Values) -> str:
        """Add them."""
        new = NewLearner(
            values.text("email"),
            values.text("first_name"),
            values.text("last_name"),
            UserType(values.text("type")),
            day_of(values.text("expires")),
            custom_typed(values, self._custom),
        )
        row = await add_learner(self.slug, new, InviteHow(values.text("how")))
        return f"{row.email} is in {self.slug}: {row.status}."

    def after_save(self) -> None:
        """Back to the people."""
        self.app.pop_screen()
