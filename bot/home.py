"""The Home tab: how things stand in each portal, what needs attention, and the ways from there, by role."""

import logging
from collections.abc import Mapping

from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import buttons, option, plain
from bot.commands.opening import Page
from bot.commands.status import standing
from bot.content import Block, context, escaped, section, shortened
from bot.dispatch import stranger
from bot.interactions import About, Act, Click, Interactions, Modal, written_down
from bot.modals import admins, courses, groups, guard, invites, mapping_pages, pending, portal, scope
from bot.modals import schedule as schedule_modal
from bot.terminal import for_slack
from bot.troubles import TROUBLES, reason_of
from core.domain.errors import SettingsError, UkgSyncError
from core.domain.roles import Role
from core.services.acting import acting_as
from core.services.notices import Kind
from core.services.portals import PortalOverview, list_portals
from core.services.schedule import Schedule, show_schedule
from core.services.slack_delivery import delivery
from core.services.slack_people import actor_of, portals_of
from core.services.waiting import what_waits

OPEN = "home_open"
_MOST_PORTALS = 19  # of five blocks at most; a Home tab takes 100 (facts/slack, part A)
_LETTERS = 2000

_log = logging.getLogger(__name__)


async def _mapping(slug: str, role: Role) -> Modal:
    return await mapping_pages.list_page(slug)


_PAGES: Mapping[str, tuple[str, str, Page, Role]] = {
    "pending": ("Pending users", pending.TITLE, pending.first_page, Role.VIEWER),
    "map": ("Mapping", mapping_pages.TITLE, _mapping, Role.ADMIN),
    "invites": ("Invite settings", invites.TITLE, invites.first_page, Role.VIEWER),
    "schedule": ("Daily sync", schedule_modal.TITLE, schedule_modal.first_page, Role.VIEWER),
    "guard": ("Guard", guard.TITLE, guard.first_page, Role.VIEWER),
    "scope": ("Scope", scope.TITLE, scope.first_page, Role.VIEWER),
    "groups": ("Groups", groups.TITLE, groups.first_page, Role.VIEWER),
    "courses": ("Courses", courses.TITLE, courses.first_page, Role.VIEWER),
    "portal": ("Portal settings", portal.TITLE, portal.first_page, Role.VIEWER),
    "admins": ("Admins and roles", admins.TITLE, admins.first_page, Role.VIEWER),
}


async def show_home(client: AsyncWebClient, user: str) -> None:
    """Show the Home tab to someone; it is read anew each time. Trouble is logged: they open it again."""
    try:
        blocks = await _blocks(user)
        await client.views_publish(user_id=user, view={"type": "home", "blocks": blocks})
    except UkgSyncError as error:
        _log.warning("The Home tab was not shown: %s", error)
    except TROUBLES as error:
        _log.warning("Slack did not take a Home tab (%s).", reason_of(error))


async def _blocks(user: str) -> list[Block]:
    roles = await portals_of(user)
    if not roles:
        return list(stranger(user).blocks)
    with acting_as(await actor_of(user)):
        overviews = await list_portals()
        blocks: list[Block] = []
        for overview in overviews[:_MOST_PORTALS]:
            blocks += await _portal(overview, roles[overview.slug])
    rest = [overview.slug for overview in overviews[_MOST_PORTALS:]]
    if rest:
        blocks.append(context(f"{len(rest)} more: `/ukg status PORTAL` with one of {', '.join(rest[:100])}"))
    return [*blocks, context("More: `/ukg help`")]


async def _portal(overview: PortalOverview, role: Role) -> list[Block]:
    """What of a portal somebody with that role wants to know and may do."""
    slug = overview.slug
    schedule = await show_schedule(slug)
    wanting = await _attention(overview, schedule, role)
    blocks = [section(shortened("\n".join(await standing(overview, schedule)), _LETTERS))]
    if wanting:
        lines = "\n".join(f"• {escaped(line)}" for line in wanting[:10])
        blocks.append(section(f":warning: *Needs attention*\n{lines}"))
    options = [
        option(words, written_down(About(slug, subject=name)))
        for name, (words, _, _, needed) in _PAGES.items()
        if role.allows(needed)
    ]
    menu = {"type": "static_select", "action_id": OPEN, "placeholder": plain("Open …"), "options": options}
    return [*blocks, buttons(menu), context(f"You are {role} in {slug}. {_COMMANDS[role]}"), {"type": "divider"}]


_COMMANDS = {
    Role.VIEWER: "`/ukg people`, `/ukg person E-MAIL`, `/ukg runs`, `/ukg upcoming`",
    Role.OPERATOR: "`/ukg sync`, `/ukg plan`, `/ukg person E-MAIL`",
    Role.ADMIN: "`/ukg sync`, `/ukg plan`, `/ukg connect`",
}


async def _attention(overview: PortalOverview, schedule: Schedule, role: Role) -> list[str]:
    """What somebody with that role can do something about."""
    slug = overview.slug
    waiting = await what_waits(slug)
    lines = []
    connect = f"Connect it: /ukg connect {slug}" if role.allows(Role.ADMIN) else "An admin connects it."
    if overview.connection in ("none", "disconnected"):
        lines.append(f"It is not connected to UKG Pro. {connect}")
    if overview.learnupon == "none":
        lines.append(f"LearnUpon's API keys are not known, so nothing can be written. {connect}")
    for plan in waiting.plans:
        numbers = ", ".join(f"{number} {outcome}" for outcome, number in plan.held.items()) or "no change"
        decides = "You decide" if role.allows(Role.ADMIN) else "An admin decides"
        lines.append(" ".join([f"{decides} on plan {plan.plan}, which waits: {numbers}.", *plan.why]))
    if waiting.people:
        are = "1 person waits" if len(waiting.people) == 1 else f"{len(waiting.people)} people wait"
        lines.append(f"{are} for another try, since a change was refused.")
    undelivered = (await delivery(slug)).sentence
    lines += [undelivered] if undelivered is not None else []
    return lines + [for_slack(notice.sentence) for notice in schedule.notices if notice.kind is not Kind.PLAN_HELD]


def _title(about: About) -> str:
    if about.subject not in _PAGES:
        raise SettingsError("This page is out of date; nothing was done. Open the Home tab again.")
    _, title, _, _ = _PAGES[about.subject]
    return title


async def _open(act: Act) -> Modal:
    """Show what was chosen; the role is asked for by what is shown."""
    _, _, page, _ = _PAGES[act.about.subject]
    return await page(act.about.portal, act.role)


INTERACTIONS = Interactions(clicks=[Click(OPEN, _open, opens=_title)])
