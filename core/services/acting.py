"""Who is acting, and whether they may: asked by every service before it does anything.

A face says who acts once, with `acting_as`; services then call `require`. Whoever works at the command line holds the
database and its key in their hands, so they are the machine's operator and may do everything, unless they act as one
of the portal's admins by name.
"""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec

from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.names import name_key
from core.store.models import Admin, Portal


class Actor(msgspec.Struct, frozen=True):
    """Someone or something that acts. `face` is where: `cli`, `tui`, `slack`, `web`, `schedule`, …

    `owner` marks the operator of the machine, who is asked for no role. A Slack user is known by `slack_user` alone,
    never by name or e-mail.
    """

    name: str
    face: str
    owner: bool = False
    slack_user: str | None = None

    @property
    def identity(self) -> str:
        """What tells one person from another, whatever face they come through: never a name alone where Slack knows
        better."""
        return f"slack:{self.slack_user}" if self.slack_user else f"name:{name_key(self.name)}"


class NotAllowed(SettingsError):
    """The actor's role does not allow it; nothing was done."""


AUTOMATION = Actor("Automation", "automation", owner=True)

_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Whatever is done inside is done by this actor."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


def current_actor() -> Actor:
    """Who is acting; if no face has said so, the operator of this machine."""
    return _acting.get() or Actor(_login_name(), "cli", owner=True)


async def require(portal: Portal, role: Role) -> None:
    """Raise `NotAllowed` unless the one who acts has at least this role in the portal."""
    actor = current_actor()
    if actor.owner:
        return
    held = await role_of(actor, portal)
    if held is None:
        raise NotAllowed(
            f"{actor.name} has no role in {portal.slug}; nothing was done. An admin gives one with: "
            f"ukg admin add {portal.slug} NAME --role {role}"
        )
    if not held.allows(role):
        raise NotAllowed(
            f"{actor.name} is {held} in {portal.slug}, and this takes {role}; nothing was done. Ask an admin."
        )


def require_owner(what: str) -> None:
    """Raise `NotAllowed` unless the operator of the machine acts. `what` begins the sentence: "Creating a portal"."""
    actor = current_actor()
    if not actor.owner:
        raise NotAllowed(
            f"{what} is for the operator of the machine ukg-sync runs on, and {actor.name} is not; nothing was done. "
            "Ask them to do it at the command line."
        )


async def role_of(actor: Actor, portal: Portal) -> Role | None:
    """The actor's role in the portal or in the top-level portal above it, whichever allows more; None if neither."""
    portals = [portal.id] if portal.parent_id is None else [portal.id, portal.parent_id]
    known_by = {"slack_user": actor.slack_user} if actor.slack_user else {"name_key": name_key(actor.name)}
    rows = await Admin.filter(portal_id__in=portals, **known_by)
    roles = [Role(row.role) for row in rows]
    return max(roles, key=list(Role).index) if roles else None


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a user that has no name
        return "someone"
