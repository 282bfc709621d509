"""Everything that can be done with what the app shows; a new button, form or menu joins the list here."""

from bot import home
from bot.commands import disconnect, person
from bot.interactions import Interactions
from bot.modals import admins, groups, guard, invites, mapping, pending, schedule, scope
from bot.posts import deciding

INTERACTIONS = Interactions().joined(
    deciding.INTERACTIONS,
    person.INTERACTIONS,
    pending.INTERACTIONS,
    mapping.INTERACTIONS,
    invites.INTERACTIONS,
    schedule.INTERACTIONS,
    guard.INTERACTIONS,
    scope.INTERACTIONS,
    groups.INTERACTIONS,
    admins.INTERACTIONS,
    disconnect.INTERACTIONS,
    home.INTERACTIONS,
)
