"""Everything that `/ukg` does, one file each; a new flow joins the list here."""

from bot.commands import help as help_command
from bot.commands import runs, status
from bot.flows import Flow, Flows

_FLOWS: tuple[Flow, ...] = (status.FLOW, runs.FLOW)


def all_flows() -> Flows:
    """The registry of every flow; help knows them all, itself included."""
    flows: list[Flow] = [*_FLOWS]
    flows.append(help_command.flow(flows))
    return Flows(flows)
