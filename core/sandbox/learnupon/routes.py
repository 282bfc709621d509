"""Which call a method and a path name.

A call is written as in `PUT users/#`: numbers in the path are `#`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.sandbox.answers import Answer
from core.sandbox.learnupon import groups, invites, learning, sub_portals, user_writing, users
from core.sandbox.learnupon.call import Call

_PREFIX = "/api/v1/"

ENDPOINTS: Mapping[str, Callable[[Call], Answer]] = {
    "GET users": users.list_users,
    "GET users/#": users.show_user,
    "GET users/search": users.search_users,
    "GET users/customuserdata": users.custom_user_data,
    "POST users": user_writing.create_user,
    "PUT users/#": user_writing.update_user,
    "DELETE users/#": user_writing.delete_user,
    "POST portal_invite": invites.send_portal_invite,
    "POST group_invites": invites.send_group_invites,
    "GET group_invites": invites.list_invites,
    "GET group_invites/#": invites.show_invite,
    "DELETE group_invites/#": invites.delete_invite,
    "GET groups": groups.list_groups,
    "GET group_memberships": groups.list_group_memberships,
    "GET group_courses": groups.list_group_courses,
    "GET courses": learning.list_courses,
    "GET enrollments": learning.refuse_bare_enrollments,
    "GET enrollments/search": learning.search_enrollments,
    "GET portals": sub_portals.list_portals,
    "GET portals/#/generate_keys": sub_portals.generate_keys,
    "POST portals/#/generate_keys": sub_portals.generate_keys,
}


@dataclass(frozen=True)
class Route:
    """A call that is asked for, known or not; `id` is the number in its path, 0 without one."""

    name: str
    id: int = 0

    @property
    def endpoint(self) -> Callable[[Call], Answer] | None:
        """What answers it; None when there is nothing at this path."""
        return ENDPOINTS.get(self.name)

    @property
    def writes(self) -> bool:
        """Whether it is meant to change something."""
        return not self.name.startswith("GET ")


def route(method: str, path: str) -> Route:
    """The call of a request."""
    if not path.startswith(_PREFIX):
        return Route(f"{method} {path}")
    name, number = numbered(path.removeprefix(_PREFIX))
    return Route(f"{method} {name}", number)


def numbered(path: str) -> tuple[str, int]:
    """A path with `#` for its numbers, and the first of them, 0 without one."""
    parts = path.strip("/").split("/")
    numbers = [part for part in parts if part.isascii() and part.isdigit()]
    return "/".join("#" if part in numbers else part for part in parts), int(numbers[0]) if numbers else 0
