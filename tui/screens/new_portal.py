"""A new portal."""

from core.services.portals import create_portal, list_portals
from tui.dialogs.choosing import Choice
from tui.fields import OFF, ON, Field, OneOf, Switch
from tui.leading import leading
from tui.screens.form import Form, FormScreen, Values
from tui.zones import zone_choices

_TOP = ""


class NewPortalScreen(FormScreen):
    """What a portal is created with; afterwards it is the one in view."""

    PLACE = "New portal"
    ABOUT = (
        "A portal is one learning portal with its people. 'embedded' keeps accounts, groups and courses here, in this "
        "database, with pages of its own for the learners; 'learnupon' writes to a portal at LearnUpon, with its API "
        "keys. The kind stays as it is chosen; everything else can be changed later."
    )
    SAVE = "Create"

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._created = ""

    async def read(self) -> Form:
        """What is asked."""
        tops = [each for each in await list_portals() if each.parent is None and each.kind == "embedded"]
        below = [Choice(_TOP, "no: a top-level portal"), *(Choice(each.slug, f"below {each.slug}") for each in tops)]
        fields: list[Field] = [
            Field(
                name="slug",
                label="Short name",
                hint="acme",
                required=True,
                about="In commands and addresses: lower-case letters, digits and hyphens. It cannot be changed later.",
            ),
            Field(name="name", label="Name for people", hint="Acme Academy", about="Empty: the short name."),
            OneOf(
                name="kind",
                label="Kind",
                choices=[
                    Choice("embedded", "embedded", "accounts here, in this database"),
                    Choice("learnupon", "learnupon", "writes to a portal at LearnUpon"),
                ],
                about="Where the accounts of its people are. It cannot be changed later.",
            ),
            OneOf(
                name="timezone",
                label="Time zone",
                choices=zone_choices(),
                about="Whose calendar dates count, for hire dates and last days. Enter, then type a city.",
            ),
            Switch(
                name="sso",
                label="People sign in",
                on="elsewhere (SSO)",
                off="with a password",
                about="Elsewhere: no password step, and no mail to set one.",
            ),
        ]
        if tops:
            about = "A sub-portal has people of its own, and licences; admins of the portal above may work in it too."
            fields.append(OneOf(name="parent", label="Below another", choices=below, about=about))
        return Form(fields=fields, values={"kind": "embedded", "timezone": "UTC", "sso": OFF, "parent": _TOP})

    async def save(self, values: Values) -> str:
        """Create it."""
        slug = values.text("slug")
        await create_portal(
            slug,
            name=values.text("name") or None,
            kind=values.text("kind"),
            timezone=values.text("timezone"),
            sso=values.typed["sso"] == ON,
            parent=values.typed.get("parent") or None,
        )
        self._created = slug
        return f"Portal {slug} is there."

    def after_save(self) -> None:
        """It is the one in view now; the first steps go on with it."""
        leading(self).open_portal(self._created, first_steps=True)
