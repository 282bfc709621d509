"""Groups, who is in them, and which courses they have.

Source: facts/learnupon-api, section 5.
"""

from typing import Any

from core.sandbox.answers import Answer, Refusal
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.paging import listing
from core.sandbox.learnupon.presenting import thin_user
from core.sandbox.learnupon.records import Group
from core.sandbox.learnupon.values import moment


def list_groups(call: Call) -> Answer:
    """GET groups, by `title` if it is given."""
    title = call.asked("title")
    whole = call.settings.group_title_match == "exact"
    groups = [
        group
        for group in call.portal.groups.values()
        if title is None or (group.title == title if whole else title.casefold() in group.title.casefold())
    ]
    return listing(call, "groups", groups, _row)


def list_group_memberships(call: Call) -> Answer:
    """GET group_memberships: the users of a group, or the groups of a user; without either it is a 404."""
    group_id, user_id = call.number("group_id"), call.number("user_id")
    if group_id is not None:
        group = call.portal.groups.get(group_id)
        members = [] if group is None else list(group.members.items())
        return listing(call, "user", members, lambda one: _member(call, *one))
    if user_id is not None:
        groups = [group for group in call.portal.groups.values() if user_id in group.members]
        return listing(call, "group", groups, lambda one: _row(one) | _membership_id(call, one.members[user_id]))
    raise Refusal(404, "Invalid group membership parameters provided")


def list_group_courses(call: Call) -> Answer:
    """GET group_courses: all of them; `group_id` is not honoured here."""
    pairs = [(group, course_id) for group in call.portal.groups.values() for course_id in group.courses]
    return listing(call, "group_courses", pairs, lambda pair: _group_course(call, *pair))


def _row(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "title": group.title,
        "description": group.description,
        "number_of_members": len(group.members),
        "created_at": moment(group.created_at),
        "updated_at": moment(group.created_at),
    }


def _member(call: Call, user_id: int, membership_id: int) -> dict[str, Any]:
    return thin_user(call.portal.members[user_id].account) | _membership_id(call, membership_id)


def _membership_id(call: Call, membership_id: int) -> dict[str, Any]:
    return {call.settings.membership_id_key: membership_id} if call.query.get("version_id") == "1.1" else {}


def _group_course(call: Call, group: Group, course_id: int) -> dict[str, Any]:
    course = call.portal.courses[course_id]
    return {"group_id": group.id, "group_title": group.title, "course_id": course.id, "course_name": course.name}
