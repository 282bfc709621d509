"""Portals under test: each kind behind one face, so that one suite judges them all."""

import secrets
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
from core.portals.learnupon.mirror import Seen
from core.portals.learnupon.pace import Pace
from core.portals.learnupon.portal import LearnUponPortal
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.invites import accept
from core.sandbox.learnupon.portal import Portal
from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import Field, Invite, InviteStatus, Membership, UserType
from core.sandbox.learnupon.records import FieldType as TypeId
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
        self._saved = msgspec.json.encode(Habits())
        self._connect(Habits())

    def _connect(self, habits: Habits) -> None:
        account = Account(self.portal.url, self.portal.username, self.portal.password)
        patience = Patience(first_wait=0.002, longest_wait=0.01, attempts=3, read_timeout=5.0)
        self.client = LearnUponClient(account, Pace(1_000_000), patience)
        self._stack.push_async_exit(self.client)
        self.looking = Looking(self.row, self.client, habits)
        self.port: PortalPort = LearnUponPortal(self.row, self.client, habits)

    def begin_anew(self, *, killed: bool = False) -> None:
        """Another process goes on; of one that was `killed` it does not have what was learnt last."""
        if not killed:
            self._saved = msgspec.json.encode(self.looking.habits)
        self._connect(msgspec.json.decode(self._saved, type=Habits))

    async def add_field(self, label: str, kind: FieldType, choices: Sequence[str] = ()) -> None:
        self.declare(label, kind, choices)
        await self.look()

    def declare(self, label: str, kind: FieldType = FieldType.STRING, choices: Sequence[str] = ()) -> Field:
        """A field that nobody has heard of yet."""
        return self.sandbox.realm.add_field(self.portal, label, TYPE_IDS[kind], *choices)

    def named(self, email: str) -> Membership:
        """The account with this address, as the stand-in has it."""
        member = self.sandbox.realm.member(self.portal, email)
        assert member is not None
        return member

    async def add_account(self, email: str, **values: Any) -> str:
        member = self.put_in(email, **values)
        await self.look()
        row = await models.Learner.get(portal_id=self.row.id, remote_id=str(member.account.id))
        return str(row.id)

    def put_in(self, email: str, **values: Any) -> Membership:
        """An account made by hand that nobody has heard of yet."""
        member = self.sandbox.realm.add_user(self.portal, email)
        self.set(member, **{"accepted": True} | values)
        return member

    def set(self, member: Membership, **values: Any) -> None:
        """Somebody edits an account by hand, and nobody has heard of it yet."""
        realm, account = self.sandbox.realm, member.account
        account.locale = values.get("language", account.locale)
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
        self.set(await self.member(learner_id), **values)
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

    async def glance(self) -> Seen:
        """What every run does before it plans."""
        return await self.looking.look(fully=False)

    def invite_by_hand(self, email: str) -> Invite:
        """An admin invites somebody."""
        realm = self.sandbox.realm
        invite = Invite(id=realm.next_id(), token=secrets.token_hex(8), created_at=realm.clock(), email=email)
        self.portal.keep_invite(invite)
        return invite

    def withdraw_by_hand(self, email: str) -> None:
        """An admin withdraws an invitation."""
        invite = self.portal.pending[email.casefold()]
        if self.sandbox.settings.deleted_invite == "gone":
            self.portal.drop_invite(invite)
        else:
            self.portal.settle_invite(invite)
            invite.status = InviteStatus.CANCELED

    def accept(self, email: str) -> Membership:
        """Whoever is invited follows the link in their mail."""
        call = Call(self.sandbox.realm, self.portal, self.sandbox.settings, self.sandbox.realm.clock(), {}, b"")
        return accept(call, self.portal.pending[email.casefold()])

    def users(self) -> dict[str, dict[str, Any]]:
        """Everyone the stand-in has in this portal, by e-mail in lower case."""
        labels = {field.id: field.label for field in self.portal.fields.values()}
        return {
            (member.account.email or "").casefold(): {
                "names": (member.account.first_name or "", member.account.last_name or ""),
                "enabled": member.enabled,
                "expires": member.account_expires,
                "language": member.account.locale,
                "custom": {labels[field_id]: value for field_id, value in member.values.items()},
            }
            for member in self.portal.members.values()
        }

    def invited(self) -> list[str]:
        """To whom an invitation is open; an address may be there twice."""
        open_ones = [each for each in self.portal.invites.values() if each.status is InviteStatus.SENT]
        return sorted((each.email or "").casefold() for each in open_ones)

    async def neighbour(self) -> Harness:
        return await _connected("neighbour", self.sandbox, self.sandbox.portal("sub"), self._stack)

    async def check(self) -> None:
        """Everyone is read again: nothing is another than the port had said, and nobody is there twice."""
        assert len(self.users()) == len(self.portal.members)
        assert len(set(self.invited())) == len(self.invited())
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
    return LearnUponHarness(row, sandbox, portal, stack)


KINDS = {"embedded": embedded, "learnupon": learnupon}
