"""Portal settings: its name, time zone and limits. What is the operator's of the machine to change is said."""

from collections.abc import Mapping, Sequence
from zoneinfo import available_timezones

from bot.blocks import Option, first_hundred, notice, one_of, option, searched, written
from bot.content import Block, context, escaped, section
from bot.interactions import About, Act, Form, Interactions, Menu, Modal, Values
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.portal_settings import PortalSettings, portal_settings
from core.services.portals import change_portal

TITLE = "Portal settings"
_FORM, _ZONE = "portal", "portal_timezone"
_YES, _NO = "yes", "no"
# What is switched: the words for on and for off.
_SWITCHES = {
    "sso": ("People sign in", "Elsewhere (SSO), without a password here", "With a password"),
    "end_vanished": ("Who is gone from UKG Pro", "Loses access at the third complete run", "Is only reported"),
    "allow_existing": ("Who is known in other portals", "Gets an account at once", "Is invited"),
}
_NUMBERS = {
    "manual_sync_minutes": "Minutes between syncs by hand (0: no limit)",
    "page_size": "Rows asked of UKG Pro at once",
    "requests_per_minute": "Requests to UKG Pro a minute",
    "field_limit": "Custom user data fields there may be",
    "licence_limit": "Licences (0: any number)",
}
_EMBEDDED_ONLY = ("allow_existing", "field_limit", "licence_limit")


async def first_page(slug: str, role: Role) -> Modal:
    """The settings as they are."""
    return _page(slug, await portal_settings(slug), role)


def _page(slug: str, settings: PortalSettings, role: Role, top: Sequence[Block] = (), *, said: str = "") -> Modal:
    kind = "a sub-portal" if settings.sub_portal else "a top-level portal"
    on = "on" if settings.integration_enabled else "switched off, so nothing is synced"
    intro = section(f"*{slug}* is {kind} of kind {settings.kind}; its integration is {on}.")
    operators = context(
        "Creating portals and switching the integration are for the operator of the machine: `ukg portal`"
    )
    if not role.allows(Role.ADMIN):
        return Modal(TITLE, [intro, section(_all_settings(settings)), operators], About(slug))
    blocks: list[Block] = [
        *top,
        intro,
        written("portal_name", "Name", settings.name, hint="It stands in mails and pages."),
        searched(_ZONE, "Time zone", option(settings.timezone, settings.timezone)),
    ]
    for name in _of(settings, _SWITCHES):
        words, when_on, when_off = _SWITCHES[name]
        options = [option(when_on, _YES), option(when_off, _NO)]
        blocks.append(one_of(f"portal_{name}", words, options, _YES if getattr(settings, name) else _NO))
    for name in _of(settings, _NUMBERS):
        blocks.append(written(f"portal_{name}", _NUMBERS[name], str(getattr(settings, name)), longest=10))
    return Modal(TITLE, [*blocks, operators], About(slug), form=_FORM, submit="Save", said=said)


def _of(settings: PortalSettings, names: Mapping[str, object]) -> list[str]:
    """Those settings that a portal of the kind has."""
    absent = set(_EMBEDDED_ONLY if settings.kind != "embedded" else () if settings.sub_portal else ("licence_limit",))
    return [name for name in names if name not in absent]


def _all_settings(settings: PortalSettings) -> str:
    lines = [f"Name: {escaped(settings.name)}", f"Time zone: {settings.timezone}"]
    for name in _of(settings, _SWITCHES):
        words, when_on, when_off = _SWITCHES[name]
        lines.append(f"{words}: {(when_on if getattr(settings, name) else when_off).lower()}")
    lines += [f"{_NUMBERS[name]}: {getattr(settings, name):,}" for name in _of(settings, _NUMBERS)]
    return "\n".join(f"• {line}" for line in lines)


def _wrong(values: Values) -> dict[str, str]:
    numbers = [f"portal_{name}" for name in _NUMBERS if f"portal_{name}" in values]
    return {name: "Write a whole number." for name in numbers if not _is_number(values.text(name))}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


async def _save(act: Act) -> Modal:
    slug, values = act.about.portal, act.values
    before = await portal_settings(slug)
    wanted: dict[str, object] = {"name": values.text("portal_name"), "timezone": values.choice(_ZONE)}
    wanted |= {name: values.choice(f"portal_{name}") == _YES for name in _of(before, _SWITCHES)}
    wanted |= {name: int(values.text(f"portal_{name}")) for name in _of(before, _NUMBERS)}
    changes = {name: value for name, value in wanted.items() if value != getattr(before, name)}
    if not changes:
        raise SettingsError("Nothing is different, so nothing was saved.")
    await change_portal(slug, **changes)
    said = f"Saved: the settings of {slug}. They count from the next run."
    return _page(slug, await portal_settings(slug), act.role, [notice(said, "success")], said=said)


async def _suggest(act: Act) -> list[Option]:
    """The time zones in whose name there is what was typed."""
    typed = act.value.casefold().replace(" ", "_")
    return first_hundred([option(name, name) for name in sorted(available_timezones()) if typed in name.casefold()])


INTERACTIONS = Interactions(
    forms=[Form(_FORM, _save, Role.ADMIN, check=_wrong)],
    menus=[Menu(_ZONE, _suggest, Role.ADMIN)],
)
