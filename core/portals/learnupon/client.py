"""What a sync asks of LearnUpon, call by call (facts/learnupon-api.md, sections 2 to 4)."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx
import msgspec
from msgspec import UNSET

from core.domain.custom_fields import CustomField, CustomValue
from core.domain.email import email_key
from core.portals.learnupon.connection import CHECK, Account, Connection, Patience
from core.portals.learnupon.errors import (
    NOT_FOR_THIS_PERSON,
    NoSuchUser,
    Refused,
    StopEverything,
    TryAgainLater,
    Unsure,
    once_written,
)
from core.portals.learnupon.pace import Pace
from core.portals.learnupon.paging import read_page, read_pages
from core.portals.learnupon.records import Invite, InviteStatus, Newcomer, User, UserChange, invite_of, user_of
from core.portals.learnupon.refusals import Call
from core.portals.learnupon.values import Definitions, label_key
from core.portals.learnupon.wire import Envelope, InvitePage, Made, UserPage, decode, is_json_object

__all__ = ["Account", "LearnUponClient", "Patience"]

# The version that tells `updated_at`.
_VERSION = "1.1"


class LearnUponClient:
    """An async context manager over one portal. Every method raises `LearnUponError`.

    Several calls may be under way at once. Clients of the same portal share its `Pace` unless they are given another.
    """

    def __init__(self, account: Account, pace: Pace | None = None, patience: Patience | None = None) -> None:
        self._connection = Connection(account, pace, patience)
        self._definitions: Definitions | None = None
        self._blank: str | None = ""
        self._emptied_well: set[str] = set()  # what was seen to be emptied by it
        self._emptying = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.__aexit__(kind, error, trace)

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self._connection.requests

    @property
    def pace(self) -> Pace:
        """The portal's budget of requests, for an estimate before a big load."""
        return self._connection.pace

    async def check(self) -> None:
        """See whether the address and the API keys are right, with one request that changes nothing."""
        await self.definitions()

    async def definitions(self) -> list[CustomField]:
        """The portal's custom user data fields with their choices, read anew."""
        self._definitions = await self._connection.ask(CHECK, _read_definitions)
        return self._definitions.fields

    async def fitting(self, values: Mapping[str, CustomValue]) -> dict[str, CustomValue]:
        """Those of a person's values, by label, that the portal's fields still take; the others may not be sent."""
        if not values:
            return {}
        if self._definitions is None:
            await self.definitions()
        assert self._definitions is not None
        return self._definitions.fitting(values)

    async def everyone(self, *, enabled: bool | None = None) -> AsyncIterator[list[User]]:
        """All users, page by page; with `enabled` only those, or only the disabled ones."""
        query: dict[str, str | int] = {"version_id": _VERSION}
        if enabled is not None:
            query["login_enabled"] = "true" if enabled else "false"
        async for page in read_pages(self._connection, Call("reading the users", "GET", "/users", query), self._users):
            fitting = [user for user in page if enabled is None or user.enabled is enabled]
            if fitting:
                yield fitting

    async def user(self, user_id: str) -> User:
        """The user with this id. Raises `NoSuchUser`."""
        call = Call(
            "reading one user", "GET", _path("users", user_id), {"version_id": _VERSION}, person=True, known=True
        )
        found = await self._connection.ask(call, self._users)
        return _the_one(found, (user for user in found if user.id == user_id))

    async def find(self, email: str) -> User | None:
        """The user of this portal with this e-mail, None if there is none; pending ones are no users yet."""
        email = email.strip()
        # Whether the search minds upper case is not established.
        for spelling in dict.fromkeys((email, email.lower())):
            found = await self._search("email", spelling)
            if found:
                return _the_one(found, (user for user in found if email_key(user.email) == email_key(email)))
        return None

    async def find_username(self, username: str) -> User | None:
        """The user of this portal with this username, None if there is none."""
        found = await self._search("username", username)
        fitting = (user for user in found if user.username.casefold() == username.casefold())
        return _the_one(found, fitting) if found else None

    async def _search(self, name: str, value: str) -> list[User]:
        query: dict[str, str | int] = {name: value, "version_id": _VERSION}
        call = Call("looking for one user", "GET", "/users/search", query, person=True, known=True, private=(value,))
        try:
            return await self._connection.ask(call, self._users)
        except NoSuchUser:
            return []

    async def create(self, newcomer: Newcomer) -> str:
        """Make an account and return its id. Its password is random, nobody knows it, and the first login changes it.

        Raises `AlreadyExists` when the address has an account anywhere in the realm.
        """
        fields = {
            **_identity(newcomer),
            "password": f"{secrets.token_urlsafe(32)}-aA1",  # with every kind of character that a policy may want
            "change_password_on_first_login": True,
            "first_name": newcomer.first_name,
            "last_name": newcomer.last_name,
            **(await self._optional(newcomer, "account_expires")),
        }
        return await self._make("creating an account", "/users", "User", fields, newcomer)

    async def invite(self, newcomer: Newcomer) -> str:
        """Invite a person by mail, which LearnUpon sends, and return the invite's id.

        Raises `AlreadyInvited` when there is an open invite.
        """
        fields = {
            **_identity(newcomer),
            "first_name": newcomer.first_name,
            "last_name": newcomer.last_name,
            **(await self._optional(newcomer, "expires_at")),
        }
        return await self._make("inviting a person", "/portal_invite", "Invite", fields, newcomer)

    async def update(self, user_id: str, change: UserChange) -> None:
        """Write what changed, and only that.

        Whether an empty text or a null empties a value is not established, so the first time a field is to be empty it
        is read back, and tried the other way if it is not. Other writes, too, may be answered well and change nothing
        (facts, section 1.5): read back what matters. Raises `NoSuchUser`, and `AlreadyExists` when the new address is
        taken.
        """
        if _blanked(change) <= self._emptied_well:
            await self._update(user_id, change, self._blank)
            return
        async with self._emptying:
            proved = _blanked(change) <= self._emptied_well
            await (self._update(user_id, change, self._blank) if proved else self._empty(user_id, change))

    async def _empty(self, user_id: str, change: UserChange) -> None:
        if not await self._emptied(user_id, change, self._blank):
            other = None if self._blank == "" else ""
            with once_written():
                emptied = await self._emptied(user_id, change, other)
            if not emptied:
                raise Refused(
                    "LearnUpon did not empty a value, although it said nothing against it. The other values of this "
                    "person were sent. Empty it in LearnUpon by hand."
                )
            self._blank, self._emptied_well = other, set()
        self._emptied_well |= _blanked(change)

    async def invites(self, group_id: str | None = None) -> AsyncIterator[list[Invite]]:
        """All invites, or those to one group, page by page, whatever became of them."""
        query: dict[str, str | int] = {} if group_id is None else {"group_id": group_id}
        call = Call("reading the invites", "GET", "/group_invites", query)
        async for page in read_pages(self._connection, call, _read_invites):
            fitting = [invite for invite in page if group_id is None or invite.group_id == group_id]
            if fitting:
                yield fitting

    async def some_invites(self, page: int) -> tuple[list[Invite], bool]:
        """One page of all invites, from 1, and whether there are more."""
        call = Call("reading the invites", "GET", "/group_invites")
        return await read_page(self._connection, call, _read_invites, page)

    async def delete(self, user_id: str) -> None:
        """Remove a user with their training history. Raises `NoSuchUser`, and `Refused` when they are there still: some
        deletions are answered well and do nothing (facts, section 1.5)."""
        call = Call("removing an account", "DELETE", _path("users", user_id), person=True, known=True)
        await self._connection.ask(call, _done)
        try:
            await self.user(user_id)
        except NoSuchUser:
            return
        except (TryAgainLater, StopEverything) as error:
            raise Unsure(
                "LearnUpon was asked to remove an account and could not be read afterwards, so it may have done it or "
                "not. The next sync looks before it writes."
            ) from error
        raise Refused("LearnUpon did not remove an account, although it said nothing against it. Remove it by hand.")

    async def cancel_invite(self, invite_id: str) -> None:
        """Void an invite. Raises `NoSuchUser` when there is none with this id, and `Refused` when it is open still."""
        path = _path("group_invites", invite_id)
        await self._connection.ask(Call("cancelling an invite", "DELETE", path, person=True, known=True), _done)
        read = Call("reading one invite", "GET", path, person=True, known=True)
        try:
            with once_written():
                found = await self._connection.ask(read, _read_invites)
        except NoSuchUser:
            return
        if any(invite.id == invite_id and invite.status is InviteStatus.SENT for invite in found):
            raise Refused(
                "LearnUpon did not withdraw an invitation, although it said nothing against it. Withdraw it by hand."
            )

    async def _make(self, doing: str, path: str, wrapper: str, fields: dict[str, Any], newcomer: Newcomer) -> str:
        body = msgspec.json.encode({wrapper: fields})
        call = Call(doing, "POST", path, body=body, person=True, private=_private(newcomer, newcomer.custom))
        return await self._connection.ask(call, _read_id)

    async def _emptied(self, user_id: str, change: UserChange, blank: str | None) -> bool:
        """Write, and see whether what is to be empty is. A portal that refuses this form of nothing has not."""
        try:
            await self._update(user_id, change, blank)
        except Refused:
            if blank != self._blank:
                raise
            return False
        try:
            user = await self.user(user_id)
        except (TryAgainLater, StopEverything) as error:
            raise Unsure(
                "LearnUpon was asked to empty a value and could not be read afterwards, so it may have done it or not. "
                "The next sync looks before it writes."
            ) from error
        held = {label_key(label) for label in user.custom}
        kept = {label_key(label) for label, value in change.custom.items() if value is None} & held
        return not kept and not (change.account_expires is None and user.account_expires is not None)

    async def _update(self, user_id: str, change: UserChange, blank: str | None) -> None:
        fields: dict[str, Any] = {}
        for name, value in (
            ("new_email", change.email),
            ("first_name", change.first_name),
            ("last_name", change.last_name),
            ("enabled", change.enabled),
            ("language", change.language),
        ):
            if value is not UNSET:
                fields[name] = value
        if change.account_expires is not UNSET:
            fields["account_expires"] = blank if change.account_expires is None else change.account_expires
        if change.custom:
            fields["CustomData"] = await self._custom_data(change.custom, blank)
        if not fields:
            return
        call = Call(
            "updating an account",
            "PUT",
            _path("users", user_id),
            body=msgspec.json.encode({"User": fields}),
            person=True,
            known=True,
            private=_private(change, change.custom),
        )
        await self._connection.ask(call, _done)

    async def _optional(self, newcomer: Newcomer, expiry: str) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if newcomer.account_expires is not None:
            fields[expiry] = newcomer.account_expires
        held = {label: value for label, value in newcomer.custom.items() if value is not None}
        if held:
            fields["CustomData"] = await self._custom_data(held)
        return fields

    async def _custom_data(self, values: Mapping[str, CustomValue], blank: str | None = None) -> dict[str, Any]:
        """Values by definition id; definitions are read when first needed, and again for a label that is new."""
        definitions = self._definitions
        if definitions is None or any(definitions.field(label) is None for label in values):
            await self.definitions()
        assert self._definitions is not None
        return self._definitions.body(values, blank)

    def _users(self, response: httpx.Response) -> list[User] | None:
        """The users of an answer, None if it is no such list. Values are read by the definitions beside them."""
        page = decode(response.content, UserPage)
        if page is None or page.user is None:
            return None
        definitions = self._definitions if page.definitions is None else Definitions(page.definitions)
        users = [user_of(row, definitions or Definitions(())) for row in page.user]
        known = [user for user in users if user is not None]
        return known if len(known) == len(users) else None


def _blanked(change: UserChange) -> set[str]:
    """What a change empties, by key: labels, and the expiry."""
    labels = {label_key(label) for label, value in change.custom.items() if value is None}
    return labels | ({"account_expires"} if change.account_expires is None else set())


def _identity(newcomer: Newcomer) -> dict[str, str]:
    named = {} if newcomer.username is None else {"username": newcomer.username}
    return {"email": newcomer.email, **named}


def _path(collection: str, item_id: str) -> str:
    """The path of one item; 0 is none: with it LearnUpon would pick a user by what the body says."""
    if not item_id.strip("0 "):
        raise NoSuchUser(f"'{item_id}' is the id of nobody in LearnUpon. {NOT_FOR_THIS_PERSON}")
    return f"/{collection}/{quote(item_id, safe='')}"


def _the_one(found: Sequence[User], fitting: Iterable[User]) -> User:
    """The one asked for: an ignored filter is answered with everyone and no word (facts, section 1.2)."""
    user = next(iter(fitting), None)
    if user is None:
        raise Refused(
            f"LearnUpon answered with {len(found)} other users than the one asked for. {NOT_FOR_THIS_PERSON} Look for "
            "this person in LearnUpon by hand."
        )
    return user


def _private(fields: Newcomer | UserChange, custom: dict[str, CustomValue]) -> tuple[str, ...]:
    """What of a write must not come back in a sentence."""
    values = (fields.email, fields.first_name, fields.last_name, *custom.values())
    return tuple(str(value) for value in values if isinstance(value, str | int) and not isinstance(value, bool))


def _read_definitions(response: httpx.Response) -> Definitions | None:
    envelope = decode(response.content, Envelope)
    return None if envelope is None or envelope.definitions is None else Definitions(envelope.definitions)


def _read_invites(response: httpx.Response) -> list[Invite] | None:
    page = decode(response.content, InvitePage)
    if page is None or page.group_invite is None:
        return None
    invites = [invite_of(row) for row in page.group_invite]
    known = [invite for invite in invites if invite is not None]
    return known if len(known) == len(invites) else None


def _read_id(response: httpx.Response) -> str | None:
    made = decode(response.content, Made)
    return made.new_id if made is not None else None


def _done(response: httpx.Response) -> bool | None:
    """A success may say `{}`, `{"id": …}` or `{"success": "ok"}`, or nothing at all."""
    return True if not response.content.strip() or is_json_object(response.content) else None
