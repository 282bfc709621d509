"""Finding out whether Slack has a message that we may have posted: by its mark, or by the file in it.

Slack does not promise to take a message once only however often it is sent, so a message carries its key as metadata
(docs.slack.dev/messaging/message-metadata), which the history of its channel gives back.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from core.services.slack_posts import Post

EVENT = "ukg_sync_post"
_PAGE = 200
_MOST_PAGES = 20
_EARLIER = timedelta(days=1)  # two clocks


def mark(post: Post) -> dict[str, Any]:
    """The metadata of the message."""
    return {"event_type": EVENT, "event_payload": {"post": post.key}}


async def find(client: AsyncWebClient, post: Post, channel: str) -> str | None:
    """The `ts` of the message, if Slack has it."""
    async for message in _messages(client, post, channel):
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == EVENT and (metadata.get("event_payload") or {}).get("post") == post.key:
            return str(message["ts"])
    return None


async def is_shared(client: AsyncWebClient, post: Post, channel: str) -> bool:
    """Whether the file stands in the thread."""
    async for message in _messages(client, post, channel):
        if any(file.get("id") == post.file for file in message.get("files") or ()):
            return True
    return False


async def _messages(client: AsyncWebClient, post: Post, channel: str) -> AsyncIterator[dict[str, Any]]:
    """The messages among which it would be, until they are much older than it."""
    earliest = (post.created_at - _EARLIER).timestamp()
    cursor = None
    for _ in range(_MOST_PAGES):
        asked: dict[str, Any] = {"channel": channel, "limit": _PAGE, "cursor": cursor, "include_all_metadata": True}
        if post.parent is None:
            page = await client.conversations_history(**asked)
        else:
            page = await client.conversations_replies(ts=str(post.parent.ts), **asked)
        messages: list[dict[str, Any]] = page.get("messages") or []
        for message in messages:
            yield message
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        newest_first = post.parent is None
        if not cursor or (newest_first and messages and float(messages[-1]["ts"]) < earliest):
            return
