"""Everything that `/ukg` does, one file each; a new flow joins the list here."""

from bot.commands import (
    admins,
    audit,
    channel,
    connect,
    courses,
    disconnect,
    export,
    groups,
    guard,
    invites,
    pending,
    people,
    person,
    portal,
    runs,
    schedule,
    scope,
    status,
    sync,
    undo,
    upcoming,
)
from bot.commands import help as help_command
from bot.commands import map as map_command
from bot.flows import Flow, Flows

_FLOWS: tuple[Flow, ...] = (
    status.FLOW,
    sync.SYNC,
    sync.PLAN,
    runs.FLOW,
    undo.FLOW,
    people.FLOW,
    person.FLOW,
    pending.FLOW,
    upcoming.FLOW,
    export.FLOW,
    map_command.FLOW,
    invites.FLOW,
    schedule.FLOW,
    guard.FLOW,
    scope.FLOW,
    groups.FLOW,
    courses.FLOW,
    portal.FLOW,
    admins.FLOW,
    connect.FLOW,
    disconnect.FLOW,
    channel.FLOW,
    audit.FLOW,
)


def all_flows() -> Flows:
    """The registry of every flow; help knows them all, itself included."""
    return Flows([*_FLOWS, help_command.flow(_FLOWS)])
