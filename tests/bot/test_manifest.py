"""The manifest asks Slack for what the app uses, and for nothing else."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from bot.app import COMMAND, EVENTS
from bot.commands import all_flows
from tests.bot.conftest import MANIFEST
from tests.bot.fake_slack.methods import METHODS, SCOPES
from tests.bot.fake_slack.view_methods import VIEW_METHODS

BOT = MANIFEST.parent / "bot"
SOURCES = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(BOT.rglob("*.py"))]
# slack_sdk's names of methods that are several calls
_SEVERAL = {"files_upload_v2": ("files.getUploadURLExternal", "files.completeUploadExternal")}
_KNOWN = {name.replace(".", "_"): (name,) for name in (*METHODS, *VIEW_METHODS, *SCOPES, "apps.connections.open")}


def called():
    """The methods of Slack's Web API that the code calls."""
    names = {node.attr for tree in SOURCES for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {method for name in names for method in (_KNOWN | _SEVERAL).get(name, ())}


def listened(kind):
    """What stands in `@app.KIND(…)` in the code."""
    found = set()
    for tree in SOURCES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == f"app.{kind}":
                found.add(ast.unparse(node.args[0]))
    return found


def test_no_method_is_called_that_the_stand_in_does_not_know():
    calls = re.compile(r"(chat|conversations|views|users|files|reactions|usergroups|pins|bookmarks|apps)_\w+")
    names = {node.attr for tree in SOURCES for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert {name for name in names if calls.fullmatch(name)} <= set(_KNOWN | _SEVERAL)


def test_every_method_has_its_scope_and_every_scope_its_method(manifest):
    asked = set(manifest["oauth_config"]["scopes"]["bot"]) - {"commands"}
    for method in called():
        assert not SCOPES.get(method) or asked & set(SCOPES[method]), f"{method} takes one of {SCOPES[method]}"
    used = {scope for method in called() for scope in SCOPES.get(method, ())}
    assert asked <= used


def test_the_command_is_the_one_the_app_listens_to(manifest):
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert "commands" in manifest["oauth_config"]["scopes"]["bot"]
    assert listened("command") == {"COMMAND"}


def test_the_hint_names_every_flow(manifest):
    (command,) = manifest["features"]["slash_commands"]
    named = command["usage_hint"].partition("]")[0].strip("[").split(" | ")
    assert named == [flow.name for flow in all_flows()]


def test_the_events_are_those_the_app_listens_to(manifest):
    asked = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert sorted(asked) == sorted(EVENTS)
    assert {name.strip("'") for name in listened("event")} == set(EVENTS)


def test_buttons_and_the_home_tab_are_switched_on(manifest):
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True


# Lengths and names: github.com/slackapi/manifest-schema
@pytest.mark.parametrize(
    ("path", "least", "most"),
    [
        ("display_information.name", 1, 35),
        ("display_information.description", 1, 140),
        ("display_information.long_description", 174, 4000),
        ("features.bot_user.display_name", 1, 80),
        ("features.slash_commands.0.command", 2, 32),
        ("features.slash_commands.0.description", 1, 2000),
        ("features.slash_commands.0.usage_hint", 1, 1000),
    ],
)
def test_its_texts_are_as_long_as_slack_takes(manifest, path, least, most):
    value = manifest
    for name in path.split("."):
        value = value[int(name)] if name.isdigit() else value[name]
    assert least <= len(value) <= most


def test_it_holds_only_what_slack_knows(manifest):
    known = {
        "_metadata": {"major_version", "minor_version"},
        "display_information": {"name", "description", "long_description", "background_color"},
        "features": {"app_home", "bot_user", "slash_commands"},
        "oauth_config": {"scopes"},
        "settings": {
            "event_subscriptions",
            "interactivity",
            "org_deploy_enabled",
            "socket_mode_enabled",
            "token_rotation_enabled",
        },
    }
    assert {part: set(values) for part, values in manifest.items()} == known
    assert set(manifest["features"]["slash_commands"][0]) == {"command", "description", "usage_hint", "should_escape"}
    assert re.fullmatch(r"#[0-9a-f]{6}", manifest["display_information"]["background_color"])


def test_it_is_one_document_without_an_address_of_ours():
    text = Path(MANIFEST).read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    assert "request_url:" not in text
