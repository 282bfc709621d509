"""The views.* methods: what a trigger is worth, how deep modals go, who changed a view first."""

from typing import Any

from tests.bot.fake_slack import limits
from tests.bot.fake_slack.methods import Arguments
from tests.bot.fake_slack.refusals import Refusal, refuse
from tests.bot.fake_slack.structure import is_too_large, view_problems
from tests.bot.fake_slack.workspace import Trigger, View, Workspace, is_over


def checked_view(workspace: Workspace, content: Any, *, kind: str, instead_of: View | None = None) -> dict[str, Any]:
    """The view, refused as Slack would."""
    if not isinstance(content, dict):
        raise Refusal("invalid_arguments")
    refuse("invalid_arguments", view_problems(content))
    if content["type"] != kind:
        raise Refusal("invalid_arguments")
    if is_too_large(content):
        raise Refusal("view_too_large")
    name = content.get("external_id")
    if name and any(
        view.content.get("external_id") == name and view is not instead_of and view.is_open
        for view in workspace.views.values()
    ):
        raise Refusal("duplicate_external_id")
    return content


def _trigger(workspace: Workspace, arguments: Arguments, now: float) -> Trigger:
    trigger = workspace.triggers.get(str(arguments.get("trigger_id") or ""))
    if trigger is None:
        raise Refusal("invalid_trigger_id" if arguments.get("trigger_id") else "invalid_arguments")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    if is_over(trigger.given_at, now):
        raise Refusal("expired_trigger_id")
    return trigger


def open_view(workspace: Workspace, arguments: Arguments, now: float) -> dict[str, Any]:
    """views.open: what was open before is closed, as on the screen."""
    trigger = _trigger(workspace, arguments, now)
    content = checked_view(workspace, arguments.get("view"), kind="modal")
    origin = workspace.views[trigger.view] if trigger.view is not None else None
    if origin is not None and origin.is_open and origin.content["type"] == "modal":
        raise Refusal("invalid_arguments")  # within a modal one pushes or updates
    trigger.used = True
    stack = workspace.stacks.get(trigger.user, [])
    if stack:
        workspace.close_view(stack[0], everything=True)
    return {"view": workspace.open_view(trigger.user, content).payload()}


def push_view(workspace: Workspace, arguments: Arguments, now: float) -> dict[str, Any]:
    """views.push: on top of the modal that the trigger came from."""
    trigger = _trigger(workspace, arguments, now)
    stack = workspace.stacks.get(trigger.user, [])
    if not stack:
        raise Refusal("invalid_arguments")
    content = checked_view(workspace, arguments.get("view"), kind="modal")
    if len(stack) >= limits.VIEW_DEPTH:
        raise Refusal("push_limit_reached")
    trigger.used = True
    return {"view": workspace.open_view(trigger.user, content).payload()}


def update_view(workspace: Workspace, arguments: Arguments, now: float) -> dict[str, Any]:
    """views.update, by id or by external id."""
    found = workspace.views.get(str(arguments.get("view_id") or ""))
    if found is None and arguments.get("external_id"):
        named = [view for view in workspace.views.values() if view.is_open]
        found = next((view for view in named if view.content.get("external_id") == arguments["external_id"]), None)
    if found is None or not found.is_open:
        raise Refusal("not_found")
    _check_hash(found, arguments)
    kind = str(found.content["type"])
    workspace.change_view(found, checked_view(workspace, arguments.get("view"), kind=kind, instead_of=found))
    return {"view": found.payload()}


def publish_view(workspace: Workspace, arguments: Arguments, now: float) -> dict[str, Any]:
    """views.publish: the Home tab of a user."""
    user = str(arguments.get("user_id") or "")
    if user not in workspace.users:
        raise Refusal("user_not_found")
    home = workspace.homes.get(user)
    if home is not None:
        _check_hash(home, arguments)
    content = checked_view(workspace, arguments.get("view"), kind="home", instead_of=home)
    return {"view": workspace.publish_home(user, content).payload()}


def _check_hash(view: View, arguments: Arguments) -> None:
    if arguments.get("hash") and arguments["hash"] != view.hash:
        raise Refusal("hash_conflict")


VIEW_METHODS = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
