"""Admins: who may do what in the portal. Roles are given by Slack user id, whatever somebody is called there."""

from bot.blocks import button, buttons, confirmation, notice, one_of, option, row, user, written
from bot.content import Block, escaped, section
from bot.interactions import About, Act, Click, Form, Interactions, Modal
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.admins import ListedAdmin, list_admins, remove_admin, set_admin
from core.services.drafts import Kind, People, find, keep
from core.services.slack_people import portals_of

TITLE = "Admins and roles"
_FORM, _ADD, _EDIT, _REMOVE, _BACK = "admins", "admins_add", "admins_edit", "admins_remove", "admins_back"
_NAME, _USER, _ROLE = "admins_name", "admins_user", "admins_role"
_MOST = 80
_ROLES = {
    Role.VIEWER: "Looks, and changes nothing",
    Role.OPERATOR: "Syncs, and sees to people and invites",
    Role.ADMIN: "Everything: connect, map, settings, approve",
}


async def first_page(slug: str, role: Role, *, said: str = "") -> Modal:
    """Everyone with a role. Their names are kept in a draft, for Slack carries none of them in what it hands back."""
    admins = await list_admins(slug)
    blocks: list[Block] = [notice(said, "success")] if said else []
    blocks.append(section(f"Who may do what in *{slug}* and in its sub-portals."))
    if not role.allows(Role.ADMIN):
        return Modal(TITLE, [*blocks, *(row(_line(each)) for each in admins[:_MOST])], About(slug))
    about = About(slug, await keep(slug, Kind.PEOPLE, People(tuple(each.name for each in admins)), role=Role.ADMIN))
    for place, each in enumerate(admins[:_MOST]):
        blocks.append(row(_line(each), button("Edit", _EDIT, str(place))))
    if len(admins) > _MOST:
        blocks.append(section(f"{len(admins) - _MOST} more: `ukg admin list {slug}`"))
    return Modal(TITLE, [*blocks, buttons(button("Give somebody a role", _ADD, "add"))], about, said=said)


def _line(admin: ListedAdmin) -> str:
    in_slack = f"<@{admin.slack_user}>" if admin.slack_user else "not in Slack"
    return f"*{escaped(admin.name)}* ({in_slack}): {admin.role}"


def _role_page(about: About, held: ListedAdmin | None) -> Modal:
    roles = [option(role.value.capitalize(), role.value, words) for role, words in _ROLES.items()]
    who = [section(f"The role of *{escaped(held.name)}*")] if held else []
    if held is None:
        who = [written(_NAME, "Name", hint="It stands in the audit trail.", longest=200)]
    known = held.slack_user if held else None
    away = confirmation(
        "Take the role away?", "They may do nothing here any more, unless a portal above lets them.", "Yes"
    )
    remove = [button("Take the role away", _REMOVE, "remove", style="danger", confirm=away)] if held else []
    blocks = [
        *who,
        user(_USER, "In Slack", known, hint="Whoever works from Slack only. They are known by their Slack user id."),
        one_of(_ROLE, "Role", roles, (held.role if held else Role.VIEWER).value),
        buttons(*remove, button("Back", _BACK, "back")),
    ]
    return Modal(TITLE, blocks, about, form=_FORM, submit="Save")


async def _add(act: Act) -> Modal:
    return _role_page(About(act.about.portal, act.about.draft), None)


async def _remove(act: Act) -> Modal:
    name = await _name(act.about)
    await remove_admin(act.about.portal, name)
    return await _after(act, f"{name} has no role in {act.about.portal} any more.")


async def _edit(act: Act) -> Modal:
    about = About(act.about.portal, act.about.draft, act.value)
    name = await _name(about)
    held = next((each for each in await list_admins(about.portal) if each.name == name), None)
    if held is None:
        raise SettingsError(f"{name} has no role any more; nothing was changed.")
    return _role_page(about, held)


async def _name(about: About) -> str:
    """The name at the place that `about` names."""
    kept = await find(about.draft, Kind.PEOPLE, People, role=Role.ADMIN)
    return kept.content.who[int(about.subject)]


async def _after(act: Act, said: str) -> Modal:
    """The list once it was changed, by the role that whoever acts has now: they may have changed their own."""
    role = (await portals_of(act.user)).get(act.about.portal)
    if role is None:
        return Modal(TITLE, [section(escaped(said))], act.about, said=said)
    return await first_page(act.about.portal, role, said=said)


async def _save(act: Act) -> Modal:
    slug = act.about.portal
    name = await _name(act.about) if act.about.subject else act.values.text(_NAME)
    role = Role(act.values.choice(_ROLE) or Role.VIEWER)
    given = await set_admin(slug, name, role, slack_user=act.values.choice(_USER))
    return await _after(act, f"{given.name} is {given.role} in {slug} now.")


async def _back(act: Act) -> Modal:
    return await first_page(act.about.portal, act.role)


INTERACTIONS = Interactions(
    clicks=[
        Click(_ADD, _add, Role.ADMIN),
        Click(_EDIT, _edit, Role.ADMIN),
        Click(_REMOVE, _remove, Role.ADMIN),
        Click(_BACK, _back),
    ],
    forms=[Form(_FORM, _save, Role.ADMIN)],
)
