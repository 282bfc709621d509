"""What Slack sends to an app: the payloads of commands, interactions and events."""

from typing import Any

from tests.bot.fake_slack.methods import message_payload
from tests.bot.fake_slack.workspace import APP, BOT_USER, TEAM, Channel, Message, User, View

_DOMAIN = "fake"


def command(name: str, text: str, user: User, channel: Channel, *, trigger: str, response_url: str) -> dict[str, Any]:
    """A slash command."""
    return {
        "token": "verification",
        "team_id": TEAM,
        "team_domain": _DOMAIN,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.user else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def _interaction(kind: str, user: User) -> dict[str, Any]:
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": _DOMAIN},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM},
        "api_app_id": APP,
        "token": "verification",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _container(place: Message | View) -> dict[str, Any]:
    if isinstance(place, View):
        return {"container": {"type": "view", "view_id": place.id}, "view": place.payload()}
    container = {"type": "message", "message_ts": place.ts, "channel_id": place.channel}
    found: dict[str, Any] = {
        "container": container | {"is_ephemeral": place.only_for is not None},
        "channel": {"id": place.channel, "name": "a-channel"},
    }
    if place.only_for is None:  # of an ephemeral message Slack says only where it is
        found["message"] = message_payload(place)
    return found


def block_actions(
    user: User, place: Message | View, action: dict[str, Any], *, trigger: str, response_url: str | None
) -> dict[str, Any]:
    """Someone used an element of a message or view."""
    payload = _interaction("block_actions", user) | _container(place)
    payload |= {"trigger_id": trigger, "actions": [action]}
    if isinstance(place, Message):
        payload |= {"response_url": response_url, "state": {"values": {}}}
    return payload


def block_suggestion(user: User, place: Message | View, block_id: str, action_id: str, typed: str) -> dict[str, Any]:
    """Someone types into a menu whose options the app gives."""
    payload = _interaction("block_suggestion", user) | _container(place)
    return payload | {"action_id": action_id, "block_id": block_id, "value": typed}


def view_submission(user: User, view: View, *, trigger: str) -> dict[str, Any]:
    """Someone submitted a modal."""
    payload = _interaction("view_submission", user)
    return payload | {"trigger_id": trigger, "view": view.payload(), "response_urls": []}


def view_closed(user: User, view: View, *, cleared: bool) -> dict[str, Any]:
    """Someone closed a modal that wants to know."""
    return _interaction("view_closed", user) | {"view": view.payload(), "is_cleared": cleared}


def event(body: dict[str, Any], number: int, moment: int) -> dict[str, Any]:
    """Something happened that the app subscribes to."""
    return {
        "token": "verification",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": {**body, "event_ts": f"{moment}.000000"},
        "type": "event_callback",
        "event_id": f"Ev{number:08}",
        "event_time": moment,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
