"""Portals under test: each kind behind one face, so that one suite judges them all."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Protocol

import msgspec

from core.clock import now
from core.domain.custom_fields import FieldType
from core.domain.email import email_key
from core.portals.base import PortalPort
from core.portals.embedded.portal import EmbeddedPortal
from core.portals.learnupon.client import Account, LearnUponClient, Patience
from core.portals.learnupon.habits import Habits
from core.portals.learnupon.looking import Looking
from core.portals.learnupon.pace import Pace
from core.portals.learnupon.portal import LearnUponPortal
from core.sandbox.learnupon.portal import Portal
from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import FieldType as TypeId
from core.sandbox.learnupon.records import Membership, UserType
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from core.services.fields import add_field
from core.services.portals import create_portal
from core.store import models

TYPE_IDS = {
    FieldType.STRING: TypeId.STRING,
    FieldType.DECIMAL: TypeId.DECIMAL,
    FieldType.INTEGER: TypeId.INTEGER,
    FieldType.STRING_CHOICE: TypeId.STRING_CHOICE,
    FieldType.DECIMAL_CHOICE: TypeId.DECIMAL_CHOICE,
    FieldType.INTEGER_CHOICE: TypeId.INTEGER_CHOICE,
    FieldType.DATE: TypeId.DATE,
}


class Harness(Protocol):
    """A portal of one kind, and what an admin could do in it by hand."""

    port: PortalPort

    async def add_field(self, label: str, kind: FieldType, choices: Sequence[str] = ()) -> None:
        """A custom user data field."""

    async def add_account(self, email: str, **values: Any) -> str:
        """An account made by hand, active unless `values` say otherwise; returns its id."""

    async def edit(self, learner_id: str, **values: Any) -> None:
        """Somebody edits an account by hand."""

    async def remove(self, learner_id: str) -> None:
        """Somebody removes an account."""

    async def link(self, learner_id: str, employee_id: str) -> None:
        """Tie an employee to an account, as a run does."""

    async def look(self) -> None:
        """The port learns what was done by hand."""

    async def neighbour(self) -> "Harness":
        """Another portal of the same kind."""

    async def check(self) -> None:
        """What the port says of everyone is what the portal really holds."""


async def _link(portal_id: int, learner_id: str, employee_id: str) -> None:
    await models.Link.create(
        portal_id=portal_id,
        employee_id=employee_id,
        learner_id=int(learner_id),
        digest="",
        settled_revision=1,
        linked_at=now(),
    )


class EmbeddedHarness:
    """The embedded portal, over its tables."""

    def __init__(self, row: models.Portal) -> None:
        self.row = row
        self.port: PortalPort = EmbeddedPortal(row)

    async def add_field(self, label: str, kind: FieldType, choices: Sequence[str] = ()) -> None:
        await add_field(self.row.slug, label, kind, choices)

    async def add_account(self, email: str, **values: Any) -> str:
        defaults: dict[str, Any] = {
            "first_name": "",
            "last_name": "",
            "user_type": "learner",
            "status": "active",
            "accepted": True,
            "source": "manual",
            "custom": {},
            "created_at": now(),
            "created_by": "an admin",
        }
        given = _columns(defaults | values)
        row = await models.Learner.create(portal_id=self.row.id, email=email, email_key=email_key(email), **given)
        return str(row.id)

    async def edit(self, learner_id: str, **values: Any) -> None:
        row = await models.Learner.get(id=int(learner_id))
        if "email" in values:
            values["email_key"] = email_key(values["email"])
        await row.update_from_dict(_columns(values) | {"revision": row.revision + 1}).save()

    async def remove(self, learner_id: str) -> None:
        await models.Learner.filter(id=int(learner_id)).delete()

    async def link(self, learner_id: str, employee_id: str) -> None:
        await _link(self.row.id, learner_id, employee_id)

    async def look(self) -> None:
        """What was done by hand was done in the tables."""

    async def neighbour(self) -> Harness:
        return EmbeddedHarness(await create_portal("neighbour"))

    async def check(self) -> None:
        """The tables are the portal."""


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    return {name: msgspec.json.encode(value).decode() if name == "custom" else value for name, value in values.items()}


class LearnUponHarness:
    """A LearnUpon portal in the stand-in; what is done by hand there is seen by the next reading of everyone."""

    def __init__(self, row: models.Portal, sandbox: LearnUponSandbox, portal: Portal, stack: AsyncExitStack) -> None:
        self.row = row
        self.sandbox = sandbox
        self.portal = portal
        self._stack = stack
        account = Account(portal.url, portal.username, portal.password)
        patience = Patience(first_wait=0.002, longest_wait=0.01, attempts=3, read_timeout=5.0)
        self.client = LearnUponClient(account, Pace(1_000_000), patience)
        self.looking = Looking(row, self.client, Habits())
        self.port: PortalPort = LearnUponPortal(row, self.client, self.looking.habits)

    async def add_field(self, label: str, kind: FieldType, choices: Sequence[str] = ()) -> None:
        self.sandbox.realm.add_field(self.portal, label, TYPE_IDS[kind], *choices)
        await self.look()

    async def add_account(self, email: str, **values: Any) -> str:
        member = self.sandbox.realm.add_user(self.portal, email)
        self._set(member, {"accepted": True} | values)
        await self.look()
        row = await models.Learner.get(portal_id=self.row.id, remote_id=str(member.account.id))
        return str(row.id)

    def _set(self, member: Membership, values: dict[str, Any]) -> None:
        realm, account = self.sandbox.realm, member.account
        for name in ("first_name", "last_name"):
            setattr(account, name, values.get(name, getattr(account, name)))
        realm.rename(account, email=values.get("email"))
        member.user_type = UserType(values.get("user_type", member.user_type))
        member.account_expires = values.get("account_expires", member.account_expires)
        if values.get("accepted"):
            realm.sign_in(member)
        if "status" in values:
            realm.enable(self.portal, member, values["status"] == "active")
        if "custom" in values:
            ids = {field.label: field.id for field in self.portal.fields.values()}
            member.values = {ids[label]: str(value) for label, value in values["custom"].items()}

    async def edit(self, learner_id: str, **values: Any) -> None:
        self._set(await self.member(learner_id), values)
        await self.look()

    async def member(self, learner_id: str) -> Membership:
        """The account as the stand-in has it."""
        row = await models.Learner.get(id=int(learner_id))
        return self.portal.members[int(row.remote_id or 0)]

    async def remove(self, learner_id: str) -> None:
        self.sandbox.realm.leave(self.portal, (await self.member(learner_id)).account)

    async def link(self, learner_id: str, employee_id: str) -> None:
        await _link(self.row.id, learner_id, employee_id)

    async def look(self) -> None:
        await self.looking.look(fully=True)

    async def neighbour(self) -> Harness:
        return await _connected("neighbour", self.sandbox, self.sandbox.portal("sub"), self._stack)

    async def check(self) -> None:
        """Everyone is read again: nothing is another than the port had said."""
        before = await self._everyone()
        seen = await self.looking.look(fully=True)
        assert (seen.new, seen.edited, seen.gone) == (0, 0, 0), seen
        assert await self._everyone() == before

    async def _everyone(self) -> dict[str, Any]:
        ids = await models.Learner.filter(portal_id=self.row.id).values_list("id", flat=True)
        return await self.port.learners_by_id([str(each) for each in ids])


async def embedded(stack: AsyncExitStack) -> Harness:
    """An embedded portal in New York."""
    return EmbeddedHarness(await create_portal("acme", timezone="America/New_York"))


async def learnupon(stack: AsyncExitStack, **settings: Any) -> LearnUponHarness:
    """A LearnUpon portal in New York, in a stand-in with these settings."""
    sandbox = LearnUponSandbox(LearnUponSettings(**{"rate_limit": None, **settings}), realm=Realm("top", "sub"))
    await stack.enter_async_context(sandbox)
    return await _connected("acme", sandbox, sandbox.realm.top, stack)


async def _connected(slug: str, sandbox: LearnUponSandbox, portal: Portal, stack: AsyncExitStack) -> LearnUponHarness:
    row = await create_portal(slug, kind="learnupon", timezone="America/New_York")
    await models.LearnUponAccount.create(
        portal_id=row.id, url=portal.url, secrets="", status="active", connected_at=now()
    )
    harness = LearnUponHarness(row, sandbox, portal, stack)
    await stack.enter_async_context(harness.client)
    return harness


KINDS = {"embedded": embedded, "learnupon": learnupon}
