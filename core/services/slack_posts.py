"""What stands in Slack, or is to stand there: one row for each message, so that none is lost and none comes twice.

A message is put as soon as there is something to say, whoever or whatever caused it, since it is found in what is
recorded of runs, plans and notices. Only one process posts (`sender`). It notes before it asks Slack that it does so:
a message of which it is not known whether Slack has it is looked for before it is posted again.
"""

import os
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

import msgspec
from tortoise.exceptions import BaseORMException, IntegrityError
from tortoise.expressions import F
from tortoise.queryset import QuerySet

from core.clock import now
from core.store.models import SlackPost, SlackSender
from core.store.run_lock import is_alive
from core.store.transactions import write_transaction

LEASE_SECONDS = 90.0
_RENEW_SECONDS = 15.0
_SENDER = "posts"
_AT_ONCE = 50


class Kind(StrEnum):
    """What a message is about: a run, what somebody asked for in Slack, a plan that waits for an approval, a notice,
    or, in the thread of another message, more words about the same, or the file of everyone whom it counts."""

    RUN = "run"
    REQUEST = "request"
    HELD = "held"
    NOTICE = "notice"
    DETAILS = "details"
    FILE = "file"


class State(StrEnum):
    """How far a message is."""

    WAITING = "waiting"
    STANDING = "standing"
    SETTLED = "settled"
    PARKED = "parked"
    VOID = "void"


class Post(msgspec.Struct, frozen=True):
    """A message, as `SlackPost` has it. `about` is the id of what it is about; `thread` the message under which it is
    put, as Slack has it; `parent` what that one is about."""

    id: int
    portal: str
    kind: Kind
    about: str
    channel: str
    asked_by: str | None
    personal: bool
    state: State
    begun: bool
    stands_in: str | None
    ts: str | None
    file: str | None
    shown: str
    attempts: int
    created_at: datetime
    parent: "Post | None" = None

    @property
    def key(self) -> str:
        """What the message is marked with in Slack, where it can be found by it; nothing personal."""
        return f"{self.kind}/{self.id}"


async def put(
    kind: Kind,
    subject: str,
    *,
    portal_id: int,
    channel: str,
    personal: bool,
    asked_by: str | None = None,
    parent_id: int | None = None,
    state: State = State.WAITING,
) -> bool:
    """Put a message, unless there is one of the kind about the subject. Returns whether it was put.

    The same subject in several direct messages is told apart by `ID/USER`.
    """
    if await SlackPost.exists(kind=kind.value, subject=subject):
        return False
    moment = now()
    try:
        async with write_transaction():
            await SlackPost.create(
                portal_id=portal_id,
                parent_id=parent_id,
                kind=kind.value,
                subject=subject,
                channel=channel,
                asked_by=asked_by,
                personal=personal,
                state=state.value,
                due_at=moment,
                created_at=moment,
            )
    except IntegrityError:  # another process came between our look and our writing
        return False
    return True


async def waiting_posts() -> list[Post]:
    """The messages that are to be posted now, oldest first, but for those that failed before; a reply only once what it
    belongs to stands."""
    rows = (
        _rows(State.WAITING, now())
        .order_by("attempts", "id")
        .limit(_AT_ONCE)
        .prefetch_related("portal", "parent__portal")
    )
    return [_post(row) for row in await rows if row.parent is None or row.parent.ts is not None]


async def standing_posts() -> list[Post]:
    """The messages that stand and may have to change now, in the same order."""
    rows = (
        _rows(State.STANDING, now())
        .order_by("attempts", "id")
        .limit(_AT_ONCE)
        .prefetch_related("portal", "parent__portal")
    )
    return [_post(row) for row in await rows]


async def look_again(kind: Kind, about: str) -> None:
    """What the messages are about has changed: they are looked at soon."""
    same = SlackPost.filter(kind=kind.value, state=State.STANDING.value)
    for subject in await same.filter(subject__startswith=about).values_list("subject", flat=True):
        if _about(str(subject)) == about:
            await same.filter(subject=subject).update(due_at=now())


async def begin(post: Post, *, file: str | None = None) -> None:
    """Slack is about to be asked to post it; `file` is the file that is to be shared."""
    named: dict[str, Any] = {} if file is None else {"file": file}
    await SlackPost.filter(id=post.id).update(begun=True, **named)


async def not_begun(post: Post) -> None:
    """Slack was asked and has not got it: that is certain."""
    await SlackPost.filter(id=post.id).update(begun=False)


async def stands(post: Post, *, stands_in: str, ts: str, shown: str) -> None:
    """Slack has the message, with this on it; whether it is settled is told next."""
    await SlackPost.filter(id=post.id).update(
        state=State.STANDING.value,
        begun=False,
        stands_in=stands_in,
        ts=ts,
        shown=shown,
        error=None,
        attempts=0,
        due_at=now(),
        posted_at=now(),
    )


async def shows(post: Post, shown: str, *, next_look: datetime) -> None:
    """The message says this now and may change again; it is looked at next at that moment."""
    await SlackPost.filter(id=post.id).update(shown=shown, due_at=next_look, attempts=0, error=None)


async def settle(post: Post, replies: Sequence[Kind] = ()) -> None:
    """The message says all that it will ever say; `replies` are put into its thread."""
    async with write_transaction():
        await SlackPost.filter(id=post.id).update(state=State.SETTLED.value, begun=False)
        await put_replies(post, replies)


async def put_replies(post: Post, replies: Sequence[Kind]) -> None:
    """Put replies into the thread of a message that stands, each once."""
    if not replies:
        return
    row = await SlackPost.get(id=post.id)
    for kind in replies:
        await put(
            kind,
            str(post.id),
            portal_id=row.portal_id,
            channel=row.stands_in or row.channel,
            personal=row.personal,
            parent_id=row.id,
        )


async def put_off(post: Post, wait: timedelta, error: str) -> None:
    """It is tried again after a while."""
    await SlackPost.filter(id=post.id).update(due_at=now() + wait, error=error[:200], attempts=F("attempts") + 1)


async def redirect(post: Post, channel: str) -> None:
    """It goes to somebody's direct messages instead, where names may be shown to them."""
    await SlackPost.filter(id=post.id, ts__isnull=True).update(channel=channel, personal=True, begun=False)


async def give_up(post: Post, error: str) -> None:
    """Slack refuses it for good; it is kept for an admin to see."""
    await SlackPost.filter(id=post.id).update(state=State.PARKED.value, begun=False, error=error[:200])


async def leave_out(post: Post) -> None:
    """It need not be said any more."""
    await SlackPost.filter(id=post.id).update(state=State.VOID.value, begun=False)


@asynccontextmanager
async def sender() -> AsyncIterator["Sender"]:
    """Being the one process that posts, or waiting to be it; given back at the end."""
    me = Sender(uuid4().hex)
    try:
        yield me
    finally:
        with suppress(BaseORMException):  # it lapses by itself
            await SlackSender.filter(name=_SENDER, holder=me.holder).delete()


class Sender(msgspec.Struct):
    """Who posts, as long as `may_send` says so; the lease is renewed at `renew_at` (seconds since 1970)."""

    holder: str
    renew_at: float = 0.0

    async def may_send(self) -> bool:
        """Whether we have the right to post for the next while; taken and renewed as need be. False while another
        living process has it."""
        if time.time() < self.renew_at:
            return True
        may = await self._take()
        self.renew_at = time.time() + _RENEW_SECONDS if may else 0.0
        return may

    async def _take(self) -> bool:
        expires_at = time.time() + LEASE_SECONDS
        if await SlackSender.filter(name=_SENDER, holder=self.holder).update(expires_at=expires_at):
            return True
        held = await SlackSender.get_or_none(name=_SENDER)
        if held is not None and is_alive(held):
            return False
        mine: dict[str, Any] = {
            "holder": self.holder,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "expires_at": expires_at,
        }
        if held is not None:
            taken = SlackSender.filter(name=_SENDER, holder=held.holder, expires_at=held.expires_at)
            return bool(await taken.update(**mine))
        try:
            async with write_transaction():
                await SlackSender.create(name=_SENDER, **mine)
        except IntegrityError:  # another process was quicker
            return False
        return True


def _rows(state: State, moment: datetime) -> QuerySet[SlackPost]:
    return SlackPost.filter(state=state.value, due_at__lte=moment)


def _about(subject: str) -> str:
    return subject.partition("/")[0]


def _post(row: SlackPost) -> Post:
    return Post(
        id=row.id,
        portal=row.portal.slug,
        kind=Kind(row.kind),
        about=_about(row.subject),
        channel=row.channel,
        asked_by=row.asked_by,
        personal=row.personal,
        state=State(row.state),
        begun=row.begun,
        stands_in=row.stands_in,
        ts=row.ts,
        file=row.file,
        shown=row.shown,
        attempts=row.attempts,
        created_at=row.created_at,
        parent=_post(row.parent) if row.parent_id is not None and row.parent is not None else None,
    )
