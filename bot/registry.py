"""Everything that can be done with what the app shows; a new button, form or menu joins the list here."""

from bot import home
from bot.commands import audit, disconnect, people, person
from bot.interactions import Interactions
from bot.modals import admins, courses, groups, guard, invites, mapping, pending, portal, schedule, scope
from bot.posts import deciding

INTERACTIONS = Interactions().joined(
    deciding.INTERACTIONS,
    people.INTERACTIONS,
    person.INTERACTIONS,
    pending.INTERACTIONS,
    mapping.INTERACTIONS,
    invites.INTERACTIONS,
    schedule.INTERACTIONS,
    guard.INTERACTIONS,
    scope.INTERACTIONS,
    groups.INTERACTIONS,
    courses.INTERACTIONS,
    portal.INTERACTIONS,
    admins.INTERACTIONS,
    disconnect.INTERACTIONS,
    audit.INTERACTIONS,
    home.INTERACTIONS,
)
