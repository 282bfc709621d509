"""Portal settings: name, zone, limits; and the way to a new portal."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from core.services.portal_settings import PortalSettings, portal_settings
from core.services.portals import change_portal
from tui.fields import OFF, ON, Field, Heading, Number, OneOf, Switch
from tui.screens.form import Form, FormScreen, Values
from tui.zones import zone_choices

_TEXTS = ("name", "timezone")
_NUMBERS = ("manual_sync_minutes", "licence_limit", "field_limit", "page_size", "requests_per_minute")
_SWITCHES = ("sso", "end_vanished", "integration_enabled", "allow_existing")


class PortalSettingsScreen(FormScreen):
    """Everything that `ukg portal set` changes."""

    PLACE = "Portal settings"
    ABOUT = (
        "What belongs to the portal as a whole. Nothing here changes anybody at once: it counts from the next run. "
        "Ctrl+N creates another portal. When the portal is synced, who is invited how, and which attributes are read "
        "have screens of their own."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "new", "New portal", key_display="^n"),
        Binding("n", "new", "New portal", show=False),
    ]

    async def read(self) -> Form:
        """The settings as they are."""
        settings = await portal_settings(self.slug)
        values = {name: str(getattr(settings, name)) for name in (*_TEXTS, *_NUMBERS)}
        values |= {name: ON if getattr(settings, name) else OFF for name in _SWITCHES}
        kind = "a sub-portal" if settings.sub_portal else "a top-level portal"
        above = f"{self.slug} is {kind} of kind {settings.kind}."
        return Form(fields=_fields(settings), values=values, above=[above])

    async def save(self, values: Values) -> str:
        """Those that are others."""
        changes: dict[str, object] = {name: values.new_text(name) for name in _TEXTS if name in values.changed}
        changes |= {name: values.number(name) for name in _NUMBERS if name in values.changed}
        changes |= {name: values.on(name) for name in _SWITCHES if name in values.changed}
        await change_portal(self.slug, **changes)
        return f"Saved: the settings of {self.slug}."

    def action_new(self) -> None:
        """Create another portal."""
        from tui.screens.new_portal import NewPortalScreen

        self.app.push_screen(NewPortalScreen(self.slug))


def _fields(settings: PortalSettings) -> list[Field]:
    zones = zone_choices(settings.timezone)
    fields: list[Field] = [
        Field(name="name", label="Name", required=True, about="Its name for people; it stands in mails and pages."),
        OneOf(name="timezone", label="Time zone", choices=zones, about="Whose calendar dates and times count. Enter."),
        Switch(
            name="sso",
            label="People sign in",
            on="elsewhere (SSO)",
            off="with a password",
            about="Elsewhere: no password step, and no mail to set one.",
        ),
        Heading(name="syncs", label="Syncs"),
        Switch(
            name="integration_enabled",
            label="The integration is",
            on="on",
            off="switched off",
            about="Switched off, nothing is synced, by nobody. For the operator of the machine to say.",
        ),
        Switch(
            name="end_vanished",
            label="Gone from UKG Pro",
            on="end their access",
            off="only report them",
            about="People whom UKG Pro lists no more, without a termination: their access ends at the third complete "
            "run without them, or they are only reported.",
        ),
        Number(
            name="manual_sync_minutes",
            label="Minutes between syncs",
            most=10_080,
            about="The least time between two syncs that people start; 0: no limit.",
        ),
        Heading(name="asking", label="Asking UKG Pro"),
        Number(name="page_size", label="Rows asked at once", least=1, most=10_000, required=True),
        Number(name="requests_per_minute", label="Requests a minute", least=1, most=100_000, required=True),
    ]
    if settings.kind != "embedded":
        return fields
    fields += [
        Heading(name="limits", label="Limits"),
        Switch(
            name="allow_existing",
            label="Known in other portals",
            on="create their account",
            off="invite them",
            about="People with an account in another portal under the same top-level portal.",
        ),
        Number(name="field_limit", label="Custom user data fields", most=200, about="How many there may be."),
    ]
    if settings.sub_portal:
        about = "How many accounts it may have, those invited not counted until they accept; 0: any."
        fields.append(Number(name="licence_limit", label="Licences", most=10_000_000, about=about))
    return fields
