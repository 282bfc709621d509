"""Whatever an admin does they can do in Slack, at the terminal UI and at the command line: the three are equal."""

import pytest
from typer.main import get_command

from bot.commands import all_flows
from core.cli.main import app
from tui.app import SyncApp
from tui.flows import FLOWS
from tui.screens.base import PortalScreen

# Flow -> what does the same at the command line.
COMMANDS = {
    "status": ["portal list", "held"],
    "sync": ["sync", "stop"],
    "plan": ["plan", "held", "approve", "reject", "apply"],
    "runs": ["runs", "run show"],
    "undo": ["undo"],
    "upcoming": ["upcoming"],
    "people": ["learners"],
    "person": [
        "person",
        "learner add",
        "learner edit",
        "learner type",
        "learner disable",
        "learner enable",
        "learner expire",
        "learner password",
    ],
    "pending": ["pending", "resend", "cancel-invite", "invite-link"],
    "export": ["export"],
    "groups": [
        "group add",
        "group list",
        "group members",
        "group sync-members",
        "group remove",
        "rule set",
        "rule preview",
        "rule run",
        "rule stop",
        "rule show",
        "rule list",
    ],
    "courses": [
        "course add",
        "course list",
        "course publish",
        "course unpublish",
        "course assign",
        "course withdraw",
        "course mark",
    ],
    "map": ["map", "choices", "field add", "field set", "field remove", "field list"],
    "invites": ["invites"],
    "scope": ["scope"],
    "guard": ["guard"],
    "schedule": ["schedule"],
    "channel": ["portal set"],
    "admins": ["admin add", "admin list", "admin remove"],
    "portal": ["portal set", "portal create"],
    "connect": ["connect", "learnupon"],
    "disconnect": ["disconnect", "learnupon"],
    "audit": ["audit"],
}

# Commands of the machine's operator, not of a portal's admin, and why.
OPERATORS = {
    "demo": "it makes a database of its own to look at",
    "doctor": "it looks at the machine's settings, keys and tokens",
    "keys rotate": "the keys of the machine's secrets are in its files or environment",
    "mail preview": "mails are tried where their wording is written",
    "mail reset": "it takes the place of files of the machine",
    "mail set": "the wording is read from files of the machine",
    "mail show": "the wording is written to be edited as a file",
    "outbox list": "the mail server is the machine's",
    "outbox retry": "the mail server is the machine's",
    "outbox send": "the mails of every portal are sent, once, where 'ukg serve' does not run",
    "sandbox learnupon": "a stand-in is for trying things out",
    "sandbox ukg": "a stand-in is for trying things out",
    "serve": "it is the process that runs everything",
}

# In the terminal UI help is a key, not a place.
ONLY_IN_SLACK = {"help"}


def commands():
    """The words of every command that does something, as the command line itself has them."""

    def walk(command, words):
        children = getattr(command, "commands", None)
        if children is None:
            yield " ".join(words)
            return
        for name, child in children.items():
            yield from walk(child, [*words, name])

    return set(walk(get_command(app), []))


def test_slack_and_the_terminal_have_the_same_flows():
    in_slack = {flow.name for flow in all_flows()}
    assert in_slack - ONLY_IN_SLACK == {flow.name for flow in FLOWS}
    assert in_slack >= ONLY_IN_SLACK


def test_help_is_a_key_in_the_terminal():
    keys = [binding.key for binding in PortalScreen.BINDINGS if getattr(binding, "action", "") == "app.help"]
    assert keys == ["question_mark"]
    assert callable(SyncApp.action_help)


def test_every_flow_has_its_commands():
    assert set(COMMANDS) == {flow.name for flow in FLOWS}
    assert all(COMMANDS.values())


@pytest.mark.parametrize("flow", COMMANDS)
def test_the_commands_of_a_flow_are_there(flow):
    assert [words for words in COMMANDS[flow] if words not in commands()] == []


def test_every_command_belongs_to_a_flow_or_to_the_operator_of_the_machine():
    of_flows = {words for named in COMMANDS.values() for words in named}
    assert of_flows & set(OPERATORS) == set()
    assert commands() - of_flows == set(OPERATORS)
