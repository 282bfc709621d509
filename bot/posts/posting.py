"""Asking Slack: to post a message, to edit one, to share a file. Each in the form that Slack takes."""

from collections.abc import Awaitable, Callable, Sequence

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.content import Block, Content, shortened
from bot.posts.finding import mark
from bot.posts.verdicts import Verdict, verdict_of
from bot.troubles import NETWORK, NotUploaded
from core.services.slack_posts import Post

_SHORT = 1000
_UPLOAD_SECONDS = 120
_ASKED = Callable[[str, Sequence[Block]], Awaitable[AsyncSlackResponse]]


async def conversation_of(client: AsyncWebClient, channel: str) -> str:
    """The conversation by that name: a channel itself, the direct messages of a user."""
    if channel[:1] not in "UW":
        return channel
    opened = await client.conversations_open(users=channel)
    return str(opened["channel"]["id"])


async def post_message(
    client: AsyncWebClient, post: Post, content: Content, conversation: str, *, loud: bool
) -> tuple[str, str]:
    """Post the message; gives where it stands: the conversation and its `ts` there."""
    thread = post.parent.ts if post.parent is not None else None

    async def ask(text: str, blocks: Sequence[Block]) -> AsyncSlackResponse:
        return await client.chat_postMessage(
            channel=conversation,
            text=text,
            blocks=list(blocks),
            metadata=mark(post),
            thread_ts=thread,
            reply_broadcast=bool(thread and loud),
            unfurl_links=False,
            unfurl_media=False,
        )

    answer = await _as_slack_takes_it(ask, content)
    return str(answer["channel"]), str(answer["ts"])


async def edit_message(client: AsyncWebClient, post: Post, content: Content) -> None:
    """Let a message that stands say something else."""

    async def ask(text: str, blocks: Sequence[Block]) -> AsyncSlackResponse:
        return await client.chat_update(
            channel=str(post.stands_in), ts=str(post.ts), text=text, blocks=list(blocks), metadata=mark(post)
        )

    await _as_slack_takes_it(ask, content)


async def upload(client: AsyncWebClient, name: str, body: bytes) -> str:
    """Give Slack a file, not yet to be seen by anybody; gives its id. Raises `NotUploaded` when the place that Slack
    names for it does not take it."""
    place = await client.files_getUploadURLExternal(filename=name, length=len(body))
    timeout = aiohttp.ClientTimeout(total=_UPLOAD_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            sent = session.post(str(place["upload_url"]), data=body, proxy=client.proxy, ssl=client.ssl or True)
            async with sent as answer:
                answer.raise_for_status()
    except NETWORK as error:
        raise NotUploaded(type(error).__name__) from None
    return str(place["file_id"])


async def share(client: AsyncWebClient, post: Post, file: str, title: str, conversation: str) -> None:
    """Let a file that was uploaded be seen in the thread."""
    parent = post.parent
    assert parent is not None, "a file is a reply"
    await client.files_completeUploadExternal(
        files=[{"id": file, "title": title}], channel_id=conversation, thread_ts=str(parent.ts)
    )


async def _as_slack_takes_it(ask: _ASKED, content: Content) -> AsyncSlackResponse:
    """The whole message; without its blocks if Slack refuses them; shortened if it is too long for Slack even so."""
    try:
        return await ask(content.text, content.blocks)
    except SlackApiError as error:
        if verdict_of(error) not in (Verdict.WITHOUT_BLOCKS, Verdict.SHORTER):
            raise
    try:
        return await ask(content.text, [])
    except SlackApiError as error:
        if verdict_of(error) is not Verdict.SHORTER:
            raise
    return await ask(shortened(content.text, _SHORT), [])
