"""Bringing what is to be said to Slack: every message once, however long Slack was away, and edited at a gentle pace.

See `core.services.slack_posts` for how a message is kept from being lost or coming twice.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.posts.finding import find, is_shared
from bot.posts.pace import Pace
from bot.posts.posting import conversation_of, edit_message, post_message, share, upload
from bot.posts.saying import NothingToSay, NotYet, Saying
from bot.posts.says import file_of, replies_at_once, say
from bot.posts.verdicts import Verdict, seconds_to_wait, verdict_of
from bot.troubles import TROUBLES, reason_of
from core.clock import now
from core.domain.errors import SettingsError
from core.services import slack_channels, slack_posts
from core.services.acting import AUTOMATION, acting_as
from core.services.slack_news import put_news
from core.services.slack_posts import Kind, Post, Sender

POLL_SECONDS = 2.0
_LONGEST_PAUSE = 60.0
_KEPT = timedelta(days=7)
_MOST_TRIES = 30
_SECONDS_TO_END = 5.0

_log = logging.getLogger(__name__)


class _Paused(Exception):
    """Nothing more is sent for now."""


class Sending:
    """Posts and edits for as long as `work` runs; `clock` gives seconds."""

    def __init__(self, client: AsyncWebClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client, self._clock, self._pace = client, clock, Pace(clock)
        self._paused_until, self._failures, self._said = 0.0, 0, ""

    async def work(self, stop: asyncio.Event, *, poll_seconds: float = POLL_SECONDS) -> None:
        """Bring everything to Slack until `stop` is set, looking every few seconds. No trouble ends it."""
        with acting_as(AUTOMATION):
            async with slack_posts.sender() as sender:
                while not stop.is_set():
                    await self._look_unless(stop, sender)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), poll_seconds)

    async def _look_unless(self, stop: asyncio.Event, sender: Sender) -> None:
        """Look once; if it is to end meanwhile, what is in hand gets a little time. What is broken off then is known
        to be in doubt, and is looked for the next time."""
        looking, stopped = asyncio.ensure_future(self.look(sender)), asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({looking, stopped}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({looking}, timeout=_SECONDS_TO_END)
        finally:
            stopped.cancel()
            looking.cancel()  # without effect on what is done
            await asyncio.wait({looking})
        error = None if looking.cancelled() else looking.exception()
        if error is not None:
            self._tell(f"Messages for Slack wait: {type(error).__name__}.")
            self._pause(0)

    async def look(self, sender: Sender) -> None:
        """Put what is new, post what waits, bring what stands up to date; as far as we are the one that sends."""
        if self._clock() < self._paused_until or not await sender.may_send():
            return
        await put_news()
        try:
            for post in await slack_posts.waiting_posts():
                if not await sender.may_send():
                    return
                await self._bring(post)
            for post in await slack_posts.standing_posts():
                await self._bring_up_to_date(post)
        except _Paused:
            return

    async def _bring(self, post: Post) -> None:
        try:
            await (self._share(post) if post.kind == Kind.FILE else self._post(post))
        except NotYet:
            return
        except NothingToSay:
            await slack_posts.leave_out(post)
        except TROUBLES as error:
            await self._fail(post, error)
        except Exception as error:
            await self._fault(post, error)

    async def _post(self, post: Post) -> None:
        saying = await say(post)
        conversation = await conversation_of(self._client, post.channel)
        ts = await self._found(post, conversation) if post.begun else None
        if ts is None:
            await slack_posts.begin(post)
            conversation, ts = await post_message(
                self._client, post, saying.content, conversation, loud=saying.loud and post.parent is not None
            )
        await slack_posts.stands(post, stands_in=conversation, ts=ts, shown=saying.digest)
        await slack_posts.put_replies(post, await replies_at_once(post))
        await self._worked(post)
        if saying.settled:
            await slack_posts.settle(post, saying.replies)

    async def _found(self, post: Post, conversation: str) -> str | None:
        try:
            return await find(self._client, post, conversation)
        except SlackApiError as error:
            if reason_of(error) != "missing_scope":
                raise
            _log.error("The app may not read its channels' history, so a message may come twice. Install it again.")
            return None

    async def _share(self, post: Post) -> None:
        parent = post.parent
        assert parent is not None, "a file is a reply"
        place = str(parent.stands_in)
        if not (post.begun and post.file and await is_shared(self._client, post, place)):
            name, body, people = await file_of(post)
            if not people:
                raise NothingToSay
            file = await upload(self._client, name, body)
            await slack_posts.begin(post, file=file)
            await share(self._client, post, file, f"{people:,} {'person' if people == 1 else 'people'}", place)
        await slack_posts.stands(post, stands_in=place, ts=str(parent.ts), shown="")
        await self._worked(post)
        await slack_posts.settle(post)

    async def _bring_up_to_date(self, post: Post) -> None:
        try:
            saying = await say(post)
            if saying.digest != post.shown:
                if not self._pace.allows(post.id, live=saying.live):
                    return
                self._pace.edited(post.id, over=saying.settled)
                await edit_message(self._client, post, saying.content)
                await self._worked(post)
            await self._changed(post, saying)
        except (NotYet, NothingToSay):
            await slack_posts.settle(post)
        except TROUBLES as error:
            await self._fail(post, error)
        except Exception as error:
            await self._fault(post, error)

    async def _changed(self, post: Post, saying: Saying) -> None:
        if saying.digest == post.shown and not saying.settled and not saying.look_after:
            return
        await slack_posts.shows(post, saying.digest, next_look=now() + saying.look_after)
        await slack_posts.put_replies(post, await replies_at_once(post))
        if saying.settled:
            await slack_posts.settle(post, saying.replies)

    async def _fail(self, post: Post, error: Exception) -> None:
        """Do what the error asks for; raises `_Paused` when it concerns everything."""
        verdict, reason = verdict_of(error), reason_of(error)
        if verdict is not Verdict.AWAY and post.ts is None:
            await slack_posts.not_begun(post)
        match verdict:
            case Verdict.SLOWER:
                self._pause(seconds_to_wait(error))
                raise _Paused
            case Verdict.AWAY:
                if not self._failures:  # others got through: next time they go first
                    await slack_posts.put_off(post, timedelta(0), reason)
                self._tell(f"Slack cannot be reached ({reason}); messages wait and nothing is lost.")
                self._pause(0)
                raise _Paused
            case Verdict.TOKEN if post.kind == Kind.FILE and reason == "missing_scope":
                await self._give_up(post, reason)
            case Verdict.TOKEN:
                self._tell(
                    f"Slack does not accept the app's token ({reason}); messages wait and nothing is lost. Install the "
                    "app again and set SLACK_BOT_TOKEN.",
                    logging.ERROR,
                )
                await slack_channels.unreachable(post.portal, _NOT_ACCEPTED.format(portal=post.portal, reason=reason))
                self._pause(_LONGEST_PAUSE)
                raise _Paused
            case Verdict.GONE:
                await (slack_posts.settle(post) if post.ts is not None else slack_posts.leave_out(post))
            case Verdict.PLACE:
                await self._shut_out(post, reason)
            case _:
                _log.error("Slack did not take a message about %s (%s).", post.portal, reason)
                if post.attempts + 1 >= _MOST_TRIES:
                    await self._give_up(post, reason)
                else:
                    await slack_posts.put_off(post, _wait(post.attempts), reason)

    async def _shut_out(self, post: Post, reason: str) -> None:
        """We are not let in. Whoever asked is told directly; a channel's admins are, and it waits for them."""
        if post.asked_by is not None and post.channel != post.asked_by:
            told = slack_posts.redirect(post, post.asked_by) if post.ts is None else slack_posts.settle(post)
            await told
            return
        if post.channel[:1] not in "CG":
            await self._give_up(post, reason)
            return
        await slack_channels.unreachable(
            post.portal, _SHUT_OUT.format(portal=post.portal, channel=f"<#{post.channel}>", reason=reason)
        )
        if now() - post.created_at > _KEPT:
            await self._give_up(post, reason)
        else:
            await slack_posts.put_off(post, _wait(post.attempts), reason)

    async def _give_up(self, post: Post, reason: str) -> None:
        _log.error("A message about %s is given up: Slack does not take it (%s).", post.portal, reason)
        await slack_posts.give_up(post, reason)

    async def _fault(self, post: Post, error: Exception) -> None:
        """A fault of ours in one message does not keep the others back."""
        sentence = str(error) if isinstance(error, SettingsError) else type(error).__name__
        _log.error("A message about %s could not be made (%s).", post.portal, sentence)
        if post.attempts + 1 >= _MOST_TRIES:
            await self._give_up(post, "fault")
        else:
            await slack_posts.put_off(post, _wait(post.attempts), "fault")

    async def _worked(self, post: Post) -> None:
        if self._said:
            _log.warning("Messages reach Slack again.")
        self._failures, self._said = 0, ""
        if post.channel[:1] in "CG":
            await slack_channels.reached(post.portal)

    def _pause(self, seconds: float) -> None:
        """Send nothing for so many seconds; if none are given, for longer each time."""
        self._failures += 1
        longer = min(2.0 ** min(self._failures, 10), _LONGEST_PAUSE)
        self._paused_until = self._clock() + (seconds or longer)

    def _tell(self, sentence: str, level: int = logging.WARNING) -> None:
        if sentence != self._said:
            _log.log(level, "%s", sentence)
        self._said = sentence


_SHUT_OUT = (
    "Slack does not let ukg-sync into {channel}, the channel of {portal} ({reason}), so its messages wait. Invite the "
    "app there with '/invite @ukg-sync', or choose another channel: '/ukg channel {portal} here'."
)
_NOT_ACCEPTED = (
    "Slack does not accept the app's token ({reason}), so what is to be said about {portal} waits. The operator has to "
    "install the app again and set SLACK_BOT_TOKEN."
)


def _wait(attempts: int) -> timedelta:
    """How long until the next try: a minute, two, four, … ten."""
    return timedelta(minutes=min(2 ** min(attempts, 10), 10))
