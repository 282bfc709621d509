"""Every command explains itself; the names of commands and options are a contract."""

import pytest
from typer.main import get_command

from core.cli.main import app

# Command -> options that are relied on from outside.
COMMANDS = {
    "": ["--database", "--as"],
    "demo": ["--employees", "--json"],
    "portal": [],
    "portal create": ["--name", "--kind", "--timezone", "--sso", "--parent"],
    "portal list": ["--json"],
    "portal set": [
        "--manual-sync-interval",
        "--enable-integration",
        "--disable-integration",
        "--timezone",
        "--end-vanished",
        "--keep-vanished",
        "--slack-channel",
        "--slack-quiet",
    ],
    "connect": ["--url", "--user", "--customer-api-key", "--user-api-key", "--password-stdin", "--consent", "--json"],
    "learnupon": ["--url", "--username", "--password-stdin", "--start-afresh", "--forget", "--json"],
    "disconnect": ["--yes", "--json"],
    "field": [],
    "field add": ["--type", "--choice"],
    "field list": ["--json"],
    "field set": ["--rename", "--type", "--add-choice", "--remove-choice", "--editable", "--mandatory", "--multiple"],
    "field remove": ["--yes"],
    "map": ["--owner", "--try", "--json"],
    "scope": ["--include", "--exclude", "--everyone", "--try", "--json"],
    "choices": ["--add", "--translate", "--forget", "--json"],
    "invites": ["--when", "--how", "--try", "--json"],
    "plan": ["--offline", "--json"],
    "apply": ["--only", "--person", "--json"],
    "approve": ["--only", "--person", "--json"],
    "reject": ["--json"],
    "undo": ["--json"],
    "held": ["--json"],
    "guard": ["--ended", "--created", "--updated", "--email-changed", "--blanked", "--per", "--json"],
    "person": ["--apply", "--offline", "--json"],
    "upcoming": ["--days", "--json"],
    "schedule": ["--at", "--off", "--json"],
    "sync": ["--reconcile", "--json"],
    "stop": ["--json"],
    "runs": ["--json"],
    "run": [],
    "run show": ["--json"],
    "learners": ["--created-after", "--source", "--status", "--group", "--search", "--json"],
    "learner": [],
    "learner add": ["--first-name", "--last-name", "--how", "--type", "--expires", "--set"],
    "resend": ["--json"],
    "cancel-invite": ["--json"],
    "invite-link": ["--json"],
    "outbox list": ["--state", "--json"],
    "group add": [],
    "group list": ["--json"],
    "group members": ["--add", "--remove", "--json"],
    "course add": ["--draft"],
    "course list": ["--json"],
    "course assign": [],
    "course withdraw": ["--keep-enrolments"],
    "rule set": ["--all", "--where", "--members-of"],
    "rule preview": ["--csv", "--json"],
    "rule run": ["--keep-enrolments"],
    "rule stop": [],
    "admin add": ["--role", "--slack-user"],
    "admin list": ["--json"],
    "admin remove": [],
    "audit": ["--since", "--csv", "--json"],
    "serve": ["--host", "--port"],
    "pending": ["--json"],
    "export": ["-o"],
    "keys": [],
    "keys rotate": [],
    "doctor": ["--json"],
    "sandbox": [],
    "sandbox ukg": ["--employees", "--port", "--day", "--start"],
    "sandbox learnupon": ["--users", "--sub-portals", "--employees", "--seed", "--start", "--rate-limit", "--port"],
}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command or "ukg")
def test_help_is_given_and_names_the_options(ukg, command):
    result = ukg(*command.split(), "--help")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("Usage: ukg")
    words = result.out.replace(",", " ").replace("/", " ").split()
    assert [option for option in COMMANDS[command] if option not in words] == []


def test_no_command_is_without_a_word_of_what_it_does():
    def walk(command, path):
        yield path, command
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, f"{path} {name}".strip())

    found = dict(walk(get_command(app), ""))
    assert set(COMMANDS) <= set(found)
    assert [path for path, command in found.items() if not command.help] == []


def test_an_unknown_command_or_option_is_bad_usage(ukg):
    assert ukg("dance").code == 2
    assert ukg("sync", "acme", "--dance").code == 2
    assert ukg("sync").code == 2
