"""Reading users: the list, one, search, and the definitions of their custom data.

Source: facts/learnupon-api, sections 2.1 and 2.2.
"""

from collections.abc import Collection

from core.sandbox.answers import Answer, Refusal
from core.sandbox.learnupon.answers import json_answer
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.custom_data import full_definitions
from core.sandbox.learnupon.paging import listing
from core.sandbox.learnupon.presenting import CORRECT_DEFINITIONS, definitions_first, user
from core.sandbox.learnupon.records import Membership


def list_users(call: Call) -> Answer:
    """GET users: everybody, in the order they came; `login_enabled` narrows it."""
    members: Collection[Membership] = call.portal.members.values()
    wanted = call.asked("login_enabled")
    if wanted in ("true", "false"):
        members = [member for member in members if member.enabled is (wanted == "true")]
    return listing(call, "user", members, lambda member: user(call, member), before=definitions_first(call))


def show_user(call: Call) -> Answer:
    """GET users/#: one, with awards."""
    row = user(call, member_of(call)) | {"awards": []}
    return json_answer(definitions_first(call) | {"user": [row]})


def search_users(call: Call) -> Answer:
    """GET users/search: by e-mail or username; without either it is the unfiltered list."""
    email, username = call.asked("email"), call.asked("username")
    if email is None and username is None:
        return list_users(call)
    found = call.realm.member(call.portal, email, username, exact=call.settings.email_search == "sensitive")
    wanted = call.asked("login_enabled")
    if found is None or (wanted in ("true", "false") and found.enabled is not (wanted == "true")):
        raise Refusal(404, "No user found")
    return json_answer(definitions_first(call) | {"user": [user(call, found)]})


def custom_user_data(call: Call) -> Answer:
    """GET users/customuserdata: the definitions with their choices, under the key spelled right."""
    return json_answer({CORRECT_DEFINITIONS: full_definitions(call.portal, call.settings)})


def member_of(call: Call) -> Membership:
    """The member whose id is in the path. Raises Refusal when the portal has none."""
    found = call.portal.members.get(call.id)
    if found is None:
        raise Refusal(call.settings.unknown_user_status, "User not found")
    return found
