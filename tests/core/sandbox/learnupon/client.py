"""A client that hides nothing: every answer as it came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import msgspec

from core.sandbox.learnupon.portal import Portal
from core.sandbox.learnupon.records import Account, Membership


@dataclass(frozen=True)
class Reply:
    """An answer; `body` is the JSON of it, or the text of another kind."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def message(self) -> str:
        assert self.body["response_type"] == "ERROR"
        text = self.body["message"]
        assert isinstance(text, str)
        return text


class Client:
    """The API of one portal with its keys of the moment."""

    def __init__(self, portal: Portal, session: aiohttp.ClientSession) -> None:
        self.portal = portal
        self.session = session

    async def ask(
        self, method: str, path: str, body: object = None, *, keys: tuple[str, str] | None = None, **query: Any
    ) -> Reply:
        """A call below /api/v1, or of the path as it is when it begins with a slash; bytes are sent as they are."""
        url = self.portal.url + (path if path.startswith("/") else f"/api/v1/{path}")
        username, password = keys or (self.portal.username, self.portal.password)
        headers = {"Authorization": aiohttp.encode_basic_auth(username, password)}
        data = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        if data is not None:
            headers["Content-Type"] = "application/json"
        async with self.session.request(method, url, params=query, data=data, headers=headers) as answer:
            raw = await answer.read()
            body = msgspec.json.decode(raw) if answer.content_type == "application/json" else raw.decode()
            return Reply(answer.status, body, answer.headers)

    async def get(self, path: str, **query: Any) -> Reply:
        return await self.ask("GET", path, **query)

    async def delete(self, path: str) -> Reply:
        return await self.ask("DELETE", path)

    async def create(self, **fields: Any) -> Reply:
        """POST users, with a password unless one is given."""
        return await self.ask("POST", "users", {"User": {"password": "long enough"} | fields})

    async def update(self, user_id: int, **fields: Any) -> Reply:
        return await self.ask("PUT", f"users/{user_id}", {"User": fields})

    async def invite(self, email: str, **fields: Any) -> Reply:
        return await self.ask("POST", "portal_invite", {"Invite": {"email": email} | fields})

    async def control(self, button: str, **body: Any) -> Reply:
        return await self.ask("POST", f"/sandbox/{button}", body)

    async def user(self, user_id: int, **query: Any) -> dict[str, Any]:
        """One user, read back."""
        reply = await self.get(f"users/{user_id}", **query)
        assert reply.status == 200, reply
        (row,) = reply.body["user"]
        assert isinstance(row, dict)
        return row

    async def emails(self, **query: Any) -> list[str]:
        """The e-mails of a page of the list."""
        return [row["email"] for row in (await self.get("users", **query)).body["user"]]

    def holds(self, email: str) -> Membership | None:
        """The member with this e-mail, without asking the API."""
        return next((one for one in self.portal.members.values() if one.account.email == email), None)


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 10, 9, 0, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


def account_of(membership: Membership | None) -> Account:
    assert membership is not None
    return membership.account
