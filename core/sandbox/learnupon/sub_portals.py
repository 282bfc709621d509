"""The list of sub-portals, and the rotation of keys.

Source: facts/learnupon-api, section 5.
"""

from typing import Any

from core.sandbox.answers import Answer, Refusal
from core.sandbox.learnupon.answers import json_answer
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.paging import listing
from core.sandbox.learnupon.portal import Portal
from core.sandbox.learnupon.values import moment


def list_portals(call: Call) -> Answer:
    """GET portals: the sub-portals of this portal, which may be none; by `title` if it is given."""
    title = call.asked("title")
    below = [
        portal
        for portal in call.realm.portals.values()
        if portal.parent is call.portal and title in (None, portal.title)
    ]
    return listing(call, "portals", below, _row)


def generate_keys(call: Call) -> Answer:
    """GET portals/#/generate_keys, of this portal or one below: new keys, and the old ones are dead at once."""
    for portal in call.realm.portals.values():
        if portal.id == call.id and call.portal in (portal, portal.parent):
            call.realm.rotate_keys(portal)
            keys = {"id": portal.id, "username": portal.username, "password": portal.password}
            return json_answer({"portal": [keys] if call.settings.keys_reply == "array" else keys})
    raise Refusal(404, "Portal not found")


def _row(portal: Portal) -> dict[str, Any]:
    return {
        "id": portal.id,
        "title": portal.title,
        "subdomain": portal.name,
        "description": "",
        "ui_theme": None,
        "allow_course_authoring": True,
        "number_licenses_purchased": portal.licences,
        "number_licenses_used": len(portal.members),
        "number_of_members": len(portal.members),
        "logo_image_url": None,
        "header_color": None,
        "navigation_color": None,
        "created_at": moment(portal.created_at),
        "updated_at": moment(portal.created_at),
    }
