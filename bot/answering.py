"""The way back to whoever asked: seen by them alone, and found even where the nearest way is closed."""

import logging
from collections.abc import Awaitable, Iterator

from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.content import Content
from bot.troubles import TROUBLES, NotDelivered, reason_of

_log = logging.getLogger(__name__)


class Answer:
    """Answers one person. In this order: where they asked (five times, within half an hour), in that channel so that
    only they see it, in a direct message. Blocks that Slack refuses are left out. Never raises for Slack's sake: what
    reaches nobody is logged, without what it said.
    """

    def __init__(self, client: AsyncWebClient, *, user: str, channel: str | None, response_url: str | None) -> None:
        self.client, self._user, self.channel, self._response_url = client, user, channel, response_url

    async def __call__(self, content: Content, *, replace: bool = False) -> None:
        """Answer; `replace` puts the answer in the place of the message that was clicked on."""
        reason = ""
        for attempt in self._attempts(content, replace):
            try:
                await attempt
            except TROUBLES as error:
                reason = reason_of(error)
            else:
                return
        _log.error("An answer reached nobody in Slack (%s); who asked has to ask again.", reason)

    def _attempts(self, content: Content, replace: bool) -> Iterator[Awaitable[object]]:
        versions = [content, Content(content.text)] if content.blocks else [content]
        for version in versions if self._response_url else ():
            yield self._respond(version, replace)
        for version in versions if self.channel else ():
            yield self.client.chat_postEphemeral(
                channel=str(self.channel), user=self._user, text=version.text, blocks=list(version.blocks)
            )
        for version in versions:
            yield self.client.chat_postMessage(
                channel=self._user, text=version.text, blocks=list(version.blocks), unfurl_links=False
            )

    async def _respond(self, content: Content, replace: bool) -> None:
        hook = AsyncWebhookClient(
            str(self._response_url), proxy=self.client.proxy, retry_handlers=[AsyncRateLimitErrorRetryHandler()]
        )
        answer = await hook.send(
            text=content.text, blocks=list(content.blocks), response_type="ephemeral", replace_original=replace
        )
        if answer.status_code != 200:
            raise NotDelivered(f"status {answer.status_code}")
